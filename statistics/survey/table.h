// The table that a county publishes: one share (or mean) for everybody and for every category of several
// variables, made in one pass over the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/proportion.h"
#include "statistics/survey/survey.h"
#include "statistics/weighting/pipeline.h"

namespace kepu::statistics {

enum class Publication { publish, review, suppress };

// NCHS Data Presentation Standards for Proportions (Parker et al. 2017, Vital and Health Statistics 2(175)),
// applied to the Korn–Graubard interval: suppressed are fewer than least_n rows or effective rows, an
// interval of max_width or wider, or one wider than max_relative_width times the share or, for shares above
// ½, times 1 − share, unless it is narrower than always_narrow; fewer than least_degrees ask for a look.
struct PublicationRule {
  double least_n = 30;
  double max_width = 0.30;
  double always_narrow = 0.05;
  double max_relative_width = 1.30;
  int least_degrees = 8;
};

struct TableRow {
  int variable = -1;  // place in `by`; −1: everybody
  std::int32_t category = -1;
  std::size_t n = 0;  // rows with an answer and with weight
  double weight = 0;  // their sum of weights: people in the population
  double estimate = 0;
  double se = 0;
  double cv = 0;    // se / estimate; NaN at 0
  double deff = 0;  // against a simple random sample without replacement; NaN where that has no variance
  double effective_n = 0;  // p q / v; n at p = 0 or 1
  int degrees = 0;
  std::optional<Interval> interval;  // none where no method gives one
  Publication publication = Publication::suppress;
};

// `y` is 0 or 1, NaN = no answer (the row is outside the domain, its unit stays). At p = 0 or 1 the interval
// is Korn–Graubard's whatever the method. Means of other numbers are possible with IntervalMethod::mean; they
// are never suppressed by width.
struct TableRequest {
  std::span<const double> y;
  std::vector<const Cells*> by;
  IntervalMethod method = IntervalMethod::logit;
  double confidence = 0.95;
  PublicationRule rule = {};
};

// Everybody first, then the categories of each variable that have an answer with weight, in order. Refuses
// survey.columns, survey.empty and what Survey::covariance refuses. Single-stage designs without calibration
// take one pass over all domains; others one a domain.
Outcome<std::vector<TableRow>> domain_table(const Survey& survey, const TableRequest& request);

// The same with the variance of replicates, each re-weighted by all `steps`; degrees of freedom are those of
// the design. `replicates` go by unit (jackknife, bootstrap …) and start from the design's weights. Nothing
// of rows × replicates is kept: raking and post-stratification run on joint cells, `threads` share the
// replicates. Refuses as run_weighting; survey.replicates (not by unit); survey.columns.
Outcome<std::vector<TableRow>> replicate_table(const Design& design, const Replicates& replicates,
                                               std::span<const WeightingStep> steps,
                                               const TableRequest& request, int threads = 2);

}  // namespace kepu::statistics
