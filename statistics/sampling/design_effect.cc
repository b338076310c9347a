#include "statistics/sampling/design_effect.h"

#include <fmt/format.h>

#include <cmath>

namespace kepu::statistics::sampling {

Outcome<DesignEffect> design_effect(double take, double correlation, double weight_cv) {
  if (!(take >= 1) || !std::isfinite(take)) return refuse("sampling.value", fmt::format("take is {}", take));
  if (!(correlation <= 1) || !((take - 1) * correlation >= -1)) {
    return refuse("sampling.value",
                  fmt::format("the correlation is {} with {} a cluster", correlation, take));
  }
  if (!(weight_cv >= 0) || !std::isfinite(weight_cv)) {
    return refuse("sampling.value", fmt::format("the variation of weights is {}", weight_cv));
  }
  DesignEffect out{1 + (take - 1) * correlation, 1 + weight_cv * weight_cv, 1};
  out.whole = out.clusters * out.weights;
  return out;
}

Outcome<double> weight_effect(std::span<const double> weights) {
  double largest = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0) || !std::isfinite(weights[i])) {
      return refuse("sampling.value", fmt::format("weight {} is {}", i + 1, weights[i]));
    }
    largest = std::max(largest, weights[i]);
  }
  if (largest == 0) return refuse("sampling.value", "all weights are 0");
  double sum = 0, squares = 0;
  for (const double weight : weights) {
    const double scaled = weight / largest;
    sum += scaled;
    squares += scaled * scaled;
  }
  return static_cast<double>(weights.size()) * squares / (sum * sum);
}

Outcome<double> best_take(double cluster_cost, double interview_cost, double correlation) {
  if (!(cluster_cost > 0 && interview_cost > 0 && correlation > 0 && correlation <= 1) ||
      !std::isfinite(cluster_cost) || !std::isfinite(interview_cost)) {
    return refuse("sampling.value", fmt::format("cost of a cluster {}, of an interview {}, correlation {}",
                                                cluster_cost, interview_cost, correlation));
  }
  return std::sqrt(cluster_cost / interview_cost * (1 - correlation) / correlation);
}

}  // namespace kepu::statistics::sampling
