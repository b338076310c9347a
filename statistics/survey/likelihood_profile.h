// The profile-likelihood interval of a proportion, exact and as R interpolates it.
#pragma once

#include "statistics/survey/proportion.h"

namespace kepu::statistics {

// Both solutions of 2 n [p log(p/x) + (1−p) log((1−p)/(1−x))] = t², to full accuracy. 0 < p < 1, n > 0.
Interval profile_exact(double p, double n, double t);

// confint(svyglm, method = "likelihood") of R survey: signed roots of the deviance at up to ten equal steps
// on the logit scale, a cubic spline through them on three times as many points, linear interpolation.
// Refuses survey.interval where the steps do not reach the cut.
Outcome<Interval> profile_by_spline(double p, double variance, double rows, double dispersion,
                                    double confidence, double degrees);

}  // namespace kepu::statistics
