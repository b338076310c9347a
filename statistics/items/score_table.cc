#include "statistics/items/score_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kepu::statistics::items {

Outcome<void> check_columns(Columns columns) {
  if (columns.empty()) return refuse("items.columns", "there is no item");
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (columns[j].size() != columns[0].size()) {
      return refuse("items.columns", fmt::format("item {} has {} rows, the first has {}", j + 1,
                                                 columns[j].size(), columns[0].size()));
    }
    for (std::size_t i = 0; i < columns[j].size(); ++i) {
      if (std::isinf(columns[j][i])) {
        return refuse("items.columns", fmt::format("item {}, row {} is infinite", j + 1, i + 1));
      }
    }
  }
  return {};
}

ScoreTable complete_cases(Columns columns, std::span<const double> weights) {
  ScoreTable out;
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    const bool complete =
        std::none_of(columns.begin(), columns.end(), [&](const auto& c) { return std::isnan(c[i]); });
    if (complete) out.row.push_back(i);
  }
  out.score.resize(static_cast<Eigen::Index>(out.row.size()), static_cast<Eigen::Index>(columns.size()));
  out.weight.resize(out.score.rows());
  for (Eigen::Index i = 0; i < out.score.rows(); ++i) {
    const std::size_t row = out.row[static_cast<std::size_t>(i)];
    out.weight[i] = weights.empty() ? 1 : weights[row];
    for (Eigen::Index j = 0; j < out.score.cols(); ++j)
      out.score(i, j) = columns[static_cast<std::size_t>(j)][row];
  }
  return out;
}

Eigen::MatrixXd weighted_covariance(const Eigen::MatrixXd& x, const Eigen::VectorXd& weight) {
  const double sum = weight.sum(), n = static_cast<double>((weight.array() > 0).count());
  const Eigen::RowVectorXd mean = weight.transpose() * x / sum;
  const Eigen::MatrixXd centred = x.rowwise() - mean;
  return centred.transpose() * weight.asDiagonal() * centred / (sum * (n - 1) / n);
}

double cronbach(const Eigen::MatrixXd& covariance) {
  const double k = static_cast<double>(covariance.rows());
  return k / (k - 1) * (1 - covariance.trace() / covariance.sum());
}

std::vector<int> stable_order(const Eigen::VectorXd& total) {
  std::vector<int> order(static_cast<std::size_t>(total.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return total[a] < total[b]; });
  return order;
}

}  // namespace kepu::statistics::items
