#include "statistics/items/test_curve.h"

#include <cmath>

namespace kepu::statistics::items {

double expected_percent(std::span<const Item> items, double theta, std::span<const double> points) {
  double score = 0, full = 0;
  for (std::size_t j = 0; j < items.size(); ++j) {
    const double most = items[j].categories() - 1;
    const double weight = points.empty() ? 1 : points[j] / most;
    score += weight * expected_score(items[j], theta);
    full += weight * most;
  }
  return 100 * score / full;
}

double test_information(std::span<const Item> items, double theta) {
  double information = 0;
  for (const Item& item : items) information += item_information(item, theta);
  return information;
}

std::optional<double> theta_at_percent(std::span<const Item> items, double percent, double lo, double hi,
                                       std::span<const double> points) {
  constexpr int kSteps = 240;
  const auto over = [&](double theta) { return expected_percent(items, theta, points) - percent; };
  double left = lo, at_left = over(lo);
  if (at_left == 0) return lo;
  for (int i = 1; i <= kSteps; ++i) {
    double right = lo + (hi - lo) * i / kSteps;
    const double at_right = over(right);
    if (at_right == 0) return right;
    if ((at_left < 0) == (at_right < 0)) {
      left = right, at_left = at_right;
      continue;
    }
    // To the last bit: 60 halvings of one step.
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = left + (right - left) / 2;
      ((over(middle) < 0) == (at_left < 0) ? left : right) = middle;
    }
    return left + (right - left) / 2;
  }
  return std::nullopt;
}

std::vector<double> score_distribution(std::span<const Item> items, double theta) {
  std::vector<double> distribution{1};
  std::vector<CategoryCurve> curves;
  for (const Item& item : items) {
    category_curves(item, theta, curves);
    std::vector<double> next(distribution.size() + curves.size() - 1, 0);
    for (std::size_t s = 0; s < distribution.size(); ++s) {
      for (std::size_t k = 0; k < curves.size(); ++k) next[s + k] += distribution[s] * curves[k].p;
    }
    distribution = std::move(next);
  }
  return distribution;
}

}  // namespace kepu::statistics::items
