#include "engines/survey/results/pages/results_engine.h"

#include <fmt/format.h>

#include "core/file/file.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/report.h"
#include "engines/survey/analysis/wording.h"
#include "engines/survey/results/pages/result_parts.h"

namespace kepu::survey::results {

using analysis::analyse;
using analysis::AnalysisOptions;
using analysis::range_text;

std::string result_url(Id round) { return fmt::format("/survey/rounds/{}/result", round); }

ResultsEngine::ResultsEngine(site::Services services, Rounds& rounds, std::string program)
    : files_(services.files),
      clock_(services.clock),
      store_(services.db, services.clock),
      rounds_(rounds),
      program_(std::move(program)) {}

base::Result<int> ResultsEngine::compute(const ResultBy& by, Id round) {
  TRY(by.actor.require(kResultManage));
  const auto dataset = TRY(rounds_.dataset(by.actor.tenant, round));
  AnalysisOptions options;
  options.program = program_;
  return store_.keep(by, round, TRY(analyse(dataset, options)));
}

base::Done ResultsEngine::finalise(const ResultBy& by, Id round, const std::string& hash,
                                   const std::string& words, const std::string& issuer) {
  TRY(by.actor.require(kResultApprove));
  const auto newest = store_.newest(by.actor.tenant, round);
  if (!newest) return base::refuse(base::Code::not_found, "survey.result.none", "这一轮还没有计算结果。");
  const auto paper = paper_of(newest->result, {issuer, clock_.today(), words}).docx();
  const auto stored = TRY(files_.put(paper));
  TRY(store_.finalise(by, round, hash, words, stored.sha256));
  if (const auto kept = store_.newest(by.actor.tenant, round)) {
    for (const auto& tell : tell_) tell(by, *kept);
  }
  return {};
}

void ResultsEngine::add_metrics(metric::Catalog& catalog) {
  metric::Metric m;
  m.id = "survey.literacy";
  m.title = "公民具备科学素质的比例（本县调查）";
  m.unit = "%";
  m.definition =
      "本县自行组织的 18—69 岁公民概率抽样调查，最近一次定稿的结果，按官方判定规则、加权；误差范围见结果页。"
      "竞赛、答题成绩不计入";
  m.nature = metric::Nature::stock;
  m.decimals = 1;
  m.by_unit = false;
  const auto newest = [this](const metric::Question& q) {
    std::optional<StoredResult> found;
    for (auto& r : store_.finals(q.tenant)) {
      if (r.result.until <= q.to) found = std::move(r);
    }
    return found;
  };
  metric::Source source;
  source.answer = [newest](const metric::Question& q) {
    const auto r = newest(q);
    if (!r) return metric::Answer{std::nullopt, "这一天以前没有定稿的本县调查结果", 0};
    const auto& c = r->result.county_row();
    return metric::Answer{c.percent, "95% 误差范围 " + range_text(c.lower, c.upper), 1};
  };
  source.records = [newest](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    const auto r = newest(q);
    if (!r || offset > 0 || limit < 1) return out;
    const auto& c = r->result.county_row();
    out.push_back({r->result.round, result_url(r->round), 0, r->result.until, c.percent,
                   fmt::format("受访 {} 人，95% 误差范围 {}", c.n, range_text(c.lower, c.upper))});
    return out;
  };
  catalog.add(std::move(m), std::move(source));
}

void ResultsEngine::add_to(site::Site& site) {
  add_result_pages(site, *this);
  site.add_todos([this](const site::Context& c) {
    std::vector<site::Todo> out;
    if (!c.actor.may(kResultApprove)) return out;
    for (const auto& w : store_.waiting(c.tenant.id)) {
      if (w.made_by == c.actor.person) continue;
      site::Todo t;
      t.key = fmt::format("survey_result:{}", w.round);
      t.kind = "定稿";
      t.title = "复核《" + w.title + "》的结果";
      t.url = result_url(w.round);
      t.note = w.made_by_name + "已算出结果";
      out.push_back(std::move(t));
    }
    return out;
  });
}

}  // namespace kepu::survey::results
