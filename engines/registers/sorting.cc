// Keys by which lists are sorted by a type's own fields.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "core/base/text.h"
#include "engines/registers/registers.h"

namespace kepu::registers {
namespace {

using form::Kind;

constexpr std::size_t kMostKey = 64;  // bytes of pinyin: two names that long are told apart by nobody

// The bits of a double order as the doubles when the sign is turned over, and all of a negative one.
std::string key_of(double number) {
  auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  bits = (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
  return fmt::format("{:016x}", bits);
}

}  // namespace

bool is_sortable(const TypeField& f) {
  if (f.personal) return false;
  switch (f.field.kind) {
    case Kind::text:
    case Kind::integer:
    case Kind::number:
    case Kind::date:
    case Kind::select:
      return true;
    default:
      return false;
  }
}

std::string sort_key(const TypeField& f, const form::Values& values) {
  const std::string& name = f.field.name;
  const std::string text = base::trim(values.text(name));
  if (text.empty() || !is_sortable(f)) return {};
  switch (f.field.kind) {
    case Kind::integer:
    case Kind::number: {
      const auto number = values.number(name);
      return number ? key_of(*number) : std::string();
    }
    case Kind::date: {
      const auto date = base::parse_date(text);
      return date ? base::to_iso(*date) : std::string();
    }
    case Kind::select: {
      const auto& options = f.field.options;
      const auto at = std::find_if(options.begin(), options.end(),
                                   [&](const form::Option& o) { return o.value == text; });
      return fmt::format("{:03}", at == options.end() ? 999 : at - options.begin());
    }
    default:
      return pinyin_of(text).substr(0, kMostKey);
  }
}

}  // namespace kepu::registers
