#include "statistics/sampling/joint_inclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "statistics/sampling/inclusion.h"
#include "statistics/sampling/subset_sums.h"

namespace kepu::statistics::sampling {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// For every start u the draw is the same between two neighbouring fractions of V: each such draw counts with
// the length of its interval.
MatrixXd systematic(const VectorXd& p) {
  const Index count = p.size();
  std::vector<double> edges{0, 1}, ends;
  double sum = 0;
  for (Index k = 0; k < count; ++k) {
    sum += p(k);
    if (std::abs(sum - std::round(sum)) < 1e-9) sum = std::round(sum);
    ends.push_back(sum);
    edges.push_back(sum - std::floor(sum));
  }
  std::sort(edges.begin(), edges.end());
  MatrixXd joint = MatrixXd::Zero(count, count);
  std::vector<Index> drawn;
  for (std::size_t e = 0; e + 1 < edges.size(); ++e) {
    const double length = edges[e + 1] - edges[e], u = (edges[e] + edges[e + 1]) / 2;
    if (length <= 0) continue;
    drawn.clear();
    double before = -1;
    for (Index k = 0; k < count; ++k) {
      const double here = std::floor(ends[static_cast<std::size_t>(k)] - u);
      if (here > before) drawn.push_back(k);
      before = here;
    }
    for (const Index k : drawn) {
      for (const Index l : drawn) joint(k, l) += length;
    }
  }
  return joint;
}

// Units are taken away one by one until n are left: at each size the pair stays with 1 − r_k − r_l.
MatrixXd elimination(const VectorXd& p, Index n) {
  const Index count = p.size();
  MatrixXd joint = MatrixXd::Ones(count, count);
  VectorXd before = VectorXd::Ones(count);
  for (Index size = count - 1; size >= n; --size) {
    const std::vector<double> at_size = *inclusion_probabilities(
        std::span(p.data(), static_cast<std::size_t>(count)), static_cast<double>(size));
    const VectorXd now = Eigen::Map<const VectorXd>(at_size.data(), count);
    const VectorXd removed = (1 - now.array() / before.array()).matrix();
    for (Index k = 0; k < count; ++k) {
      joint.col(k).array() *= (1 - removed(k)) - removed.array();
    }
    before = now;
  }
  joint.diagonal() = p;
  return joint;
}

MatrixXd midzuno(const VectorXd& p, Index n) {
  const Index count = p.size();
  const VectorXd absent = (1 - p.array()).matrix();
  MatrixXd joint = elimination(absent, count - n);
  for (Index k = 0; k < count; ++k) joint.col(k).array() += p(k) + p.array() - 1;
  joint.diagonal() = p;
  return joint;
}

// With λ = p/(1−p): π_kl ∝ λ_k λ_l Σ_t (t − π_k − π_l) S_{n−t}(without k, l), t = 2 … n.
MatrixXd sampford(const VectorXd& p, Index n) {
  const Index count = p.size();
  const VectorXd odds = (p.array() / (1 - p.array())).matrix();
  VectorXd plain = VectorXd::Zero(n - 1), times = VectorXd::Zero(n - 1);
  for (Index t = 2; t <= n; ++t) {
    plain(n - t) = 1;
    times(n - t) = static_cast<double>(t);
  }
  MatrixXd joint = MatrixXd::Zero(count, count);
  for (Index k = 0; k < count; ++k) {
    const VectorXd sums = sums_without_pairs(odds, k, plain);
    const VectorXd weighted = sums_without_pairs(odds, k, times);
    joint.col(k) = (odds(k) * odds.array() * (weighted.array() - (p(k) + p.array()) * sums.array())).matrix();
    joint(k, k) = 0;
  }
  joint *= static_cast<double>(n * (n - 1)) / joint.sum();
  joint.diagonal() = p;
  return joint;
}

// First-order probabilities of the conditional Poisson design with odds w.
VectorXd first_order(const VectorXd& w, Index n) {
  VectorXd pick = VectorXd::Zero(n);
  pick(n - 1) = 1;
  VectorXd out = (w.array() * sums_without_one(w, pick).array()).matrix();
  return out * (static_cast<double>(n) / out.sum());
}

MatrixXd by_ratios(const VectorXd& p, const VectorXd& w, Index n) {
  const Index count = p.size();
  MatrixXd joint = MatrixXd::Zero(count, count);
  for (Index k = 0; k < count; ++k) {
    double known = p(k), equal = 0;
    for (Index l = 0; l < count; ++l) {
      if (l == k) continue;
      if (p(l) == p(k)) {
        equal += 1;
        continue;
      }
      joint(k, l) = (p(k) * w(l) - p(l) * w(k)) / (w(l) - w(k));
      known += joint(k, l);
    }
    for (Index l = 0; l < count; ++l) {
      if (l != k && p(l) == p(k)) joint(k, l) = (static_cast<double>(n) * p(k) - known) / equal;
    }
  }
  joint.diagonal() = p;
  return joint;
}

Outcome<MatrixXd> max_entropy(const VectorXd& p, Index n, const JointOptions& options) {
  const Index count = p.size();
  VectorXd working = p;
  double step = 1;
  constexpr int kTurns = 10000;
  for (int turn = 0; step > options.tolerance; ++turn) {
    if (turn == kTurns) return refuse("sampling.unconverged", fmt::format("a step of {} is left", step));
    const VectorXd w = (working.array() / (1 - working.array())).matrix();
    const VectorXd change = p - first_order(w, n);
    working += change;
    if (!(working.minCoeff() > 0 && working.maxCoeff() < 1)) {
      return refuse("sampling.unconverged", "a working probability left (0, 1)");
    }
    step = change.cwiseAbs().sum();
  }
  const VectorXd w = (working.array() / (1 - working.array())).matrix();
  if (options.ratio_formula) return by_ratios(p, w, n);
  VectorXd pick = VectorXd::Zero(n - 1);
  pick(n - 2) = 1;
  MatrixXd joint = MatrixXd::Zero(count, count);
  for (Index k = 0; k < count; ++k) {
    joint.col(k) = (w(k) * w.array() * sums_without_pairs(w, k, pick).array()).matrix();
    joint(k, k) = 0;
  }
  joint *= static_cast<double>(n * (n - 1)) / joint.sum();
  joint.diagonal() = p;
  return joint;
}

Outcome<MatrixXd> joint_of_uncertain(const VectorXd& p, Index n, Scheme scheme, const JointOptions& options) {
  if (scheme == Scheme::systematic) return systematic(p);
  if (scheme == Scheme::tille) return elimination(p, n);
  if (scheme == Scheme::midzuno) return midzuno(p, n);
  if (n < 2) return MatrixXd(p.asDiagonal());
  return scheme == Scheme::sampford ? sampford(p, n) : max_entropy(p, n, options);
}

}  // namespace

Outcome<MatrixXd> joint_probabilities(std::span<const double> probabilities, Scheme scheme,
                                      JointOptions options) {
  if (probabilities.empty()) return refuse("sampling.empty", "there is no unit");
  std::vector<Index> uncertain;
  double sum = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double p = probabilities[k];
    if (!(p >= 0 && p <= 1))
      return refuse("sampling.value", fmt::format("unit {} has the probability {}", k + 1, p));
    if (p <= kCertain || p >= 1 - kCertain) continue;
    uncertain.push_back(static_cast<Index>(k));
    sum += p;
  }
  const Eigen::Map<const VectorXd> p(probabilities.data(), static_cast<Index>(probabilities.size()));
  MatrixXd joint = p * p.transpose();
  joint.diagonal() = p;
  if (uncertain.empty()) return joint;
  if (scheme != Scheme::systematic && std::abs(sum - std::round(sum)) > 1e-6) {
    return refuse("sampling.whole",
                  fmt::format("the probabilities of the units that are not certain sum to {}", sum));
  }
  const VectorXd inner = p(uncertain);
  auto part = joint_of_uncertain(inner, static_cast<Index>(std::llround(sum)), scheme, options);
  if (!part) return part;
  if (!part->allFinite()) {
    return refuse("sampling.too_many",
                  fmt::format("the sums for {} of {} units overflow", std::llround(sum), uncertain.size()));
  }
  joint(uncertain, uncertain) = *part;
  return joint;
}

}  // namespace kepu::statistics::sampling
