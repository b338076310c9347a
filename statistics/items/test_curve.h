// The test as a whole: expected score on 100 points, information, and the θ of a cut.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "statistics/items/item.h"

namespace kepu::statistics::items {

// 100 × Σ expected item scores / Σ (K-1). `points` (optional) weights the items: the points a full answer
// earns.
double expected_percent(std::span<const Item> items, double theta, std::span<const double> points = {});
// Fisher information of the test.
double test_information(std::span<const Item> items, double theta);

// The θ where the expected score is `percent`, between lo and hi; none where the curve does not reach it
// there. Where the curve is not monotone (negative slopes) the crossing next to lo.
std::optional<double> theta_at_percent(std::span<const Item> items, double percent, double lo = -6,
                                       double hi = 6, std::span<const double> points = {});

// P(number-right score = s | θ), s = 0 … Σ (K-1): the recursion of Lord & Wingersky (1984), for graded items
// of Thissen, Pommerich, Billeaud & Williams (1995).
std::vector<double> score_distribution(std::span<const Item> items, double theta);

}  // namespace kepu::statistics::items
