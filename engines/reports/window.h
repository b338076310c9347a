// When is reported: rules by kind of period → windows. Pure; the calendar and the day are passed in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar.h"
#include "engines/reports/reports.h"

namespace kepu::reports {

// A rule counts for the periods of its kind that begin on `since` or later, until a later rule takes over: a
// window that has passed keeps its dates.
struct Rule {
  Period period = Period::quarter;
  Date since;             // first day of a period
  bool active = true;     // false: from then on nothing is reported by this kind of period
  int opens_before = 15;  // calendar days before the period's last day
  int due_days = 10;      // working days after the period's last day
  int late_days = 20;     // further working days in which late reports are taken
  base::Millis edited_at = 0;
  std::string edited_by;
};
// What a county that begins to report is offered.
Rule proposed_rule(Period period);

// The period that holds the day.
struct Span {
  Date first, last;
};
Span period_of(Period period, Date day);
std::string key_of(Period period, Date first);

// Refusals, all at once, by field: opens_before 0–400, due_days 1–60, late_days 0–120; `since` must begin a
// period; and where there is a rule of the kind already, a period that has ended keeps its dates
// (window.since_passed).
base::Errors check(const Rule& rule, const std::vector<Rule>& before, Date today);

// Every window that has opened by `today`, newest first: by the period's last day, shorter periods first.
std::vector<Window> windows_of(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                               Date today);
// The window of that key, opened or not; none where no rule makes it.
std::optional<Window> window_of(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                                std::string_view key);
// The next window to open; none where nothing is reported.
std::optional<Window> next_window(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                                  Date today);
// The one that is shown first: the oldest that is open on time, else the newest.
const Window* current_of(const std::vector<Window>& windows, Date today);

}  // namespace kepu::reports
