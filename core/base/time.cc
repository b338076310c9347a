#include "core/base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace kepu::base {
namespace {

constexpr Millis kDay = 86'400'000;
constexpr Millis kShanghai = 8 * 3'600'000;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct Parts {
  Date date;
  int hour, minute, second, milli;
};

Parts parts_of(Millis instant) {
  const std::int64_t days = floor_divide(instant, kDay);
  const auto rest = static_cast<int>(instant - days * kDay);
  return {from_days(days), rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000};
}

}  // namespace

std::int64_t to_days(Date d) {
  const std::chrono::year_month_day ymd{std::chrono::year{d.year},
                                        std::chrono::month{static_cast<unsigned>(d.month)},
                                        std::chrono::day{static_cast<unsigned>(d.day)}};
  return std::chrono::sys_days{ymd}.time_since_epoch().count();
}

Date from_days(std::int64_t days) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{days}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

std::optional<Date> parse_date(std::string_view s) {
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return std::nullopt;
  int n[3] = {0, 0, 0};
  int part = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
    } else if (s[i] < '0' || s[i] > '9') {
      return std::nullopt;
    } else {
      n[part] = n[part] * 10 + (s[i] - '0');
    }
  }
  const Date date{n[0], n[1], n[2]};
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return std::nullopt;
  if (from_days(to_days(date)) != date) return std::nullopt;
  return date;
}

std::string to_iso(Date d) { return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day); }

std::string to_chinese(Date d) { return fmt::format("{}年{}月{}日", d.year, d.month, d.day); }

Date date_of(Millis instant) { return from_days(floor_divide(instant + kShanghai, kDay)); }

Millis start_of(Date date) { return to_days(date) * kDay - kShanghai; }

std::string to_local(Millis instant, bool seconds) {
  const Parts p = parts_of(instant + kShanghai);
  return seconds ? fmt::format("{} {:02}:{:02}:{:02}", to_iso(p.date), p.hour, p.minute, p.second)
                 : fmt::format("{} {:02}:{:02}", to_iso(p.date), p.hour, p.minute);
}

std::string to_rfc3339(Millis instant) {
  const Parts p = parts_of(instant);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", to_iso(p.date), p.hour, p.minute, p.second, p.milli);
}

std::string to_http_date(Millis instant) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Parts p = parts_of(instant);
  const auto weekday = ((to_days(p.date) + 4) % 7 + 7) % 7;
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday], p.date.day,
                     kMonths[p.date.month - 1], p.date.year, p.hour, p.minute, p.second);
}

Millis SystemClock::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace kepu::base
