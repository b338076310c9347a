#include "statistics/areas/unit_model.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "statistics/areas/model_basis.h"
#include "statistics/areas/variance_search.h"

namespace kepu::statistics::areas {

namespace {

// All that the likelihood needs of the persons: sums within areas, means of areas. Q is the orthonormal
// basis, e the residual of ordinary least squares, so that nothing large is subtracted from something large.
struct Sums {
  std::vector<Eigen::Index> areas;  // sampled ones
  Eigen::VectorXd n;                // persons of each
  Eigen::MatrixXd q_means;          // one row each
  Eigen::VectorXd e_means;
  Eigen::MatrixXd within_qq;
  Eigen::VectorXd within_qe;
  double within_ee = 0;
  double persons = 0;
};

// Generalised least squares at λ = σu²/σe². H = I + λ ZZ'.
struct UnitFit {
  Eigen::VectorXd k;           // n/(1 + λn): weight of an area's mean
  Eigen::MatrixXd covariance;  // (Q'H⁻¹Q)⁻¹
  Eigen::VectorXd b;           // of e on Q
  Eigen::VectorXd means;       // ē − q̄'b
  double squares = 0;          // r'H⁻¹r
  double log_determinant = 0;  // of Q'H⁻¹Q
};

UnitFit fit_at(const Sums& sums, double lambda) {
  UnitFit fit;
  fit.k = (sums.n.array() / (1 + lambda * sums.n.array())).matrix();
  const Eigen::MatrixXd weighted = fit.k.asDiagonal() * sums.q_means;
  const Eigen::LLT<Eigen::MatrixXd> normal(sums.within_qq + sums.q_means.transpose() * weighted);
  fit.b = normal.solve(sums.within_qe + weighted.transpose() * sums.e_means);
  fit.covariance = normal.solve(Eigen::MatrixXd::Identity(fit.b.size(), fit.b.size()));
  fit.means = sums.e_means - sums.q_means * fit.b;
  fit.squares = sums.within_ee - 2 * fit.b.dot(sums.within_qe) + fit.b.dot(sums.within_qq * fit.b) +
                (fit.k.array() * fit.means.array().square()).sum();
  fit.log_determinant = 2 * normal.matrixLLT().diagonal().array().log().sum();
  return fit;
}

double degrees(const Sums& sums) { return sums.persons - static_cast<double>(sums.within_qq.rows()); }

double height_at(const Sums& sums, double lambda) {
  const UnitFit fit = fit_at(sums, lambda);
  return -0.5 * (degrees(sums) * std::log(fit.squares / degrees(sums)) +
                 (lambda * sums.n.array()).log1p().sum() + fit.log_determinant);
}

// tr(H-form of P ZZ')
double trace_between(const Sums& sums, const UnitFit& fit) {
  const Eigen::MatrixXd f = fit.k.asDiagonal() * sums.q_means;
  return fit.k.sum() - fit.covariance.cwiseProduct(f.transpose() * f).sum();
}

double slope_at(const Sums& sums, double lambda) {
  const UnitFit fit = fit_at(sums, lambda);
  const double explained = (fit.k.array() * fit.means.array()).square().sum();
  return 0.5 * (degrees(sums) * explained / fit.squares - trace_between(sums, fit));
}

// Variances and covariance of (σu², σe²) from the asymptotic information ½ tr(V⁻¹ V_j V⁻¹ V_k) (Datta and
// Lahiri 2000, Stat. Sinica 10, 613–627), not its finite form with P for V⁻¹.
struct VarianceErrors {
  double between = 0, within = 0, both = 0;
};

VarianceErrors variance_errors(const Sums& sums, double between, double within) {
  const auto n = sums.n.array();
  const Eigen::ArrayXd inverse = (within + between * n).square().inverse();
  const double uu = (n.square() * inverse).sum() / 2;
  const double ue = (n * inverse).sum() / 2;
  const double ee = ((n - 1) / (within * within) + inverse).sum() / 2;
  const double determinant = uu * ee - ue * ue;
  return {ee / determinant, uu / determinant, -ue / determinant};
}

Outcome<Sums> sum_up(const UnitData& data, const Eigen::MatrixXd& q, const Eigen::VectorXd& e) {
  const auto p = q.cols();
  const auto all = static_cast<Eigen::Index>(data.areas);
  Eigen::VectorXd n = Eigen::VectorXd::Zero(all), e_means = Eigen::VectorXd::Zero(all);
  Eigen::MatrixXd q_means = Eigen::MatrixXd::Zero(all, p);
  for (Eigen::Index i = 0; i < q.rows(); ++i) {
    const Eigen::Index a = data.area[static_cast<std::size_t>(i)];
    n(a) += 1;
    e_means(a) += e(i);
    q_means.row(a) += q.row(i);
  }
  Sums sums;
  for (Eigen::Index a = 0; a < all; ++a) {
    if (n(a) == 0) continue;
    sums.areas.push_back(a);
    e_means(a) /= n(a);
    q_means.row(a) /= n(a);
  }
  sums.n = n(sums.areas);
  sums.e_means = e_means(sums.areas);
  sums.q_means = q_means(sums.areas, Eigen::all);
  Eigen::MatrixXd centred = q;
  Eigen::VectorXd centred_e = e;
  for (Eigen::Index i = 0; i < q.rows(); ++i) {
    const Eigen::Index a = data.area[static_cast<std::size_t>(i)];
    centred.row(i) -= q_means.row(a);
    centred_e(i) -= e_means(a);
  }
  sums.within_qq = centred.transpose() * centred;
  sums.within_qe = centred.transpose() * centred_e;
  sums.within_ee = centred_e.squaredNorm();
  sums.persons = static_cast<double>(q.rows());
  if (sums.n.maxCoeff() < 2) return refuse("areas.few", "no area has two persons");
  return sums;
}

Outcome<Eigen::VectorXd> outcome_of(const UnitData& data) {
  if (data.area.size() != data.outcome.size()) {
    return refuse("areas.shape",
                  fmt::format("{} outcomes, {} area codes", data.outcome.size(), data.area.size()));
  }
  if (data.population_means.size() != data.covariates.size()) {
    return refuse("areas.shape", fmt::format("{} covariates, {} columns of population means",
                                             data.covariates.size(), data.population_means.size()));
  }
  for (std::size_t i = 0; i < data.outcome.size(); ++i) {
    if (!std::isfinite(data.outcome[i])) {
      return refuse("areas.value", fmt::format("the outcome of person {} is not finite", i + 1));
    }
    if (data.area[i] < 0 || static_cast<std::size_t>(data.area[i]) >= data.areas) {
      return refuse("areas.value", fmt::format("person {} has the area code {}", i + 1, data.area[i]));
    }
  }
  return Eigen::Map<const Eigen::VectorXd>(data.outcome.data(),
                                           static_cast<Eigen::Index>(data.outcome.size()));
}

struct UnitParts {
  const Sums& sums;
  const UnitFit& fit;
  const Eigen::VectorXd& b;  // of y on Q
  double between, within;
  VarianceErrors errors;
};

// `row` among the sampled areas, −1 without sample; `x` the population means in the basis.
UnitAreaEstimate estimate_area(const UnitParts& parts, Eigen::Index row, const Eigen::RowVectorXd& x) {
  const double u = parts.between, e = parts.within;
  UnitAreaEstimate out;
  Eigen::RowVectorXd rest = x;
  if (row >= 0) {
    const double n = parts.sums.n(row);
    out.sampled = static_cast<int>(n);
    out.shrinkage = u * n / (e + n * u);
    out.random_effect = out.shrinkage * parts.fit.means(row);
    rest -= out.shrinkage * parts.sums.q_means.row(row);
    const double scale = u + e / n;
    out.g3 = (e * e * parts.errors.between + u * u * parts.errors.within - 2 * e * u * parts.errors.both) /
             (n * n * scale * scale * scale);
  }
  out.estimate = x.dot(parts.b) + out.random_effect;
  out.g1 = (1 - out.shrinkage) * u;
  out.g2 = e * (rest * parts.fit.covariance).dot(rest);
  out.mse = out.g1 + out.g2 + 2 * out.g3;
  return out;
}

// All but the areas.
UnitModel report(const Sums& sums, const UnitFit& fit, const Eigen::VectorXd& b, const ModelBasis& basis,
                 double lambda) {
  UnitModel out;
  out.within_variance = fit.squares / degrees(sums);
  out.between_variance = lambda * out.within_variance;
  out.zero_variance = lambda == 0;
  const double log_r_inverse = basis.r_inverse.diagonal().cwiseAbs().array().log().sum();
  out.log_likelihood =
      height_at(sums, lambda) - 0.5 * degrees(sums) * (1 + std::log(2 * std::numbers::pi)) + log_r_inverse;
  const Eigen::VectorXd beta = basis.r_inverse * b;
  const Eigen::MatrixXd covariance = basis.r_inverse * fit.covariance * basis.r_inverse.transpose();
  out.coefficients.assign(beta.begin(), beta.end());
  for (Eigen::Index j = 0; j < beta.size(); ++j) {
    out.coefficient_errors.push_back(std::sqrt(out.within_variance * covariance(j, j)));
  }
  return out;
}

}  // namespace

Outcome<UnitModel> fit_unit_model(const UnitData& data) {
  const auto y = outcome_of(data);
  if (!y) return tl::unexpected(y.error());
  const auto x = model_matrix(data.covariates, data.intercept, data.outcome.size(), "person");
  if (!x) return tl::unexpected(x.error());
  const auto means = model_matrix(data.population_means, data.intercept, data.areas, "area");
  if (!means) return tl::unexpected(means.error());
  const auto basis = make_basis(*x);
  if (!basis) return tl::unexpected(basis.error());
  const Eigen::VectorXd ordinary = basis->q.transpose() * *y;
  const Eigen::VectorXd e = *y - basis->q * ordinary;
  const auto sums = sum_up(data, basis->q, e);
  if (!sums) return tl::unexpected(sums.error());
  if (degrees(*sums) < 2) return refuse("areas.few", "fewer persons than coefficients and two");
  const double noise = 1e-24 * y->squaredNorm();
  if (!(e.squaredNorm() > noise) || !(sums->within_ee > noise)) {
    return refuse("areas.no_residual",
                  "within areas the covariates explain everything: there is no variance to estimate");
  }
  constexpr double kEnd = 1e6;
  const auto lambda = highest_point([&](double at) { return height_at(*sums, at); },
                                    [&](double at) { return slope_at(*sums, at); }, 1e-10, kEnd, true);
  // With few pairs within areas it can be highest where σe² goes to 0, above a maximum at σu² = 0.
  if (!lambda || height_at(*sums, kEnd) > height_at(*sums, *lambda))
    return refuse("areas.no_residual", "the likelihood has no maximum: no variance is left within areas");
  const UnitFit fit = fit_at(*sums, *lambda);
  const Eigen::VectorXd b = ordinary + fit.b;
  UnitModel out = report(*sums, fit, b, *basis, *lambda);
  const double u = out.between_variance, within = out.within_variance;
  const UnitParts parts{*sums, fit, b, u, within, variance_errors(*sums, u, within)};
  const Eigen::MatrixXd in_basis = *means * basis->r_inverse;
  Eigen::Index row = 0;
  for (Eigen::Index a = 0; a < in_basis.rows(); ++a) {
    const bool is_sampled = row < sums->n.size() && sums->areas[static_cast<std::size_t>(row)] == a;
    out.areas.push_back(estimate_area(parts, is_sampled ? row : -1, in_basis.row(a)));
    if (!std::isfinite(out.areas.back().estimate + out.areas.back().mse)) {
      return refuse("areas.value", fmt::format("the values of area {} are too large to be squared", a + 1));
    }
    row += is_sampled ? 1 : 0;
  }
  return out;
}

}  // namespace kepu::statistics::areas
