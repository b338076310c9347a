// Calibration to totals of auxiliaries (Deville and Särndal 1992): new weights g_i·w_i, as near to the old
// ones as possible, with Σ g_i w_i a_i = T.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/weighting/margins.h"

namespace kepu::statistics {

// Which distance: linear g = 1 + u, raking g = exp(u), logit (both bounds finite, lower < 1 < upper).
enum class CalibrationKind { linear, raking, logit };

struct Calibration {
  Eigen::MatrixXd auxiliary;       // rows × totals
  std::vector<std::string> names;  // of the columns, for messages
  Eigen::VectorXd totals;
  CalibrationKind kind = CalibrationKind::linear;
  double lower = -std::numeric_limits<double>::infinity();  // of g
  double upper = std::numeric_limits<double>::infinity();
  // One g for all rows of a cluster: auxiliaries and weights are replaced by their means over the cluster.
  std::optional<Cells> clusters;
  double epsilon = 1e-7;  // greatest accepted |Σ − T| / (1 + |T|)
  int max_iterations = 50;
};

// Refuses: weighting.calibration (sizes, bounds, values that are not numbers), weighting.collinear
// (auxiliaries that repeat each other while their totals do not), weighting.not_converged and
// weighting.diverged (no solution was found, the latter where the iteration left the finite numbers): with
// the total that lies out of reach of the bounds and how far they reach, or else the one that is missed most.
// Linear unbounded calibration can make negative weights; the caller sees them in the weights.
Outcome<Fitted> calibrate(const Calibration& calibration, std::span<const double> weights);

// g alone, without a projection: for the replicates of a survey.
Outcome<Eigen::VectorXd> calibration_factors(const Calibration& calibration, std::span<const double> weights);

}  // namespace kepu::statistics
