#include "statistics/items/rasch_conditional.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>
#include <map>

#include "statistics/items/checks.h"
#include "statistics/items/score_table.h"

namespace kepu::statistics::items {

namespace {

constexpr std::size_t kMostItems = 200;

// Persons who answered the same items.
struct Group {
  std::vector<int> items;
  Eigen::VectorXd solved;        // weighted, by position in items
  std::vector<double> by_score;  // weight of persons with each raw score
};

using Groups = std::map<std::vector<int>, Group>;

// γ_r of ε over all items but those at `skip` and `also`.
std::vector<double> symmetric(const std::vector<double>& epsilon, std::size_t skip, std::size_t also) {
  std::vector<double> gamma{1};
  for (std::size_t i = 0; i < epsilon.size(); ++i) {
    if (i == skip || i == also) continue;
    gamma.push_back(0);
    for (std::size_t r = gamma.size() - 1; r > 0; --r) gamma[r] += epsilon[i] * gamma[r - 1];
  }
  return gamma;
}

struct Sum {
  double log_likelihood = 0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd information;
};

void add(const Group& group, const Eigen::VectorXd& beta, bool derivatives, Sum& sum) {
  const std::size_t k = group.items.size(), none = k;
  std::vector<double> epsilon;
  for (const int j : group.items) epsilon.push_back(std::exp(-beta[j]));
  const auto gamma = symmetric(epsilon, none, none);
  for (std::size_t i = 0; i < k; ++i) {
    sum.log_likelihood -= group.solved[static_cast<Eigen::Index>(i)] * beta[group.items[i]];
    if (derivatives) sum.gradient[group.items[i]] -= group.solved[static_cast<Eigen::Index>(i)];
  }
  for (std::size_t r = 0; r <= k; ++r) sum.log_likelihood -= group.by_score[r] * std::log(gamma[r]);
  if (!derivatives) return;
  Eigen::MatrixXd chance =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k + 1));
  for (std::size_t i = 0; i < k; ++i) {
    const auto others = symmetric(epsilon, i, none);
    for (std::size_t r = 1; r <= k; ++r) {
      chance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(r)) =
          epsilon[i] * others[r - 1] / gamma[r];
    }
  }
  const Eigen::Map<const Eigen::VectorXd> weight(group.by_score.data(), static_cast<Eigen::Index>(k + 1));
  const Eigen::VectorXd expected = chance * weight;
  const Eigen::MatrixXd squares = chance * weight.asDiagonal() * chance.transpose();
  for (std::size_t i = 0; i < k; ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    const int item = group.items[i];
    sum.gradient[item] += expected[at];
    sum.information(item, item) += expected[at] - squares(at, at);
    for (std::size_t j = i + 1; j < k; ++j) {
      const auto others = symmetric(epsilon, i, j);
      double both = 0;
      for (std::size_t r = 2; r <= k; ++r)
        both += group.by_score[r] * epsilon[i] * epsilon[j] * others[r - 2] / gamma[r];
      const double term = both - squares(at, static_cast<Eigen::Index>(j));
      sum.information(item, group.items[j]) += term;
      sum.information(group.items[j], item) += term;
    }
  }
}

Sum sum_at(const Groups& groups, const Eigen::VectorXd& beta, bool derivatives) {
  Sum sum{0, Eigen::VectorXd::Zero(beta.size()), Eigen::MatrixXd::Zero(beta.size(), beta.size())};
  for (const auto& [answered, group] : groups) add(group, beta, derivatives, sum);
  return sum;
}

Outcome<Groups> groups_of(Columns columns, std::span<const double> weights, std::size_t& persons) {
  Groups groups;
  Eigen::VectorXd solved = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns.size())), tried = solved;
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    std::vector<int> answered;
    std::size_t score = 0;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const double x = columns[j][i];
      if (std::isnan(x)) continue;
      if (x != 0 && x != 1) {
        return refuse("rasch.binary", fmt::format("item {}, row {} is {}", j + 1, i + 1, x));
      }
      answered.push_back(static_cast<int>(j));
      score += x == 1 ? 1 : 0;
    }
    if (answered.empty() || w == 0) continue;
    ++persons;
    if (score == 0 || score == answered.size()) continue;  // says nothing of differences between items
    Group& group = groups[answered];
    if (group.items.empty()) {
      group.items = answered;
      group.solved = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(answered.size()));
      group.by_score.assign(answered.size() + 1, 0);
    }
    group.by_score[score] += w;
    for (std::size_t k = 0; k < answered.size(); ++k) {
      const double x = columns[static_cast<std::size_t>(answered[k])][i];
      group.solved[static_cast<Eigen::Index>(k)] += w * x;
      solved[answered[k]] += w * x;
      tried[answered[k]] += w;
    }
  }
  for (Eigen::Index j = 0; j < solved.size(); ++j) {
    if (!(solved[j] > 0 && solved[j] < tried[j])) {
      return refuse("rasch.extreme",
                    fmt::format("item {} was solved by all or none of those who tell items apart", j + 1));
    }
  }
  return groups;
}

}  // namespace

Outcome<RaschConditional> rasch_conditional(Columns columns, std::span<const double> weights) {
  if (auto checked = check_columns(columns); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_weights(weights, columns[0].size()); !checked)
    return tl::unexpected(checked.error());
  if (columns.size() < 2 || columns.size() > kMostItems) {
    return refuse("rasch.size", fmt::format("{} items", columns.size()));
  }
  RaschConditional out;
  const auto groups = groups_of(columns, weights, out.n);
  if (!groups) return tl::unexpected(groups.error());
  const auto k = static_cast<Eigen::Index>(columns.size());
  // The information is singular along equal shifts of all items; 11' takes that direction away.
  const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(k, k);
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(k);
  Sum sum = sum_at(*groups, beta, true);
  for (int step = 0; step < 100; ++step) {
    const double scale = sum.information.diagonal().mean();
    const Eigen::LLT<Eigen::MatrixXd> factor(sum.information / scale + ones / static_cast<double>(k));
    if (factor.info() != Eigen::Success || !(factor.rcond() > 1e-13) || beta.lpNorm<Eigen::Infinity>() > 50) {
      return refuse("rasch.not_identified", "no person's answers tie some of the items to the others");
    }
    const Eigen::VectorXd way = factor.solve(sum.gradient) / scale;
    const bool arrived = std::sqrt(std::max(0.0, way.dot(sum.gradient))) < 1e-9;
    double part = 1;
    while (part > 1e-6 && !(sum_at(*groups, beta + part * way, false).log_likelihood >=
                            sum.log_likelihood - 1e-12 * std::abs(sum.log_likelihood))) {
      part /= 2;
    }
    beta += part * way;
    beta.array() -= beta.mean();
    sum = sum_at(*groups, beta, true);
    if (!arrived) continue;
    const Eigen::MatrixXd inverse = (sum.information + ones * (scale / static_cast<double>(k))).inverse() -
                                    ones / (scale * static_cast<double>(k));
    out.difficulty.assign(beta.begin(), beta.end());
    for (Eigen::Index j = 0; j < k; ++j) out.se.push_back(std::sqrt(inverse(j, j)));
    out.log_likelihood = sum.log_likelihood;
    return out;
  }
  return refuse("irt.no_convergence", "conditional likelihood: no maximum after 100 steps");
}

}  // namespace kepu::statistics::items
