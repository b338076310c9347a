#include "statistics/items/dif.h"

#include <fmt/format.h>

#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>

#include "statistics/items/score_table.h"

namespace kepu::statistics::items {

namespace {

double chi_square_tail(double x, double df) {
  return std::isfinite(x) ? boost::math::gamma_q(df / 2, std::max(0.0, x) / 2) : 0;
}

// Complete binary rows with their group.
struct Cases {
  ScoreTable table;
  Eigen::VectorXd total;
  std::vector<int> group;  // numbered 0 … groups-1 in order of their codes
  int groups = 0;
};

Outcome<Cases> cases_of(Columns columns, std::span<const std::int32_t> group) {
  if (auto checked = check_columns(columns); !checked) return tl::unexpected(checked.error());
  if (group.size() != columns[0].size()) {
    return refuse("items.columns", fmt::format("{} groups for {} rows", group.size(), columns[0].size()));
  }
  std::vector<double> there;
  for (const std::int32_t g : group) there.push_back(g < 0 ? std::nan("") : g);
  std::vector<std::span<const double>> all(columns.begin(), columns.end());
  all.emplace_back(there);
  Cases out{.table = complete_cases(all, {})};
  const Eigen::Index items = out.table.score.cols() - 1;
  const Eigen::VectorXd codes = out.table.score.col(items);
  out.table.score.conservativeResize(Eigen::NoChange, items);
  if (!((out.table.score.array() == 0) || (out.table.score.array() == 1)).all()) {
    return refuse("dif.binary", "an item has answers other than 0 and 1");
  }
  std::map<double, int> numbers;
  for (const double code : codes) numbers.emplace(code, 0);
  for (auto& [code, number] : numbers) number = out.groups++;
  if (out.groups < 2) return refuse("dif.groups", fmt::format("{} groups occur", out.groups));
  for (const double code : codes) out.group.push_back(numbers[code]);
  out.total = out.table.score.rowwise().sum();
  return out;
}

char ets_class(const MantelHaenszel& mh) {
  const double size = std::abs(mh.ets_delta), error = 2.35 * mh.log_odds_ratio_se;
  if (size < 1 || mh.p >= 0.05) return 'A';
  return size >= 1.5 && (size - 1) / error > 1.645 ? 'C' : 'B';
}

Outcome<MantelHaenszel> mantel_haenszel(const Cases& cases, Eigen::Index item) {
  if (cases.groups != 2) {
    return refuse("dif.two_groups",
                  fmt::format("Mantel-Haenszel compares two groups, there are {}", cases.groups));
  }
  // Per score: first group 0, 1; second group 0, 1.
  std::map<double, std::array<double, 4>> strata;
  for (Eigen::Index i = 0; i < cases.total.size(); ++i) {
    const int at = 2 * cases.group[static_cast<std::size_t>(i)] + (cases.table.score(i, item) > 0 ? 1 : 0);
    ++strata[cases.total[i]][static_cast<std::size_t>(at)];
  }
  double off = 0, variance = 0, same = 0, cross = 0, by_same = 0, by_both = 0, by_cross = 0;
  for (const auto& [score, t] : strata) {
    const double n = t[0] + t[1] + t[2] + t[3];
    if (n < 2) continue;
    const double row1 = t[0] + t[1], row2 = t[2] + t[3], column1 = t[0] + t[2], column2 = t[1] + t[3];
    off += t[0] - row1 * column1 / n;
    variance += row1 * row2 * column1 * column2 / (n * n * (n - 1));
    same += t[0] * t[3] / n, cross += t[1] * t[2] / n;
    const double p = (t[0] + t[3]) / (n * n), q = (t[1] + t[2]) / (n * n);
    by_same += p * t[0] * t[3], by_cross += q * t[1] * t[2];
    by_both += p * t[1] * t[2] + q * t[0] * t[3];
  }
  if (!(variance > 0) || !(same > 0) || !(cross > 0)) {
    return refuse("dif.no_information", "at no total score are there both groups and both answers");
  }
  MantelHaenszel out;
  const auto chi_square = [&](double less) { return std::pow(std::abs(off) - less, 2) / variance; };
  out.chi_square = chi_square(0);
  out.chi_square_corrected = chi_square(std::abs(off) >= 0.5 ? 0.5 : 0);
  out.p = chi_square_tail(out.chi_square, 1);
  out.p_corrected = chi_square_tail(out.chi_square_corrected, 1);
  out.odds_ratio = same / cross;
  out.log_odds_ratio_se =
      std::sqrt(by_same / (2 * same * same) + by_both / (2 * same * cross) + by_cross / (2 * cross * cross));
  out.ets_delta = -2.35 * std::log(out.odds_ratio);
  out.ets_class = ets_class(out);
  return out;
}

// Deviance of a logistic regression by Newton's method with halving.
Outcome<double> deviance(const Eigen::MatrixXd& x, const Eigen::VectorXd& y) {
  const auto at = [&](const Eigen::VectorXd& beta, Eigen::VectorXd* p) {
    const Eigen::ArrayXd z = x * beta;
    if (p) *p = (1 + (-z).exp()).inverse();
    // -2 Σ (y z - log(1+e^z)), without overflow.
    return 2 * (z.max(0.0) + (1 + (-z.abs()).exp()).log() - y.array() * z).sum();
  };
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(x.cols()), p;
  double value = at(beta, &p);
  for (int step = 0; step < 100; ++step) {
    const Eigen::VectorXd gradient = x.transpose() * (y - p);
    const Eigen::VectorXd v = (p.array() * (1 - p.array())).matrix();
    const Eigen::LDLT<Eigen::MatrixXd> information(Eigen::MatrixXd(x.transpose() * v.asDiagonal() * x));
    if (information.info() != Eigen::Success || !(information.rcond() > 1e-14)) {
      return refuse("dif.separated",
                    "total score and group tell the answer exactly, or a group has no spread");
    }
    const Eigen::VectorXd way = information.solve(gradient);
    double part = 1, next = at(beta + way, nullptr);
    for (; part > 1e-6 && !(next <= value * (1 + 1e-14)); part /= 2)
      next = at(beta + part / 2 * way, nullptr);
    beta += part * way;
    value = at(beta, &p);
    if (beta.lpNorm<Eigen::Infinity>() > 200) break;
    if (way.dot(gradient) < 1e-18 * (1 + value)) return value;
  }
  return refuse("dif.separated", "the logistic regression has no finite maximum");
}

Outcome<LogisticDif> logistic(const Cases& cases, Eigen::Index item) {
  const Eigen::Index n = cases.total.size(), more = cases.groups - 1;
  // 1, total (standardised: the deviance is the same), groups, groups × total.
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(n, 2 + 2 * more);
  const double mean = cases.total.mean();
  const double spread = std::sqrt((cases.total.array() - mean).square().mean());
  if (!(spread > 0)) return refuse("dif.no_information", "all total scores are equal");
  for (Eigen::Index i = 0; i < n; ++i) {
    x(i, 0) = 1;
    x(i, 1) = (cases.total[i] - mean) / spread;
    const int g = cases.group[static_cast<std::size_t>(i)];
    if (g > 0) x(i, 1 + g) = 1, x(i, 1 + more + g) = x(i, 1);
  }
  const Eigen::VectorXd y = cases.table.score.col(item);
  const double share = y.mean();
  if (!(share > 0 && share < 1)) return refuse("dif.no_information", "all answers are equal");
  const double count = static_cast<double>(n);
  const double null = -2 * count * (share * std::log(share) + (1 - share) * std::log(1 - share));
  double d[3];
  for (int model = 0; model < 3; ++model) {
    const auto value = deviance(x.leftCols(2 + model * more), y);
    if (!value) return tl::unexpected(value.error());
    d[model] = *value;
  }
  const double df = static_cast<double>(more);
  LogisticDif out{.lr_uniform = d[0] - d[1], .lr_nonuniform = d[1] - d[2], .lr_total = d[0] - d[2]};
  out.p_uniform = chi_square_tail(out.lr_uniform, df);
  out.p_nonuniform = chi_square_tail(out.lr_nonuniform, df);
  out.p_total = chi_square_tail(out.lr_total, 2 * df);
  for (int model = 0; model < 3; ++model) {
    out.nagelkerke[model] = (1 - std::exp((d[model] - null) / count)) / (1 - std::exp(-null / count));
  }
  return out;
}

}  // namespace

Outcome<std::vector<ItemDif>> item_dif(Columns columns, std::span<const std::int32_t> group,
                                       bool with_logistic) {
  const auto cases = cases_of(columns, group);
  if (!cases) return tl::unexpected(cases.error());
  std::vector<ItemDif> out;
  for (Eigen::Index j = 0; j < cases->table.score.cols(); ++j) {
    out.push_back({mantel_haenszel(*cases, j),
                   with_logistic ? logistic(*cases, j)
                                 : Outcome<LogisticDif>(
                                       refuse("dif.not_asked", "only Mantel-Haenszel was asked for"))});
  }
  return out;
}

}  // namespace kepu::statistics::items
