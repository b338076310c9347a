#include <fmt/format.h>

#include <cmath>

#include "engines/survey/cases/survey_ops.h"
#include "statistics/survey/distributions.h"
#include "statistics/survey/estimate.h"
#include "statistics/survey/proportion.h"
#include "statistics/survey/quantile.h"

namespace kepu::survey {

namespace json = boost::json;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

json::object limits(const VectorXd& value, const VectorXd& se, double t) {
  return {{"lo", numbers(value - t * se)}, {"hi", numbers(value + t * se)}};
}

void add_estimates(json::object& out, const VectorXd& value, const MatrixXd& covariance, double degrees) {
  const VectorXd se = covariance.diagonal().cwiseSqrt();
  out["estimate"] = numbers(value);
  out["se"] = numbers(se);
  out["degf"] = number(degrees);
  out["ci95_z"] = limits(value, se, statistics::normal_quantile(0.975));
  out["ci95_t"] = limits(value, se, statistics::t_quantile(0.975, degrees));
}

// Which columns have no missing value in the domain.
std::vector<Index> complete(const MatrixXd& values, const statistics::Domain& domain) {
  std::vector<Index> out;
  for (Index k = 0; k < values.cols(); ++k) {
    bool ok = true;
    for (Index i = 0; i < values.rows() && ok; ++i)
      ok = !domain.in[static_cast<std::size_t>(i)] || !std::isnan(values(i, k));
    if (ok) out.push_back(k);
  }
  return out;
}

base::Result<json::value> mean_or_total(const OpContext& c, bool total) {
  const auto columns = TRY(c.columns("vars"));
  auto domain = c.domain;
  if (c.na_rm()) drop_missing(domain, columns);
  const auto all = indicators(columns);
  const auto& survey = c.survey();
  // As R: a column with a missing value has no estimate, the others have.
  const auto keep = complete(all.values, domain);
  const auto p = all.values.cols();
  VectorXd value = VectorXd::Constant(p, std::nan("")), deff = value;
  MatrixXd covariance = MatrixXd::Constant(p, p, std::nan(""));
  const auto* wanted = c.query.if_contains("deff");
  const bool replace = wanted && wanted->is_string() && wanted->get_string() == "replace";
  const bool with_deff = replace || (wanted && wanted->is_bool() && wanted->get_bool());
  if (!keep.empty()) {
    const MatrixXd y = all.values(Eigen::all, keep);
    const auto statistic = TRY(
        checked(total ? statistics::total_of(survey, domain, y) : statistics::mean_of(survey, domain, y)));
    const auto v = TRY(checked(survey.covariance(domain, statistic)));
    value(keep) = statistic.value;
    covariance(keep, keep) = v;
    if (with_deff) {
      const auto simple = statistics::simple_variance(survey, domain, y, replace, total);
      if (simple) deff(keep) = v.diagonal().cwiseQuotient(*simple);
    }
  }
  json::object out{{"names", names(all.names)}};
  // R takes the degrees of freedom before rows with missing values go.
  add_estimates(out, value, covariance, survey.degrees_of_freedom(c.domain));
  if (p > 1) out["vcov"] = matrix(covariance);
  if (with_deff) out["deff"] = numbers(deff);
  return out;
}

base::Result<json::value> mean(OpContext c) { return mean_or_total(c, false); }
base::Result<json::value> total(OpContext c) { return mean_or_total(c, true); }

base::Result<json::value> ratio(OpContext c) {
  const auto above = TRY(c.columns("num"));
  const auto below = TRY(c.columns("den"));
  auto domain = c.domain;
  if (c.na_rm()) {
    drop_missing(domain, above);
    drop_missing(domain, below);
  }
  const auto a = indicators(above), b = indicators(below);
  const auto statistic = TRY(checked(statistics::ratio_of(c.survey(), domain, a.values, b.values)));
  const auto v = TRY(checked(c.survey().covariance(domain, statistic)));
  json::array labels;
  for (const auto& den : b.names) {
    for (const auto& num : a.names) labels.emplace_back(num + "/" + den);
  }
  json::object out{{"names", std::move(labels)}};
  add_estimates(out, statistic.value, v, c.survey().degrees_of_freedom(c.domain));
  return out;
}

base::Result<json::value> quantile(OpContext c) {
  using R = statistics::QuantileRule;
  using I = statistics::QuantileInterval;
  static const std::map<std::string, R> rules{{"math", R::math}, {"school", R::school}, {"hf1", R::hf1},
                                              {"hf2", R::hf2},   {"hf3", R::hf3},       {"hf4", R::hf4},
                                              {"hf5", R::hf5},   {"hf6", R::hf6},       {"hf7", R::hf7},
                                              {"hf8", R::hf8},   {"hf9", R::hf9}};
  static const std::map<std::string, I> intervals{
      {"mean", I::mean}, {"beta", I::beta}, {"xlogit", I::xlogit}, {"asin", I::asin}};
  const auto word = [&](const char* key, const char* otherwise) -> base::Result<std::string> {
    const auto* value = c.query.if_contains(key);
    return value && !value->is_null() ? text_of(c.query, key) : base::Result<std::string>(otherwise);
  };
  const auto rule = rules.find(TRY(word("qrule", "math")));
  const auto interval = intervals.find(TRY(word("interval", "mean")));
  if (rule == rules.end() || interval == intervals.end()) {
    return base::refuse(base::Code::invalid, "case.spec", "不认识的 qrule 或 interval。");
  }
  const auto probabilities = TRY(numbers_of(c.query, "probs"));
  const auto columns = TRY(c.columns("vars"));
  auto domain = c.domain;
  if (c.na_rm()) drop_missing(domain, columns);
  const double confidence = c.query.contains("conf") ? TRY(number_of(c.query, "conf")) : 0.95;
  json::object out;
  for (const auto* column : columns) {
    if (!column->numeric)
      return base::refuse(base::Code::invalid, "case.spec", "分位数只能用数字的列：" + column->name);
    const auto result = TRY(checked(statistics::quantiles(c.survey(), domain, column->values, probabilities,
                                                          rule->second, interval->second, confidence)));
    json::array probs, values, lower, upper, se;
    for (const auto& q : result) {
      probs.push_back(number(q.probability));
      values.push_back(number(q.quantile));
      lower.push_back(number(q.lower));
      upper.push_back(number(q.upper));
      se.push_back(number(q.se));
    }
    out[column->name] =
        json::object{{"probs", probs}, {"quantile", values}, {"ci_lo", lower}, {"ci_hi", upper}, {"se", se}};
  }
  return out;
}

base::Result<json::value> ciprop(OpContext c) {
  using M = statistics::IntervalMethod;
  static const std::map<std::string, M> methods{{"mean", M::mean},
                                                {"logit", M::logit},
                                                {"xlogit", M::xlogit},
                                                {"asin", M::asin},
                                                {"beta", M::beta},
                                                {"wilson", M::wilson},
                                                {"likelihood", M::likelihood},
                                                {"likelihood_exact", M::likelihood_exact}};
  const auto* column = TRY(c.frame().find(TRY(text_of(c.query, "var"))));
  if (!column->numeric)
    return base::refuse(base::Code::invalid, "case.spec", "比例只能用 0/1 的列：" + column->name);
  auto domain = c.domain;
  drop_missing(domain, {column});
  const double confidence = c.query.contains("conf") ? TRY(number_of(c.query, "conf")) : 0.95;
  const auto p = TRY(checked(statistics::proportion(c.survey(), domain, column->values)));
  json::object out{{"degf", number(p.degrees)},
                   {"n", number(p.rows)},
                   {"estimate", number(p.estimate)},
                   {"se", number(p.se())},
                   {"n_eff", number(p.effective_n())}};
  auto wanted = TRY(texts_of(c.query, "methods"));
  if (wanted.empty()) wanted = {"logit"};
  wanted.emplace_back("likelihood_exact");
  for (const auto& name : wanted) {
    const auto method = methods.find(name);
    if (method == methods.end())
      return base::refuse(base::Code::invalid, "case.spec", "不认识的区间方法：" + name);
    auto i = statistics::interval_of(p, method->second, confidence);
    // Where nobody or everybody has the property R prints the point for these two; the library gives no
    // interval.
    const bool wald = method->second == M::mean || method->second == M::logit;
    if (!i && wald && p.variance == 0) i = statistics::Interval{p.estimate, p.estimate};
    out[name] = i ? json::object{{"lo", number(i->lower)}, {"hi", number(i->upper)}}
                  : json::object{{"lo", nullptr}, {"hi", nullptr}};
  }
  return out;
}

base::Result<json::value> variance(OpContext c) {
  const auto columns = TRY(c.columns("vars"));
  auto domain = c.domain;
  if (c.na_rm()) drop_missing(domain, columns);
  const auto y = indicators(columns);
  const auto statistic = TRY(checked(statistics::variance_of(c.survey(), domain, y.values)));
  const auto v = TRY(checked(c.survey().covariance(domain, statistic)));
  const Index p = y.values.cols();
  double scale = 1;
  if (c.survey().design()) {  // R counts the rows of its n/(n−1) before those with missing values go
    double all = 0, used = 0;
    for (std::size_t i = 0; i < domain.in.size(); ++i) {
      const bool weighted = c.survey().weights()[i] != 0;
      all += c.domain.in[i] && weighted;
      used += domain.in[i] && weighted;
    }
    scale = all / (all - 1) * (used - 1) / used;
  }
  const MatrixXd estimate = scale * Eigen::Map<const MatrixXd>(statistic.value.data(), p, p);
  return json::object{{"estimate", matrix(estimate)}, {"se", numbers(scale * v.diagonal().cwiseSqrt())}};
}

base::Result<json::value> degf(OpContext c) {
  const double df = c.survey().degrees_of_freedom(c.domain);
  return json::object{{"degf", number(df)}};
}

constexpr std::size_t kWeightsShown = 20000;

base::Result<json::value> weights(OpContext c) {
  std::vector<double> w;
  for (std::size_t i = 0; i < c.survey().rows(); ++i) {
    if (c.domain.in[i]) w.push_back(c.survey().weights()[i]);
  }
  const auto s = statistics::summarise(w);
  json::object out{{"n", w.size()},
                   {"sum", number(s.sum)},
                   {"sumsq", number(s.sum_of_squares)},
                   {"min", number(s.least)},
                   {"max", number(s.most)},
                   {"kish_deff", number(static_cast<double>(w.size()) * s.sum_of_squares / (s.sum * s.sum))}};
  if (w.size() <= kWeightsShown)
    out["weights"] = numbers(Eigen::Map<const VectorXd>(w.data(), static_cast<Index>(w.size())));
  return out;
}

base::Result<json::value> table(OpContext c) {
  const auto columns = TRY(c.columns("vars"));
  json::array dim, dimnames;
  std::size_t size = 1;
  for (const auto* column : columns) {
    dim.push_back(column->labels.size());
    dimnames.push_back(names(column->labels));
    size *= column->labels.size();
    if (size > 10'000'000) return base::refuse(base::Code::too_large, "case.spec", "表的格子太多。");
  }
  std::vector<double> counts(size, 0.0);
  for (std::size_t i = 0; i < c.survey().rows(); ++i) {
    if (!c.domain.in[i]) continue;
    std::size_t cell = 0, radix = 1;
    bool missing = false;
    for (const auto* column : columns) {
      missing = missing || column->missing(i);
      if (missing) break;
      cell += radix * static_cast<std::size_t>(column->cells.of[i]);
      radix *= column->labels.size();
    }
    if (!missing) counts[cell] += c.survey().weights()[i];
  }
  return json::object{
      {"dim", dim},
      {"dimnames", dimnames},
      {"counts_colmajor", numbers(Eigen::Map<const VectorXd>(counts.data(), static_cast<Index>(size)))}};
}

base::Result<json::value> cralpha(OpContext c) {
  const auto columns = TRY(c.columns("vars"));
  auto domain = c.domain;
  if (c.na_rm()) drop_missing(domain, columns);
  const double alpha =
      TRY(checked(statistics::cronbach_alpha(c.survey(), domain, indicators(columns).values)));
  return json::object{{"alpha", number(alpha)}, {"estimate", number(alpha)}};
}

}  // namespace

std::vector<NamedOp> estimate_ops() {
  return {{"mean", mean},     {"total", total},    {"ratio", ratio}, {"quantile", quantile},
          {"ciprop", ciprop}, {"var", variance},   {"degf", degf},   {"weights", weights},
          {"table", table},   {"cralpha", cralpha}};
}

}  // namespace kepu::survey
