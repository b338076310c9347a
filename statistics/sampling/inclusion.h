// Drawing with probability proportional to size: inclusion probabilities and the systematic draw.
#pragma once

#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

// π_k = n size_k/Σ size; where that reaches 1 the unit is certain, and the rest is shared out anew until none
// exceeds 1 (Särndal, Swensson and Wretman 1992, §3.6.3). Σ π = `count`. Sizes ≥ 0; a size of 0 is never
// drawn. Refuses sampling.empty, sampling.value (a size negative or not finite; count negative),
// sampling.too_many (count above the number of units with a size).
Outcome<std::vector<double>> inclusion_probabilities(std::span<const double> sizes, double count);

inline constexpr double kCertain = 1e-6;  // π within this of 0 or 1 is taken as never or always

// Systematic draw with the start u in [0, 1) (Madow 1949, Ann. Math. Stat. 20, 333–354): over the units with
// 0 < π < 1 in file order, V_k = Σ π up to k, unit k is drawn when an integer + u lies in (V_{k−1}, V_k].
// Certain units always. Positions from 0, ascending. Refuses sampling.value (π outside [0, 1], u outside [0,
// 1)).
Outcome<std::vector<std::size_t>> draw_systematic(std::span<const double> probabilities, double u);

}  // namespace kepu::statistics::sampling
