// What a county asks of its survey: has the share reached the target, and has it changed since last time?
#pragma once

#include <limits>
#include <span>

#include "statistics/outcome.h"
#include "statistics/survey/proportion.h"
#include "statistics/survey/regression.h"

namespace kepu::statistics {

enum class TargetVerdict { met, missed, undecided };

struct TargetTest {
  double t = 0, p_greater = 0, p_less = 0;                    // (p − p0) / se
  double t_logit = 0, p_greater_logit = 0, p_less_logit = 0;  // the same on the logit scale
  double lower_logit = 0, upper_logit = 0, lower_wilson = 0;  // one-sided limits at level alpha
  // met: the one-sided lower logit limit reaches the target; missed: the upper one stays below it.
  TargetVerdict verdict = TargetVerdict::undecided;
};

// Refuses survey.interval (p at 0 or 1, without variance or degrees of freedom) and survey.target (p0 or
// alpha not between 0 and 1).
Outcome<TargetTest> test_target(const ProportionEstimate& p, double target, double alpha = 0.05);

struct Change {
  double difference = 0, se = 0;
  double df_sum = 0, df_satterthwaite = 0;
  double t = 0, p_sum = 0, p_satterthwaite = 0;  // two-sided
  double lower = 0, upper = 0;                   // 95 % by t with df_sum
};

// Second minus first of two independent samples. Samples that share units are one survey with the round as a
// group: use group_means and linear_contrast, which know the covariance (Kish 1965, 12.4). Refuses
// survey.interval where both variances are 0 or the degrees of freedom are not positive.
Outcome<Change> change_between(double first, double first_variance, double first_degrees, double second,
                               double second_variance, double second_degrees);

struct TTest {
  double difference = 0;  // or the mean, of one sample
  double t = 0, df = 0, p = 0;
};

// Difference of means between two groups (group 1 minus group 0) by regression, df = design df − 1. `group`
// is 0 or 1 in the domain. Refuses survey.groups (not two groups) and what regress refuses.
Outcome<TTest> t_test(const Survey& survey, const Domain& domain, const Domain& design_domain,
                      std::span<const double> y, std::span<const double> group);
// One sample against 0.
Outcome<TTest> t_test(const Survey& survey, const Domain& domain, std::span<const double> y);

// Direct standardisation: the sample is post-stratified so that in every group of `over` the shares of `by`
// are those of `population` (in the order of the categories), then means by group over the rows of
// `answered`, a part of the domain. Cells without sample are left out. `by` and `over` are known for all rows
// of the domain. Refuses as poststratify, group_means.
Outcome<Estimates> standardised_means(const Survey& survey, const Domain& domain, const Domain& answered,
                                      std::span<const double> y, const Cells& by, const Cells& over,
                                      std::span<const double> population);

}  // namespace kepu::statistics
