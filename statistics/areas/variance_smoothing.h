// Sampling variances of small areas are themselves estimates, and are 0 where all answered alike. A
// generalised variance function replaces them by values that follow size and level (Wolter 2007, Introduction
// to Variance Estimation, ch. 7; You and Hidiroglou 2012, Statistics Canada).
#pragma once

#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::areas {

enum class SmoothingModel {
  common_deff,  // D = deff · q/n, one design effect for all areas
  log_linear,   // ln D = b0 + b1 ln n + b2 ln q, taken back with the factor Σ D / Σ exp(fit)
};

// One value an area. q = p̃(1 − p̃) with p̃ = (n p + k p_c)/(n + k): the area's proportion drawn towards that of
// all areas p_c (weighted by n) with the weight of `prior_persons` k, so that it is never 0 or 1.
struct ProportionData {
  std::span<const double> proportions;  // NaN = out of sample
  std::span<const double> variances;    // direct; those ≤ 0 or NaN take no part in the fit
  std::span<const double> persons;      // n > 0 where sampled
  double prior_persons = 10;            // k > 0
};

struct SmoothedVariances {
  std::vector<double> variances;     // one an area, > 0; NaN out of sample
  double design_effect = 0;          // common_deff: Σ n deff_i / Σ n over the areas of the fit
  std::vector<double> coefficients;  // log_linear: b0, b1, b2
  double correction = 1;             // log_linear: the factor
  int fitted = 0;                    // areas in the fit
};

// Refuses: areas.shape, areas.value, areas.level (every area is at 0 or at 1: there is no level to draw
// towards), areas.few (common_deff under 2, log_linear under 6 areas with a positive variance, or no spread
// of n).
Outcome<SmoothedVariances> smooth_variances(const ProportionData& data, SmoothingModel model);

}  // namespace kepu::statistics::areas
