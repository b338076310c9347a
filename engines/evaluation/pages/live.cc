// What a round comes to by the records as they are now, from the public faces of other engines.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"
#include "core/sql/sql.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {
namespace {

using base::Code;
using base::refuse;

std::string_view name_of(plan::Light light) { return html::class_of(static_cast<html::Light>(light)); }

std::string value_text(double value, const std::string& unit) {
  const std::string digits = plan::number_text(std::round(value * 100) / 100);
  return digits + (unit.empty() || unit == "%" ? "" : " ") + unit;
}

// Everything that is looked up once for a page.
struct Looked {
  std::shared_ptr<const plan::Running> running;
  Date day;
  std::map<Id, plan::Standing> standings;
  std::vector<reports::Report> reports;
  std::map<Id, indicators::TargetStatus> targets;
};

base::Result<Looked> look(Context& context, EvaluationEngine& engine, const Round& round) {
  const auto& parts = engine.parts();
  Looked out;
  out.running = TRY(parts.plans.running_version(context.tenant.id, round.version));
  out.day = std::min(round.until, context.today());
  if (parts.extensions.standing) out.standings = parts.extensions.standing(context, *out.running);
  out.reports = parts.reports.latest(context.tenant.id, out.day);
  for (auto& s : parts.targets.statuses(context.tenant.id, *out.running, out.day)) {
    const Id id = s.target;
    out.targets.emplace(id, std::move(s));
  }
  return out;
}

std::string report_text(const reports::Report& r) {
  std::string out = reports::window_title(r.window) + "：" + std::string(title_of(r.content.status));
  if (r.content.share) out += fmt::format("，完成 {:.0f}%", *r.content.share * 100);
  return out;
}

Completion proposed_by(const reports::Report& r) {
  switch (r.content.status) {
    case reports::Status::done:
      return Completion::done;
    case reports::Status::doing:
      return Completion::partly;
    case reports::Status::not_started:
      return Completion::not_done;
    case reports::Status::none:
    case reports::Status::not_applicable:
      return Completion::none;
  }
  return Completion::none;
}

// Evidence of these reports, once each.
std::vector<Proof> proofs_of(Context& context, const std::vector<const reports::Report*>& of) {
  std::vector<Id> ids;
  for (const auto* r : of) ids.push_back(r->id);
  return context.app.db.read([&](sql::Session& s) {
    std::vector<Proof> out;
    std::set<Id> seen;
    const auto counts = reports::evidence_counts(s, context.tenant.id, "report", ids);
    for (const Id id : ids) {
      const auto at = counts.find(id);
      if (at == counts.end() || at->second == 0) continue;
      for (const auto& e : reports::evidence_of(s, context.tenant.id, {"report", id})) {
        if (e.withdrawn.empty() && seen.insert(e.id).second)
          out.push_back({e.title, reports::evidence_url(e.id)});
      }
    }
    return out;
  });
}

// How many records stand behind a target's value; none where it is not counted over the whole county.
std::string records_text(Context& context, EvaluationEngine& engine, const indicators::TargetStatus& s) {
  if (s.metric.empty()) return "";
  const auto answer =
      engine.parts().catalog.answer({context.tenant.id, s.metric, {}, s.value_from, s.value_to});
  if (!answer || !answer->value || std::abs(*answer->value - *s.value) > 1e-9) return "";
  return fmt::format("，记录 {} 条", answer->records);
}

// A manual metric's id is a number of the program, which tells a reader nothing.
std::string metric_text(const std::string& id, const std::string& title) {
  return id.starts_with("manual.") ? "人工指标“" + title + "”" : "指标 " + id + "（" + title + "）";
}

TargetResult target_result(Context& context, EvaluationEngine& engine, const Looked& looked,
                           const plan::TargetItem& item) {
  TargetResult t;
  t.target = item.id;
  if (const auto* task = looked.running->plan->task(item.task)) t.code = task->code;
  t.text = item.text;
  t.goal = plan::target_text(item);
  t.headline = item.headline;
  t.unit = item.unit;
  t.url = fmt::format("/targets/{}", item.id);
  t.state = "未绑定";
  t.why = "没有说明数从哪里来";
  const auto at = looked.targets.find(item.id);
  if (at == looked.targets.end()) return t;
  const auto& s = at->second;
  t.goal = indicators::text_of(s.effective);
  t.unit = s.effective.unit;
  if (s.effective.baseline)
    t.baseline = value_text(*s.effective.baseline, s.effective.unit) +
                 (s.effective.baseline_year ? fmt::format("（{}年）", *s.effective.baseline_year) : "");
  if (s.value) {
    t.value = value_text(*s.value, s.effective.unit);
    t.source = fmt::format(
                   "目标“{}”，{}，{} 至 {}", base::shorten(base::squeeze(item.text), 40),
                   s.metric.empty() ? std::string("公民科学素质读数") : metric_text(s.metric, s.metric_title),
                   base::to_iso(s.value_from), base::to_iso(s.value_to)) +
               records_text(context, engine, s);
  }
  t.state = std::string(title_of(s.state));
  t.light = std::string(name_of(s.light));
  t.why = s.why;
  return t;
}

TaskResult task_result(Context& context, const Looked& looked, const plan::InitiativeItem& initiative,
                       const plan::TaskItem& item) {
  const auto& running = *looked.running;
  TaskResult t;
  t.task = item.id;
  t.code = item.code;
  t.title = item.title;
  t.initiative = initiative.title;
  t.project = initiative.kind == plan::InitiativeKind::project;
  t.body = item.body;
  t.leads = plan::parties_of(initiative, item, plan::Role::lead);
  t.shares = plan::parties_of(initiative, item, plan::Role::responsible);
  const auto at = looked.standings.find(item.id);
  if (at != looked.standings.end()) {
    t.light = std::string(name_of(at->second.light));
    t.platform = at->second.word;
    // A sentence may end with its full stop; here it goes on.
    auto why = at->second.why;
    if (constexpr std::string_view kStop = "。"; why.ends_with(kStop)) why.resize(why.size() - kStop.size());
    t.source = why + "，" + base::to_iso(context.today()) + " 的状态";
  }
  t.every_year = base::contains(item.body, "每年") || base::contains(item.body, "每学年");
  for (const auto& target : running.plan->targets)
    t.every_year = t.every_year || (target.task == item.id && target.kind == plan::QuantityKind::frequency);
  std::vector<const reports::Report*> about;
  for (const auto& r : looked.reports) {
    if (r.counts() && reports::speaks_of(r, item)) about.push_back(&r);
  }
  if (!about.empty()) t.proofs = proofs_of(context, about);
  return t;
}

}  // namespace

base::Result<Snapshot> snapshot_of(Context& context, EvaluationEngine& engine, const Round& round) {
  if (round.state == State::frozen) return snapshot_from(round.snapshot);
  if (round.opened_at == 0)
    return refuse(Code::conflict, "evaluation.not_in_state", "这一轮评估还没有开始自查，没有结果可看。");
  const auto looked = TRY(look(context, engine, round));
  const auto& plan = *looked.running->plan;
  const auto units = context.app.directory.units(context.tenant.id);
  Snapshot s;
  s.county = context.tenant.name;
  s.title = round.title;
  s.kind = std::string(title_of(round.kind));
  s.plan = plan.version.metadata.title;
  s.basis = round.basis;
  s.words = round.words;
  s.problems = round.problems;
  s.measures = round.measures;
  s.issuer = context.tenant.name + "全民科学素质工作办公室";
  s.from = round.from;
  s.until = round.until;
  s.day = looked.day;
  s.plan_from = plan.version.metadata.from;
  s.plan_to = plan.version.metadata.to;
  std::map<Id, SheetState> sheets;
  for (const auto& sheet : engine.store().sheets(context.tenant.id, round.id)) {
    sheets[sheet.unit] = sheet.state;
    ++s.units;
    s.reported += counts(sheet.state) ? 1 : 0;
  }
  std::map<Id, std::vector<Answer>> answers;
  for (auto& a : engine.store().answers(context.tenant.id, round.id)) answers[a.task].push_back(std::move(a));
  const auto judged = engine.store().judgements(context.tenant.id, round.id);
  for (const auto* initiative : plan.living_initiatives()) {
    for (const auto& item : initiative->tasks) {
      if (item.dropped) continue;
      TaskResult t = task_result(context, looked, *initiative, item);
      const auto& said = answers[item.id];
      const SelfCheck self = self_check(said, sheets);
      t.self = t.final_ = self.said;
      for (const Id unit : self.missing) t.silent.push_back(unit_name(*units, unit));
      for (const auto& a : said) {
        t.words.push_back(
            {unit_name(*units, a.unit), a.lead, counts(sheets[a.unit]), a.said, a.words, a.evidence});
      }
      const auto at = judged.find(item.id);
      if (at != judged.end()) {
        t.judged = true;
        t.final_ = at->second.completion;
        t.reason = at->second.reason;
        t.judged_by = at->second.by;
      }
      s.tasks.push_back(std::move(t));
    }
  }
  for (const auto* item : plan.living_targets()) {
    if (item->kind == plan::QuantityKind::target)
      s.targets.push_back(target_result(context, engine, looked, *item));
  }
  return s;
}

std::map<Id, Known> known_of(Context& context, EvaluationEngine& engine, const Round& round, Id unit) {
  std::map<Id, Known> out;
  const auto looked = look(context, engine, round);
  if (!looked) return out;
  for (const auto& a : engine.store().answers(context.tenant.id, round.id, unit)) {
    Known k;
    const auto at = looked->standings.find(a.task);
    if (at != looked->standings.end()) {
      k.standing = at->second.word;
      k.light = std::string(name_of(at->second.light));
      k.why = at->second.why;
    }
    const auto* task = looked->running->plan->task(a.task);
    for (const auto& r : looked->reports) {
      if (task == nullptr || r.unit != unit || !r.counts() || !reports::speaks_of(r, *task)) continue;
      k.report = report_text(r);
      k.report_url = fmt::format("/reports/{}", r.id);
      k.narrative = r.content.narrative.empty() ? r.content.reason : r.content.narrative;
      k.proposed = proposed_by(r);
      k.proofs = proofs_of(context, {&r});
    }
    for (const auto* target : looked->running->targets_of(a.task)) {
      if (target->kind != plan::QuantityKind::target) continue;
      const auto t = target_result(context, engine, *looked, *target);
      k.targets.emplace_back(t.goal + "　" + base::shorten(base::squeeze(t.text), 50),
                             (t.value.empty() ? std::string("缺数据") : t.value) + "，" + t.state);
    }
    out.emplace(a.task, std::move(k));
  }
  return out;
}

}  // namespace kepu::evaluation
