#include "engines/survey/cases/survey_designs.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

namespace kepu::survey {

namespace json = boost::json;
using statistics::VarianceRules;

namespace {

tl::unexpected<base::Error> bad_spec(std::string message) {
  return base::refuse(base::Code::invalid, "case.spec", std::move(message));
}

std::vector<std::int32_t> codes(const CaseColumn& column) { return column.cells.of; }

bool has(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value && !value->is_null();
}

base::Result<statistics::PpsMethod> pps_method(const std::string& method, const std::string& variance) {
  using M = statistics::PpsMethod;
  if (method == "brewer") return M::brewer;
  if (method == "overton") return M::overton;
  if (method == "HR" || method == "hr") return M::hartley_rao;
  if (method == "joint") return variance == "YG" ? M::joint_yates_grundy : M::joint_horvitz_thompson;
  return bad_spec("不认识的 PPS 方法：" + method);
}

}  // namespace

base::Result<VarianceRules> rules_of(const json::object& query) {
  VarianceRules rules;
  const auto* options = query.if_contains("options");
  if (!options || !options->is_object()) return rules;
  const auto& o = options->get_object();
  if (has(o, "lonely_psu")) {
    const auto word = TRY(text_of(o, "lonely_psu"));
    using L = statistics::LonelyUnit;
    if (word == "fail")
      rules.lonely = L::refuse;
    else if (word == "remove" || word == "certainty")
      rules.lonely = L::remove;
    else if (word == "adjust")
      rules.lonely = L::adjust;
    else if (word == "average")
      rules.lonely = L::average;
    else
      return bad_spec("不认识的 lonely_psu：" + word);
  }
  rules.adjust_domain_lonely = flag_of(o, "adjust_domain_lonely", false);
  rules.ultimate_cluster = flag_of(o, "ultimate_cluster", false);
  return rules;
}

base::Result<const json::object*> CaseDesigns::member(const char* group, const std::string& name) const {
  const auto* all = spec_.if_contains(group);
  const auto* one = all && all->is_object() ? all->get_object().if_contains(name) : nullptr;
  if (!one || !one->is_object()) return bad_spec(fmt::format("spec.json 的 {} 里没有“{}”。", group, name));
  return &one->get_object();
}

base::Result<const CaseFrame*> CaseDesigns::frame(const std::string& table) {
  auto& slot = frames_[table];
  if (!slot) slot = std::make_unique<CaseFrame>(TRY(read_frame(*TRY(member("tables", table)), folder_)));
  return slot.get();
}

base::Result<const CaseSurvey*> CaseDesigns::find(const std::string& name, const VarianceRules& rules) {
  const auto key = fmt::format("{}/{}{}{}", name, static_cast<int>(rules.lonely), rules.adjust_domain_lonely,
                               rules.ultimate_cluster);
  auto& slot = surveys_[key];
  if (!slot) slot = std::make_unique<CaseSurvey>(TRY(make(name, rules, 0)));
  return slot.get();
}

base::Result<CaseSurvey> CaseDesigns::make(const std::string& name, const VarianceRules& rules, int depth) {
  if (depth > 8) return bad_spec("设计之间相互引用，没有尽头：" + name);
  const auto& design = *TRY(member("designs", name));
  const auto type = TRY(text_of(design, "type"));
  if (type != "taylor" && type != "replicate" && type != "as_replicate")
    return bad_spec("不认识的设计类型：" + type);
  auto made = type == "taylor"      ? TRY(make_taylor(design, rules))
              : type == "replicate" ? TRY(make_replicate(design))
                                    : TRY(make_jackknife(design, rules, depth));
  const auto* steps = design.if_contains("steps");
  if (!steps || !steps->is_array()) return made;
  for (const auto& one : steps->get_array()) {
    if (!one.is_object()) return bad_spec("steps 的每一步应当是一个对象。");
    std::vector<statistics::WeightingStep> list;
    list.push_back(TRY(step(one.get_object(), made)));
    auto next = made.survey.reweighted(list);
    if (!next) return tl::unexpected(refused(next.error()));
    made.survey = std::move(*next);
  }
  return made;
}

base::Result<CaseSurvey> CaseDesigns::make_taylor(const json::object& design, const VarianceRules& rules) {
  const auto* table = TRY(frame(TRY(text_of(design, "table"))));
  statistics::DesignColumns c;
  c.rows = table->rows;
  c.check_lonely = false;  // R looks only where a variance meets the stratum
  for (const auto& id : TRY(texts_of(design, "ids"))) c.clusters.push_back(codes(*TRY(table->find(id))));
  const auto strata = TRY(texts_of(design, "strata"));
  if (strata.size() > 1) return bad_spec("strata 只写第一阶段的一列。");
  if (!strata.empty()) {
    const auto* column = TRY(table->find(strata[0]));
    c.strata = codes(*column);
    c.stratum_names = column->labels;
  }
  for (const auto& fpc : TRY(texts_of(design, "fpc"))) c.population.push_back(TRY(table->find(fpc))->values);
  if (has(design, "weights")) {
    const auto* weights = TRY(table->find(TRY(text_of(design, "weights"))));
    if (!weights->numeric) return bad_spec("权重的列应当是数字：" + weights->name);
    c.weights = weights->values;
  }
  c.nested = flag_of(design, "nest", false);
  if (has(design, "pps")) {
    const auto& pps = design.at("pps");
    if (!pps.is_object()) return bad_spec("pps 应当是一个对象。");
    const auto& o = pps.get_object();
    c.pps =
        TRY(pps_method(TRY(text_of(o, "method")), has(o, "variance") ? TRY(text_of(o, "variance")) : "HT"));
    if (has(o, "table"))
      c.joint = TRY(read_matrix(*TRY(member("tables", TRY(text_of(o, "table")))), folder_));
  }
  auto made = statistics::Design::make(std::move(c), rules);
  if (!made) return tl::unexpected(refused(made.error()));
  return CaseSurvey{statistics::Survey(std::move(*made)), table};
}

base::Result<CaseSurvey> CaseDesigns::make_replicate(const json::object& design) {
  const auto* table = TRY(frame(TRY(text_of(design, "table"))));
  const auto* weights = TRY(table->find(TRY(text_of(design, "weights"))));
  for (std::size_t i = 0; i < weights->values.size(); ++i) {
    if (!std::isfinite(weights->values[i]) || weights->values[i] < 0) {
      return tl::unexpected(refused({"survey.missing", fmt::format("row {} has no weight", i + 1)}));
    }
  }
  auto columns = TRY(read_matrix(*TRY(member("tables", TRY(text_of(design, "repweights")))), folder_));
  if (static_cast<std::size_t>(columns.rows()) != table->rows || weights->values.size() != table->rows) {
    return bad_spec("复制权数表的行数与样本不同。");
  }
  if (!flag_of(design, "combined", true)) {
    for (Eigen::Index i = 0; i < columns.rows(); ++i)
      columns.row(i) *= weights->values[static_cast<std::size_t>(i)];
  }
  const auto count = static_cast<std::size_t>(columns.cols());
  auto replicates = statistics::Replicates::of_columns(std::move(columns));
  if (has(design, "scale")) replicates.scale = TRY(number_of(design, "scale"));
  if (has(design, "rscales")) {
    replicates.rscales = TRY(numbers_of(design, "rscales"));
    if (replicates.rscales.size() == 1) replicates.rscales.resize(count, replicates.rscales[0]);
    if (replicates.rscales.size() != count) return bad_spec("rscales 的个数与复制权数的列数不同。");
  }
  replicates.mse = flag_of(design, "mse", false);
  if (has(design, "degf")) replicates.degrees = static_cast<int>(TRY(number_of(design, "degf")));
  return CaseSurvey{statistics::Survey(weights->values, std::move(replicates)), table};
}

base::Result<CaseSurvey> CaseDesigns::make_jackknife(const json::object& design, const VarianceRules& rules,
                                                     int depth) {
  auto base = TRY(make(TRY(text_of(design, "from")), rules, depth + 1));
  const auto kind = TRY(text_of(design, "kind"));
  const auto* from = base.survey.design();
  if (!from) return bad_spec("as_replicate 要从 taylor 设计产生。");
  auto made = kind == "JK1"   ? statistics::jackknife(*from, false)
              : kind == "JKn" ? statistics::jackknife(*from, true)
              : kind == "BRR" ? statistics::balanced_halves(*from)
              : kind == "Fay" ? statistics::balanced_halves(
                                    *from, has(design, "rho") ? TRY(number_of(design, "rho")) : 0.3)
                              : statistics::refuse("survey.jackknife", "unknown kind of replicates: " + kind);
  if (!made) return tl::unexpected(refused(made.error()));
  made->mse = flag_of(design, "mse", false);
  base.survey = statistics::Survey(base.survey.weights(), std::move(*made));
  return base;
}

base::Result<statistics::Margin> CaseDesigns::margin(const std::vector<std::string>& vars,
                                                     const std::string& table, const CaseFrame& sample) {
  const auto* known = TRY(frame(table));
  if (vars.empty()) return bad_spec("后分层要写明变量。");
  statistics::Margin out;
  out.cells.of.assign(sample.rows, 0);
  std::vector<std::int64_t> cell_of_row(known->rows, 0);
  std::int64_t radix = 1;
  out.names = {""};
  for (const auto& var : vars) {
    const auto* here = TRY(sample.find(var));
    const auto* there = TRY(known->find(var));
    auto labels = here->labels;  // what only the population has comes after
    std::map<std::string, std::int64_t> number;
    for (const auto& label : labels) number.emplace(label, static_cast<std::int64_t>(number.size()));
    for (const auto& label : there->labels) {
      if (number.emplace(label, static_cast<std::int64_t>(number.size())).second) labels.push_back(label);
    }
    for (std::size_t i = 0; i < sample.rows; ++i) {
      auto& c = out.cells.of[i];
      c = c < 0 || here->missing(i) ? -1 : static_cast<std::int32_t>(c + radix * here->cells.of[i]);
    }
    for (std::size_t i = 0; i < known->rows; ++i) {
      if (there->missing(i)) return bad_spec("总体表“" + table + "”里有缺失值。");
      cell_of_row[i] += radix * number.at(there->labels[static_cast<std::size_t>(there->cells.of[i])]);
    }
    radix *= static_cast<std::int64_t>(labels.size());
    if (radix > 10'000'000) return bad_spec("后分层的格子太多。");
    std::vector<std::string> names;
    for (const auto& label : labels) {
      for (const auto& name : out.names) names.push_back((name.empty() ? "" : name + " × ") + label);
    }
    out.names = std::move(names);
    out.name += (out.name.empty() ? "" : " × ") + var;
  }
  out.cells.count = static_cast<std::int32_t>(radix);
  out.population.assign(static_cast<std::size_t>(radix), 0.0);
  const auto* freq = TRY(known->find("Freq"));
  if (!freq->numeric) return bad_spec("总体表的 Freq 应当是数字。");
  for (std::size_t i = 0; i < known->rows; ++i) {
    out.population[static_cast<std::size_t>(cell_of_row[i])] +=
        std::isnan(freq->values[i]) ? 0 : freq->values[i];
  }
  return out;
}

base::Result<statistics::Calibration> CaseDesigns::calibration(const json::object& step,
                                                               const CaseSurvey& survey) {
  const auto* terms = step.if_contains("terms");
  const auto* totals = step.if_contains("totals");
  if (!terms || !terms->is_array() || !totals || !totals->is_object()) {
    return bad_spec("calibrate 要写明 terms（列表）和 totals（对象）。");
  }
  bool intercept = false;
  std::vector<std::string> names;
  for (const auto& term : terms->get_array()) {
    if (!term.is_object()) return bad_spec("calibrate 的每一项应当是一个对象。");
    const auto& o = term.get_object();
    const auto type = TRY(text_of(o, "type"));
    if (type == "intercept") {
      intercept = true;
    } else if (has(o, "vars")) {
      const auto parts = TRY(texts_of(o, "vars"));
      names.push_back(fmt::format("{}", fmt::join(parts, ":")));
    } else {
      names.push_back(TRY(text_of(o, "var")));
    }
  }
  auto model = TRY(model_matrix(names, intercept, *survey.frame));
  statistics::Calibration c;
  c.auxiliary = std::move(model.values);
  c.names = std::move(model.names);
  c.totals.resize(static_cast<Eigen::Index>(c.names.size()));
  for (std::size_t k = 0; k < c.names.size(); ++k) {
    c.totals[static_cast<Eigen::Index>(k)] = TRY(number_of(totals->get_object(), c.names[k]));
  }
  const auto calfun = has(step, "calfun") ? TRY(text_of(step, "calfun")) : std::string("linear");
  if (calfun != "linear" && calfun != "raking" && calfun != "logit")
    return bad_spec("不认识的 calfun：" + calfun);
  c.kind = calfun == "linear"   ? statistics::CalibrationKind::linear
           : calfun == "raking" ? statistics::CalibrationKind::raking
                                : statistics::CalibrationKind::logit;
  if (has(step, "bounds")) {
    const auto* bounds = step.at("bounds").if_array();
    if (!bounds || bounds->size() != 2) return bad_spec("bounds 应当是两个数。");
    // A bound that is not a number ("-Inf", null) does not bind.
    if ((*bounds)[0].is_number()) c.lower = (*bounds)[0].to_number<double>();
    if ((*bounds)[1].is_number()) c.upper = (*bounds)[1].to_number<double>();
  }
  if (has(step, "epsilon")) c.epsilon = TRY(number_of(step, "epsilon"));
  if (has(step, "maxit")) c.max_iterations = static_cast<int>(TRY(number_of(step, "maxit")));
  if (has(step, "aggregate_stage")) {
    const auto stage = static_cast<std::size_t>(TRY(number_of(step, "aggregate_stage")));
    const auto* design = survey.survey.design();
    if (!design || stage < 1 || stage > design->stages().size())
      return bad_spec("aggregate_stage 超出设计的阶段。");
    const auto& one = design->stages()[stage - 1];
    c.clusters = statistics::Cells{one.unit_of, static_cast<std::int32_t>(one.stratum_of.size())};
  }
  return c;
}

base::Result<statistics::WeightingStep> CaseDesigns::step(const json::object& step,
                                                          const CaseSurvey& survey) {
  const auto op = TRY(text_of(step, "op"));
  if (op == "poststratify") {
    statistics::PoststratifyStep s;
    s.margin = TRY(margin(TRY(texts_of(step, "by")), TRY(text_of(step, "table")), *survey.frame));
    s.partial = flag_of(step, "partial", false);
    return s;
  }
  if (op == "rake") {
    const auto* margins = step.if_contains("margins");
    if (!margins || !margins->is_array()) return bad_spec("rake 要写明 margins。");
    std::vector<statistics::Margin> list;
    for (const auto& one : margins->get_array()) {
      if (!one.is_object()) return bad_spec("margins 的每一项应当是一个对象。");
      list.push_back(TRY(margin(TRY(texts_of(one.get_object(), "vars")),
                                TRY(text_of(one.get_object(), "table")), *survey.frame)));
    }
    auto plan = statistics::RakePlan::make(std::move(list));
    if (!plan) return tl::unexpected(refused(plan.error()));
    statistics::RakeRules rules;
    rules.epsilon = has(step, "epsilon") ? TRY(number_of(step, "epsilon")) : 1;
    rules.max_sweeps = has(step, "maxit") ? static_cast<int>(TRY(number_of(step, "maxit"))) : 10;
    rules.accept_miss = 0.05;  // R only warns; a case with few sweeps shall still be comparable
    return statistics::RakeStep{std::move(*plan), rules};
  }
  if (op == "calibrate") return statistics::CalibrateStep{TRY(calibration(step, survey))};
  if (op == "trim") {
    statistics::TrimRules rules;
    if (has(step, "lower") && step.at("lower").is_number()) rules.lower = TRY(number_of(step, "lower"));
    if (has(step, "upper") && step.at("upper").is_number()) rules.upper = TRY(number_of(step, "upper"));
    rules.strict = flag_of(step, "strict", false);
    return statistics::TrimStep{rules};
  }
  return bad_spec("不认识的加权步骤：" + op);
}

}  // namespace kepu::survey
