#include "core/calendar/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "core/base/text.h"

namespace kepu::calendar {

namespace {

constexpr int kMostDays = 2000;

// 0 Monday … 6 Sunday; 1970-01-01 was a Thursday.
int weekday(Date day) {
  const auto n = (base::to_days(day) + 3) % 7;
  return static_cast<int>(n < 0 ? n + 7 : n);
}

Date shifted(Date day, std::int64_t by) { return base::from_days(base::to_days(day) + by); }

}  // namespace

std::string_view title_of(DayKind kind) { return kind == DayKind::holiday ? "放假" : "上班"; }

std::string missing_text(const std::vector<int>& years) {
  if (years.empty()) return {};
  std::vector<std::string> names;
  for (const int year : years) names.push_back(std::to_string(year));
  return base::join(names, "、") + "年的放假安排还没有录入，暂按周末推算";
}

Calendar::Calendar(std::vector<Year> years) {
  for (auto& year : years) years_[year.year] = std::move(year);
  for (const auto& [number, year] : years_) {
    for (const auto& run : year.runs) {
      if (run.first.year != number || run.last.year != number)
        throw std::logic_error("calendar: a run leaves its year");
      for (Date day = run.first; day <= run.last; day = shifted(day, 1)) days_[day] = {run.kind, run.name};
    }
  }
}

bool Calendar::is_working_day(Date day) const {
  const auto at = days_.find(day);
  if (at != days_.end()) return at->second.first == DayKind::workday;
  return weekday(day) < 5;
}

std::string Calendar::name_of(Date day) const {
  const auto at = days_.find(day);
  if (at != days_.end()) return at->second.second;
  const int n = weekday(day);
  return n == 5 ? "周六" : n == 6 ? "周日" : "";
}

Reckoned Calendar::next_working_day(Date day) const {
  return is_working_day(day) && knows(day.year) ? Reckoned{day, {}} : add_working_days(shifted(day, -1), 1);
}

Reckoned Calendar::add_working_days(Date day, int count) const {
  if (std::abs(count) > kMostDays) throw std::invalid_argument("calendar: too many working days");
  Reckoned out{day, {}};
  const int step = count < 0 ? -1 : 1;
  for (int left = std::abs(count); left > 0;) {
    out.date = shifted(out.date, step);
    const int year = out.date.year;
    if (!knows(year) && (out.missing.empty() || out.missing.back() != year)) out.missing.push_back(year);
    if (is_working_day(out.date)) --left;
  }
  std::sort(out.missing.begin(), out.missing.end());
  return out;
}

int Calendar::working_days_between(Date after, Date until) const {
  if (until < after) return -working_days_between(until, after);
  int count = 0;
  for (Date day = shifted(after, 1); day <= until; day = shifted(day, 1))
    count += is_working_day(day) ? 1 : 0;
  return count;
}

// ---------------------------------------------------------------- as text

namespace {

struct Line {
  int year, number;
  std::string text;
  auto wrong(std::string_view what) const {
    return base::refuse(base::Code::invalid, "calendar.line",
                        fmt::format("第 {} 行“{}”：{}。", number, base::shorten(text, 40), what), "days");
  }
};

base::Result<Date> date_in(const Line& line, std::string_view text) {
  const auto date = base::parse_date(text);
  if (!date) return line.wrong(fmt::format("“{}”不是日期，请写成 {}-01-01", text, line.year));
  if (date->year != line.year) return line.wrong(fmt::format("日期不在 {} 年", line.year));
  return *date;
}

base::Result<Run> run_of(const Line& line) {
  std::vector<std::string> words;
  for (const auto& word : base::split(base::squeeze(base::to_narrow(line.text)), " ")) words.push_back(word);
  Run run;
  run.first = run.last = TRY(date_in(line, words[0]));
  std::size_t at = 1;
  if (words.size() > 2 && words[1] == "至") {
    run.last = TRY(date_in(line, words[2]));
    at = 3;
  }
  if (run.last < run.first) return line.wrong("止日早于起日");
  if (words.size() <= at || (words[at] != "放假" && words[at] != "上班"))
    return line.wrong("日期后面应写“放假”或“上班”");
  run.kind = words[at] == "放假" ? DayKind::holiday : DayKind::workday;
  if (base::to_days(run.last) - base::to_days(run.first) > 30) return line.wrong("一段超过 31 天，请核对");
  for (++at; at < words.size(); ++at) run.name += (run.name.empty() ? "" : " ") + words[at];
  if (run.name.empty()) return line.wrong("请在后面写节日名称");
  for (Date day = run.first; run.kind == DayKind::workday && day <= run.last; day = shifted(day, 1)) {
    if (weekday(day) < 5) return line.wrong(base::to_iso(day) + " 本来就是工作日，不用写“上班”");
  }
  return run;
}

}  // namespace

base::Result<std::vector<Run>> parse_runs(int year, std::string_view text) {
  std::vector<Run> runs;
  int number = 0;
  for (const auto& raw : base::split(base::replace_all(text, "\r", ""), "\n")) {
    ++number;
    if (base::trim(raw).empty()) continue;
    const Line line{year, number, raw};
    runs.push_back(TRY(run_of(line)));
    for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
      if (runs.back().first <= runs[i].last && runs[i].first <= runs.back().last)
        return line.wrong("与“" + to_text({runs[i]}) + "”重叠");
    }
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
  return runs;
}

std::string to_text(const std::vector<Run>& runs) {
  std::vector<std::string> lines;
  for (const auto& run : runs) {
    lines.push_back(base::to_iso(run.first) +
                    (run.last == run.first ? std::string() : " 至 " + base::to_iso(run.last)) + " " +
                    std::string(title_of(run.kind)) + " " + run.name);
  }
  return base::join(lines, "\n");
}

}  // namespace kepu::calendar
