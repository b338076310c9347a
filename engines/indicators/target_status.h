// How far a target is, by a published rule. Pure: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engines/indicators/indicators.h"

namespace kepu::indicators {

// Over which days the value of a target is counted.
enum class Span {
  total,   // 规划期累计: from the first day of the plan on
  yearly,  // 每年: each year for itself, from 1 January on
  at_date  // 当日: as it is at the end of the day
};
std::string_view to_text(Span span);
std::string_view title_of(Span span);
std::optional<Span> parse_span(std::string_view text);

// A value with its interval where it is an estimate.
struct Measured {
  std::optional<double> value;
  std::optional<double> low, high;  // 95 %
  bool needs_interval = false;      // a survey's share: without an interval nothing is decided
  std::string why;                  // where the value is none or incomplete
};

// The days around a target: those of the plan, and the day on which it is judged.
struct Frame {
  base::Date first, last;  // of the plan's period
  base::Date today;
  Span span = Span::total;
  std::optional<double> reference;  // for a relative target: the other area's value
};

// Whether a value meets the goal; none where there is no goal (a blank, or no reference).
std::optional<bool> meets(const Effective& target, double value, std::optional<double> reference);
// The part of the way that is done, in [0, 1]: (v − b)/(g − b) with a baseline b on the near side of the goal
// g, else v/g; for 不超过 from a baseline above, (b − v)/(b − g), else within 1, over 0. None without a goal.
std::optional<double> share_of(const Effective& target, double value, std::optional<double> reference);
// The value that should be there at the end of `date`: straight lines between the baseline (else nothing at
// the plan's start), the milestones and the goal, each at the end of its year. Yearly: the goal (or the
// year's milestone) by the days of the year. None without a goal, and for 不超过 without a baseline.
std::optional<double> due_by(const Effective& target, const Frame& frame);
// The last day for reaching it: yearly, 31 December of the year of `frame.today`.
base::Date deadline_of(const Effective& target, const Frame& frame);

// Behind by more than these parts of the whole way: 偏慢 (关注), 明显偏慢 (滞后).
inline constexpr double kWatch = 0.10, kLate = 0.25;
// The rule in words, shown where the lights are.
extern const std::string_view kRule;

// State, light, share, milestone and why; `target`, `metric` and the days of the value are the caller's.
TargetStatus judge(Effective target, const Measured& measured, const Frame& frame);

// The value at the end of the deadline if it goes on as until now: only for sums and stocks that rise, when
// at least half a year of the way is known; else none and `why`.
struct Outlook {
  std::optional<double> value;
  std::optional<bool> meets;
  std::string why;
};
Outlook outlook(const Effective& target, const Measured& measured, const Frame& frame);

}  // namespace kepu::indicators
