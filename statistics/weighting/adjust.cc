#include "statistics/weighting/adjust.h"

#include <fmt/format.h>

#include <algorithm>

namespace kepu::statistics {

WeightSummary summarise(std::span<const double> weights) {
  WeightSummary s;
  if (weights.empty()) return s;
  s.least = s.most = weights[0];
  for (const double w : weights) {
    s.count += w != 0;
    s.negative += w < 0;
    s.sum += w;
    s.sum_of_squares += w * w;
    s.least = std::min(s.least, w);
    s.most = std::max(s.most, w);
  }
  if (s.sum != 0 && s.count > 0) {
    s.kish_deff = static_cast<double>(s.count) * s.sum_of_squares / (s.sum * s.sum);
    s.effective_n = static_cast<double>(s.count) / s.kish_deff;
  }
  return s;
}

Outcome<std::vector<double>> adjust_for_nonresponse(std::span<const double> weights, const Cells& classes,
                                                    std::span<const std::uint8_t> responded,
                                                    double max_factor) {
  if (classes.of.size() != weights.size() || responded.size() != weights.size()) {
    return refuse("weighting.missing", "classes, answers and weights have different numbers of rows");
  }
  std::vector<double> all(static_cast<std::size_t>(classes.count), 0.0), answered(all.size(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (classes.of[i] < 0) return refuse("weighting.missing", fmt::format("row {} has no class", i + 1));
    const auto c = static_cast<std::size_t>(classes.of[i]);
    all[c] += weights[i];
    if (responded[i]) answered[c] += weights[i];
  }
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c] == 0) continue;
    if (answered[c] == 0) {
      return refuse("weighting.no_respondents", fmt::format("nobody answered in class {}; collapse it", c));
    }
    if (all[c] / answered[c] > max_factor) {
      return refuse("weighting.factor",
                    fmt::format("class {} would be weighted by {:.3g}, more than {:.3g}; collapse it", c,
                                all[c] / answered[c], max_factor));
    }
  }
  std::vector<double> out(weights.size(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto c = static_cast<std::size_t>(classes.of[i]);
    if (responded[i]) out[i] = weights[i] * all[c] / answered[c];
  }
  return out;
}

Outcome<std::vector<double>> trim(std::span<const double> weights, const TrimRules& rules) {
  if (!(rules.lower <= rules.upper)) {
    return refuse("weighting.trim", fmt::format("bounds {} … {}", rules.lower, rules.upper));
  }
  std::vector<double> out(weights.begin(), weights.end());
  for (std::size_t round = 0; round <= weights.size(); ++round) {
    double excess = 0;
    std::size_t inside = 0, weighted = 0;
    for (const double w : out) {
      if (w == 0) continue;
      ++weighted;
      inside += w >= rules.lower && w <= rules.upper;
      excess += w - std::clamp(w, rules.lower, rules.upper);
    }
    if (inside == weighted) return out;
    if (inside == 0) {
      return refuse("weighting.trim", fmt::format("all weights lie outside {} … {}: the sum cannot be kept",
                                                  rules.lower, rules.upper));
    }
    for (double& w : out) {
      if (w == 0) continue;
      const bool in = w >= rules.lower && w <= rules.upper;
      w = in ? w + excess / static_cast<double>(inside) : std::clamp(w, rules.lower, rules.upper);
    }
    if (!rules.strict) return out;
  }
  return refuse("weighting.trim", fmt::format("the bounds {} … {} cannot hold the sum of the weights",
                                              rules.lower, rules.upper));
}

}  // namespace kepu::statistics
