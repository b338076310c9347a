#include "statistics/survey/regression.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <memory>
#include <utility>

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
  MatrixXd scores;  // w (y − fitted) x of each row, with the working weights of the last step
  MatrixXd bread;   // inverse of the weighted information of that step
  bool converged = false;
};

double expit(double e) { return 1 / (1 + std::exp(-e)); }

double deviance(const Data& d, const VectorXd& w, const VectorXd& mu) {
  if (!d.logistic) return w.dot((d.y - mu).cwiseAbs2());
  long double sum = 0;
  for (Index i = 0; i < w.size(); ++i) {
    const double y = d.y[i];
    sum += 2 * w[i] *
           ((y > 0 ? y * std::log(y / mu[i]) : 0) + (y < 1 ? (1 - y) * std::log((1 - y) / (1 - mu[i])) : 0));
  }
  return static_cast<double>(sum);
}

// The deviance settles also where a coefficient runs away; then the log-odds still move by about 1 a step.
constexpr double kStillMoving = 0.1;

// A column all of whose rows are fitted as exactly 0 or 1 has lost its information: nothing moves any more,
// only because e^−η is below the rounding of 1.
constexpr double kInformationLost = 1e-12;
bool information_lost(const Data& d, const VectorXd& w, const VectorXd& mu) {
  const MatrixXd squares = d.x.cwiseAbs2();
  const VectorXd left = squares.transpose() * VectorXd(w.array() * mu.array() * (1 - mu.array()));
  const VectorXd all = squares.transpose() * w;
  return (left.array() < kInformationLost * all.array()).any();
}

// Iteratively reweighted least squares with the start and the weights of R's
// glm.fit (the information is that of the step before the last).
Fit fit(const Data& d, const VectorXd& w, const VectorXd* start) {
  Fit f;
  f.beta = start ? *start : VectorXd(VectorXd::Zero(d.x.cols()));
  VectorXd eta = d.x * f.beta;
  if (!start && d.logistic) {
    const VectorXd mu = ((w.array() * d.y.array() + 0.5) / (w.array() + 1)).matrix();
    eta = mu.unaryExpr([](double p) { return std::log(p / (1 - p)); });
  } else if (!start) {
    eta = d.y;
  }
  const auto mean = [&](const VectorXd& e) { return d.logistic ? VectorXd(e.unaryExpr(&expit)) : e; };
  VectorXd mu = mean(eta);
  double before = deviance(d, w, mu), moved = 0;
  for (int round = 0; round < 100 && !f.converged; ++round) {
    const VectorXd slope =
        d.logistic ? VectorXd(mu.array() * (1 - mu.array())) : VectorXd(VectorXd::Ones(mu.size()));
    const VectorXd working = w.cwiseProduct(slope);
    const MatrixXd information = d.x.transpose() * working.asDiagonal() * d.x;
    const VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
    const Eigen::LDLT<MatrixXd> solver(scale.asDiagonal() * information * scale.asDiagonal());
    f.bread = scale.asDiagonal() * solver.solve(MatrixXd(scale.asDiagonal()));
    // The step from β, so that errors of the solution correct themselves in the next round.
    const VectorXd gradient = working.cwiseProduct(eta - d.x * f.beta) + w.cwiseProduct(d.y - mu);
    f.beta += f.bread * (d.x.transpose() * gradient);
    if (!d.logistic) f.beta += f.bread * (d.x.transpose() * w.cwiseProduct(d.y - d.x * f.beta));
    const VectorXd last = std::exchange(eta, d.x * f.beta);
    moved = (eta - last).cwiseAbs().maxCoeff();
    if (!eta.allFinite()) return f;
    mu = mean(eta);
    const VectorXd final_slope = d.logistic ? VectorXd((mu.array() * (1 - mu.array())).max(1e-300)) : slope;
    f.scores = working.cwiseProduct((d.y - mu).cwiseQuotient(final_slope)).asDiagonal() * d.x;
    const double now = deviance(d, w, mu);
    f.converged = std::abs(now - before) / (std::abs(now) + 0.1) < 1e-13;
    before = now;
  }
  if (d.logistic && (moved > kStillMoving || information_lost(d, w, mu))) f.converged = false;
  if (!d.logistic) f.converged = true;
  return f;
}

VectorXd weights_of(const Data& d, std::span<const double> weights) {
  VectorXd w(static_cast<Index>(d.row.size()));
  for (std::size_t k = 0; k < d.row.size(); ++k) w[static_cast<Index>(k)] = weights[d.row[k]];
  return w;
}

Outcome<Data> data_of(const Survey& survey, const Domain& domain, const MatrixXd& x, const VectorXd& y,
                      bool logistic) {
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

Outcome<Regression> regress(const Survey& survey, const Domain& domain, const Domain& design_domain,
                            const MatrixXd& x, const VectorXd& y, RegressionFamily family) {
  auto data = data_of(survey, domain, x, y, family == RegressionFamily::logistic);
  if (!data) return tl::unexpected(data.error());
  const auto d = std::make_shared<Data>(std::move(*data));
  VectorXd w = weights_of(*d, survey.weights());
  if ((w.array() < 0).any()) {
    return refuse("survey.negative_weight",
                  "a row has a negative weight after calibration: calibrate with bounds or by raking");
  }
  double sum = 0;
  for (std::size_t i = 0; i < survey.rows(); ++i) sum += design_domain.in[i] ? survey.weights()[i] : 0;
  w *= static_cast<double>(survey.rows_in(design_domain)) / sum;  // mean 1 over the data set
  if (!(w.sum() > 0)) return refuse("survey.empty", "nobody with weight is in the domain");
  Regression out;
  out.estimated = independent_columns(d->x, w.cwiseAbs());
  keep_columns(*d, out.estimated);
  const Fit full = fit(*d, w, nullptr);
  if (!full.converged) {
    return refuse(
        "survey.separated",
        "the regression has no finite maximum: a combination of the columns tells the answer exactly");
  }
  out.coefficients = full.beta;
  Statistic s;
  s.value = full.beta;
  s.influence = [&] {
    MatrixXd all = MatrixXd::Zero(static_cast<Index>(survey.rows()), d->x.cols());
    const MatrixXd scores = full.scores * full.bread;
    for (std::size_t k = 0; k < d->row.size(); ++k)
      all.row(static_cast<Index>(d->row[k])) = scores.row(static_cast<Index>(k));
    return all;
  };
  int without = 0;
  s.at = [&](std::span<const double> weights) -> VectorXd {
    VectorXd now = weights_of(*d, weights);
    now /= now.sum();
    const Fit f = fit(*d, now, &full.beta);
    without += !f.converged;
    return f.converged ? f.beta : VectorXd::Constant(full.beta.size(), std::nan(""));
  };
  const auto v = survey.covariance(domain, s);
  if (without > 0) {
    return refuse("survey.separated",
                  fmt::format("{} replicates have no finite maximum: without some units a combination of the "
                              "columns tells the answer exactly",
                              without));
  }
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
    for (Index b = 0; b < n; ++b)
      v(a, b) = model.covariance(at[static_cast<std::size_t>(a)], at[static_cast<std::size_t>(b)]);
  }
  const VectorXd scale = v.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::FullPivLU<MatrixXd> lu(scale.asDiagonal() * v * scale.asDiagonal());
  if (!lu.isInvertible())
    return refuse("survey.singular", "the covariance of the term has no inverse: too few units");
  const VectorXd scaled = scale.cwiseProduct(beta);
  WaldTest out;
  out.df = static_cast<double>(n);
  out.ddf = model.residual_degrees;
  out.f = scaled.dot(lu.solve(scaled)) / out.df;
  out.p = f_upper(out.f, out.df, out.ddf);
  return out;
}

}  // namespace kepu::statistics
