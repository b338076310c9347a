// Scores of persons on given items: items just calibrated, or those of an earlier round (fixed-parameter
// scoring). Answers of probability 0 (a category that the calibration never saw) are passed over like missing
// ones.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "statistics/items/item.h"
#include "statistics/items/quadrature.h"
#include "statistics/items/responses.h"
#include "statistics/outcome.h"

namespace kepu::statistics::items {

struct EapScores {
  std::vector<double> theta;             // posterior mean (Bock & Mislevy 1982)
  std::vector<double> sd;                // posterior standard deviation
  std::vector<double> expected_percent;  // posterior mean of the test characteristic curve, 0 … 100
  std::vector<double> p_reach;           // posterior probability of θ ≥ cut; empty without a cut
};

// Refuses (irt.items) items that do not fit the responses. `cut` on the scale of θ; the mass of a node at the
// cut counts as reached.
Outcome<EapScores> eap_scores(const Responses& responses, std::span<const Item> items,
                              const Quadrature& quadrature, std::optional<double> cut = {}, int threads = 2);

struct PointScores {
  std::vector<double> theta;
  std::vector<double> se;  // MAP: (-∂² log posterior)^-1/2; WLE: information^-1/2
};

// Mode of the posterior with prior N(mean, sd²); the highest where there are several.
Outcome<PointScores> map_scores(const Responses& responses, std::span<const Item> items, double mean = 0,
                                double sd = 1);
// Warm (1989), for items of any model ∂ log L/∂θ + J/(2I) = 0 with J = Σ P'P''/P; bounded to ±10. NaN
// where nothing was answered.
Outcome<PointScores> wle_scores(const Responses& responses, std::span<const Item> items);

// `draws` plausible values a person (Mislevy 1991) from the posterior with prior N(mean, sd²), by inversion
// on a fine grid; person by person. The same seed gives the same values; a person's
// depend on the seed, his answers and his place in the file alone. The error of measurement enters an
// estimate by computing it for each of the M draws: variance = mean of the variances + (1 + 1/M) × variance
// of the estimates (Rubin 1987, 3.1.5).
Outcome<std::vector<std::vector<double>>> plausible_values(const Responses& responses,
                                                           std::span<const Item> items, int draws,
                                                           std::uint64_t seed, double mean = 0,
                                                           double sd = 1);

// Var(EAP) / (Var(EAP) + mean posterior variance), weighted (empty = 1 each); NaN for fewer than two persons.
double empirical_reliability(const EapScores& scores, std::span<const double> weights);

}  // namespace kepu::statistics::items
