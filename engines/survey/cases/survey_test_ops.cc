#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "engines/survey/cases/survey_ops.h"
#include "statistics/survey/decision.h"
#include "statistics/survey/independence.h"
#include "statistics/survey/regression.h"

namespace kepu::survey {

namespace json = boost::json;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

// Categories that occur among the rows of the data set, renumbered.
statistics::Cells occurring(const CaseColumn& column, const statistics::Domain& domain) {
  std::vector<std::int32_t> number(column.labels.size(), -1);
  for (std::size_t i = 0; i < domain.in.size(); ++i) {
    if (domain.in[i] && !column.missing(i)) number[static_cast<std::size_t>(column.cells.of[i])] = 0;
  }
  statistics::Cells out;
  for (auto& n : number) {
    if (n == 0) n = out.count++;
  }
  for (const auto c : column.cells.of) out.of.push_back(c < 0 ? -1 : number[static_cast<std::size_t>(c)]);
  return out;
}

base::Result<json::value> chisq(OpContext c) {
  using T = statistics::IndependenceTest;
  static const std::map<std::string, T> tests{{"F", T::f},
                                              {"Chisq", T::chisq},
                                              {"Wald", T::wald},
                                              {"adjWald", T::adjusted_wald},
                                              // As R does where the package CompQuadForm is not installed.
                                              {"lincom", T::saddlepoint},
                                              {"saddlepoint", T::saddlepoint}};
  const auto* rows = TRY(c.frame().find(TRY(text_of(c.query, "rows"))));
  const auto* columns = TRY(c.frame().find(TRY(text_of(c.query, "cols"))));
  const auto row_cells = occurring(*rows, c.domain), column_cells = occurring(*columns, c.domain);
  auto wanted = TRY(texts_of(c.query, "statistics"));
  if (wanted.empty()) wanted = {"F"};
  json::object out;
  for (const auto& name : wanted) {
    const auto test = tests.find(name);
    if (test == tests.end()) return base::refuse(base::Code::invalid, "case.spec", "不认识的检验：" + name);
    const auto r = statistics::independence(c.survey(), c.domain, row_cells, column_cells, test->second);
    if (!r) {
      out[name] =
          json::object{{"error", true}, {"rule", r.error().rule}, {"message", refused(r.error()).message}};
      continue;
    }
    json::array parameters;
    for (const double p : r->parameters) parameters.push_back(number(p));
    const bool wald = test->second == T::wald || test->second == T::adjusted_wald;
    // R's Wald statistics are 1 × 1 matrices.
    const json::value statistic =
        wald ? json::value(json::array{json::array{number(r->statistic)}}) : number(r->statistic);
    out[name] = json::object{{"statistic", statistic}, {"parameter", parameters}, {"p", number(r->p)}};
  }
  return out;
}

base::Result<json::value> gof(OpContext c) {
  const auto columns = TRY(c.columns("vars"));
  if (columns.size() != 1) return base::refuse(base::Code::invalid, "case.spec", "gof 只用一个变量。");
  auto domain = c.domain;
  if (c.na_rm()) drop_missing(domain, columns);
  const auto r = TRY(checked(
      statistics::goodness_of_fit(c.survey(), domain, columns[0]->cells, TRY(numbers_of(c.query, "p")))));
  return json::object{{"statistic", number(r.statistic)},
                      {"scale", number(r.scale)},
                      {"df", number(r.df)},
                      {"p", number(r.p)}};
}

// The answer of a regression: a factor counts as 1 where it is not the first level.
VectorXd response(const CaseColumn& column) {
  VectorXd y(static_cast<Index>(column.cells.of.size()));
  for (Index i = 0; i < y.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    y[i] = column.missing(at) ? std::nan("") : column.numeric ? column.values[at] : column.cells.of[at] > 0;
  }
  return y;
}

// A factor has only the levels that rows of the model have, so that the first of these is the one left out
// (as glm of R does). A calibrated or PPS design keeps the rows outside the domain, and with them their
// levels.
base::Result<CaseFrame> with_levels_in_use(const OpContext& c, const std::vector<std::string>& terms,
                                           const VectorXd& response) {
  CaseFrame out = c.frame();
  std::vector<std::string> names;
  for (const auto& term : terms) {
    std::istringstream parts(term);
    for (std::string name; std::getline(parts, name, ':');) names.push_back(name);
  }
  std::vector<bool> used(c.frame().rows);
  for (std::size_t i = 0; i < used.size(); ++i) {
    used[i] = (c.survey().keeps_rows() || c.domain.in[i]) && std::isfinite(response[static_cast<Index>(i)]);
  }
  for (const auto& name : names) {
    const auto* column = TRY(c.frame().find(name));
    for (std::size_t i = 0; i < used.size(); ++i) used[i] = used[i] && !column->missing(i);
  }
  for (const auto& name : names) {
    auto& column = out.columns.find(name)->second;
    if (column.numeric) continue;
    std::vector<std::int32_t> number(column.labels.size(), -1);
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]) number[static_cast<std::size_t>(column.cells.of[i])] = 0;
    }
    std::vector<std::string> labels;
    for (std::size_t k = 0; k < number.size(); ++k) {
      if (number[k] < 0) continue;
      number[k] = static_cast<std::int32_t>(labels.size());
      labels.push_back(column.labels[k]);
    }
    for (auto& cell : column.cells.of) cell = cell < 0 ? -1 : number[static_cast<std::size_t>(cell)];
    column.cells.count = static_cast<std::int32_t>(labels.size());
    column.labels = std::move(labels);
  }
  return out;
}

base::Result<json::value> glm(OpContext c) {
  const auto family = TRY(text_of(c.query, "family"));
  if (family != "binomial" && family != "quasibinomial" && family != "gaussian") {
    return base::refuse(base::Code::invalid, "case.spec", "不认识的 family：" + family);
  }
  const auto terms = TRY(texts_of(c.query, "terms"));
  const VectorXd y = response(*TRY(c.frame().find(TRY(text_of(c.query, "response")))));
  const auto model = TRY(model_matrix(terms, true, TRY(with_levels_in_use(c, terms, y))));
  auto domain = c.domain;
  for (Index i = 0; i < y.size(); ++i) {
    if (!std::isfinite(y[i]) || !model.values.row(i).allFinite()) domain.in[static_cast<std::size_t>(i)] = 0;
  }
  const auto fit = TRY(checked(statistics::regress(
      c.survey(), domain, c.domain, model.values, y,
      family == "gaussian" ? statistics::RegressionFamily::linear : statistics::RegressionFamily::logistic)));
  const auto all = static_cast<Index>(model.names.size());
  VectorXd coefficients = VectorXd::Constant(all, std::nan("")), se = coefficients, t = coefficients,
           p = coefficients;
  const VectorXd fitted_se = fit.se(), fitted_p = fit.p_values();
  for (Index k = 0, at = 0; k < all; ++k) {
    if (!fit.estimated[static_cast<std::size_t>(k)]) continue;
    coefficients[k] = fit.coefficients[at];
    se[k] = fitted_se[at];
    t[k] = coefficients[k] / se[k];
    p[k] = fitted_p[at++];
  }
  json::object out{{"names", names(model.names)},
                   {"coef", numbers(coefficients)},
                   {"se", numbers(se)},
                   {"vcov", matrix(fit.covariance)},
                   {"df_residual", number(fit.residual_degrees)},
                   {"t", numbers(t)},
                   {"p", numbers(p)}};
  const auto* walds = c.query.if_contains("wald");
  if (!walds || !walds->is_array()) return out;
  json::array tests;
  for (const auto& one : walds->get_array()) {
    json::object holder{{"term", one}};
    const auto wanted = TRY(texts_of(holder, "term"));
    std::vector<int> columns;
    for (std::size_t k = 0; k < model.term.size(); ++k) {
      for (const auto& term : wanted) {
        if (model.term[k] > 0 && terms[static_cast<std::size_t>(model.term[k] - 1)] == term)
          columns.push_back(static_cast<int>(k));
      }
    }
    const auto w = TRY(checked(statistics::wald_test(fit, columns)));
    tests.push_back(json::object{{"term", names(wanted)},
                                 {"F", number(w.f)},
                                 {"df", number(w.df)},
                                 {"ddf", number(w.ddf)},
                                 {"p", number(w.p)}});
  }
  out["wald"] = std::move(tests);
  return out;
}

base::Result<json::value> ttest(OpContext c) {
  const auto* y = TRY(c.frame().find(TRY(text_of(c.query, "var"))));
  if (!y->numeric) return base::refuse(base::Code::invalid, "case.spec", "t 检验只能用数字的列：" + y->name);
  auto domain = c.domain;
  drop_missing(domain, {y});
  const auto* group_name = c.query.if_contains("group");
  statistics::TTest r;
  if (group_name && group_name->is_string()) {
    const auto* group = TRY(c.frame().find(TRY(text_of(c.query, "group"))));
    drop_missing(domain, {group});
    const auto cells = occurring(*group, domain);
    if (cells.count != 2) {
      return tl::unexpected(
          refused({"survey.groups", fmt::format("{} has {} groups, not two", group->name, cells.count)}));
    }
    std::vector<double> side(cells.of.begin(), cells.of.end());
    r = TRY(checked(statistics::t_test(c.survey(), domain, c.domain, y->values, side)));
  } else {
    r = TRY(checked(statistics::t_test(c.survey(), domain, y->values)));
  }
  return json::object{{"difference", number(r.difference)},
                      {"estimate", number(r.difference)},
                      {"t", number(r.t)},
                      {"df", number(r.df)},
                      {"p", number(r.p)}};
}

base::Result<json::value> target(OpContext c) {
  const auto* column = TRY(c.frame().find(TRY(text_of(c.query, "var"))));
  if (!column->numeric)
    return base::refuse(base::Code::invalid, "case.spec", "比例只能用 0/1 的列：" + column->name);
  auto domain = c.domain;
  drop_missing(domain, {column});
  const double alpha = c.query.contains("alpha") ? TRY(number_of(c.query, "alpha")) : 0.05;
  auto p = TRY(checked(statistics::proportion(c.survey(), domain, column->values)));
  p.degrees = c.survey().degrees_of_freedom(c.domain);
  const auto r = TRY(checked(statistics::test_target(p, TRY(number_of(c.query, "p0")), alpha)));
  return json::object{{"estimate", number(p.estimate)},
                      {"se", number(p.se())},
                      {"degf", number(p.degrees)},
                      {"t", number(r.t)},
                      {"p_greater", number(r.p_greater)},
                      {"p_less", number(r.p_less)},
                      {"t_logit", number(r.t_logit)},
                      {"p_greater_logit", number(r.p_greater_logit)},
                      {"p_less_logit", number(r.p_less_logit)},
                      {"one_sided_lower_logit", number(r.lower_logit)},
                      {"one_sided_upper_logit", number(r.upper_logit)},
                      {"one_sided_lower_wilson", number(r.lower_wilson)}};
}

}  // namespace

std::vector<NamedOp> test_ops() {
  return {{"chisq", chisq}, {"gof", gof}, {"glm", glm}, {"ttest", ttest}, {"target", target}};
}

}  // namespace kepu::survey
