#include "statistics/weighting/calibrate.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool bounded(const Calibration& c) { return std::isfinite(c.lower) || std::isfinite(c.upper); }

Outcome<void> check(const Calibration& c, std::size_t rows) {
  if (static_cast<std::size_t>(c.auxiliary.rows()) != rows || c.auxiliary.cols() != c.totals.size() ||
      c.auxiliary.cols() == 0 || (c.clusters && c.clusters->of.size() != rows)) {
    return refuse("weighting.calibration",
                  fmt::format("{} auxiliaries of {} rows, {} totals, {} weights", c.auxiliary.cols(),
                              c.auxiliary.rows(), c.totals.size(), rows));
  }
  if (!c.auxiliary.allFinite() || !c.totals.allFinite()) {
    return refuse("weighting.calibration", "an auxiliary or a total is missing");
  }
  if (!(c.lower < 1 && c.upper > 1)) {
    return refuse("weighting.calibration",
                  fmt::format("bounds {} … {} must lie on both sides of 1", c.lower, c.upper));
  }
  if (c.kind == CalibrationKind::logit && !(std::isfinite(c.lower) && std::isfinite(c.upper))) {
    return refuse("weighting.calibration", "logit calibration needs two finite bounds");
  }
  return {};
}

// Means over the clusters, unweighted, for one column.
void average(const Cells& clusters, Eigen::Ref<VectorXd> column) {
  std::vector<double> sum(static_cast<std::size_t>(clusters.count), 0.0), count(sum.size(), 0.0);
  for (Index i = 0; i < column.size(); ++i) {
    const auto c = static_cast<std::size_t>(clusters.of[static_cast<std::size_t>(i)]);
    sum[c] += column[i];
    count[c] += 1;
  }
  for (Index i = 0; i < column.size(); ++i) {
    const auto c = static_cast<std::size_t>(clusters.of[static_cast<std::size_t>(i)]);
    column[i] = sum[c] / count[c];
  }
}

// g and its derivative at u.
struct Curve {
  CalibrationKind kind;
  double lower, upper;

  std::pair<double, double> at(double u) const {
    if (kind == CalibrationKind::linear) {
      return {std::clamp(1 + u, lower, upper), u < upper - 1 && u > lower - 1 ? 1.0 : 0.0};
    }
    if (kind == CalibrationKind::raking) {
      return {std::clamp(std::exp(u), lower, upper), u < upper - 1 && u > lower - 1 ? std::exp(u) : 0.0};
    }
    const double a = (upper - lower) / ((upper - 1) * (1 - lower));
    const double e = std::exp(a * u);
    const double below = upper - 1 + (1 - lower) * e;
    const double g = (lower * (upper - 1) + upper * (1 - lower) * e) / below;
    return {g, upper * (1 - lower) * e * a / below - g * (1 - lower) * e * a / below};
  }
};

// Moore–Penrose solution for a symmetric matrix, so that collinear auxiliaries with agreeing totals do no
// harm.
VectorXd solve_symmetric(const MatrixXd& matrix, const VectorXd& right) {
  if (!matrix.allFinite() || !right.allFinite()) return VectorXd::Constant(right.size(), std::nan(""));
  const VectorXd scale = matrix.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(scale.asDiagonal() * matrix * scale.asDiagonal());
  const VectorXd& values = eigen.eigenvalues();
  const double cut = 256 * std::numeric_limits<double>::epsilon() * values.cwiseAbs().maxCoeff();
  VectorXd inverse = values;
  for (Index k = 0; k < inverse.size(); ++k) inverse[k] = values[k] > cut ? 1 / values[k] : 0;
  const MatrixXd& q = eigen.eigenvectors();
  return scale.cwiseProduct(q * inverse.cwiseProduct(q.transpose() * scale.cwiseProduct(right)));
}

std::string name_of(const Calibration& c, Index k) {
  return static_cast<std::size_t>(k) < c.names.size() ? c.names[static_cast<std::size_t>(k)]
                                                      : fmt::format("{}", k);
}

// The reason where a single total lies out of reach of every g within the bounds; else empty.
std::string out_of_reach(const Calibration& c, const MatrixXd& a, const VectorXd& w) {
  const double lower = c.kind == CalibrationKind::raking ? std::max(c.lower, 0.0) : c.lower;
  for (Index k = 0; k < a.cols(); ++k) {
    double least = 0, most = 0;
    for (Index i = 0; i < a.rows(); ++i) {
      const double x = a(i, k) * w[i];
      if (x == 0) continue;
      least += x * (x > 0 ? lower : c.upper);
      most += x * (x > 0 ? c.upper : lower);
    }
    const double slack = 1e-9 * (1 + std::abs(c.totals[k]));
    if (c.totals[k] < least - slack || c.totals[k] > most + slack) {
      return fmt::format(
          "{}: weights with factors {} … {} give {} … {}, the known total is {}; widen the bounds or "
          "leave it out",
          name_of(c, k), c.lower, c.upper, least, most, c.totals[k]);
    }
  }
  return {};
}

struct Iteration {
  const Calibration& c;
  const MatrixXd& a;
  const VectorXd& w;
  Curve curve;
  VectorXd eta, g, slope;

  void move() {
    const VectorXd u = a * eta;
    for (Index i = 0; i < u.size(); ++i) std::tie(g[i], slope[i]) = curve.at(u[i]);
  }
  VectorXd miss() const { return c.totals - a.transpose() * w.cwiseProduct(g); }
};

tl::unexpected<Refusal> failure(const Iteration& it, const VectorXd& miss) {
  const Calibration& c = it.c;
  const char* rule = miss.allFinite() ? "weighting.not_converged" : "weighting.diverged";
  if (auto reason = out_of_reach(c, it.a, it.w); !reason.empty()) return refuse(rule, std::move(reason));
  Index worst = 0;
  double most = -1;
  for (Index k = 0; k < miss.size(); ++k) {
    const double m = std::abs(miss[k]) / (1 + std::abs(c.totals[k]));
    if (std::isnan(m) || m > most) {
      most = m;
      worst = k;
      if (std::isnan(m)) break;
    }
  }
  return refuse(
      rule,
      fmt::format("no weights with factors {} … {} meet all totals at once; {} is missed most: collapse or "
                  "leave out that total, or widen the bounds",
                  c.lower, c.upper, name_of(c, worst)));
}

// One step more: near the solution it squares the error that `epsilon` leaves.
VectorXd polished(Iteration it, const VectorXd& miss) {
  const VectorXd g = it.g;
  const MatrixXd information = it.a.transpose() * (it.w.cwiseProduct(it.slope)).asDiagonal() * it.a;
  it.eta += solve_symmetric(information, miss);
  it.move();
  const VectorXd after = it.miss();
  return it.g.allFinite() && after.cwiseAbs().sum() < miss.cwiseAbs().sum() ? it.g : g;
}

// Newton's method with halving, as grake() of R survey.
Outcome<VectorXd> iterate(const Calibration& c, const MatrixXd& a, const VectorXd& w) {
  Iteration it{
      c, a, w, {c.kind, c.lower, c.upper}, VectorXd::Zero(a.cols()), VectorXd(a.rows()), VectorXd(a.rows())};
  it.move();
  VectorXd miss = it.miss();
  for (int round = 1; round <= c.max_iterations; ++round) {
    const MatrixXd information = a.transpose() * (w.cwiseProduct(it.slope)).asDiagonal() * a;
    VectorXd step = solve_symmetric(information, miss);
    it.eta += step;
    it.move();
    while (round < c.max_iterations && !(it.g.allFinite() && it.slope.allFinite())) {
      ++round;
      step /= 2;
      it.eta -= step;
      it.move();
    }
    miss = it.miss();
    if (!miss.allFinite()) break;
    if ((miss.array().abs() / (1 + c.totals.array().abs()) < c.epsilon).all()) return polished(it, miss);
  }
  return failure(it, miss);
}

Outcome<VectorXd> linear(const Calibration& c, const MatrixXd& a, const VectorXd& w) {
  const MatrixXd information = a.transpose() * w.asDiagonal() * a;
  const VectorXd g =
      VectorXd::Ones(a.rows()) + a * solve_symmetric(information, c.totals - a.transpose() * w);
  const VectorXd miss = c.totals - a.transpose() * w.cwiseProduct(g);
  if ((miss.array().abs() <= 1e-6 * (1 + c.totals.array().abs())).all()) return g;
  Index worst = 0;
  (miss.array().abs() / (1 + c.totals.array().abs())).maxCoeff(&worst);
  return refuse(
      "weighting.collinear",
      fmt::format("the auxiliaries repeat each other while their totals do not agree: {} is missed by {}",
                  name_of(c, worst), miss[worst]));
}

struct Prepared {
  MatrixXd a;
  VectorXd w;
};

Prepared prepare(const Calibration& c, std::span<const double> weights) {
  Prepared p{c.auxiliary, Eigen::Map<const VectorXd>(weights.data(), static_cast<Index>(weights.size()))};
  if (c.clusters) {
    for (Index k = 0; k < p.a.cols(); ++k) average(*c.clusters, p.a.col(k));
    average(*c.clusters, p.w);
  }
  return p;
}

Outcome<VectorXd> solve(const Calibration& c, const Prepared& p) {
  return c.kind == CalibrationKind::linear && !bounded(c) ? linear(c, p.a, p.w) : iterate(c, p.a, p.w);
}

}  // namespace

Outcome<VectorXd> calibration_factors(const Calibration& calibration, std::span<const double> weights) {
  if (auto ok = check(calibration, weights.size()); !ok) return tl::unexpected(ok.error());
  return solve(calibration, prepare(calibration, weights));
}

Outcome<Fitted> calibrate(const Calibration& calibration, std::span<const double> weights) {
  if (auto ok = check(calibration, weights.size()); !ok) return tl::unexpected(ok.error());
  const Prepared p = prepare(calibration, weights);
  const auto g = solve(calibration, p);
  if (!g) return tl::unexpected(g.error());
  Fitted out;
  out.weights.resize(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) out.weights[i] = weights[i] * (*g)[static_cast<Index>(i)];
  out.projection = regression_projection(p.a, p.w.cwiseMax(0).cwiseSqrt(), *g);
  return out;
}

}  // namespace kepu::statistics
