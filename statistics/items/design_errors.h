// Errors of a calibration that respect how the sample was drawn.
#pragma once

#include <cstdint>
#include <span>

#include "statistics/items/calibration.h"

namespace kepu::statistics::items {

// First-stage design: one entry a person. Empty `stratum` = one stratum; empty `cluster` = every person is
// his own sampling unit. Clusters are told apart within their stratum.
struct SampleDesign {
  std::span<const std::int32_t> stratum;
  std::span<const std::int32_t> cluster;
};

// Covariance of column totals Σ_i x_i over the design, first-stage units drawn with replacement (Binder
// 1983):
//   Σ_h n_h/(n_h-1) Σ_c (t_hc - t̄_h)(t_hc - t̄_h)'
// `x` has one row a person. Refuses (irt.lonely_unit) a stratum with one unit, (irt.design) entries that are
// not one a person.
Outcome<Eigen::MatrixXd> design_covariance_of_totals(const Eigen::MatrixXd& x, const SampleDesign& design);
// Units less strata.
int design_degrees_of_freedom(const SampleDesign& design, std::size_t persons);

// The sandwich H⁻¹ V H⁻¹ (Binder 1983; Skinner 1989): H the observed information (prior included), V the
// design covariance of the weighted scores w_i ∂ log L_i. Parameters in the order of Calibration.
Outcome<Eigen::MatrixXd> design_covariance(const Calibration& calibration, const Responses& responses,
                                           std::span<const double> weights, const SampleDesign& design,
                                           const CalibrationOptions& options);

}  // namespace kepu::statistics::items
