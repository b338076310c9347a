// 亮灯: where a task stands, by a published rule. Pure; the thresholds are the county's data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/plan/running.h"
#include "engines/reports/reports.h"

namespace kepu::reports {

struct LightRule {
  double watch_lag = 0.05;  // behind by so much of the whole: 关注
  double late_lag = 0.10;   // … : 滞后
  int soon_days = 60;       // the end is so near and the task not done: 关注
  double lead_weight = 2;   // of a lead unit's share in the task's; a responsible unit's is 1
  std::int64_t revision = 0;
  base::Millis edited_at = 0;
  std::string edited_by;
};
// Refusals: lags in (0, 1] and watch_lag < late_lag, days 0–365, weight 1–10; fields by name.
base::Errors check(const LightRule& rule);
// The rule in plain Chinese, as it stands beside the lights.
std::vector<std::string> in_words(const LightRule& rule);

// What is known of one unit's part in a task.
struct PartStanding {
  bool lead = false;
  Status status = Status::none;  // as last reported; none: never
  std::optional<double> share;
  bool missing = false;  // nothing was reported in the window that fell due last
};

// None where no window has fallen due and nobody reported: the task is then shown by its dates.
std::optional<plan::Standing> standing_of(const LightRule& rule, const plan::Span& span,
                                          const std::vector<PartStanding>& parts, bool any_window_due,
                                          Date today);

}  // namespace kepu::reports
