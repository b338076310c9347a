#include "statistics/areas/fay_herriot.h"

#include <fmt/format.h>

#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <utility>

#include "statistics/areas/area_variance.h"
#include "statistics/areas/model_basis.h"

namespace kepu::statistics::areas {

namespace {

using std::string_view;
constexpr std::array<std::pair<string_view, VarianceMethod>, 8> kMethods{{
    {"REML", VarianceMethod::reml},
    {"ML", VarianceMethod::ml},
    {"FH", VarianceMethod::moment},
    {"PR", VarianceMethod::prasad_rao},
    {"AMRL_YL", VarianceMethod::amrl_yl},
    {"AMPL_YL", VarianceMethod::ampl_yl},
    {"AMRL_LL", VarianceMethod::amrl_ll},
    {"AMPL_LL", VarianceMethod::ampl_ll},
}};

struct ErrorOfVariance {
  double bias = 0, variance = 0;
};

ErrorOfVariance error_of_variance(const SampledAreas& areas, const WeightedFit& fit, double a,
                                  VarianceMethod method) {
  const auto m = static_cast<double>(fit.weights.size());
  const double s1 = fit.weights.sum();
  const double s2 = fit.weights.squaredNorm();
  if (method == VarianceMethod::prasad_rao) {
    return {0, 2 / (m * m) * (areas.d.array() + a).square().sum()};
  }
  if (method == VarianceMethod::moment) {
    return {2 * (m * s2 - s1 * s1) / (s1 * s1 * s1), 2 * m / (s1 * s1)};
  }
  if (method == VarianceMethod::ml) {
    const Eigen::MatrixXd squares = areas.q.transpose() * fit.weights.cwiseAbs2().asDiagonal() * areas.q;
    return {-fit.covariance.cwiseProduct(squares).sum() / s2, 2 / s2};
  }
  return {0, 2 / s2};
}

bool has_mse(VarianceMethod method) {
  return method != VarianceMethod::amrl_ll && method != VarianceMethod::ampl_ll &&
         method != VarianceMethod::ampl_yl;
}

// Which rows are in the sample, after all values have been looked at.
Outcome<std::vector<Eigen::Index>> sampled_rows(const AreaData& data) {
  if (data.variances.size() != data.estimates.size()) {
    return refuse("areas.shape", fmt::format("{} estimates, {} sampling variances", data.estimates.size(),
                                             data.variances.size()));
  }
  std::vector<Eigen::Index> rows;
  for (std::size_t i = 0; i < data.estimates.size(); ++i) {
    if (std::isnan(data.estimates[i])) continue;
    if (!std::isfinite(data.estimates[i])) {
      return refuse("areas.value", fmt::format("the estimate of area {} is not finite", i + 1));
    }
    if (!(data.variances[i] >= 0) || !std::isfinite(data.variances[i])) {
      return refuse("areas.value", fmt::format("area {} has an estimate, but its sampling variance is {}",
                                               i + 1, data.variances[i]));
    }
    rows.push_back(static_cast<Eigen::Index>(i));
  }
  return rows;
}

struct Model {
  const SampledAreas& sampled;
  const WeightedFit& fit;
  double a;
  ErrorOfVariance error;
  VarianceMethod method;
};

AreaEstimate estimate_sampled(const Model& model, Eigen::Index i) {
  const double d = model.sampled.d(i), w = model.fit.weights(i), a = model.a;
  const Eigen::RowVectorXd x = model.sampled.q.row(i);
  AreaEstimate out;
  out.sampled = true;
  out.shrinkage = a * w;
  out.synthetic = x.dot(model.fit.b);
  out.estimate = out.synthetic + out.shrinkage * model.fit.residuals(i);
  const double from_model = d * w;  // 1 − γ
  out.g1 = a * d * w;
  out.g2 = from_model * from_model * (x * model.fit.covariance).dot(x);
  out.g3 = d * d * w * w * w * model.error.variance;
  if (has_mse(model.method)) {
    out.mse = out.g1 + out.g2 + 2 * out.g3 - model.error.bias * from_model * from_model;
  }
  return out;
}

AreaEstimate estimate_synthetic(const Model& model, const Eigen::RowVectorXd& x) {
  AreaEstimate out;
  out.synthetic = out.estimate = x.dot(model.fit.b);
  out.g1 = model.a;
  out.g2 = (x * model.fit.covariance).dot(x);
  out.mse = out.g1 + out.g2;
  return out;
}

FayHerriot report(const Model& model, const Eigen::MatrixXd& r_inverse) {
  FayHerriot out;
  out.method = model.method;
  out.variance = model.a;
  out.zero_variance = model.a == 0;
  out.variance_bias = model.error.bias;
  out.variance_error = std::sqrt(model.error.variance);
  const Eigen::VectorXd beta = r_inverse * model.fit.b;
  const Eigen::MatrixXd covariance = r_inverse * model.fit.covariance * r_inverse.transpose();
  out.coefficients.assign(beta.begin(), beta.end());
  out.coefficient_covariance.assign(covariance.data(), covariance.data() + covariance.size());
  for (Eigen::Index j = 0; j < beta.size(); ++j)
    out.coefficient_errors.push_back(std::sqrt(covariance(j, j)));
  out.sampled = static_cast<int>(model.sampled.y.size());
  out.log_likelihood = log_likelihood(model.fit);
  const auto parameters = static_cast<double>(beta.size() + 1);
  out.aic = -2 * out.log_likelihood + 2 * parameters;
  out.bic = -2 * out.log_likelihood + std::log(static_cast<double>(out.sampled)) * parameters;
  return out;
}

tl::unexpected<Refusal> too_large() {
  return refuse("areas.value", "the estimates or their variances are too large to be squared");
}

bool is_finite(const FayHerriot& fit) {
  double sum = fit.variance + fit.variance_error + fit.log_likelihood;
  for (const double beta : fit.coefficients) sum += beta;
  for (const AreaEstimate& area : fit.areas) sum += area.estimate + area.g1 + area.g2 + area.g3;
  return std::isfinite(sum);
}

tl::unexpected<Refusal> no_variance(const SampledAreas& sampled, VarianceMethod method) {
  const Eigen::VectorXd residuals = sampled.y - sampled.q * (sampled.q.transpose() * sampled.y);
  if (!std::isfinite(residuals.squaredNorm() + sampled.d.sum())) return too_large();
  if (sampled.d.minCoeff() <= 0) {
    return refuse(
        "areas.known_exactly",
        fmt::format("{}: the variance between areas is 0 while an area has a sampling variance of 0; smooth "
                    "the sampling variances first",
                    name_of(method)));
  }
  return refuse("areas.few", fmt::format("{}: the likelihood of {} areas with {} coefficients has no maximum",
                                         name_of(method), sampled.y.size(), sampled.q.cols()));
}

}  // namespace

std::optional<VarianceMethod> variance_method(string_view name) {
  for (const auto& [known, method] : kMethods) {
    if (known == name) return method;
  }
  return {};
}

string_view name_of(VarianceMethod method) {
  for (const auto& [name, known] : kMethods) {
    if (known == method) return name;
  }
  return {};
}

Outcome<FayHerriot> fit_fay_herriot(const AreaData& data, VarianceMethod method) {
  const auto rows = sampled_rows(data);
  if (!rows) return tl::unexpected(rows.error());
  const auto x = model_matrix(data.covariates, data.intercept, data.estimates.size(), "area");
  if (!x) return tl::unexpected(x.error());
  SampledAreas sampled;
  const auto basis = make_basis((*x)(*rows, Eigen::all));
  if (!basis) return tl::unexpected(basis.error());
  sampled.q = basis->q;
  const auto m = static_cast<Eigen::Index>(rows->size());
  sampled.y.resize(m);
  sampled.d.resize(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto row = static_cast<std::size_t>((*rows)[static_cast<std::size_t>(i)]);
    sampled.y(i) = data.estimates[row];
    sampled.d(i) = data.variances[row];
  }
  const auto a = area_variance(sampled, method);
  if (!a) return no_variance(sampled, method);
  const WeightedFit fit = weighted_fit(sampled, *a);
  const Model model{sampled, fit, *a, error_of_variance(sampled, fit, *a, method), method};
  FayHerriot out = report(model, basis->r_inverse);
  const Eigen::MatrixXd all = *x * basis->r_inverse;
  std::size_t next = 0;
  for (Eigen::Index i = 0; i < x->rows(); ++i) {
    const bool is_sampled = next < rows->size() && (*rows)[next] == i;
    out.areas.push_back(is_sampled ? estimate_sampled(model, static_cast<Eigen::Index>(next))
                                   : estimate_synthetic(model, all.row(i)));
    next += is_sampled ? 1 : 0;
  }
  if (!is_finite(out)) return too_large();
  return out;
}

std::optional<double> root_mse(const AreaEstimate& area) {
  if (!area.mse) return {};
  return std::sqrt(*area.mse > 0 ? *area.mse : area.g1 + area.g2 + 2 * area.g3);
}

Outcome<Interval> interval_of(const AreaEstimate& area, double level) {
  if (!(level > 0 && level < 1))
    return refuse("areas.level", fmt::format("the level is {}, not inside (0, 1)", level));
  const auto error = root_mse(area);
  if (!error) return refuse("areas.no_mse", "the method gives no mean squared error");
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + level / 2);
  return Interval{area.estimate - z * *error, area.estimate + z * *error};
}

}  // namespace kepu::statistics::areas
