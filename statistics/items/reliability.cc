#include "statistics/items/reliability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "statistics/items/score_table.h"

namespace kepu::statistics::items {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Pair {
  double n = 0, covariance = kNaN, correlation = kNaN;
};

// Of the rows where both are there.
Pair pair_of(std::span<const double> x, std::span<const double> y) {
  Pair out;
  double mx = 0, my = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    ++out.n, mx += x[i], my += y[i];
  }
  if (out.n < 2) return out;
  mx /= out.n, my /= out.n;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    xx += (x[i] - mx) * (x[i] - mx), yy += (y[i] - my) * (y[i] - my), xy += (x[i] - mx) * (y[i] - my);
  }
  out.covariance = xy / (out.n - 1);
  out.correlation = xy / std::sqrt(xx * yy);
  return out;
}

// 1 - 1/diag(R⁻¹), the pseudo-inverse where R is singular, kept within 0 … 1.
Eigen::VectorXd squared_multiple_correlations(const Eigen::MatrixXd& r) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(r);
  const double least =
      std::sqrt(std::numeric_limits<double>::epsilon()) * eigen.eigenvalues().cwiseAbs().maxCoeff();
  Eigen::VectorXd inverse = eigen.eigenvalues();
  for (double& value : inverse) value = std::abs(value) > least ? 1 / value : 0;
  const Eigen::MatrixXd inverted =
      eigen.eigenvectors() * inverse.asDiagonal() * eigen.eigenvectors().transpose();
  return (1 - inverted.diagonal().array().inverse()).cwiseMin(1.0).cwiseMax(0.0);
}

double median_below_diagonal(const Eigen::MatrixXd& r) {
  std::vector<double> values;
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) values.push_back(r(i, j));
  }
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Alpha alpha_of(const Eigen::MatrixXd& c, const Eigen::MatrixXd& r, double persons) {
  const double k = static_cast<double>(c.rows()), sum_c = c.sum(), sum_r = r.sum();
  Alpha out;
  out.raw = cronbach(c);
  out.standardised = cronbach(r);
  out.g6 = 1 - (k - squared_multiple_correlations(r).sum()) / sum_r;
  out.average_r = (sum_r - k) / (k * (k - 1));
  out.median_r = median_below_diagonal(r);
  out.signal_noise = k * out.average_r / (1 - out.average_r);
  const Eigen::MatrixXd square = c * c;
  const double trace = c.trace();
  const double q = 2 * k * k / ((k - 1) * (k - 1) * sum_c * sum_c * sum_c) *
                   (sum_c * (square.trace() + trace * trace) - 2 * trace * square.sum());
  out.standard_error = std::sqrt(q / persons);
  return out;
}

// What psych shows of one item that is left when the other of two is dropped.
Alpha alpha_of_single(const Eigen::MatrixXd& c, const Eigen::MatrixXd& r, Eigen::Index dropped) {
  const double correlation = r(0, 1);
  return {.raw = c(0, 1) / c(1 - dropped, 1 - dropped),
          .standardised = correlation,
          .g6 = squared_multiple_correlations(r)[0],
          .average_r = correlation,
          .median_r = correlation,
          .signal_noise = correlation / (1 - correlation),
          .standard_error = kNaN};
}

Eigen::MatrixXd without(const Eigen::MatrixXd& x, Eigen::Index item) {
  std::vector<Eigen::Index> kept;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    if (i != item) kept.push_back(i);
  }
  return x(kept, kept);
}

// Mean score of each person over what he answered; the constant items count with their value.
std::vector<double> mean_scores(Columns columns, const std::vector<int>& kept) {
  double constant = 0;
  std::vector<bool> varies(columns.size(), false);
  for (const int j : kept) varies[static_cast<std::size_t>(j)] = true;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (varies[j]) continue;
    const auto there =
        std::find_if(columns[j].begin(), columns[j].end(), [](double x) { return !std::isnan(x); });
    if (there != columns[j].end()) constant += *there;
  }
  const double k = static_cast<double>(kept.size());
  std::vector<double> out;
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    double sum = 0, n = 0;
    for (const int j : kept) {
      const double value = columns[static_cast<std::size_t>(j)][i];
      if (!std::isnan(value)) sum += value, ++n;
    }
    out.push_back(n > 0 ? (k * sum / n + constant) / static_cast<double>(columns.size()) : kNaN);
  }
  return out;
}

}  // namespace

Outcome<AlphaAnalysis> alpha_analysis(Columns columns) {
  if (auto checked = check_columns(columns); !checked) return tl::unexpected(checked.error());
  std::vector<int> kept;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (pair_of(columns[j], columns[j]).covariance > 0) kept.push_back(static_cast<int>(j));
  }
  const auto k = static_cast<Eigen::Index>(kept.size());
  if (k < 2) return refuse("items.few", fmt::format("{} of {} items vary", k, columns.size()));
  const auto column = [&](Eigen::Index j) {
    return columns[static_cast<std::size_t>(kept[static_cast<std::size_t>(j)])];
  };
  Eigen::MatrixXd c(k, k), r(k, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) {
      c(i, j) = c(j, i) = pair_of(column(i), column(j)).covariance;
      if (std::isnan(c(i, j))) {
        return refuse(
            "items.no_overlap",
            fmt::format("fewer than two persons have answered both item {} and item {}",
                        kept[static_cast<std::size_t>(j)] + 1, kept[static_cast<std::size_t>(i)] + 1));
      }
    }
  }
  const Eigen::VectorXd spread = c.diagonal().cwiseSqrt();
  r = spread.cwiseInverse().asDiagonal() * c * spread.cwiseInverse().asDiagonal();
  r.diagonal().setOnes();
  const double persons = static_cast<double>(columns[0].size());
  AlphaAnalysis out{.total = alpha_of(c, r, persons)};
  const auto total = mean_scores(columns, kept);
  const Pair of_total = pair_of(total, total);
  for (const double value : total) out.mean += std::isnan(value) ? 0 : value / of_total.n;
  out.sd = std::sqrt(of_total.covariance);
  Eigen::MatrixXd corrected = r;
  corrected.diagonal() = squared_multiple_correlations(r);
  for (Eigen::Index j = 0; j < k; ++j) {
    AlphaItem item{.item = kept[static_cast<std::size_t>(j)]};
    const auto own = column(j);
    item.n = static_cast<std::size_t>(pair_of(own, own).n);
    item.raw_r = pair_of(own, total).correlation;
    item.std_r = r.col(j).sum() / std::sqrt(r.sum());
    item.r_cor = corrected.col(j).sum() / std::sqrt(corrected.sum());
    const double with_total = c.col(j).sum();
    item.r_drop = (with_total - c(j, j)) / std::sqrt(c(j, j) * (c.sum() - 2 * with_total + c(j, j)));
    for (const double value : own) item.mean += std::isnan(value) ? 0 : value / static_cast<double>(item.n);
    item.sd = spread[j];
    item.dropped = k > 2 ? alpha_of(without(c, j), without(r, j), persons) : alpha_of_single(c, r, j);
    out.items.push_back(std::move(item));
  }
  return out;
}

}  // namespace kepu::statistics::items
