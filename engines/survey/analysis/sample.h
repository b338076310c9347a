// Internal: the respondents as rows with their weights and their design, ready for the estimators.
#pragma once

#include <Eigen/Core>

#include "core/base/result.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/categories.h"
#include "statistics/survey/design.h"
#include "statistics/weighting/pipeline.h"

namespace kepu::survey::analysis {

struct Sample {
  const Dataset* dataset = nullptr;
  std::vector<std::size_t> cases;   // row → place among the dataset's cases: the complete interviews
  std::vector<Variable> variables;  // `of` by row
  std::vector<double> before;       // weights before raking
  std::vector<double> weights;      // final
  std::vector<statistics::WeightingStep> steps;  // from `before` to `weights`: raking, trimming
  std::optional<statistics::Design> design;      // with the weights `before`
  Weighting log;

  const Case& at(std::size_t row) const { return dataset->cases[cases[row]]; }
  std::size_t rows() const { return cases.size(); }
  statistics::Cells cells(std::size_t variable) const;
};

// A refusal of the library as one for people.
base::Error error_of(const statistics::Refusal& refusal, std::string_view where);
template <class T>
base::Result<T> translated(statistics::Outcome<T> outcome, std::string_view where) {
  if (!outcome) return tl::unexpected(error_of(outcome.error(), where));
  return std::move(*outcome);
}

// Base weights by the draw, eligibility and nonresponse within villages, person in the dwelling, raking,
// trimming. Refuses survey.few, survey.margins_missed, survey.statistics.
base::Result<Sample> make_sample(const Dataset& dataset, const AnalysisOptions& options);

// ---- parts of it
// Weights of all cases before raking: 0 but for complete interviews. Adds to the log.
base::Result<std::vector<double>> design_weights(const Dataset& dataset, const AnalysisOptions& options,
                                                 Weighting& log);
// The margins that can be raked on, by row; categories too thin are merged and noted.
std::vector<statistics::Margin> rake_margins(Sample& sample, const AnalysisOptions& options);

}  // namespace kepu::survey::analysis
