// Quantiles of a weighted sample with Woodruff's interval (Woodruff 1952, JASA 47).
#pragma once

#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"

namespace kepu::statistics {

// Definitions of survey 4.1; hf… are those of Hyndman and Fan 1996 with weights. math: the inverse of the
// weighted distribution function (the left value on an exact hit); school: the mean of both values there.
enum class QuantileRule { math, school, hf1, hf2, hf3, hf4, hf5, hf6, hf7, hf8, hf9 };

// The interval of the proportion below the quantile, which is then mapped back.
enum class QuantileInterval { mean, beta, xlogit, asin };

struct QuantileEstimate {
  double probability = 0;
  double quantile = 0;
  // NaN where the interval of the proportion leaves 0…1: that end is unknown.
  double lower = 0, upper = 0;
  double se = 0;  // (upper − lower) / (2 t)
};

// The quantile alone, over rows with weight. `values` and `weights` of equal length; NaN if nobody has
// weight.
double weighted_quantile(std::span<const double> values, std::span<const double> weights, double probability,
                         QuantileRule rule);

// Refuses survey.missing, survey.empty, survey.probability (outside 0…1) and what Survey::covariance refuses.
Outcome<std::vector<QuantileEstimate>> quantiles(const Survey& survey, const Domain& domain,
                                                 std::span<const double> y,
                                                 std::span<const double> probabilities,
                                                 QuantileRule rule = QuantileRule::math,
                                                 QuantileInterval interval = QuantileInterval::mean,
                                                 double confidence = 0.95);

}  // namespace kepu::statistics
