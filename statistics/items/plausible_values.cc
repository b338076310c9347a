#include <algorithm>
#include <cmath>

#include "statistics/items/ability.h"
#include "statistics/items/checks.h"
#include "statistics/items/known_items.h"

namespace kepu::statistics::items {

namespace {

constexpr int kNodes = 601;
constexpr double kReach = 6;  // in standard deviations of the prior

// SplitMix64 (Steele, Lea & Flood 2014): one well mixed number for each (seed, person, draw).
double uniform(std::uint64_t seed, std::uint64_t person, std::uint64_t draw) {
  const auto mix = [](std::uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  };
  return (static_cast<double>(mix(mix(mix(seed) + person) + draw) >> 11) + 0.5) * 0x1p-53;
}

}  // namespace

Outcome<std::vector<std::vector<double>>> plausible_values(const Responses& responses,
                                                           std::span<const Item> items, int draws,
                                                           std::uint64_t seed, double mean, double sd) {
  if (auto checked = check_items(items, responses); !checked) return tl::unexpected(checked.error());
  if (draws < 1 || draws > 1000 || !(sd > 0) || !std::isfinite(sd) || !std::isfinite(mean)) {
    return refuse("irt.options", "plausible values need 1 to 1,000 draws and a prior with a positive spread");
  }
  const Quadrature grid = normal_quadrature(kNodes, mean - kReach * sd, mean + kReach * sd, mean, sd);
  const KnownItems known(responses, items, grid);
  const double step = grid.node[1] - grid.node[0];
  std::vector<double> posterior((kNodes + kernel::kWidth - 1) / kernel::kWidth * kernel::kWidth);
  std::vector<double> reached(kNodes);
  std::vector<std::vector<double>> values(static_cast<std::size_t>(draws));
  for (int i = 0; i < responses.persons(); ++i) {
    if (!kernel::posteriors(known.pass(i, i + 1), posterior.data())) {
      return refuse("irt.items", "a person's answers are impossible at every node under these items");
    }
    double sum = 0;
    for (std::size_t q = 0; q < kNodes; ++q) reached[q] = sum += posterior[q];
    for (std::size_t m = 0; m < values.size(); ++m) {
      const double target = sum * uniform(seed, static_cast<std::uint64_t>(i), m);
      const auto q = static_cast<std::size_t>(std::lower_bound(reached.begin(), reached.end() - 1, target) -
                                              reached.begin());
      // Within the node's cell by what is left; it adds step²/12, 0.003 % of the prior's variance.
      const double left = posterior[q] > 0 ? (target - (reached[q] - posterior[q])) / posterior[q] : 0.5;
      values[m].push_back(grid.node[q] + (std::clamp(left, 0.0, 1.0) - 0.5) * step);
    }
  }
  return values;
}

}  // namespace kepu::statistics::items
