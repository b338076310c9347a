// Internal: the parts of analyse(), each from the sample to its part of the result.
#pragma once

#include "engines/survey/analysis/sample.h"
#include "statistics/items/literacy_rule.h"
#include "statistics/survey/survey.h"

namespace kepu::survey::analysis {

struct Scores {
  std::vector<double> points;    // of each respondent, an item without an answer counts as not right
  std::vector<double> literate;  // 1 or 0
};

Scores scores_of(const Sample& sample, const statistics::items::LiteracyRule& rule);

// Variance of the county's share by the two stages without replacement over that with replacement, in (0, 1]:
// what it is worth that a good part of the villages was drawn. 1 where it cannot be computed.
double finite_factor(const Sample& sample, std::span<const double> y);

base::Result<Literacy> literacy_of(const Sample& sample, const Scores& scores,
                                   const statistics::items::LiteracyRule& rule, std::uint64_t seed,
                                   const AnalysisOptions& options);
IrtCheck irt_of(const Sample& sample, const statistics::items::LiteracyRule& rule);
Townships townships_of(const Sample& sample, const Literacy& literacy);
void compare(const Dataset& dataset, RoundResult& result);
base::Result<Items> items_of(const Sample& sample);
Quality quality_of(const Sample& sample);

}  // namespace kepu::survey::analysis
