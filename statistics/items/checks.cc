#include "statistics/items/checks.h"

#include <fmt/format.h>

namespace kepu::statistics::items {

Outcome<void> check_weights(std::span<const double> weights, std::size_t rows) {
  if (weights.empty()) return {};
  if (weights.size() != rows) {
    return refuse("items.weights", fmt::format("{} weights for {} rows", weights.size(), rows));
  }
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (!(weights[i] >= 0) || std::isinf(weights[i])) {
      return refuse("items.weights", fmt::format("the weight of row {} is {}", i + 1, weights[i]));
    }
    sum += weights[i];
  }
  if (!(sum > 0)) return refuse("items.weights", "all weights are 0");
  return {};
}

Outcome<void> check_quadrature(const Quadrature& quadrature) {
  const auto& x = quadrature.node;
  if (x.size() < 2 || x.size() > 1000 || x.size() != quadrature.weight.size()) {
    return refuse("irt.options", fmt::format("{} nodes with {} weights", x.size(), quadrature.weight.size()));
  }
  double sum = 0;
  for (std::size_t q = 0; q < x.size(); ++q) {
    if (!std::isfinite(x[q]) || !(quadrature.weight[q] >= 0) || (q > 0 && x[q] <= x[q - 1])) {
      return refuse("irt.options", fmt::format("node {} does not ascend or has no weight", q + 1));
    }
    sum += quadrature.weight[q];
  }
  if (!(std::abs(sum - 1) < 1e-9)) {
    return refuse("irt.options", fmt::format("the weights of the nodes sum to {}", sum));
  }
  return {};
}

Outcome<void> check_items(std::span<const Item> items, const Responses& responses) {
  if (items.size() != static_cast<std::size_t>(responses.items())) {
    return refuse("irt.items", fmt::format("{} items for answers to {}", items.size(), responses.items()));
  }
  for (std::size_t j = 0; j < items.size(); ++j) {
    if (auto checked = check_item(items[j]); !checked) {
      return refuse("irt.items", fmt::format("item {}: {}", j + 1, checked.error().detail));
    }
    if (items[j].categories() != responses.categories()[j]) {
      return refuse("irt.items", fmt::format("item {} has {} categories, its answers have {}", j + 1,
                                             items[j].categories(), responses.categories()[j]));
    }
  }
  return {};
}

}  // namespace kepu::statistics::items
