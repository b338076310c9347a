// Benchmarking: area estimates are moved so that their weighted sum is the county figure, which has the
// smaller error and is published beside them (Pfeffermann 2013, Stat. Sci. 28, 40–68, §6.3).
#pragma once

#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::areas {

enum class BenchmarkKind {
  ratio,       // every estimate × target / Σ share·estimate
  difference,  // every estimate + (target − Σ share·estimate) / Σ share
};

// `shares` of the population, ≥ 0; usually of sum 1, else `target` is the figure for that sum. The result
// reaches Σ share·estimate = target to rounding. Refuses areas.shape, areas.value, areas.benchmark (all
// shares 0, or for the ratio a weighted sum of 0). An empty list is refused.
Outcome<std::vector<double>> benchmark(std::span<const double> estimates, std::span<const double> shares,
                                       double target, BenchmarkKind kind);

}  // namespace kepu::statistics::areas
