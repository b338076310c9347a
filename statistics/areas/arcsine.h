// Proportions on the scale asin √p, where the sampling variance does not depend on p and small areas of 0 or
// 100 % need no smoothing. Back to proportions as in Hadam, Würz and Kreutzmann (2020, Freie Universität
// Berlin, Economics 2020/1) and Sugasawa and Kubokawa (2017, J. Stat. Theory Pract. 11, 501–520).
#pragma once

#include <span>
#include <vector>

#include "statistics/areas/fay_herriot.h"
#include "statistics/outcome.h"

namespace kepu::statistics::areas {

struct ArcsineData {
  std::vector<double> estimates;  // asin √p
  std::vector<double> variances;  // 1/(4 n_eff)
};

// NaN in `proportions` stays NaN (out of sample). Refuses areas.shape, areas.value (a proportion outside [0,
// 1], an effective number of persons that is not above 0).
Outcome<ArcsineData> to_arcsine(std::span<const double> proportions, std::span<const double> effective_n);

// sin²(m). `m` is an estimate on the arcsine scale.
double back_naive(double m);
// (1 − exp(−2 variance) cos 2m)/2: the expectation of sin² θ for θ ~ N(m, variance). `variance` is g1.
double back_corrected(double m, double variance);
// The interval of the transformed scale, cut to [0, π/2], taken back by sin².
Outcome<Interval> back_interval(const AreaEstimate& area, double level = 0.95);

}  // namespace kepu::statistics::areas
