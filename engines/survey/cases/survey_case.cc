// Cases of the family `survey`: designs, queries, results.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "engines/survey/cases/families.h"
#include "engines/survey/cases/survey_ops.h"

namespace kepu::survey {

namespace json = boost::json;

json::value number(double v) { return std::isfinite(v) ? json::value(v) : json::value(nullptr); }

json::array numbers(const Eigen::VectorXd& v) {
  json::array out;
  for (Eigen::Index k = 0; k < v.size(); ++k) out.push_back(number(v[k]));
  return out;
}

json::array matrix(const Eigen::MatrixXd& m) {
  json::array out;
  for (Eigen::Index i = 0; i < m.rows(); ++i) out.push_back(numbers(m.row(i).transpose()));
  return out;
}

json::array names(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& name : list) out.emplace_back(name);
  return out;
}

base::Result<std::vector<const CaseColumn*>> OpContext::columns(std::string_view key) const {
  std::vector<const CaseColumn*> out;
  for (const auto& name : TRY(texts_of(query, key))) out.push_back(TRY(frame().find(name)));
  if (out.empty())
    return base::refuse(base::Code::invalid, "case.spec", fmt::format("查询没有写明 {}。", key));
  return out;
}

Op find_op(std::string_view name) {
  static const auto all = [] {
    auto list = estimate_ops();
    for (const auto& more : {group_ops(), test_ops()}) list.insert(list.end(), more.begin(), more.end());
    return list;
  }();
  const auto found = std::find_if(all.begin(), all.end(), [&](const NamedOp& op) { return op.name == name; });
  return found == all.end() ? nullptr : found->op;
}

base::Result<json::value> run_op(OpContext context) {
  const auto name = TRY(text_of(context.query, "op"));
  const Op op = find_op(name);
  if (!op) return base::refuse(base::Code::unsupported, "case.op", "不认识的运算：" + name);
  return op(std::move(context));
}

namespace {

// How R's survey package says the same, so that a reference result that is an error can be compared.
std::string in_words_of_r(const base::Error& error) {
  const auto detail = [&](std::string_view part) { return error.message.find(part) != std::string::npos; };
  if (error.rule == "survey.lonely_psu") {
    const auto at = error.message.find("Stratum (");
    return at == std::string::npos ? error.message : error.message.substr(at);
  }
  if (error.rule == "survey.psu_in_two_strata") {
    return "Clusters not nested in strata at top level; you may want nest=TRUE.";
  }
  if (error.rule == "survey.one_psu") return "Design has only one primary sampling unit";
  if (error.rule == "survey.population") {
    return detail("mixed") ? "Must have all fpc>=1 or all fpc<=1"
                           : "FPC implies >100% sampling in some strata";
  }
  if (error.rule == "survey.missing" && detail("no weight")) return "missing values in `weights'";
  if (error.rule == "survey.missing" && detail("no cluster")) return "missing values in `id'";
  if (error.rule == "survey.missing" && detail("no stratum")) return "missing values in `strata'";
  if (error.rule == "survey.missing" && detail("no population")) return "missing values in `fpc'";
  if (error.rule == "weighting.diverged") return "missing value where TRUE/FALSE needed";
  if (error.rule == "weighting.not_converged") return "Calibration failed";
  if (error.rule == "weighting.empty_category") {
    return "Some strata absent from sample: use partial=TRUE to ignore them.";
  }
  if (error.rule == "weighting.not_in_population")
    return "Strata in sample absent from population. This Can't Happen";
  if (error.rule == "survey.groups") return "group must be binary";
  return error.message;
}

json::object error_result(const base::Error& error) {
  return {
      {"error", true}, {"rule", error.rule}, {"message", error.message}, {"r_message", in_words_of_r(error)}};
}

base::Result<json::value> run_query(const json::object& query, const json::object& inner,
                                    CaseDesigns& designs) {
  const auto op = TRY(text_of(inner, "op"));
  auto rules = TRY(rules_of(query));
  const auto* on = TRY(designs.find(TRY(text_of(query, "design")), rules));
  auto domain = TRY(domain_of(query, *on->frame));
  if (&query != &inner) {
    const auto more = TRY(domain_of(inner, *on->frame));
    for (std::size_t i = 0; i < domain.in.size(); ++i) domain.in[i] = domain.in[i] && more.in[i];
  }
  return run_op({inner, *on, std::move(domain), designs});
}

// A query that must fail: the refusal is the result.
base::Result<json::value> run_expecting_error(const json::object& query, CaseDesigns& designs) {
  if (const auto* step = query.if_contains("step"); step && step->is_object()) {
    const auto* on = TRY(designs.find(TRY(text_of(query, "design")), TRY(rules_of(query))));
    std::vector<statistics::WeightingStep> steps;
    steps.push_back(TRY(designs.step(step->get_object(), *on)));
    TRY(checked(on->survey.reweighted(steps)));
  }
  if (const auto* inner = query.if_contains("inner"); inner && inner->is_object()) {
    TRY(run_query(query, inner->get_object(), designs));
  } else if (!query.contains("step")) {
    TRY(designs.find(TRY(text_of(query, "design")), TRY(rules_of(query))));
  }
  return json::object{{"error", false}};
}

json::value result_of(const json::object& query, CaseDesigns& designs) {
  const auto op = text_of(query, "op");
  const auto result =
      op && *op == "error_expected" ? run_expecting_error(query, designs) : run_query(query, query, designs);
  return result ? *result : json::value(error_result(result.error()));
}

}  // namespace

base::Result<std::string> run_survey_case(const json::object& spec, const std::string& folder) {
  const auto* queries = spec.if_contains("queries");
  if (!queries || !queries->is_array()) {
    return base::refuse(base::Code::invalid, "case.spec", "spec.json 里没有 queries 列表。");
  }
  CaseDesigns designs(spec, folder);
  json::object results;
  for (const auto& query : queries->get_array()) {
    if (!query.is_object())
      return base::refuse(base::Code::invalid, "case.spec", "queries 的每一项应当是对象。");
    const auto id = TRY(text_of(query.get_object(), "id"));
    results[id] = result_of(query.get_object(), designs);
  }
  json::object out{{"results", std::move(results)}};
  if (const auto id = text_of(spec, "id")) out["id"] = *id;
  return json::serialize(out);
}

}  // namespace kepu::survey
