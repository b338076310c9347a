// Family `items`: classical statistics, reliability, differential item functioning and the conditional Rasch
// model.
#include <cmath>

#include "engines/survey/cases/families.h"
#include "engines/survey/cases/item_spec.h"
#include "statistics/items/dif.h"
#include "statistics/items/rasch_conditional.h"
#include "statistics/items/reliability.h"

namespace kepu::survey {

namespace json = boost::json;
namespace st = statistics::items;
using namespace items;

namespace {

// One member of each element, as an array.
template <class T, class Member>
json::array column(const std::vector<T>& rows, Member member) {
  json::array out;
  for (const T& row : rows) out.push_back(number(static_cast<double>(member(row))));
  return out;
}

void add_alpha(const st::AlphaAnalysis& a, json::object& results) {
  results["alpha"] = {{"raw_alpha", number(a.total.raw)},
                      {"std_alpha", number(a.total.standardised)},
                      {"G6", number(a.total.g6)},
                      {"average_r", number(a.total.average_r)},
                      {"signal_noise", number(a.total.signal_noise)},
                      {"ase", number(a.total.standard_error)},
                      {"mean", number(a.mean)},
                      {"sd", number(a.sd)},
                      {"median_r", number(a.total.median_r)}};
  const auto& items = a.items;
  results["alpha_if_dropped"] = {
      {"raw_alpha", column(items, [](const auto& i) { return i.dropped.raw; })},
      {"std_alpha", column(items, [](const auto& i) { return i.dropped.standardised; })},
      {"G6", column(items, [](const auto& i) { return i.dropped.g6; })},
      {"average_r", column(items, [](const auto& i) { return i.dropped.average_r; })},
      {"signal_noise", column(items, [](const auto& i) { return i.dropped.signal_noise; })},
      {"ase", column(items, [](const auto& i) { return i.dropped.standard_error; })},
      {"median_r", column(items, [](const auto& i) { return i.dropped.median_r; })}};
  results["item_stats"] = {{"n", column(items, [](const auto& i) { return i.n; })},
                           {"raw_r", column(items, [](const auto& i) { return i.raw_r; })},
                           {"std_r", column(items, [](const auto& i) { return i.std_r; })},
                           {"r_cor", column(items, [](const auto& i) { return i.r_cor; })},
                           {"r_drop", column(items, [](const auto& i) { return i.r_drop; })},
                           {"mean", column(items, [](const auto& i) { return i.mean; })},
                           {"sd", column(items, [](const auto& i) { return i.sd; })}};
}

json::object classical_object(const st::ClassicalTest& t) {
  return {{"n", t.n},
          {"difficulty", column(t.items, [](const auto& i) { return i.facility; })},
          {"point_biserial", column(t.items, [](const auto& i) { return i.point_biserial; })},
          {"corrected_item_total", column(t.items, [](const auto& i) { return i.item_rest; })},
          {"discrimination_27", column(t.items, [](const auto& i) { return i.discrimination_27; })},
          {"k27", t.group},
          {"total_mean", number(t.total_mean)},
          {"total_sd", number(t.total_sd)},
          {"sem", number(t.standard_error_of_measurement)}};
}

json::object dif_object(const std::string& item, const st::ItemDif& dif) {
  json::object out{{"item", item}};
  if (const auto& mh = dif.mantel_haenszel) {
    out["mh_chisq"] = number(mh->chi_square);
    out["mh_p"] = number(mh->p);
    out["mh_chisq_cc"] = number(mh->chi_square_corrected);
    out["mh_p_cc"] = number(mh->p_corrected);
    out["mh_common_or"] = number(mh->odds_ratio);
    out["mh_log_or_se"] = number(mh->log_odds_ratio_se);
    out["ets_delta"] = number(mh->ets_delta);
    out["ets_class"] = std::string(1, mh->ets_class);
  }
  if (const auto& lr = dif.logistic) {
    out["lr_uniform"] = number(lr->lr_uniform);
    out["p_uniform"] = number(lr->p_uniform);
    out["lr_nonuniform"] = number(lr->lr_nonuniform);
    out["p_nonuniform"] = number(lr->p_nonuniform);
    out["lr_total"] = number(lr->lr_total);
    out["p_total"] = number(lr->p_total);
    out["nagelkerke"] = numbers(lr->nagelkerke);
  }
  return out;
}

base::Result<void> add_dif(const AnswerTable& answers, st::Columns columns, json::object& results) {
  const auto dif = st::item_dif(columns, answers.group);
  if (!dif) return refusal(dif.error());
  json::array items;
  for (std::size_t j = 0; j < dif->size(); ++j) items.push_back(dif_object(answers.items[j], (*dif)[j]));
  results["dif"] = std::move(items);
  results["dif_meta"] = {
      {"first_group", answers.group_names[0]},
      {"rule",
       "rows with any missing item or group are dropped; matching = raw total incl. studied item, "
       "one stratum per score value; strata with n<2 dropped; OR = odds(group1: item=0 vs 1) as in "
       "R mantelhaen.test on table(group,item,total)"}};
  return {};
}

bool is_binary(const AnswerTable& answers) {
  for (const auto& column : answers.columns) {
    for (const double value : column) {
      if (!std::isnan(value) && value != 0 && value != 1) return false;
    }
  }
  return true;
}

void add_rasch(st::Columns columns, json::object& results, json::array& notes) {
  const auto rasch = st::rasch_conditional(columns);
  if (!rasch) {
    notes.push_back(json::value("rasch_cml: " + rasch.error().detail));
    return;
  }
  results["rasch_cml"] = {{"difficulty_sum0", numbers(rasch->difficulty)},
                          {"se", numbers(rasch->se)},
                          {"loglik_conditional", number(rasch->log_likelihood)},
                          {"n", rasch->n}};
}

// The design of weighted statistics: `stratum` and `cluster` of the spec, else the table's columns of these
// names.
base::Result<void> add_weighted(const AnswerTable& answers, st::Columns columns, json::object& results) {
  const auto weighted = st::weighted_facility(columns, answers.weight, {answers.stratum, answers.cluster});
  if (!weighted) return refusal(weighted.error());
  results["weighted_difficulty"] = {
      {"p", numbers(weighted->mean)}, {"se", numbers(weighted->se)}, {"degf", weighted->degrees_of_freedom}};
  results["svycralpha"] = number(weighted->alpha);
  return {};
}

}  // namespace

base::Result<std::string> run_items(const json::object& spec, const std::string& folder) {
  const AnswerTable answers = TRY(read_answers(spec, folder));
  const auto columns = answers.spans();
  json::object results;
  json::array notes;
  const auto alpha = st::alpha_analysis(columns);
  if (!alpha) return refusal(alpha.error());
  add_alpha(*alpha, results);
  const auto classical = st::classical_test(columns);
  if (!classical) return refusal(classical.error());
  results["ctt_complete_cases"] = classical_object(*classical);
  if (!answers.weight.empty()) TRY(add_weighted(answers, columns, results));
  const bool binary = is_binary(answers);
  if (!answers.group.empty() && binary) TRY(add_dif(answers, columns, results));
  if (!answers.group.empty() && !binary) notes.push_back("dif: only for binary items");
  if (binary) add_rasch(columns, results, notes);
  json::object out{{"results", std::move(results)}};
  if (!notes.empty()) out["notes"] = std::move(notes);
  return json::serialize(out);
}

}  // namespace kepu::survey
