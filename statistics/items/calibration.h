// Item parameters by marginal maximum likelihood (Bock & Aitkin 1981), θ ~ the prior of the quadrature,
// carried on to the exact maximum. Models may be mixed in one test; answers may be missing (ignored in the
// likelihood, that is, missing at random); persons may carry weights (pseudo-likelihood; see design_errors.h
// for honest standard errors then).
#pragma once

#include <Eigen/Dense>
#include <optional>
#include <span>
#include <vector>

#include "statistics/items/item.h"
#include "statistics/items/quadrature.h"
#include "statistics/items/responses.h"
#include "statistics/outcome.h"

namespace kepu::statistics::items {

struct NormalPrior {
  double mean = 0;
  double sd = 1;  // > 0
};

// Each applies to every such parameter of the test. A 3PL item needs one on logit_c in all but very large
// samples: without it the likelihood is nearly flat.
struct Priors {
  std::optional<NormalPrior> logit_c;
  std::optional<NormalPrior> log_a;  // then slopes stay positive
  std::optional<NormalPrior> a;
  std::optional<NormalPrior> d;
};

struct CalibrationOptions {
  Quadrature quadrature = normal_quadrature();
  Priors priors;
  // Stop where the maximum is nearer than this, in standard errors of the parameters.
  double tolerance = 1e-8;
  int max_iterations = 2000;
  bool standard_errors = true;
  int threads = 2;
};

// Where the parameters of an item stand in the parameter vector; -1 = not estimated (an infinite intercept).
// Intercepts of a graded item that coincide share a place; so do the slopes of all 1PL items.
struct ItemPlaces {
  int a = -1;
  std::vector<int> d;
  int logit_c = -1;
};

struct Calibration {
  std::vector<Item> items;
  std::vector<ItemPlaces> places;
  int parameters = 0;          // item by item: a, then d, then logit_c
  double log_likelihood = 0;   // Σ w_i log marginal probability, plus the log prior density
  Eigen::MatrixXd covariance;  // inverse of the observed information; empty without standard_errors
  int iterations = 0;
  double distance = 0;  // Newton distance to the maximum at the last step, in standard errors
  // Categories that nobody with a positive weight has chosen (item, category): their estimates are limits.
  std::vector<std::pair<int, int>> unused;
};

// Weights: one a person, ≥ 0, not all 0; empty = 1 each. Time grows linearly with persons; equal answer
// patterns are computed once where many are equal. Refuses: irt.kinds (not one kind an item, categories that
// do not fit the model), irt.weights, irt.options, irt.constant_item (only one answer occurs; nothing can be
// learnt of it), irt.unused_category (the lowest of a partial-credit item), irt.size (over 200 items),
// irt.not_identified (the information is singular at the end, or the maximum lies at infinity),
// irt.no_convergence.
Outcome<Calibration> calibrate(const Responses& responses, std::span<const ItemKind> kinds,
                               std::span<const double> weights, const CalibrationOptions& options);

// Standard error of b = -d/a (binary models), by the delta method.
double difficulty_error(const Calibration& calibration, int item);

}  // namespace kepu::statistics::items
