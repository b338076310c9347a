#include "statistics/survey/quantile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "statistics/survey/distributions.h"
#include "statistics/survey/estimate.h"
#include "statistics/survey/proportion.h"

namespace kepu::statistics {

namespace {

// Values in order, with weights and their running sum. Sums run in long double as R's do, so that exact hits
// are the same hits.
class Ordered {
 public:
  Ordered(std::span<const double> values, std::span<const double> weights) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (weights[i] != 0) order.push_back(i);
    }
    long double sum = 0;
    for (const auto i : order) sum += weights[i];
    total_ = static_cast<double>(sum);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    for (const auto i : order) {
      x_.push_back(values[i]);
      w_.push_back(weights[i]);
    }
    accumulate();
  }

  double at(double p, QuantileRule rule) const {
    if (x_.empty()) return std::nan("");
    switch (rule) {
      case QuantileRule::math:
      case QuantileRule::hf1:
        return step(p, [](double low, double) { return low; });
      case QuantileRule::school:
      case QuantileRule::hf2:
        return step(p, [](double low, double up) { return (low + up) / 2; });
      case QuantileRule::hf3:
        return nearest_even(p);
      case QuantileRule::hf4: {
        const auto [low, up] = around(p);
        const double below = p - sum_[low] / total_, above = sum_[up] / total_ - p;
        const double gamma = below / (above + below);
        return x_[low] * (1 - gamma) + x_[up] * gamma;
      }
      default:
        return interpolate(p, rule);
    }
  }

 private:
  void accumulate() {
    sum_.clear();
    long double sum = 0;
    for (const double w : w_) sum_.push_back(static_cast<double>(sum += w));
  }
  // The last value whose running sum does not exceed p (the first if there is none), and the next.
  std::pair<std::size_t, std::size_t> around(double p) const {
    const double goal = p * total_;
    std::size_t low = 0;
    const auto above = std::upper_bound(sum_.begin(), sum_.end(), goal);
    if (above != sum_.begin()) low = static_cast<std::size_t>(above - sum_.begin()) - 1;
    return {low, std::min(low + 1, x_.size() - 1)};
  }
  template <class OnHit>
  double step(double p, OnHit on_hit) const {
    const auto [low, up] = around(p);
    return p - sum_[low] / total_ == 0 ? on_hit(x_[low], x_[up]) : x_[up];
  }
  double nearest_even(double p) const {
    Ordered distinct = *this;
    distinct.x_.clear();
    distinct.w_.clear();
    for (std::size_t i = 0; i < x_.size(); ++i) {
      if (distinct.x_.empty() || distinct.x_.back() != x_[i]) {
        distinct.x_.push_back(x_[i]);
        distinct.w_.push_back(0);
      }
      distinct.w_.back() += w_[i];
    }
    distinct.accumulate();
    const auto [low, up] = distinct.around(p);
    const bool hit = p - distinct.sum_[low] / total_ == 0 && (low + 1) % 2 == 0;
    return hit ? distinct.x_[low] : distinct.x_[up];
  }

  // The probability at which value k stands; values between are interpolated.
  double position(std::size_t k, QuantileRule rule) const {
    const std::size_t n = x_.size();
    const double before = k ? sum_[k - 1] : 0, last = sum_[n - 1];
    switch (rule) {
      case QuantileRule::hf5:
        return (sum_[k] - w_[k] / 2) / last;
      case QuantileRule::hf6:
        return sum_[k] / (last + w_[n - 1]);
      case QuantileRule::hf7:
        return n > 1 ? before / sum_[n - 2] : 0;
      case QuantileRule::hf8:
        return (before / 3 + sum_[k] * 2 / 3) / (last + w_[n - 1] / 3);
      default:
        return (before * 3 / 8 + sum_[k] * 5 / 8) / (last + w_[n - 1] / 4);  // hf9
    }
  }
  double interpolate(double p, QuantileRule rule) const {
    // Equal positions (weight 0 cannot be: such rows are out) do not occur; the ends are held.
    std::size_t low = 0, high = x_.size() - 1;
    if (p <= position(low, rule)) return x_[low];
    if (p >= position(high, rule)) return x_[high];
    while (high - low > 1) {
      const std::size_t mid = (low + high) / 2;
      (position(mid, rule) <= p ? low : high) = mid;
    }
    const double a = position(low, rule), b = position(high, rule);
    return x_[low] + (x_[high] - x_[low]) * (p - a) / (b - a);
  }

  std::vector<double> x_, w_, sum_;
  double total_ = 0;
};

IntervalMethod method_of(QuantileInterval interval) {
  switch (interval) {
    case QuantileInterval::beta:
      return IntervalMethod::beta;
    case QuantileInterval::xlogit:
      return IntervalMethod::xlogit;
    case QuantileInterval::asin:
      return IntervalMethod::asin;
    default:
      return IntervalMethod::mean;
  }
}

}  // namespace

double weighted_quantile(std::span<const double> values, std::span<const double> weights, double probability,
                         QuantileRule rule) {
  return Ordered(values, weights).at(probability, rule);
}

Outcome<std::vector<QuantileEstimate>> quantiles(const Survey& survey, const Domain& domain,
                                                 std::span<const double> y,
                                                 std::span<const double> probabilities, QuantileRule rule,
                                                 QuantileInterval interval, double confidence) {
  std::vector<double> values, weights, below(y.size(), 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!domain.in[i]) continue;
    if (!std::isfinite(y[i])) return refuse("survey.missing", fmt::format("row {} has no value", i + 1));
    values.push_back(y[i]);
    weights.push_back(survey.weights()[i]);
  }
  const Ordered ordered(values, weights);
  const double t = t_quantile(1 - (1 - confidence) / 2, survey.degrees_of_freedom(domain));
  std::vector<QuantileEstimate> out;
  for (const double p : probabilities) {
    if (!(p >= 0 && p <= 1)) return refuse("survey.probability", fmt::format("{} is no probability", p));
    QuantileEstimate q{p, ordered.at(p, rule), std::nan(""), std::nan(""), std::nan("")};
    if (!std::isfinite(q.quantile)) return refuse("survey.empty", "nobody with weight is in the domain");
    for (std::size_t i = 0; i < y.size(); ++i) below[i] = domain.in[i] && y[i] <= q.quantile;
    const auto share = proportion(survey, domain, below);
    if (!share) return tl::unexpected(share.error());
    auto bounds = interval_of(*share, method_of(interval), confidence);
    // Without variance Woodruff's interval is a point; it is not a refusal of the quantile.
    if (!bounds && interval == QuantileInterval::mean) bounds = Interval{share->estimate, share->estimate};
    if (bounds && bounds->lower >= 0) q.lower = ordered.at(bounds->lower, rule);
    if (bounds && bounds->upper <= 1) q.upper = ordered.at(bounds->upper, rule);
    q.se = (q.upper - q.lower) / (2 * t);
    out.push_back(q);
  }
  return out;
}

}  // namespace kepu::statistics
