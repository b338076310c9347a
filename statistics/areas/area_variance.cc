#include "statistics/areas/area_variance.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "statistics/areas/variance_search.h"

namespace kepu::statistics::areas {

WeightedFit weighted_fit(const SampledAreas& areas, double variance) {
  WeightedFit fit;
  const Eigen::Index p = areas.q.cols();
  fit.weights = (areas.d.array() + variance).inverse().matrix();
  const Eigen::MatrixXd weighted = fit.weights.asDiagonal() * areas.q;
  const Eigen::LLT<Eigen::MatrixXd> normal(areas.q.transpose() * weighted);
  fit.b = normal.solve(weighted.transpose() * areas.y);
  fit.covariance = normal.solve(Eigen::MatrixXd::Identity(p, p));
  fit.residuals = areas.y - areas.q * fit.b;
  fit.log_determinant = 2 * normal.matrixLLT().diagonal().array().log().sum();
  return fit;
}

double log_likelihood(const WeightedFit& fit) {
  const auto m = static_cast<double>(fit.weights.size());
  return 0.5 * fit.weights.array().log().sum() -
         0.5 * (fit.weights.array() * fit.residuals.array().square()).sum() -
         0.5 * m * std::log(2 * std::numbers::pi);
}

namespace {

bool is_restricted(VarianceMethod method) {
  return method == VarianceMethod::reml || method == VarianceMethod::amrl_yl ||
         method == VarianceMethod::amrl_ll;
}

bool is_ll(VarianceMethod method) {
  return method == VarianceMethod::amrl_ll || method == VarianceMethod::ampl_ll;
}

bool is_yl(VarianceMethod method) {
  return method == VarianceMethod::amrl_yl || method == VarianceMethod::ampl_yl;
}

double height(const SampledAreas& areas, VarianceMethod method, double a) {
  const WeightedFit fit = weighted_fit(areas, a);
  double value = log_likelihood(fit);
  if (is_restricted(method)) value -= 0.5 * fit.log_determinant;
  if (is_ll(method)) value += std::log(a);
  if (is_yl(method)) {
    value += std::log(std::atan(a * fit.weights.sum())) / static_cast<double>(fit.weights.size());
  }
  return value;
}

double slope(const SampledAreas& areas, VarianceMethod method, double a) {
  const WeightedFit fit = weighted_fit(areas, a);
  const auto w = fit.weights.array();
  double trace = w.sum();
  if (is_restricted(method)) {
    const Eigen::MatrixXd squares = areas.q.transpose() * w.square().matrix().asDiagonal() * areas.q;
    trace -= fit.covariance.cwiseProduct(squares).sum();
  }
  double value = 0.5 * (w * fit.residuals.array()).square().sum() - 0.5 * trace;
  if (is_ll(method)) value += 1 / a;
  if (is_yl(method)) {
    const double t = a * w.sum();
    const double t_slope = (areas.d.array() * w.square()).sum();
    value += t_slope / (std::atan(t) * (1 + t * t) * static_cast<double>(w.size()));
  }
  return value;
}

// Σ (y − Q Q'y)² with the leverages for the ANOVA estimator.
double prasad_rao(const SampledAreas& areas) {
  const Eigen::VectorXd residuals = areas.y - areas.q * (areas.q.transpose() * areas.y);
  const auto free = static_cast<double>(areas.q.rows() - areas.q.cols());
  const auto leverage = areas.q.rowwise().squaredNorm().array();
  const double a = (residuals.squaredNorm() - (areas.d.array() * (1 - leverage)).sum()) / free;
  return std::max(a, 0.0);
}

double moment(const SampledAreas& areas, double scale, double lowest) {
  const auto free = static_cast<double>(areas.q.rows() - areas.q.cols());
  const Curve excess = [&](double a) {
    const WeightedFit fit = weighted_fit(areas, a);
    return (fit.weights.array() * fit.residuals.array().square()).sum() - free;
  };
  // It falls in A.
  if (excess(lowest) <= 0) return 0;
  double high = scale;
  while (excess(high) > 0) high *= 10;
  if (!(excess(high) <= 0))
    return std::numeric_limits<double>::quiet_NaN();  // overflow: refused with the result
  return crossing(excess, lowest, high);
}

}  // namespace

std::optional<double> area_variance(const SampledAreas& areas, VarianceMethod method) {
  const bool all_positive = areas.d.minCoeff() > 0;
  const Eigen::VectorXd residuals = areas.y - areas.q * (areas.q.transpose() * areas.y);
  const auto free = static_cast<double>(areas.q.rows() - areas.q.cols());
  const double scale = residuals.squaredNorm() / free + areas.d.maxCoeff();
  if (!(scale > 0) || !std::isfinite(scale)) return {};
  std::optional<double> found;
  if (method == VarianceMethod::prasad_rao) {
    found = prasad_rao(areas);
  } else if (method == VarianceMethod::moment) {
    found = moment(areas, scale, all_positive ? 0 : scale * 1e-12);
  } else {
    const bool adjusted = is_ll(method) || is_yl(method);
    // ln A outweighs −(m−p)/2 ln A (or −m/2 ln A) there: the likelihood rises for ever.
    if (is_ll(method) && (is_restricted(method) ? free : static_cast<double>(areas.q.rows())) <= 2) return {};
    // An adjusted likelihood may have its summit far below the smallest D.
    const double smallest = all_positive ? areas.d.minCoeff() : scale;
    const double low = std::max(std::min(1e-10 * scale, 1e-4 * smallest), 1e-30 * scale);
    found = highest_point([&](double a) { return height(areas, method, a); },
                          [&](double a) { return slope(areas, method, a); }, low, 1e5 * scale,
                          !adjusted && all_positive);
  }
  // With some D = 0 a value this small is rounding: the weights of those areas would be without bound.
  if (found && !all_positive && *found < 1e-8 * scale) return {};
  return found;
}

}  // namespace kepu::statistics::areas
