// How a sample is divided among strata (townships). Cochran (1977, Sampling Techniques, ch. 5); power
// allocation by Bankier (1988, Am. Stat. 42, 174–177), which serves small townships and the county at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

struct Stratum {
  double population = 0;  // N > 0
  double deviation = 0;   // S ≥ 0, standard deviation of the variable; for a proportion √(p(1−p))
  double mean = 0;        // for the power allocation: > 0
  double cost = 1;        // of one interview, > 0
};

enum class AllocationKind {
  proportional,  // ∝ N
  neyman,        // ∝ N S: least variance for n persons
  optimum_cost,  // ∝ N S/√c: least variance for the cost
  power,         // ∝ (S/mean) N^q: equal relative errors at q = 0, near Neyman at q = 1
};

// Real numbers that sum to `total` > 0. Refuses sampling.empty, sampling.value (which stratum),
// sampling.allocation (all shares 0).
Outcome<std::vector<double>> allocate(std::span<const Stratum> strata, double total, AllocationKind kind,
                                      double power = 0.5);

// What people need in the field: the shares above, but never under `minimum` or over the population of a
// stratum; what is cut off or filled up is shared out among the others in their proportion. Refuses also
// sampling.bounds where the bounds leave no room for `total`.
Outcome<std::vector<double>> allocate_bounded(std::span<const Stratum> strata, double total,
                                              AllocationKind kind, double minimum, double power = 0.5);

// Whole numbers of the same sum (that of `shares`, rounded): floors, and the rest to the largest fractions;
// of equal fractions (to 1e-9) the earlier. Refuses sampling.value (negative or not finite).
Outcome<std::vector<std::int64_t>> largest_remainder(std::span<const double> shares);

// Variance of the stratified mean: Σ (N/ΣN)² (1 − n/N) S²/n (Cochran, eq. 5.7). n > 0, may be fractional. A
// stratum with n = 0 and S > 0 has none: refused (sampling.value).
Outcome<double> variance_of_mean(std::span<const Stratum> strata, std::span<const double> sizes);

}  // namespace kepu::statistics::sampling
