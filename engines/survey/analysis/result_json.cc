#include <algorithm>
#include <array>

#include "core/base/secret.h"
#include "engines/survey/analysis/result.h"

namespace kepu::survey::analysis {

constexpr std::array<std::string_view, 3> json_words(Publish) { return {"publish", "review", "suppress"}; }
constexpr std::array<std::string_view, 3> json_words(Verdict) { return {"yes", "no", "cannot_be_told"}; }

}  // namespace kepu::survey::analysis

#include "engines/survey/analysis/json_archive.h"

namespace kepu::survey::analysis {

template <class A, Is<Rate> T>
void describe(A& a, T& x) {
  a("name", x.name), a("title", x.title), a("formula", x.formula), a("percent", x.percent);
}

template <class A, Is<Fieldwork> T>
void describe(A& a, T& x) {
  a("drawn", x.drawn), a("replacements", x.replacements), a("complete", x.complete), a("partial", x.partial);
  a("refusal", x.refusal), a("no_contact", x.no_contact), a("other", x.other), a("unknown", x.unknown);
  a("ineligible", x.ineligible), a("eligible_percent", x.eligible_percent), a("rates", x.rates);
}

template <class A, Is<WeightLine> T>
void describe(A& a, T& x) {
  a("step", x.step), a("title", x.title), a("note", x.note), a("count", x.count), a("sum", x.sum);
  a("least", x.least), a("most", x.most), a("deff", x.deff), a("effective_n", x.effective_n);
}

template <class A, Is<MarginLine> T>
void describe(A& a, T& x) {
  a("variable", x.variable), a("category", x.category), a("n", x.n), a("known", x.known);
  a("before", x.before), a("after", x.after), a("source", x.source);
}

template <class A, Is<Weighting> T>
void describe(A& a, T& x) {
  a("log", x.log), a("margins", x.margins), a("notes", x.notes), a("filled", x.filled),
      a("trimmed", x.trimmed);
}

template <class A, Is<Estimate> T>
void describe(A& a, T& x) {
  a("variable", x.variable), a("category", x.category), a("n", x.n), a("people", x.people);
  a("percent", x.percent), a("se", x.se), a("lower", x.lower), a("upper", x.upper), a("deff", x.deff);
  a("effective_n", x.effective_n), a("degrees", x.degrees), a("publish", x.publish);
}

template <class A, Is<MeanScore> T>
void describe(A& a, T& x) {
  a("name", x.name), a("full", x.full), a("mean", x.mean), a("se", x.se);
}

template <class A, Is<Literacy> T>
void describe(A& a, T& x) {
  a("rows", x.rows), a("levels", x.levels), a("scores", x.scores), a("interval", x.interval);
  a("replicates", x.replicates), a("finite", x.finite);
}

template <class A, Is<IrtCheck> T>
void describe(A& a, T& x) {
  a("made", x.made), a("why_not", x.why_not), a("percent", x.percent), a("theta_cut", x.theta_cut);
  a("reliability", x.reliability), a("left_out", x.left_out);
}

template <class A, Is<TownshipEstimate> T>
void describe(A& a, T& x) {
  a("name", x.name), a("n", x.n), a("villages", x.villages), a("population", x.population);
  a("direct", x.direct), a("percent", x.percent), a("lower", x.lower), a("upper", x.upper);
  a("shrinkage", x.shrinkage), a("why_not", x.why_not);
}

template <class A, Is<Townships> T>
void describe(A& a, T& x) {
  a("made", x.made), a("why_not", x.why_not), a("rows", x.rows), a("covariates", x.covariates);
  a("deff", x.deff), a("variance", x.variance), a("benchmark", x.benchmark);
  a("homogeneity_p", x.homogeneity_p), a("published", x.published);
}

template <class A, Is<Comparison> T>
void describe(A& a, T& x) {
  a("area", x.area), a("source", x.source), a("year", x.year), a("other", x.other);
  a("other_lower", x.other_lower), a("other_upper", x.other_upper), a("difference", x.difference);
  a("lower", x.lower), a("upper", x.upper), a("p", x.p), a("higher", x.higher), a("why", x.why);
}

template <class A, Is<TargetAnswer> T>
void describe(A& a, T& x) {
  a("percent", x.percent), a("year", x.year), a("words", x.words), a("met", x.met), a("lower", x.lower);
  a("upper", x.upper), a("p_met", x.p_met), a("p_missed", x.p_missed), a("interviews", x.interviews);
  a("dwellings", x.dwellings), a("why", x.why);
}

template <class A, Is<Planning> T>
void describe(A& a, T& x) {
  a("smallest_rise", x.smallest_rise), a("yearly_point", x.yearly_point);
}

template <class A, Is<ItemLine> T>
void describe(A& a, T& x) {
  a("code", x.code), a("text", x.text), a("dimension", x.dimension), a("points", x.points);
  a("facility", x.facility), a("item_rest", x.item_rest), a("discrimination", x.discrimination);
  a("missing", x.missing), a("dif_sex", x.dif_sex), a("dif_place", x.dif_place);
  a("dif_sex_class", x.dif_sex_class), a("dif_place_class", x.dif_place_class), a("remarks", x.remarks);
}

template <class A, Is<Items> T>
void describe(A& a, T& x) {
  a("rows", x.rows), a("alpha", x.alpha), a("error_of_measurement", x.error_of_measurement);
  a("mean", x.mean), a("sd", x.sd);
}

template <class A, Is<Quality> T>
void describe(A& a, T& x) {
  a("minutes_median", x.minutes_median), a("minutes_low", x.minutes_low);
  a("without_minutes", x.without_minutes), a("hasty", x.hasty), a("answers_missing", x.answers_missing);
  a("without_age", x.without_age), a("without_education", x.without_education);
  a("without_sex", x.without_sex), a("villages", x.villages);
}

template <class A, Is<Provenance> T>
void describe(A& a, T& x) {
  a("data_hash", x.data_hash), a("weights_hash", x.weights_hash), a("rule_hash", x.rule_hash);
  a("program", x.program), a("rule_name", x.rule_name), a("rule_from", x.rule_from);
  a("rule_source", x.rule_source), a("full_score", x.full_score), a("literate_cut", x.literate_cut);
  a("seed", x.seed), a("replicate_seed", x.replicate_seed);
}

template <class A, Is<RoundResult> T>
void describe(A& a, T& x) {
  a("round", x.round), a("county", x.county), a("from", x.from), a("until", x.until), a("strata", x.strata);
  a("villages", x.villages), a("items_count", x.items_count), a("fieldwork", x.fieldwork);
  a("weighting", x.weighting), a("literacy", x.literacy), a("irt", x.irt), a("townships", x.townships);
  a("change", x.change), a("superiors", x.superiors), a("target", x.target), a("planning", x.planning);
  a("items", x.items), a("quality", x.quality), a("provenance", x.provenance);
}

std::string to_json(const RoundResult& result) { return JsonWriter().whole(result); }
std::string hash_of(const RoundResult& result) { return base::sha256_hex(to_json(result)); }

base::Result<RoundResult> result_from_json(std::string_view text) {
  auto out = TRY(JsonReader("survey.result.json").whole<RoundResult>(text));
  if (out.literacy.rows.empty())
    return base::refuse(base::Code::invalid, "survey.result.json", "结果里没有县级比例。", "literacy.rows");
  return out;
}

}  // namespace kepu::survey::analysis
