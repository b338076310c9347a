// Internal: weighted least squares at a given variance between areas, and that variance by every method.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "statistics/areas/fay_herriot.h"

namespace kepu::statistics::areas {

// The sampled areas in an orthonormal basis of the covariates.
struct SampledAreas {
  Eigen::MatrixXd q;
  Eigen::VectorXd y, d;
};

struct WeightedFit {
  Eigen::VectorXd weights;    // 1/(A + D)
  Eigen::VectorXd residuals;  // y − Qb
  Eigen::VectorXd b;
  Eigen::MatrixXd covariance;  // (Q'WQ)⁻¹
  double log_determinant = 0;  // of Q'WQ
};

WeightedFit weighted_fit(const SampledAreas& areas, double variance);

// ½Σ ln w − ½Σ w r² − (m/2) ln 2π
double log_likelihood(const WeightedFit& fit);

// None where the method has no value: an adjusted likelihood LL of too few areas, or A = 0 with some D = 0.
std::optional<double> area_variance(const SampledAreas& areas, VarianceMethod method);

}  // namespace kepu::statistics::areas
