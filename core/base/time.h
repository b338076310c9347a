// Instants are UTC milliseconds; plan dates are calendar dates; people see Asia/Shanghai (UTC+8, no summer
// time since 1991). The clock is passed in and never read inside a rule.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kepu::base {

using Millis = std::int64_t;  // milliseconds since 1970-01-01T00:00:00Z

struct Date {
  int year = 0;
  int month = 0;  // 1–12
  int day = 0;    // 1–31
  auto operator<=>(const Date&) const = default;
};

// "2025-12-31"; none where it is no real date.
std::optional<Date> parse_date(std::string_view iso);
std::string to_iso(Date date);
// "2025年12月31日"
std::string to_chinese(Date date);
// Days since 1970-01-01, and back (Howard Hinnant, chrono-compatible low-level date algorithms).
std::int64_t to_days(Date date);
Date from_days(std::int64_t days);
// The date of an instant in Asia/Shanghai.
Date date_of(Millis instant);
// 00:00 in Asia/Shanghai of that date.
Millis start_of(Date date);
// "2026-11-22 23:56" in Asia/Shanghai; with seconds: "2026-11-22 23:56:15".
std::string to_local(Millis instant, bool seconds = false);
// RFC 3339 in UTC: "2026-11-22T15:56:15.123Z"
std::string to_rfc3339(Millis instant);
// IMF-fixdate of RFC 9110: "Sun, 22 Nov 2026 15:56:15 GMT"
std::string to_http_date(Millis instant);

// Passed to whatever needs the time. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Millis now() const = 0;
  Date today() const { return date_of(now()); }
};

class SystemClock final : public Clock {
 public:
  Millis now() const override;
};

// For tests and for the demonstration county; set() is not thread-safe against now().
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Millis now) : now_(now) {}
  Millis now() const override { return now_; }
  void set(Millis now) { now_ = now; }

 private:
  Millis now_;
};

}  // namespace kepu::base
