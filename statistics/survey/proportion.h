// A proportion and its interval. The default of a report is logit; at 0 or 1, where the others have nothing
// to say, beta (Korn–Graubard) still has.
#pragma once

#include <Eigen/Core>
#include <span>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"

namespace kepu::statistics {

// q = 1 − p, n_eff = p q / v, t with the domain's degrees of freedom:
//   mean        p ± t √v (Wald)
//   logit       Wald on the logit scale; with replicates by the spread of the replicates' logits
//   xlogit      Wald on the logit scale with √v / (p q)
//   asin        Wald on asin √p
//   beta        Korn and Graubard 1998, Survey Methodology 24: Clopper–Pearson with n_eff (t_{n−1}/t_df)²
//   wilson      Wilson's score interval with n_eff and t
//   likelihood_exact   2 n_eff [p log(p/x) + q log(q/(1−x))] = t²
//   likelihood  the same profile through R's ten steps and spline (to compare with R; off by some 1e-4)
enum class IntervalMethod { mean, logit, xlogit, asin, beta, wilson, likelihood, likelihood_exact };

struct Interval {
  double lower = 0, upper = 0;
};

struct ProportionEstimate {
  double estimate = 0;
  double variance = 0;
  double logit_variance = 0;  // of the log-odds
  double degrees = 0;
  double rows = 0;        // of the data set about the domain (all rows of a calibrated sample)
  double dispersion = 1;  // n/(n−1) of the rows with weight: for `likelihood` alone
  double effective_n() const { return estimate * (1 - estimate) / variance; }
  double se() const;
};

// `y` is 0 or 1 inside the domain (any numbers between are accepted as shares). Refuses survey.proportion (a
// value below 0 or above 1) and what mean_of and Survey::covariance refuse.
Outcome<ProportionEstimate> proportion(const Survey& survey, const Domain& domain, std::span<const double> y);

// Where calibration fixed a share or a stratum was taken whole (variance 0), the Wald kinds and Wilson give
// the point. Refuses survey.interval: p outside 0…1, no degrees of freedom, p at 0 or 1 (but beta and wilson,
// which take the number of rows as n_eff), methods that divide by a variance of 0, confidence not between 0
// and 1.
Outcome<Interval> interval_of(const ProportionEstimate& p, IntervalMethod method, double confidence = 0.95);

}  // namespace kepu::statistics
