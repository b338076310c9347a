// The way to the maximum of a marginal likelihood. Internal.
#pragma once

#include "statistics/items/likelihood.h"

namespace kepu::statistics::items {

struct Maximum {
  MarginalLikelihood::Value value;
  Eigen::MatrixXd information;  // observed, at or very near the maximum; positive definite
  int iterations = 0;
  double distance = 0;  // Newton distance, in standard errors
};

// EM steps (Lange 1995) until the observed information is positive definite, then Newton steps with halving.
// Where there are many persons, a systematic part of them is brought to its maximum first; its information,
// scaled up, then serves as that of all: each step costs one pass over the persons and leaves a few per cent
// of the distance. Refuses irt.not_identified, irt.no_convergence.
Outcome<Maximum> maximise(const MarginalLikelihood& likelihood, const CalibrationOptions& options);

}  // namespace kepu::statistics::items
