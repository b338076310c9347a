// 指标与目标, as other engines see them: where each target of the running plan stands today, and what it asks
// for on a given date. A target's figure comes from the metric that it is bound to; a mid-term change of a
// target lies over the plan's text from its date on, so that an old year is judged by what was asked then.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metric/metric.h"
#include "engines/plan/running.h"

namespace kepu::indicators {

using base::Id;

// An approved change of a target, in effect from a date on.
struct Change {
  base::Date from;
  std::optional<double> old_value, value;  // as it was, as it is then
  std::optional<int> old_year, year;       // by the end of which year
  // Of the years from `from` on. Where the goal changes, those that are not given again fall away.
  std::map<int, double> milestones;
  std::string reason, basis;         // why, and the paper on which it rests
  std::string asked_by, decided_by;  // names as they were
  bool operator==(const Change&) const = default;
};

// What a target asks for on a date.
struct Effective {
  std::optional<double> value, baseline;
  std::optional<int> year, baseline_year;
  plan::Operator op = plan::Operator::equal;
  std::string unit, relative_to;
  std::map<int, double> milestones;
  std::vector<Change> changes;  // in effect by then, oldest first; empty: as the plan says
};
// The target's text with those of `changes` that are in effect on `date`. Of two on one day the later in
// `changes` wins. Pure.
Effective effective_target(const plan::TargetItem& target, std::span<const Change> changes, base::Date date);
// "≥ 200 名（原目标 300 名，2027年1月1日起调整）"
std::string text_of(const Effective& effective);

// Where a target stands. reached is final for what cannot be undone (a sum over the plan's years) and today's
// word otherwise; missing: bound, but nobody recorded anything; unbound: nothing says where its value comes
// from; undecided: there is a value, but it does not decide (a share from a survey without an interval).
enum class TargetState { reached, on_the_way, behind, failed, missing, unbound, undecided, not_due };
std::string_view to_text(TargetState state);
std::string_view title_of(TargetState state);  // 已达到 推进中 偏慢 到期未达到 缺数据 未绑定 不能判断 未开始

struct TargetStatus {
  Id target = 0;  // plan::TargetItem
  TargetState state = TargetState::unbound;
  plan::Light light = plan::Light::idle;
  Effective effective;                // on the day asked for
  std::optional<double> value;        // in the target's unit
  std::optional<double> share;        // of the way from the baseline (or from nothing) to the goal, in [0, 1]
  base::Date value_from, value_to;    // the days that the value covers
  std::string metric, metric_title;   // empty: unbound
  std::string why;                    // the rule as it applied, or what is missing, in plain Chinese
  std::optional<bool> milestone_met;  // of the year asked for; none: no milestone, or it cannot be told yet
  std::optional<double> milestone;    // of that year
};

// Thread-safe.
class Targets {
 public:
  virtual ~Targets() = default;
  // All living targets of kind target, in plan order, as of `date`, in one snapshot.
  virtual std::vector<TargetStatus> statuses(Id tenant, const plan::Running& running, base::Date date) = 0;
  // What a target asks for on a date.
  virtual Effective effective(Id tenant, const plan::Running& running, const plan::TargetItem& target,
                              base::Date date) = 0;
};

}  // namespace kepu::indicators
