#include "core/doc/doc_properties.h"

#include <algorithm>

#include "core/doc/ole.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kPage = 512;

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

// Size of the operand of a property change, with its own length where it has one.
std::size_t operand_size(std::string_view changes, std::size_t at, std::uint32_t code) {
  switch (code >> 13) {
    case 0:
    case 1:
      return 1;
    case 2:
    case 4:
    case 5:
      return 2;
    case 3:
      return 4;
    case 7:
      return 3;
    default:
      return code == 0xD608 ? u16(changes, at) + 1 : byte_at(changes, at) + 1;
  }
}

unsigned flags_of(std::string_view changes) {
  unsigned flags = 0;
  for (std::size_t at = 0; at + 3 <= changes.size();) {
    const std::uint32_t code = u16(changes, at);
    at += 2;
    const auto set = [&](unsigned flag, bool on) { flags = on ? flags | flag : flags & ~flag; };
    const unsigned value = byte_at(changes, at);
    if (code == 0x2416) set(kInTable, value == 1);
    if (code == 0x2417) set(kRowEnd, value == 1);
    if (code == 0x460B) set(kNumbered, u16(changes, at) != 0);
    if (code == 0x0800) set(kDeleted, value == 1);
    if (code == 0x083C) set(kHidden, value == 1);
    at += operand_size(changes, at, code);
  }
  return flags;
}

}  // namespace

DocProperties::DocProperties(std::string_view document, std::string_view table, std::uint32_t offset,
                             std::uint32_t size, bool paragraphs) {
  if (size < 12 || offset > table.size() || size > table.size() - offset) return;
  const std::string_view plc = table.substr(offset, size);
  const std::size_t count = std::min((plc.size() - 4) / 8, document.size() / kPage);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t at = static_cast<std::uint64_t>(u32(plc, (count + 1 + i) * 4) & 0x3FFFFF) * kPage;
    if (at + kPage <= document.size()) read_page(document.substr(at, kPage), paragraphs);
  }
  std::stable_sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) { return a.from < b.from; });
}

void DocProperties::read_page(std::string_view page, bool paragraphs) {
  const std::size_t count = byte_at(page, kPage - 1);
  const std::size_t entry = paragraphs ? 13 : 1;
  if ((count + 1) * 4 + count * entry > kPage) return;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = byte_at(page, (count + 1) * 4 + i * entry) * 2;
    if (at == 0) continue;
    std::size_t size = byte_at(page, at++);
    if (paragraphs) {
      size = size == 0 ? byte_at(page, at++) * 2 : size * 2 - 1;
      // The style's number comes first.
      at += 2;
      size = size < 2 ? 0 : size - 2;
    }
    if (at >= page.size()) continue;
    const unsigned flags = flags_of(page.substr(at, size));
    if (flags != 0) runs_.push_back({u32(page, i * 4), u32(page, (i + 1) * 4), flags});
  }
}

unsigned DocProperties::at(std::uint32_t place) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), place,
                                      [](std::uint32_t p, const Run& run) { return p < run.from; });
  if (after == runs_.begin()) return 0;
  const Run& run = *(after - 1);
  return place < run.to ? run.flags : 0;
}

}  // namespace kepu::doc
