#include "statistics/sampling/inclusion.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <numeric>

namespace kepu::statistics::sampling {

Outcome<std::vector<double>> inclusion_probabilities(std::span<const double> sizes, double count) {
  if (sizes.empty()) return refuse("sampling.empty", "there is no unit");
  if (!(count >= 0) || !std::isfinite(count))
    return refuse("sampling.value", fmt::format("{} units wanted", count));
  double with_size = 0, left_size = 0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (!(sizes[k] >= 0) || !std::isfinite(sizes[k])) {
      return refuse("sampling.value", fmt::format("unit {} has the size {}", k + 1, sizes[k]));
    }
    with_size += sizes[k] > 0 ? 1 : 0;
    left_size += sizes[k];
  }
  if (count > with_size) {
    return refuse("sampling.too_many", fmt::format("{} units wanted, {} have a size", count, with_size));
  }
  std::vector<double> probabilities(sizes.size(), 0);
  if (count == 0) return probabilities;
  double left = count;
  // Each turn makes a unit certain or is the last.
  for (bool again = true; again;) {
    again = false;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      if (probabilities[k] == 1 || sizes[k] == 0) continue;
      const double probability = left * (sizes[k] / left_size);
      again = again || probability >= 1;
      probabilities[k] = probability < 1 ? probability : 1;
    }
    left = count, left_size = 0;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      if (probabilities[k] == 1) {
        left -= 1;
      } else {
        left_size += sizes[k];
      }
    }
  }
  return probabilities;
}

Outcome<std::vector<std::size_t>> draw_systematic(std::span<const double> probabilities, double u) {
  if (!(u >= 0 && u < 1)) return refuse("sampling.value", fmt::format("the start is {}", u));
  std::vector<std::size_t> drawn;
  double sum = 0, before = std::floor(-u);
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double p = probabilities[k];
    if (!(p >= 0 && p <= 1))
      return refuse("sampling.value", fmt::format("unit {} has the probability {}", k + 1, p));
    if (p <= kCertain) continue;
    if (p >= 1 - kCertain) {
      drawn.push_back(k);
      continue;
    }
    sum += p;
    // A sum that is whole but for rounding is whole; else u = 0 would lose the last unit.
    const double whole = std::round(sum);
    const double here = std::floor((std::abs(sum - whole) < 1e-9 ? whole : sum) - u);
    if (here > before) drawn.push_back(k);
    before = here;
  }
  return drawn;
}

}  // namespace kepu::statistics::sampling
