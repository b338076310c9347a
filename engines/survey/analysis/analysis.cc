#include "engines/survey/analysis/analysis.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/fieldwork.h"
#include "engines/survey/analysis/parts.h"

namespace kepu::survey::analysis {

namespace it = statistics::items;
using base::Code;
using base::refuse;

namespace {

constexpr int kLeastInterviews = 30;

base::Result<it::LiteracyRule> rule_for(const Dataset& d, const AnalysisOptions& options) {
  const auto rule = it::rule_on(options.rules, base::to_iso(d.from));
  if (!rule) {
    return refuse(Code::invalid, "survey.rule",
                  "入户时没有生效的素质判定规则。请核对调查日期，或补上当时的规则。", "from");
  }
  if (const auto ok = it::check_rule(*rule); !ok)
    return refuse(Code::invalid, "survey.rule", "素质判定规则不自洽：" + ok.error().detail);
  double points = 0;
  for (const Item& item : d.items) points += item.points;
  if (std::abs(points - rule->full_score) > 1e-6) {
    return refuse(
        Code::invalid, "survey.rule",
        fmt::format("题目分值合计 {:g} 分，判定规则满分 {:g} 分。请核对每题分值。", points, rule->full_score),
        "items");
  }
  return *rule;
}

base::Done enough(const Dataset& d) {
  int complete = 0, villages = 0;
  std::vector<bool> seen(d.psus.size(), false);
  for (const Case& c : d.cases) {
    if (c.outcome != Outcome::complete) continue;
    ++complete;
    const auto p = static_cast<std::size_t>(c.psu);
    villages += seen[p] ? 0 : 1;
    seen[p] = true;
  }
  if (complete < kLeastInterviews || villages < 2) {
    return refuse(Code::invalid, "survey.few",
                  fmt::format("完成访问 {} 人、{} 个村（社区）。至少要 {} 人、2 个村（社区）才能估计误差。",
                              complete, villages, kLeastInterviews),
                  "cases");
  }
  return {};
}

std::string rule_text(const it::LiteracyRule& rule) {
  base::Json j;
  j.object().field("name", rule.name).field("valid_from", rule.valid_from).field("source", rule.source);
  j.field("full_score", rule.full_score).field("basic", rule.basic_cut).field("literate", rule.literate_cut);
  j.field("high", rule.high_cut).field("cut_reached", rule.at_cut == it::AtCut::reached).key("parts").array();
  for (const auto& part : rule.parts) j.object().field("name", part.name).field("points", part.points).end();
  j.end().end();
  return std::move(j).text();
}

std::string weights_text(const Sample& s) {
  base::Json j;
  j.array();
  for (std::size_t i = 0; i < s.rows(); ++i) {
    j.array().value(static_cast<std::int64_t>(s.cases[i])).value(s.weights[i]).end();
  }
  j.end();
  return std::move(j).text();
}

Provenance provenance_of(const Dataset& d, const Sample& s, const it::LiteracyRule& rule,
                         const std::string& data_hash, std::uint64_t seed, const AnalysisOptions& options) {
  Provenance p;
  p.data_hash = data_hash;
  p.weights_hash = base::sha256_hex(weights_text(s));
  p.rule_hash = base::sha256_hex(rule_text(rule));
  p.program = options.program;
  p.rule_name = rule.name;
  p.rule_from = rule.valid_from;
  p.rule_source = rule.source;
  p.full_score = rule.full_score;
  p.literate_cut = rule.literate_cut;
  p.seed = d.seed;
  p.replicate_seed = std::to_string(seed);
  return p;
}

}  // namespace

base::Result<RoundResult> analyse(const Dataset& d, const AnalysisOptions& options) {
  if (const auto errors = check(d); !errors.empty()) {
    base::Error first = errors.front();
    if (errors.size() > 1) first.message += fmt::format("（另有 {} 处）", errors.size() - 1);
    return tl::unexpected(std::move(first));
  }
  const auto rule = TRY(rule_for(d, options));
  TRY(enough(d));
  const std::string data_hash = hash_of(d);
  const std::uint64_t seed = std::stoull(data_hash.substr(0, 15), nullptr, 16);
  RoundResult out;
  out.round = d.round;
  out.county = d.county;
  out.from = d.from;
  out.until = d.until;
  out.strata = static_cast<int>(d.strata.size());
  out.villages = static_cast<int>(d.psus.size());
  out.items_count = static_cast<int>(d.items.size());
  out.fieldwork = fieldwork_of(d.cases);
  Sample sample = TRY(make_sample(d, options));
  const auto scores = scores_of(sample, rule);
  out.literacy = TRY(literacy_of(sample, scores, rule, seed, options));
  out.irt = irt_of(sample, rule);
  out.townships = townships_of(sample, out.literacy);
  out.items = TRY(items_of(sample));
  out.quality = quality_of(sample);
  compare(d, out);
  out.provenance = provenance_of(d, sample, rule, data_hash, seed, options);
  out.weighting = std::move(sample.log);
  return out;
}

}  // namespace kepu::survey::analysis
