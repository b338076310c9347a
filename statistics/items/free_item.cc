#include "statistics/items/free_item.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "statistics/items/logistic.h"

namespace kepu::statistics::items {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Spreads derivatives to z_1 = aθ + d_1 … over the parameters a, d_1 …: first `g` (by z), then `h` (by
// pairs).
struct Chain {
  double theta;
  std::size_t parameters;

  void first(std::size_t z, double g, double* score) const {
    score[0] += theta * g;
    score[1 + z] += g;
  }
  void second(std::size_t y, std::size_t z, double h, double* hessian) const {
    hessian[0] += theta * theta * h;
    hessian[1 + y] += theta * h;
    hessian[(1 + z) * parameters] += theta * h;
    hessian[(1 + y) * parameters + 1 + z] += h;
  }
};

}  // namespace

bool FreeItem::at(const double* parameters, double theta, bool with_hessian, Point& out) const {
  const std::size_t n = static_cast<std::size_t>(this->parameters());
  out.p.assign(used_.size(), 0);
  out.score.assign(used_.size() * n, 0);
  out.hessian.assign(with_hessian ? used_.size() * n * n : 0, 0);
  if (kind_.model == Model::graded) return graded(parameters, theta, with_hessian, out);
  if (kind_.model == Model::partial_credit) {
    partial_credit(parameters, theta, with_hessian, out);
  } else {
    binary(parameters, theta, with_hessian, out);
  }
  return true;
}

void FreeItem::binary(const double* x, double theta, bool with_hessian, Point& out) const {
  const bool guessing = kind_.model == Model::three_pl;
  const std::size_t n = static_cast<std::size_t>(parameters());
  const double z = x[0] * theta + x[1];
  const double up = logistic(z), down = logistic(-z);
  const double c = guessing ? logistic(x[2]) : 0, span = guessing ? logistic(-x[2]) : 1;
  out.p = {span * down, c + span * up};
  const Chain chain{theta, n};
  // log P_0 = log(1-c) + log σ(-z); P_1 by its own derivatives.
  const double slope = span * up * down / out.p[1];
  chain.first(0, -up, out.score.data());
  chain.first(0, slope, out.score.data() + n);
  const double guess = guessing ? c * span * down / out.p[1] : 0;
  if (guessing) out.score[2] = -c, out.score[n + 2] = guess;
  if (!with_hessian) return;
  double* wrong = out.hessian.data();
  double* right = wrong + n * n;
  chain.second(0, 0, -up * down, wrong);
  chain.second(0, 0, slope * (down - up) - slope * slope, right);
  if (!guessing) return;
  wrong[8] = -c * span;
  right[8] = guess * (span - c) - guess * guess;
  const double cross = -c * span * up * down / out.p[1] - slope * guess;
  right[2] = right[6] = theta * cross;
  right[5] = right[7] = cross;
}

bool FreeItem::graded(const double* x, double theta, bool with_hessian, Point& out) const {
  const std::size_t n = static_cast<std::size_t>(parameters()), last = used_.size() - 1;
  const Chain chain{theta, n};
  for (std::size_t u = 0; u <= last; ++u) {
    const double upper = u == 0 ? kInfinity : x[0] * theta + x[u];
    const double lower = u == last ? -kInfinity : x[0] * theta + x[u + 1];
    if (!(upper > lower)) return false;
    out.p[u] = logistic_difference(upper, lower);
    // r = 1/(e^(x-y) - 1): how near the boundaries are.
    const double r = std::isinf(upper - lower) ? 0 : 1 / std::expm1(upper - lower);
    double* score = out.score.data() + u * n;
    if (u > 0) chain.first(u - 1, logistic(-upper) + r, score);
    if (u < last) chain.first(u, -logistic(lower) - r, score);
    if (!with_hessian) continue;
    double* hessian = out.hessian.data() + u * n * n;
    const double bend = r * (1 + r);
    if (u > 0) chain.second(u - 1, u - 1, -logistic(upper) * logistic(-upper) - bend, hessian);
    if (u < last) chain.second(u, u, -logistic(lower) * logistic(-lower) - bend, hessian);
    if (u > 0 && u < last) {
      chain.second(u - 1, u, bend, hessian);
      chain.second(u, u - 1, bend, hessian);
    }
  }
  return true;
}

void FreeItem::partial_credit(const double* x, double theta, bool with_hessian, Point& out) const {
  const std::size_t n = static_cast<std::size_t>(parameters());
  std::vector<double> z(used_.size(), 0);
  for (std::size_t u = 1; u < z.size(); ++u) z[u] = used_[u] * x[0] * theta + x[u];
  const double highest = *std::max_element(z.begin(), z.end());
  double sum = 0, mean = 0, square = 0;
  for (std::size_t u = 0; u < z.size(); ++u) sum += out.p[u] = std::exp(z[u] - highest);
  for (std::size_t u = 0; u < z.size(); ++u) {
    out.p[u] /= sum;
    mean += used_[u] * out.p[u];
    square += static_cast<double>(used_[u]) * used_[u] * out.p[u];
  }
  for (std::size_t u = 0; u < z.size(); ++u) {
    double* score = out.score.data() + u * n;
    score[0] = theta * (used_[u] - mean);
    for (std::size_t k = 1; k < z.size(); ++k) score[k] = (k == u ? 1 : 0) - out.p[k];
  }
  if (!with_hessian) return;
  // The same for every answer: minus the covariance of (θ × code, indicators).
  double* hessian = out.hessian.data();
  hessian[0] = -theta * theta * std::max(0.0, square - mean * mean);
  for (std::size_t k = 1; k < n; ++k) {
    hessian[k] = hessian[k * n] = -theta * out.p[k] * (used_[k] - mean);
    for (std::size_t l = 1; l < n; ++l) hessian[k * n + l] = out.p[k] * out.p[l] - (k == l ? out.p[k] : 0);
  }
  for (std::size_t u = 1; u < z.size(); ++u) std::copy_n(hessian, n * n, hessian + u * n * n);
}

std::vector<double> FreeItem::start(const std::vector<double>& used_counts, const Priors& priors) const {
  std::vector<double> share;
  double sum = 0;
  for (const double count : used_counts) sum += count + 0.5;
  for (const double count : used_counts) share.push_back((count + 0.5) / sum);
  std::vector<double> x{1};
  constexpr double kSpread = 1.16;  // √(1 + a²/1.7²): what averaging over θ takes from a logit
  if (kind_.model == Model::three_pl) {
    const double logit = priors.logit_c ? std::clamp(priors.logit_c->mean, -4.0, 0.0) : -1.7;
    const double p = std::clamp((share[1] - logistic(logit)) / logistic(-logit), 0.03, 0.97);
    x.push_back(kSpread * std::log(p / (1 - p)));
    x.push_back(logit);
    return x;
  }
  double below = 0;
  for (std::size_t u = 1; u < share.size(); ++u) {
    below += share[u - 1];
    x.push_back(kind_.model == Model::partial_credit ? std::log(share[u] / share[0])
                                                     : kSpread * std::log((1 - below) / below));
  }
  return x;
}

Item FreeItem::item(const double* parameters) const {
  Item out{.model = kind_.model, .a = parameters[0]};
  for (const int place : places_of_intercepts()) {
    out.d.push_back(place >= 0 ? parameters[place] : -kInfinity);
  }
  if (kind_.model == Model::graded) {
    for (int k = 0; k < used_[0]; ++k) out.d[static_cast<std::size_t>(k)] = kInfinity;
  }
  if (kind_.model == Model::three_pl) out.logit_c = parameters[2];
  return out;
}

std::vector<int> FreeItem::places_of_intercepts() const {
  std::vector<int> places;
  for (int k = 1; k < kind_.categories; ++k) {
    const auto next = std::lower_bound(used_.begin(), used_.end(), k);
    const bool there = next != used_.end() && (*next == k || kind_.model == Model::graded);
    const auto u = static_cast<int>(next - used_.begin());
    places.push_back(there && u > 0 ? u : -1);
  }
  return places;
}

}  // namespace kepu::statistics::items
