#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engines/survey/cases/survey_ops.h"
#include "statistics/survey/contrast.h"
#include "statistics/survey/decision.h"
#include "statistics/survey/estimate.h"

namespace kepu::survey {

namespace json = boost::json;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

base::Result<CaseGroups> groups_of(const OpContext& c, const std::vector<std::string>& by) {
  if (by.empty()) return base::refuse(base::Code::invalid, "case.spec", "by 要写明分组的变量。");
  std::vector<const CaseColumn*> columns;
  std::vector<const statistics::Cells*> parts;
  for (const auto& name : by) {
    columns.push_back(TRY(c.frame().find(name)));
    parts.push_back(&columns.back()->cells);
  }
  auto crossed = statistics::cross(parts);
  // Only groups with a row of the domain that has weight.
  std::vector<std::size_t> sizes(static_cast<std::size_t>(crossed.cells.count), 0);
  std::vector<bool> weighted(sizes.size(), false);
  for (std::size_t i = 0; i < c.domain.in.size(); ++i) {
    auto& cell = crossed.cells.of[i];
    if (!c.domain.in[i]) cell = -1;
    // A row of weight 0 stays in its group: the beta interval counts it.
    if (cell >= 0 && c.survey().weights()[i] != 0) ++sizes[static_cast<std::size_t>(cell)];
  }
  CaseGroups out;
  std::vector<std::int32_t> renumber(sizes.size(), -1);
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    if (sizes[g] == 0) continue;
    renumber[g] = static_cast<std::int32_t>(out.names.size());
    std::string name;
    json::object label;
    for (std::size_t p = 0; p < columns.size(); ++p) {
      const auto k = static_cast<std::size_t>(crossed.parts[p][g]);
      name += (p ? "." : "") + columns[p]->labels[k];
      label[columns[p]->name] =
          columns[p]->numeric ? number(columns[p]->label_values[k]) : json::value(columns[p]->labels[k]);
    }
    out.names.push_back(std::move(name));
    out.labels.push_back(std::move(label));
    out.sizes.push_back(sizes[g]);
  }
  out.cells = std::move(crossed.cells);
  for (auto& cell : out.cells.of) cell = cell < 0 ? -1 : renumber[static_cast<std::size_t>(cell)];
  out.cells.count = static_cast<std::int32_t>(out.names.size());
  return out;
}

namespace {

base::Result<json::value> by(OpContext c) {
  const auto groups = TRY(groups_of(c, TRY(texts_of(c.query, "by"))));
  const auto* inner = c.query.if_contains("inner");
  if (!inner || !inner->is_object())
    return base::refuse(base::Code::invalid, "case.spec", "by 要写明 inner。");
  json::array out;
  for (std::size_t g = 0; g < groups.names.size(); ++g) {
    OpContext one{inner->get_object(), c.on, c.domain, c.designs};
    for (std::size_t i = 0; i < one.domain.in.size(); ++i) {
      if (groups.cells.of[i] != static_cast<std::int32_t>(g)) one.domain.in[i] = 0;
    }
    out.push_back(json::object{
        {"group", groups.labels[g]}, {"n", groups.sizes[g]}, {"result", TRY(run_op(std::move(one)))}});
  }
  return json::object{{"groups", std::move(out)}};
}

// Estimates with names: what contrasts are made of.
struct Named {
  statistics::Estimates estimates;
  std::vector<std::string> names;
  double degrees = 0;
};

base::Result<Named> named_estimates(const OpContext& c) {
  const auto stat = TRY(text_of(c.query, "stat"));
  const bool grouped = stat.starts_with("by_") || c.query.contains("by");
  const bool totals = stat.ends_with("total");
  if (!totals && !stat.ends_with("mean"))
    return base::refuse(base::Code::invalid, "case.spec", "不认识的 stat：" + stat);
  const auto columns = TRY(c.columns("vars"));
  OpContext inside{c.query, c.on, c.domain, c.designs};
  if (c.na_rm()) drop_missing(inside.domain, columns);
  const auto y = indicators(columns);
  const auto& survey = c.survey();
  Named out;
  out.degrees = survey.degrees_of_freedom(c.domain);
  if (!grouped) {
    const auto s = TRY(checked(totals ? statistics::total_of(survey, inside.domain, y.values)
                                      : statistics::mean_of(survey, inside.domain, y.values)));
    out.estimates = TRY(checked(survey.estimate(inside.domain, s)));
    out.names = y.names;
    return out;
  }
  const auto groups = TRY(groups_of(inside, TRY(texts_of(c.query, "by"))));
  for (std::size_t i = 0; i < inside.domain.in.size(); ++i) {
    if (groups.cells.of[i] < 0) inside.domain.in[i] = 0;
  }
  const auto s = TRY(checked(statistics::group_means(survey, inside.domain, y.values, groups.cells, totals)));
  out.estimates = TRY(checked(survey.estimate(inside.domain, s)));
  for (const auto& variable : y.names) {
    for (const auto& group : groups.names)
      out.names.push_back(y.names.size() > 1 ? group + ":" + variable : group);
  }
  return out;
}

base::Result<json::value> by_cov(OpContext c) {
  const auto n = TRY(named_estimates(c));
  return json::object{{"names", names(n.names)},
                      {"estimate", numbers(n.estimates.value)},
                      {"se", numbers(n.estimates.se())},
                      {"vcov", matrix(n.estimates.covariance)}};
}

base::Result<std::vector<const json::object*>> contrast_list(const json::object& query) {
  std::vector<const json::object*> out;
  const auto* list = query.if_contains("contrasts");
  if (!list || !list->is_array())
    return base::refuse(base::Code::invalid, "case.spec", "contrasts 应当是列表。");
  for (const auto& one : list->get_array()) {
    if (!one.is_object())
      return base::refuse(base::Code::invalid, "case.spec", "contrasts 的每一项应当是对象。");
    out.push_back(&one.get_object());
  }
  return out;
}

json::object contrast_line(const std::string& name, const statistics::Estimates& e) {
  return {{"name", name}, {"estimate", number(e.value[0])}, {"se", number(e.se()[0])}};
}

base::Result<json::value> contrast(OpContext c) {
  const auto n = TRY(named_estimates(c));
  json::array lines;
  for (const auto* one : TRY(contrast_list(c.query))) {
    const auto* coef = one->if_contains("coef");
    if (!coef || !coef->is_object())
      return base::refuse(base::Code::invalid, "case.spec", "contrast 要写明 coef。");
    MatrixXd row = MatrixXd::Zero(1, static_cast<Index>(n.names.size()));
    for (const auto& [name, value] : coef->get_object()) {
      const auto at = std::find(n.names.begin(), n.names.end(), std::string_view(name));
      if (!value.is_number()) return base::refuse(base::Code::invalid, "case.spec", "coef 应当是数字。");
      const double weight = value.to_number<double>();
      if (at == n.names.end()) {
        if (weight == 0) continue;
        return base::refuse(base::Code::invalid, "case.spec", "没有这个估计值：" + std::string(name));
      }
      row(0, at - n.names.begin()) = weight;
    }
    lines.push_back(contrast_line(TRY(text_of(*one, "name")), statistics::linear_contrast(n.estimates, row)));
  }
  return json::object{{"contrasts", std::move(lines)}, {"degf", number(n.degrees)}};
}

base::Result<json::value> contrast_nl(OpContext c) {
  const auto n = TRY(named_estimates(c));
  json::array lines;
  for (const auto* one : TRY(contrast_list(c.query))) {
    const auto e =
        TRY(checked(statistics::formula_contrast(n.estimates, n.names, TRY(text_of(*one, "expr")))));
    lines.push_back(contrast_line(TRY(text_of(*one, "name")), e));
  }
  return json::object{{"contrasts", std::move(lines)}, {"degf", number(n.degrees)}};
}

base::Result<json::value> stdize(OpContext c) {
  const auto variables = TRY(c.columns("vars"));
  const auto by = TRY(texts_of(c.query, "by_std")), over = TRY(texts_of(c.query, "over"));
  if (variables.size() != 1 || !variables[0]->numeric) {
    return base::refuse(base::Code::invalid, "case.spec", "stdize 只算一个数字的列。");
  }
  OpContext inside{c.query, c.on, c.domain, c.designs};
  std::vector<const statistics::Cells*> parts;
  for (const auto& name : by) parts.push_back(&TRY(c.frame().find(name))->cells);
  if (parts.empty()) return base::refuse(base::Code::invalid, "case.spec", "stdize 要写明 by_std。");
  // All categories of one variable, also those that nobody has, so that the population's shares find their
  // place.
  const auto standard = parts.size() == 1 ? *parts[0] : statistics::cross(parts).cells;
  CaseGroups groups;
  if (over.empty()) {
    groups.cells = {std::vector<std::int32_t>(c.survey().rows(), 0), 1};
    groups.names = {"all"};
  } else {
    groups = TRY(groups_of(inside, over));
  }
  for (std::size_t i = 0; i < inside.domain.in.size(); ++i) {
    if (groups.cells.of[i] < 0 || standard.of[i] < 0) inside.domain.in[i] = 0;
  }
  auto answered = inside.domain;
  if (c.na_rm()) drop_missing(answered, variables);
  const auto population = TRY(numbers_of(c.query, "population"));
  const auto e = TRY(checked(statistics::standardised_means(
      c.survey(), inside.domain, answered, variables[0]->values, standard, groups.cells, population)));
  return json::object{
      {"groups", names(groups.names)}, {"estimate", numbers(e.value)}, {"se", numbers(e.se())}};
}

base::Result<json::value> change(OpContext c) {
  const auto pair = TRY(texts_of(c.query, "designs"));
  if (pair.size() != 2) return base::refuse(base::Code::invalid, "case.spec", "change 要写明两个 designs。");
  const auto rules = TRY(rules_of(c.query));
  VectorXd value[2], v[2];
  double degrees[2];
  std::vector<std::string> labels;
  for (std::size_t k = 0; k < 2; ++k) {
    const auto* on = TRY(c.designs.find(pair[k], rules));
    OpContext one{c.query, *on, TRY(domain_of(c.query, *on->frame)), c.designs};
    const auto columns = TRY(one.columns("vars"));
    degrees[k] = on->survey.degrees_of_freedom(one.domain);
    if (c.na_rm()) drop_missing(one.domain, columns);
    const auto y = indicators(columns);
    const auto s = TRY(checked(statistics::mean_of(on->survey, one.domain, y.values)));
    const auto e = TRY(checked(on->survey.estimate(one.domain, s)));
    value[k] = e.value;
    v[k] = e.covariance.diagonal();
    if (k == 0) labels = y.names;
  }
  if (value[0].size() != value[1].size())
    return base::refuse(base::Code::invalid, "case.spec", "两轮的变量不同。");
  json::array difference, se, satt, t, p_sum, p_satt, lower, upper;
  double df_sum = degrees[0] + degrees[1];
  for (Index j = 0; j < value[0].size(); ++j) {
    const auto one = TRY(checked(
        statistics::change_between(value[0][j], v[0][j], degrees[0], value[1][j], v[1][j], degrees[1])));
    difference.push_back(number(one.difference));
    se.push_back(number(one.se));
    satt.push_back(number(one.df_satterthwaite));
    t.push_back(number(one.t));
    p_sum.push_back(number(one.p_sum));
    p_satt.push_back(number(one.p_satterthwaite));
    lower.push_back(number(one.lower));
    upper.push_back(number(one.upper));
  }
  return json::object{{"names", names(labels)},
                      {"difference", difference},
                      {"se", se},
                      {"df_sum", number(df_sum)},
                      {"df_satterthwaite", satt},
                      {"t", t},
                      {"p_two_sided_df_sum", p_sum},
                      {"p_two_sided_satt", p_satt},
                      {"ci95_t", json::object{{"lo", lower}, {"hi", upper}}}};
}

}  // namespace

std::vector<NamedOp> group_ops() {
  return {{"by", by},         {"by_cov", by_cov}, {"contrast", contrast}, {"contrast_nl", contrast_nl},
          {"stdize", stdize}, {"change", change}};
}

}  // namespace kepu::survey
