// The spec of family `irt`: models, scaling constant, quadrature, priors.
#pragma once

#include "engines/survey/cases/item_spec.h"
#include "statistics/items/calibration.h"

namespace kepu::survey::items {

struct IrtSpec {
  std::vector<statistics::items::ItemKind> kinds;
  double D = 1;  // logit = D (aθ + d); the estimators know D = 1 only, results are divided by it
  statistics::items::CalibrationOptions options;
  bool with_prior = false;
};

// Refuses (case.spec) what it does not know: other models, latent distributions, priors.
base::Result<IrtSpec> read_irt_spec(const boost::json::object& spec, std::size_t items);

}  // namespace kepu::survey::items
