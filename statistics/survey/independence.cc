#include "statistics/survey/independence.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>

#include "statistics/survey/distributions.h"
#include "statistics/survey/estimate.h"
#include "statistics/survey/quadratic_form.h"

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Indicators of the joint cells, rows changing fastest, over the rows where both variables are known.
struct Table {
  Index r, c;
  Domain known;
  MatrixXd cells;  // rows of the survey × r c
  Index size() const { return r * c; }
};

Outcome<Table> table_of(const Domain& domain, const Cells& rows, const Cells& columns) {
  Table t{rows.count, columns.count, domain, {}};
  if (t.r < 2 || t.c < 2) return refuse("survey.table", "a table needs two rows and two columns at least");
  t.cells = MatrixXd::Zero(static_cast<Index>(domain.in.size()), t.size());
  std::vector<std::uint8_t> row_seen(static_cast<std::size_t>(t.r), 0),
      column_seen(static_cast<std::size_t>(t.c), 0);
  for (std::size_t i = 0; i < domain.in.size(); ++i) {
    if (!domain.in[i]) continue;
    if (rows.of[i] < 0 || columns.of[i] < 0) {
      t.known.in[i] = 0;
      continue;
    }
    t.cells(static_cast<Index>(i), columns.of[i] * t.r + rows.of[i]) = 1;
    row_seen[static_cast<std::size_t>(rows.of[i])] = column_seen[static_cast<std::size_t>(columns.of[i])] = 1;
  }
  for (const auto seen : {&row_seen, &column_seen}) {
    for (std::size_t k = 0; k < seen->size(); ++k) {
      if (!(*seen)[k])
        return refuse("survey.table", fmt::format("category {} of the table does not occur", k));
    }
  }
  return t;
}

double pearson(const Table& t, const VectorXd& share, double n) {
  const MatrixXd p = Eigen::Map<const MatrixXd>(share.data(), t.r, t.c);
  const MatrixXd expected = p.rowwise().sum() * p.colwise().sum();
  return n * ((p - expected).array().square() / expected.array()).sum();
}

// Contrasts that span the interaction, orthogonal to the main effects.
MatrixXd interaction(const Table& t) {
  MatrixXd main = MatrixXd::Zero(t.size(), t.r + t.c - 1),
           joint = MatrixXd::Zero(t.size(), (t.r - 1) * (t.c - 1));
  for (Index j = 0; j < t.c; ++j) {
    for (Index i = 0; i < t.r; ++i) {
      const Index cell = j * t.r + i;
      main(cell, 0) = 1;
      if (i > 0) main(cell, i) = 1;
      if (j > 0) main(cell, t.r - 1 + j) = 1;
      if (i > 0 && j > 0) joint(cell, (j - 1) * (t.r - 1) + i - 1) = 1;
    }
  }
  return joint - main * main.colPivHouseholderQr().solve(joint);
}

Outcome<TestResult> wald(const Survey& survey, const Table& t, double nu, bool adjusted) {
  // Totals of cells, of rows, of columns, and of all; the deviation from independence by the delta method.
  MatrixXd y(t.cells.rows(), t.size() + t.r + t.c + 1);
  y.leftCols(t.size()) = t.cells;
  for (Index i = 0; i < t.r; ++i) {
    y.col(t.size() + i).setZero();
    for (Index j = 0; j < t.c; ++j) y.col(t.size() + i) += t.cells.col(j * t.r + i);
  }
  for (Index j = 0; j < t.c; ++j)
    y.col(t.size() + t.r + j) = t.cells.middleCols(j * t.r, t.r).rowwise().sum();
  y.col(y.cols() - 1) = t.cells.rowwise().sum();
  const auto totals = total_of(survey, t.known, y);
  if (!totals) return tl::unexpected(totals.error());
  const auto v = survey.covariance(t.known, *totals);
  if (!v) return tl::unexpected(v.error());
  const VectorXd& n = totals->value;
  const double all = n[n.size() - 1];
  const Index k = (t.r - 1) * (t.c - 1);
  MatrixXd jacobian = MatrixXd::Zero(k, n.size());
  VectorXd deviation(k);
  for (Index j = 1; j < t.c; ++j) {
    for (Index i = 1; i < t.r; ++i) {
      const Index at = (j - 1) * (t.r - 1) + i - 1, row = t.size() + i, column = t.size() + t.r + j;
      deviation[at] = n[j * t.r + i] - n[row] * n[column] / all;
      jacobian(at, j * t.r + i) = 1;
      jacobian(at, row) = -n[column] / all;
      jacobian(at, column) = -n[row] / all;
      jacobian(at, n.size() - 1) = n[row] * n[column] / (all * all);
    }
  }
  const MatrixXd covariance = jacobian * *v * jacobian.transpose();
  const Eigen::FullPivLU<MatrixXd> lu(covariance);
  if (!lu.isInvertible())
    return refuse("survey.singular", "the covariance of the table has no inverse: too few units");
  const double df = static_cast<double>(k), ddf = adjusted ? nu - df + 1 : nu;
  const double raw = deviation.dot(lu.solve(deviation));
  TestResult out;
  out.statistic = adjusted ? raw * ddf / (df * nu) : raw / df;
  out.parameters = {df, ddf};
  out.p = f_upper(out.statistic, df, ddf);
  return out;
}

// Units minus strata of the whole data set: for the test R counts those without weight, too.
double degrees(const Survey& survey, const Domain& domain) {
  if (!survey.design()) return survey.degrees_of_freedom(domain);
  const std::vector<double> ones(survey.rows(), 1.0);
  const Domain rows = survey.keeps_rows() ? Domain::all(survey.rows()) : domain;
  return survey.design()->degrees_of_freedom(rows.in, ones);
}

}  // namespace

Outcome<TestResult> independence(const Survey& survey, const Domain& domain, const Cells& rows,
                                 const Cells& columns, IndependenceTest test) {
  const auto t = table_of(domain, rows, columns);
  if (!t) return tl::unexpected(t.error());
  const double nu = degrees(survey, domain);
  if (test == IndependenceTest::wald || test == IndependenceTest::adjusted_wald) {
    return wald(survey, *t, nu, test == IndependenceTest::adjusted_wald);
  }
  const auto shares = mean_of(survey, t->known, t->cells);
  if (!shares) return tl::unexpected(shares.error());
  const auto v = survey.covariance(t->known, *shares);
  if (!v) return tl::unexpected(v.error());
  const double n = static_cast<double>(survey.rows_in(domain));
  const VectorXd inverse = shares->value.unaryExpr([](double p) { return p == 0 ? 0.0 : 1 / p; });
  const MatrixXd contrasts = interaction(*t);
  const MatrixXd scaled = inverse.asDiagonal() * contrasts;
  const MatrixXd denominator = contrasts.transpose() * scaled / n;
  const Eigen::FullPivLU<MatrixXd> lu(denominator);
  if (!lu.isInvertible()) return refuse("survey.singular", "too many cells of the table are empty");
  const MatrixXd delta = lu.solve(scaled.transpose() * *v * scaled);
  const double trace = delta.trace(), squares = (delta * delta).trace();
  const double d0 = trace * trace / squares;
  TestResult out;
  out.statistic = pearson(*t, shares->value, n);
  if (test == IndependenceTest::f) {
    out.statistic /= trace;
    out.parameters = {d0, d0 * nu};
    out.p = f_upper(out.statistic, d0, d0 * nu);
    return out;
  }
  const double k = static_cast<double>(delta.cols());
  if (test == IndependenceTest::chisq) {
    out.parameters = {k};
    out.p = chisq_upper(out.statistic / (trace / k), k);
    return out;
  }
  const VectorXd eigenvalues = delta.eigenvalues().real();
  const std::span<const double> a(eigenvalues.data(), static_cast<std::size_t>(eigenvalues.size()));
  const double ddf = survey.design() ? d0 * nu : std::numeric_limits<double>::infinity();
  out.p = test == IndependenceTest::lincom ? upper_by_integration(out.statistic, a, ddf)
                                           : upper_by_saddlepoint(out.statistic, a, ddf);
  return out;
}

Outcome<FitResult> goodness_of_fit(const Survey& survey, const Domain& domain, const Cells& categories,
                                   const std::vector<double>& shares) {
  const Index k = categories.count;
  if (k < 2 || static_cast<std::size_t>(k) != shares.size()) {
    return refuse("survey.table", fmt::format("{} categories, {} shares", k, shares.size()));
  }
  VectorXd share = Eigen::Map<const VectorXd>(shares.data(), k);
  if (!(share.array() > 0).all()) return refuse("survey.table", "a given share is not above 0");
  share /= share.sum();
  MatrixXd y = MatrixXd::Zero(static_cast<Index>(survey.rows()), k);
  Domain known = domain;
  for (std::size_t i = 0; i < domain.in.size(); ++i) {
    if (categories.of[i] < 0)
      known.in[i] = 0;
    else
      y(static_cast<Index>(i), categories.of[i]) = 1;
  }
  const auto totals = total_of(survey, known, y);
  if (!totals) return tl::unexpected(totals.error());
  const auto v = survey.covariance(known, *totals);
  if (!v) return tl::unexpected(v.error());
  const VectorXd& observed = totals->value;
  const VectorXd expected = share * observed.sum();
  // d/dO_j of (O_i − p_i N)/√(p_i N), N = Σ O.
  MatrixXd jacobian(k, k);
  for (Index i = 0; i < k; ++i) {
    const double root = std::sqrt(expected[i]);
    for (Index j = 0; j < k; ++j) {
      jacobian(i, j) =
          ((i == j) - share[i]) / root - (observed[i] - expected[i]) * share[i] / (2 * root * expected[i]);
    }
  }
  const VectorXd a =
      Eigen::SelfAdjointEigenSolver<MatrixXd>(jacobian * *v * jacobian.transpose()).eigenvalues();
  FitResult out;
  out.statistic = ((observed - expected).array().square() / expected.array()).sum();
  out.scale = a.squaredNorm() / a.sum();
  out.df = a.sum() * a.sum() / a.squaredNorm();
  out.p = chisq_upper(out.statistic / out.scale, out.df);
  return out;
}

}  // namespace kepu::statistics
