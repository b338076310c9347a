// Steps that change weights without fitting them to the population: nonresponse by classes, trimming; and
// what a set of weights is like.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/weighting/cells.h"

namespace kepu::statistics {

// Kish (1965): deff = n Σw² / (Σw)² over weights that are not 0; effective n = n / deff.
struct WeightSummary {
  std::size_t count = 0;  // weights that are not 0
  std::size_t negative = 0;
  double sum = 0, sum_of_squares = 0;
  double least = 0, most = 0;  // over all rows
  double kish_deff = 0, effective_n = 0;
};

WeightSummary summarise(std::span<const double> weights);

// Weighting-class adjustment: in each class the respondents take over the weight of those who did not answer;
// nonrespondents get 0. Refuses weighting.missing, weighting.no_respondents (a class without respondents:
// names its number) and weighting.factor (a class whose factor exceeds max_factor: collapse it).
Outcome<std::vector<double>> adjust_for_nonresponse(
    std::span<const double> weights, const Cells& classes, std::span<const std::uint8_t> responded,
    double max_factor = std::numeric_limits<double>::infinity());

struct TrimRules {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool strict = false;  // again until none lies outside
};

// Weights outside are set to the bound, the difference is spread evenly over those inside, so that the sum
// stays (trimWeights of R survey). A weight of 0 stays 0. Refuses weighting.trim where the bounds cannot hold
// the sum.
Outcome<std::vector<double>> trim(std::span<const double> weights, const TrimRules& rules);

}  // namespace kepu::statistics
