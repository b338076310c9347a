// 工作日历: which days people work. Saturdays and Sundays are free; public holidays and the make-up days for
// them (调休上班) are data by year, each with the notice it rests on. A year without data is reckoned by
// weekends alone, and whoever asks is told so: nothing is guessed silently. No domain word here.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::calendar {

using base::Date;
using base::Id;

enum class DayKind { holiday, workday };  // 放假 / 上班 (a make-up day)
std::string_view title_of(DayKind kind);

// A run of days of one kind, both ends included.
struct Run {
  Date first, last;
  DayKind kind = DayKind::holiday;
  std::string name;  // 春节
  bool operator==(const Run&) const = default;
};

struct Year {
  int year = 0;
  std::string source;     // the notice: 国办发明电〔2025〕7号
  std::vector<Run> runs;  // by date, not overlapping
  bool own = false;       // entered by the tenant, in place of the shipped one
  std::int64_t revision = 0;
  base::Millis edited_at = 0;
  std::string edited_by;
};

// A day found by counting, and the years that were counted by weekends alone because nothing is known of
// them.
struct Reckoned {
  Date date;
  std::vector<int> missing;
};
// "2027年的放假安排还没有录入，暂按周末推算"; empty where nothing is missing.
std::string missing_text(const std::vector<int>& years);

// Immutable; share it.
class Calendar {
 public:
  // Of two entries of one year the later one counts. Throws std::logic_error on a run that leaves its year.
  explicit Calendar(std::vector<Year> years = {});
  const std::map<int, Year>& years() const { return years_; }
  bool knows(int year) const { return years_.count(year) != 0; }
  bool is_working_day(Date day) const;
  // 春节, 春节调休上班, 周六 …; empty on an ordinary working day.
  std::string name_of(Date day) const;
  // `day` itself where it is a working day, else the first after it.
  Reckoned next_working_day(Date day) const;
  // The count-th working day after `day`, which itself is not counted; `day` for 0; before it for negative
  // counts. |count| ≤ 2,000, else std::invalid_argument.
  Reckoned add_working_days(Date day, int count) const;
  // Working days in (after, until]; negative where `until` comes first.
  int working_days_between(Date after, Date until) const;

 private:
  std::map<int, Year> years_;
  std::map<Date, std::pair<DayKind, std::string>> days_;
};

// One year as text, a run a line: “2026-02-15 至 2026-02-23 放假 春节”, “2026-02-14 上班 春节调休”. Blank
// lines are passed over. Refusals name the line (calendar.line): not a date, outside the year, no 放假 or
// 上班, overlapping, a make-up day on a Monday to Friday, a holiday of over 31 days.
base::Result<std::vector<Run>> parse_runs(int year, std::string_view text);
std::string to_text(const std::vector<Run>& runs);
// [[year]] year = 2026, source = "…", days = """…""" – catalog/calendar.toml.
base::Result<std::vector<Year>> parse_years(std::string_view toml, std::string_view file_name);

}  // namespace kepu::calendar
