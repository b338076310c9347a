#include "statistics/areas/benchmark.h"

#include <fmt/format.h>

#include <cmath>

namespace kepu::statistics::areas {

Outcome<std::vector<double>> benchmark(std::span<const double> estimates, std::span<const double> shares,
                                       double target, BenchmarkKind kind) {
  if (estimates.empty() || estimates.size() != shares.size()) {
    return refuse("areas.shape", fmt::format("{} estimates, {} shares", estimates.size(), shares.size()));
  }
  if (!std::isfinite(target)) return refuse("areas.value", "the target is not finite");
  double sum = 0, weight = 0, size = 0;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    if (!std::isfinite(estimates[i]) || !std::isfinite(shares[i]) || shares[i] < 0) {
      return refuse("areas.value",
                    fmt::format("area {}: estimate {}, share {}", i + 1, estimates[i], shares[i]));
    }
    sum += shares[i] * estimates[i];
    size += shares[i] * std::abs(estimates[i]);
    weight += shares[i];
  }
  const bool is_ratio = kind == BenchmarkKind::ratio;
  if (!(weight > 0) || (is_ratio && std::abs(sum) <= 1e-14 * size)) {
    return refuse("areas.benchmark",
                  fmt::format("the shares sum to {}, the weighted estimates to {}", weight, sum));
  }
  std::vector<double> out(estimates.begin(), estimates.end());
  for (double& value : out) value = is_ratio ? value * (target / sum) : value + (target - sum) / weight;
  return out;
}

}  // namespace kepu::statistics::areas
