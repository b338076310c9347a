// Second-order matters of sampling with unequal probabilities.
#pragma once

#include <Eigen/Core>

#include "statistics/outcome.h"
#include "statistics/survey/design.h"

namespace kepu::statistics {

// Δ with V = x'Δx over units, x_i = value / π_i: Δ_ij = 1 − π_i π_j / π_ij, Δ_ii = 1 − π_i
// (Horvitz and Thompson 1952), or its Yates–Grundy form, in which the rows of Δ are made to sum to 0.
// `stage.fraction` are the π_i. Approximations inside strata of n units:
//   Overton:      Δ_ij = 1 − (n − (π_i+π_j)/2) / (n − 1)
//   Hartley–Rao:  Δ_ij = 1 − (n − π_i − π_j + mean π) / (n − 1)
// The result may be indefinite: a negative variance is possible and is the caller's to refuse.
// Refuses survey.pps: no joint matrix, or one of another size or with values that are not probabilities.
Outcome<Eigen::MatrixXd> pps_delta(PpsMethod method, const DesignStage& stage, const Eigen::MatrixXd& joint);

}  // namespace kepu::statistics
