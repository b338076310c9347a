// How many persons a survey of proportions needs, and what a given number can show. docs/methods/sampling.md
// has the derivations. z is the quantile of the normal distribution; every n is of completed interviews
// unless said.
#pragma once

#include <optional>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

// For one proportion p to a margin of error e (half the width of the interval).
struct PrecisionGoal {
  double proportion = 0.5;           // inside (0, 1)
  double margin = 0.03;              // inside (0, 1)
  std::optional<double> population;  // none = without end
  double design_effect = 1;          // > 0
  double response_rate = 1;          // in (0, 1]
  double level = 0.95;               // inside (0, 1)
};

struct PrecisionSize {
  double simple = 0;       // n0 = z² p(1−p)/e² (Cochran 1977, Sampling Techniques, eq. 4.1)
  double finite = 0;       // n0 / (1 + (n0 − 1)/N) (4.2)
  double with_design = 0;  // × design effect
  double in_field = 0;     // ÷ response rate, rounded up: persons to be drawn
};

// Refuses sampling.value with the name of what is out of range.
Outcome<PrecisionSize> size_for_precision(const PrecisionGoal& goal);

// The other way: the margin of error that n completed interviews reach.
Outcome<double> margin_of(double persons, double proportion, double design_effect = 1,
                          std::optional<double> population = {}, double level = 0.95);

// Two independent rounds of equal size, the test of p1 = p2 with pooled variance (Fleiss, Levin and Paik
// 2003, Statistical Methods for Rates and Proportions, eq. 4.14 without continuity correction).
struct ChangeTest {
  double first = 0;     // p1
  double second = 0;    // p2 ≠ p1
  double alpha = 0.05;  // inside (0, 1)
  bool two_sided = true;
  double design_effect = 1;  // > 0
};

// Persons a round (design effect included), not rounded. `power` inside (alpha, 1).
Outcome<double> size_for_change(const ChangeTest& test, double power);
// With n persons a round. `strict` also counts rejection on the wrong side (two-sided only).
Outcome<double> power_of_change(const ChangeTest& test, double persons, bool strict = false);
// The smallest p2 above `first` that n persons a round show with `power`; `second` is not read. Refuses
// sampling.unreachable where even p2 = 1 is not shown.
Outcome<double> smallest_rise(const ChangeTest& test, double persons, double power);
// The same downwards.
Outcome<double> smallest_fall(const ChangeTest& test, double persons, double power);

// Persons for one round to show that a proportion which is `second` differs from the fixed target `first`:
// (z_α √p0q0 + z_β √p1q1)²/(p1−p0)² × design effect (Fleiss et al., eq. 2.14); for 达标 one-sided.
Outcome<double> size_against_target(const ChangeTest& test, double power);

// Persons a round so that a rise of `points` a year (0.01 = one percentage point) is shown after `years`.
Outcome<double> size_for_yearly_rise(double proportion, double points, double years, double power,
                                     double design_effect = 1, double alpha = 0.05, bool two_sided = true);

}  // namespace kepu::statistics::sampling
