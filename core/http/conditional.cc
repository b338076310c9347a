#include "core/http/conditional.h"

#include <algorithm>
#include <charconv>

namespace kepu::http {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view opaque(std::string_view etag) { return etag.substr(0, 2) == "W/" ? etag.substr(2) : etag; }

bool lists_etag(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  while (!list.empty()) {
    list = trim(list);
    // A comma may stand inside the quotes of a tag.
    const std::size_t quote = list.find('"');
    const std::size_t close = quote == std::string_view::npos ? quote : list.find('"', quote + 1);
    if (close == std::string_view::npos) return false;
    if (opaque(list.substr(0, close + 1)) == opaque(etag)) return true;
    const std::size_t comma = list.find(',', close);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return false;
}

// Decimal digits only; a number beyond 64 bits is the largest one.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? value : UINT64_MAX;
}

bool if_range_holds(const Conditions& conditions, const Validators& validators) {
  const std::string_view wanted = trim(conditions.if_range);
  if (wanted.empty()) return true;
  if (wanted.front() == '"') return wanted == validators.etag;
  return parse_http_date(wanted).has_value() && wanted == validators.last_modified;
}

}  // namespace

std::optional<base::Millis> parse_http_date(std::string_view text) {
  static constexpr std::string_view kDays = "MonTueWedThuFriSatSun";
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto number = [&](std::size_t at, std::size_t size) {
    return static_cast<std::int64_t>(parse_position(text.substr(at, size)).value_or(UINT32_MAX));
  };
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3)), weekday = kDays.find(text.substr(0, 3));
  const std::int64_t day = number(5, 2), year = number(12, 4);
  const std::int64_t hour = number(17, 2), minute = number(20, 2), second = number(23, 2);
  const bool named = month != std::string_view::npos && month % 3 == 0 && weekday != std::string_view::npos &&
                     weekday % 3 == 0;
  if (!named || day < 1 || day > 31 || year > 9999 || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  const base::Date date{static_cast<int>(year), static_cast<int>(month / 3) + 1, static_cast<int>(day)};
  const std::int64_t days = base::to_days(date);
  if (base::from_days(days) != date) return std::nullopt;
  return ((days * 24 + hour) * 60 + minute) * 60'000 + second * 1000;
}

bool not_modified(const Conditions& conditions, const Validators& validators) {
  if (!conditions.if_none_match.empty()) {
    return !validators.etag.empty() && lists_etag(conditions.if_none_match, validators.etag);
  }
  if (conditions.if_modified_since.empty() || validators.last_modified.empty()) return false;
  const std::optional<base::Millis> since = parse_http_date(trim(conditions.if_modified_since));
  const std::optional<base::Millis> modified = parse_http_date(validators.last_modified);
  return since && modified && *modified <= *since;
}

RangeChoice choose_range(const Conditions& conditions, const Validators& validators, std::uint64_t size) {
  const std::string_view range = trim(conditions.range);
  if (range.substr(0, 6) != "bytes=" || !if_range_holds(conditions, validators)) return {};
  const std::string_view spec = trim(range.substr(6));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return {};
  const std::optional<std::uint64_t> first = parse_position(spec.substr(0, dash));
  const std::optional<std::uint64_t> last = parse_position(spec.substr(dash + 1));
  if (dash == 0) {  // the last so many bytes
    if (!last) return {};
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return {RangeChoice::Kind::unsatisfiable};
    return {RangeChoice::Kind::part, size - length, length};
  }
  if (!first || (!last && dash + 1 != spec.size()) || (last && *last < *first)) return {};
  if (*first >= size) return {RangeChoice::Kind::unsatisfiable};
  return {RangeChoice::Kind::part, *first, std::min(last.value_or(UINT64_MAX), size - 1) - *first + 1};
}

}  // namespace kepu::http
