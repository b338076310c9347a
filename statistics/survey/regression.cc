#include "statistics/survey/regression.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <memory>

#include "statistics/survey/distributions.h"

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Data {
  MatrixXd x;  // rows of the domain × columns with a coefficient
  VectorXd y;
  std::vector<std::size_t> row;  // of the survey
  bool logistic;
};

// Columns that are not (nearly) combinations of the ones before them, as R's pivoting keeps them.
std::vector<bool> independent_columns(const MatrixXd& x, const VectorXd& w) {
  const MatrixXd scaled = w.cwiseSqrt().asDiagonal() * x;
  MatrixXd basis(scaled.rows(), 0);
  std::vector<bool> keep;
  for (Index k = 0; k < scaled.cols(); ++k) {
    VectorXd rest = scaled.col(k);
    const double length = rest.norm();
    for (int twice = 0; twice < 2; ++twice) rest -= basis * (basis.transpose() * rest);
    keep.push_back(length > 0 && rest.norm() > 1e-7 * length);
    if (!keep.back()) continue;
    basis.conservativeResize(Eigen::NoChange, basis.cols() + 1);
    basis.col(basis.cols() - 1) = rest.normalized();
  }
  return keep;
}

struct Fit {
  VectorXd beta;
  VectorXd residual;  // y − fitted
  MatrixXd bread;     // inverse of the weighted information
  bool converged = false;
};

Fit fit(const Data& d, const VectorXd& w, VectorXd beta) {
  Fit f;
  for (int round = 0; round < 60; ++round) {
    const VectorXd eta = d.x * beta;
    const VectorXd mu = d.logistic ? VectorXd(eta.unaryExpr([](double e) { return 1 / (1 + std::exp(-e)); })) : eta;
    const VectorXd slope = d.logistic ? VectorXd(mu.array() * (1 - mu.array())) : VectorXd(VectorXd::Ones(mu.size()));
    f.residual = d.y - mu;
    const MatrixXd information = d.x.transpose() * w.cwiseProduct(slope).asDiagonal() * d.x;
    const VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
    const Eigen::LDLT<MatrixXd> solver(scale.asDiagonal() * information * scale.asDiagonal());
    f.bread = scale.asDiagonal() * solver.solve(MatrixXd(scale.asDiagonal()));
    f.beta = beta;
    const VectorXd step = f.bread * (d.x.transpose() * w.cwiseProduct(f.residual));
    if (!step.allFinite()) return f;
    const VectorXd spread = information.diagonal().cwiseSqrt().cwiseProduct(step) / std::sqrt(w.sum());
    if (spread.cwiseAbs().maxCoeff() < 1e-11 || (!d.logistic && round > 1)) {
      f.converged = eta.allFinite() && (!d.logistic || eta.cwiseAbs().maxCoeff() < 700);
      return f;
    }
    beta += step;
  }
  return f;
}

VectorXd weights_of(const Data& d, std::span<const double> weights) {
  VectorXd w(static_cast<Index>(d.row.size()));
  for (std::size_t k = 0; k < d.row.size(); ++k) w[static_cast<Index>(k)] = weights[d.row[k]];
  return w;
}

Outcome<Data> data_of(const Survey& survey, const Domain& domain, const MatrixXd& x, const VectorXd& y, bool logistic) {
  Data d{{}, {}, {}, logistic};
  for (std::size_t i = 0; i < survey.rows(); ++i) {
    if (!domain.in[i]) continue;
    const auto at = static_cast<Index>(i);
    if (!x.row(at).allFinite() || !std::isfinite(y[at])) {
      return refuse("survey.missing", fmt::format("row {} has a missing value", i + 1));
    }
    if (logistic && !(y[at] >= 0 && y[at] <= 1)) {
      return refuse("survey.proportion", fmt::format("row {} has {}, which is no share", i + 1, y[at]));
    }
    d.row.push_back(i);
  }
  if (d.row.empty()) return refuse("survey.empty", "nobody is in the domain");
  d.x.resize(static_cast<Index>(d.row.size()), x.cols());
  d.y.resize(d.x.rows());
  for (std::size_t k = 0; k < d.row.size(); ++k) {
    d.x.row(static_cast<Index>(k)) = x.row(static_cast<Index>(d.row[k]));
    d.y[static_cast<Index>(k)] = y[static_cast<Index>(d.row[k])];
  }
  return d;
}

void keep_columns(Data& d, const std::vector<bool>& keep) {
  MatrixXd kept(d.x.rows(), 0);
  for (std::size_t k = 0; k < keep.size(); ++k) {
    if (!keep[k]) continue;
    kept.conservativeResize(Eigen::NoChange, kept.cols() + 1);
    kept.col(kept.cols() - 1) = d.x.col(static_cast<Index>(k));
  }
  d.x = std::move(kept);
}

}  // namespace

Outcome<Regression> regress(const Survey& survey, const Domain& domain, const Domain& design_domain, const MatrixXd& x,
                            const VectorXd& y, RegressionFamily family) {
  auto data = data_of(survey, domain, x, y, family == RegressionFamily::logistic);
  if (!data) return tl::unexpected(data.error());
  const auto d = std::make_shared<Data>(std::move(*data));
  const VectorXd w = weights_of(*d, survey.weights());
  if (!(w.sum() > 0)) return refuse("survey.empty", "nobody with weight is in the domain");
  Regression out;
  out.estimated = independent_columns(d->x, w.cwiseAbs());
  keep_columns(*d, out.estimated);
  const Fit full = fit(*d, w, VectorXd::Zero(d->x.cols()));
  if (!full.converged) {
    return refuse("survey.separated", "the regression has no finite maximum: a combination of the columns tells the answer exactly");
  }
  out.coefficients = full.beta;
  Statistic s;
  s.value = full.beta;
  s.influence = [&] {
    MatrixXd all = MatrixXd::Zero(static_cast<Index>(survey.rows()), d->x.cols());
    const MatrixXd scores = w.cwiseProduct(full.residual).asDiagonal() * d->x * full.bread;
    for (std::size_t k = 0; k < d->row.size(); ++k) all.row(static_cast<Index>(d->row[k])) = scores.row(static_cast<Index>(k));
    return all;
  };
  s.at = [&](std::span<const double> weights) -> VectorXd {
    const Fit f = fit(*d, weights_of(*d, weights), full.beta);
    return f.converged ? f.beta : VectorXd::Constant(full.beta.size(), std::nan(""));
  };
  const auto v = survey.covariance(domain, s);
  if (!v) return tl::unexpected(v.error());
  out.covariance = *v;
  out.residual_degrees = survey.degrees_of_freedom(survey.replicates() ? design_domain : domain) + 1.0 -
                         static_cast<double>(full.beta.size());
  return out;
}

VectorXd Regression::p_values() const {
  VectorXd p(coefficients.size());
  for (Index k = 0; k < p.size(); ++k) {
    p[k] = 2 * t_upper(std::abs(coefficients[k]) / std::sqrt(covariance(k, k)), residual_degrees);
  }
  return p;
}

Outcome<WaldTest> wald_test(const Regression& model, const std::vector<int>& columns) {
  std::vector<Index> at;
  for (const int c : columns) {
    Index k = 0;
    for (int before = 0; before < c; ++before) k += model.estimated[static_cast<std::size_t>(before)];
    if (model.estimated[static_cast<std::size_t>(c)]) at.push_back(k);
  }
  if (at.empty()) return refuse("survey.empty", "the term has no coefficient");
  const auto n = static_cast<Index>(at.size());
  VectorXd beta(n);
  MatrixXd v(n, n);
  for (Index a = 0; a < n; ++a) {
    beta[a] = model.coefficients[at[static_cast<std::size_t>(a)]];
    for (Index b = 0; b < n; ++b) v(a, b) = model.covariance(at[static_cast<std::size_t>(a)], at[static_cast<std::size_t>(b)]);
  }
  const VectorXd scale = v.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::FullPivLU<MatrixXd> lu(scale.asDiagonal() * v * scale.asDiagonal());
  if (!lu.isInvertible()) return refuse("survey.singular", "the covariance of the term has no inverse: too few units");
  const VectorXd scaled = scale.cwiseProduct(beta);
  WaldTest out;
  out.df = static_cast<double>(n);
  out.ddf = model.residual_degrees;
  out.f = scaled.dot(lu.solve(scaled)) / out.df;
  out.p = f_upper(out.f, out.df, out.ddf);
  return out;
}

}  // namespace kepu::statistics
