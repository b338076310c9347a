// Small areas from records of persons: the nested-error model of Battese, Harter and Fuller (1988, JASA 83,
// 28–36), by restricted likelihood.
//   y_ij = x_ij'β + u_i + e_ij,   u_i ~ (0, σu²),   e_ij ~ (0, σe²)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::areas {

// One value a person in every column.
struct UnitData {
  std::span<const double> outcome;                  // finite
  std::span<const std::int32_t> area;               // 0 … areas − 1
  std::vector<std::span<const double>> covariates;  // finite
  bool intercept = true;
  // One value an area, as many columns as `covariates`: the means of the whole population of each area.
  std::vector<std::span<const double>> population_means;
  std::size_t areas = 0;
};

struct UnitAreaEstimate {
  int sampled = 0;           // persons
  double estimate = 0;       // X̄'b + u; without sample X̄'b
  double random_effect = 0;  // u = γ (ȳ − x̄'b)
  double shrinkage = 0;      // γ = σu²/(σu² + σe²/n)
  double g1 = 0, g2 = 0, g3 = 0;
  double mse = 0;  // g1 + g2 + 2 g3, Prasad and Rao (1990), with the asymptotic information of REML
};

struct UnitModel {
  double between_variance = 0;  // σu²
  double within_variance = 0;   // σe²
  bool zero_variance = false;   // σu² is 0: the estimates are wholly synthetic
  std::vector<double> coefficients, coefficient_errors;
  double log_likelihood = 0;  // restricted
  std::vector<UnitAreaEstimate> areas;
};

// Refuses: areas.shape, areas.value (not finite, an area code out of range), areas.few (fewer than p + 2
// persons or no two persons in one area), areas.collinear, areas.no_residual (the covariates explain
// everything). O(areas p²) for each of about 200 evaluations after one pass over the persons. Pure.
Outcome<UnitModel> fit_unit_model(const UnitData& data);

}  // namespace kepu::statistics::areas
