#include "core/doc/ole.h"

#include <algorithm>

#include "core/doc/refusals.h"

namespace kepu::doc {
namespace {

constexpr std::uint32_t kEndOfChain = 0xFFFFFFFE;
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;
constexpr std::size_t kHeader = 512;
constexpr std::size_t kMiniSector = 64;
constexpr std::size_t kMaxEntries = 10'000;

std::vector<std::uint32_t> numbers(std::string_view bytes) {
  std::vector<std::uint32_t> out;
  out.reserve(bytes.size() / 4);
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) out.push_back(u32(bytes, i));
  return out;
}

}  // namespace

std::uint32_t u16(std::string_view bytes, std::size_t at) {
  if (at + 2 > bytes.size() || at + 2 < at) return 0;
  return static_cast<unsigned char>(bytes[at]) |
         static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

std::uint32_t u32(std::string_view bytes, std::size_t at) {
  if (at + 4 > bytes.size() || at + 4 < at) return 0;
  return u16(bytes, at) | u16(bytes, at + 2) << 16;
}

bool OleFile::has_signature(std::string_view bytes) {
  return bytes.substr(0, 8) == std::string_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
}

std::string_view OleFile::sector(std::uint32_t id) const {
  const std::uint64_t from = (static_cast<std::uint64_t>(id) + 1) * sector_size_;
  return from < bytes_.size() ? bytes_.substr(from, sector_size_) : std::string_view();
}

base::Result<OleFile> OleFile::open(std::string_view bytes) {
  OleFile file;
  file.bytes_ = bytes;
  const std::uint32_t shift = u16(bytes, 30);
  if (!has_signature(bytes) || bytes.size() < kHeader * 2 || (shift != 9 && shift != 12)) return broken();
  file.sector_size_ = std::size_t{1} << shift;
  file.mini_cutoff_ = u32(bytes, 56);
  if (!file.read_allocation(numbers(bytes.substr(76, 436)), u32(bytes, 68), u32(bytes, 72))) return broken();
  file.mini_next_ = numbers(file.chain(u32(bytes, 60), bytes.size()));
  file.read_directory(u32(bytes, 48));
  const auto root =
      std::find_if(file.entries_.begin(), file.entries_.end(), [](const Entry& e) { return e.type == 5; });
  if (root == file.entries_.end()) return broken();
  file.mini_ = file.chain(root->start, root->size);
  return file;
}

// `tables` from the header says where the allocation table lies; more of them follow in a chain of their own.
bool OleFile::read_allocation(std::vector<std::uint32_t> tables, std::uint32_t next, std::uint32_t count) {
  const std::size_t sectors = bytes_.size() / sector_size_;
  count = std::min<std::uint32_t>(count, static_cast<std::uint32_t>(sectors));
  for (std::uint32_t i = 0; i < count && next < kLastSector; ++i) {
    auto more = numbers(sector(next));
    if (more.empty()) return false;
    next = more.back();
    tables.insert(tables.end(), more.begin(), more.end() - 1);
  }
  for (const std::uint32_t id : tables) {
    if (id >= kLastSector || next_.size() > sectors) continue;
    const auto part = numbers(sector(id));
    next_.insert(next_.end(), part.begin(), part.end());
  }
  return !next_.empty();
}

std::string OleFile::chain(std::uint32_t start, std::uint64_t size) const {
  std::string out;
  const std::size_t most = bytes_.size() / sector_size_ + 1;
  for (std::size_t i = 0; i < most && start < kEndOfChain && out.size() < size; ++i) {
    const auto part = sector(start);
    if (part.empty()) break;
    out += part;
    if (start >= next_.size()) break;
    start = next_[start];
  }
  if (out.size() > size) out.resize(size);
  return out;
}

std::string OleFile::mini_chain(std::uint32_t start, std::uint64_t size) const {
  std::string out;
  for (std::size_t i = 0; i <= mini_next_.size() && start < mini_next_.size() && out.size() < size; ++i) {
    const std::size_t from = static_cast<std::size_t>(start) * kMiniSector;
    if (from >= mini_.size()) break;
    out += std::string_view(mini_).substr(from, kMiniSector);
    start = mini_next_[start];
  }
  if (out.size() > size) out.resize(size);
  return out;
}

void OleFile::read_directory(std::uint32_t start) {
  const std::string directory = chain(start, bytes_.size());
  const std::string_view all = directory;
  for (std::size_t at = 0; at + 128 <= all.size() && entries_.size() < kMaxEntries; at += 128) {
    Entry entry;
    entry.type = static_cast<unsigned char>(all[at + 66]);
    if (entry.type != 2 && entry.type != 5) continue;
    const std::size_t length = std::min<std::size_t>(u16(all, at + 64), 64);
    for (std::size_t i = 0; i + 2 < length; i += 2) {
      const std::uint32_t unit = u16(all, at + i);
      entry.name += unit < 0x80 ? static_cast<char>(unit) : '?';
    }
    entry.start = u32(all, at + 116);
    entry.size = u32(all, at + 120);
    entries_.push_back(std::move(entry));
  }
}

bool OleFile::has(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& e) { return e.type == 2 && e.name == name; });
}

std::optional<std::string> OleFile::read(std::string_view name) const {
  for (const auto& entry : entries_) {
    if (entry.type != 2 || entry.name != name) continue;
    if (entry.size > bytes_.size()) return std::nullopt;
    std::string out =
        entry.size < mini_cutoff_ ? mini_chain(entry.start, entry.size) : chain(entry.start, entry.size);
    // A stream cut short is a broken file.
    if (out.size() < entry.size) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

}  // namespace kepu::doc
