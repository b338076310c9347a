// Classical item statistics: how hard an item is, how well it tells the able from the others.
// Columns hold scores (any numbers), NaN = missing. Rows with a missing answer are left out (complete cases)
// unless said otherwise. Weights are survey weights, one a row; empty = 1 each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/items/design_errors.h"
#include "statistics/outcome.h"

namespace kepu::statistics::items {

using Columns = std::span<const std::span<const double>>;

struct ClassicalItem {
  double facility = 0;           // weighted mean / maximum of the item
  double point_biserial = 0;     // correlation with the total
  double item_rest = 0;          // correlation with the total without the item
  double discrimination_27 = 0;  // (mean of the upper - mean of the lower 27 %) / maximum    (Kelley 1939)
};

struct ClassicalTest {
  std::vector<ClassicalItem> items;
  std::size_t n = 0;      // complete cases
  std::size_t group = 0;  // persons in either group: floor(0.27 n); by the total, ties in file order
  double total_mean = 0, total_sd = 0;
  double alpha = 0;                          // of the complete cases
  double standard_error_of_measurement = 0;  // sd √(1 - alpha)
};

// `maximum` of each item: empty = the greatest answer seen in complete cases. With weights, facility, means,
// correlations and alpha are weighted; the 27 % groups are of persons.
// Refuses items.columns (no column, unequal lengths, infinite numbers), items.weights, items.few (fewer than
// two items, or four complete cases). Correlations of a constant item are NaN.
Outcome<ClassicalTest> classical_test(Columns columns, std::span<const double> weights = {},
                                      std::span<const double> maximum = {});

// Weighted means with design-based standard errors (linearisation with replacement), complete cases as a
// domain: units without a complete case still count.
struct WeightedFacility {
  std::vector<double> mean, se;
  int degrees_of_freedom = 0;
  double alpha = 0;  // from weighted variances
};
Outcome<WeightedFacility> weighted_facility(Columns columns, std::span<const double> weights,
                                            const SampleDesign& design);

// How often each option of a multiple-choice item was chosen, and by whom.
struct Option {
  double share = 0;             // weighted, of those who answered
  double lower = 0, upper = 0;  // share in the lower and upper 27 % by the rest score
  double rest_correlation = 0;  // of choosing it with the rest score
};
struct Distractors {
  std::vector<Option> options;  // by code 0 … options-1
  double missing_share = 0;     // of all rows
  // A key whose rest correlation is not positive, or a distractor whose rest correlation is over the key's.
  bool suspicious = false;
};
// `choice`: option codes, -1 = none; `rest`: score on the other items (NaN = leave out).
Outcome<Distractors> distractors(std::span<const std::int32_t> choice, std::span<const double> rest,
                                 int options, int key, std::span<const double> weights = {});

}  // namespace kepu::statistics::items
