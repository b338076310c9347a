#include "statistics/items/classical.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "statistics/items/checks.h"
#include "statistics/items/score_table.h"

namespace kepu::statistics::items {

namespace {

constexpr double kGroupShare = 0.27;

std::size_t group_size(Eigen::Index n) {
  return static_cast<std::size_t>(std::floor(kGroupShare * static_cast<double>(n)));
}

}  // namespace

Outcome<ClassicalTest> classical_test(Columns columns, std::span<const double> weights,
                                      std::span<const double> maximum) {
  if (auto checked = check_columns(columns); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_weights(weights, columns[0].size()); !checked)
    return tl::unexpected(checked.error());
  if (!maximum.empty() && maximum.size() != columns.size()) {
    return refuse("items.columns", fmt::format("{} maxima for {} items", maximum.size(), columns.size()));
  }
  const ScoreTable table = complete_cases(columns, weights);
  const Eigen::MatrixXd& x = table.score;
  const double sum = table.weight.sum();
  if (x.cols() < 2 || (table.weight.array() > 0).count() < 4) {
    return refuse("items.few", fmt::format("{} items, {} complete cases", x.cols(), x.rows()));
  }
  ClassicalTest out{.n = table.row.size(), .group = group_size(x.rows())};
  const Eigen::MatrixXd c = weighted_covariance(x, table.weight);
  const Eigen::VectorXd total = x.rowwise().sum();
  const double variance = c.sum();
  const auto order = stable_order(total);
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    const double top = maximum.empty() ? x.col(j).maxCoeff() : maximum[static_cast<std::size_t>(j)];
    const double own = c(j, j), with_total = c.row(j).sum();
    double upper = 0, lower = 0;
    for (std::size_t i = 0; i < out.group; ++i) {
      lower += x(order[i], j);
      upper += x(order[order.size() - 1 - i], j);
    }
    out.items.push_back({.facility = table.weight.dot(x.col(j)) / sum / top,
                         .point_biserial = with_total / std::sqrt(own * variance),
                         .item_rest = (with_total - own) / std::sqrt(own * (variance - 2 * with_total + own)),
                         .discrimination_27 = (upper - lower) / static_cast<double>(out.group) / top});
  }
  out.total_mean = table.weight.dot(total) / sum;
  out.total_sd = std::sqrt(variance);
  out.alpha = cronbach(c);
  out.standard_error_of_measurement = out.total_sd * std::sqrt(1 - out.alpha);
  return out;
}

Outcome<WeightedFacility> weighted_facility(Columns columns, std::span<const double> weights,
                                            const SampleDesign& design) {
  if (auto checked = check_columns(columns); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_weights(weights, columns[0].size()); !checked)
    return tl::unexpected(checked.error());
  const ScoreTable table = complete_cases(columns, weights);
  const double sum = table.weight.sum();
  if (table.row.size() < 2 || !(sum > 0)) {
    return refuse("items.few", fmt::format("{} complete cases", table.row.size()));
  }
  const Eigen::RowVectorXd mean = table.weight.transpose() * table.score / sum;
  // Influence of each row on the means; rows outside the domain 0, so that their units still count.
  Eigen::MatrixXd influence =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(columns[0].size()), mean.size());
  for (Eigen::Index i = 0; i < table.score.rows(); ++i) {
    influence.row(static_cast<Eigen::Index>(table.row[static_cast<std::size_t>(i)])) =
        table.weight[i] / sum * (table.score.row(i) - mean);
  }
  const auto covariance = design_covariance_of_totals(influence, design);
  if (!covariance) return tl::unexpected(covariance.error());
  WeightedFacility out;
  out.mean.assign(mean.begin(), mean.end());
  for (Eigen::Index j = 0; j < mean.size(); ++j) out.se.push_back(std::sqrt((*covariance)(j, j)));
  out.degrees_of_freedom = design_degrees_of_freedom(design, columns[0].size());
  out.alpha = cronbach(weighted_covariance(table.score, table.weight));
  return out;
}

Outcome<Distractors> distractors(std::span<const std::int32_t> choice, std::span<const double> rest,
                                 int options, int key, std::span<const double> weights) {
  if (choice.size() != rest.size() || options < 2 || options > 1000 || key < 0 || key >= options) {
    return refuse("items.columns", fmt::format("{} choices, {} rest scores, {} options, key {}",
                                               choice.size(), rest.size(), options, key));
  }
  if (auto checked = check_weights(weights, choice.size()); !checked) return tl::unexpected(checked.error());
  std::vector<std::size_t> rows;
  double all = 0, missing = 0;
  for (std::size_t i = 0; i < choice.size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    if (choice[i] >= options || choice[i] < -1) {
      return refuse("items.columns", fmt::format("row {} chose option {}", i + 1, choice[i]));
    }
    all += w;
    if (choice[i] < 0)
      missing += w;
    else if (!std::isnan(rest[i]))
      rows.push_back(i);
  }
  if (rows.size() < 4) return refuse("items.few", fmt::format("{} answers", rows.size()));
  const auto n = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(n, options + 1);
  Eigen::VectorXd w(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::size_t row = rows[static_cast<std::size_t>(i)];
    x(i, choice[row]) = 1;
    x(i, options) = rest[row];
    w[i] = weights.empty() ? 1 : weights[row];
  }
  if (!(w.sum() > 0)) return refuse("items.weights", "nobody with a positive weight has answered");
  const Eigen::MatrixXd c = weighted_covariance(x, w);
  const auto order = stable_order(x.col(options));
  const std::size_t group = std::max<std::size_t>(1, group_size(n));
  Distractors out{.missing_share = missing / all};
  for (int k = 0; k < options; ++k) {
    Option option{.share = w.dot(x.col(k)) / w.sum(),
                  .rest_correlation = c(k, options) / std::sqrt(c(k, k) * c(options, options))};
    for (std::size_t i = 0; i < group; ++i) {
      option.lower += x(order[i], k);
      option.upper += x(order[order.size() - 1 - i], k);
    }
    option.lower /= static_cast<double>(group);
    option.upper /= static_cast<double>(group);
    out.options.push_back(option);
  }
  const double of_key = out.options[static_cast<std::size_t>(key)].rest_correlation;
  out.suspicious = !(of_key > 0);
  for (int k = 0; k < options; ++k) {
    const double other = out.options[static_cast<std::size_t>(k)].rest_correlation;
    out.suspicious = out.suspicious || (k != key && other > of_key);
  }
  return out;
}

}  // namespace kepu::statistics::items
