#include "engines/evaluation/evaluation_engine.h"

#include <algorithm>

#include "core/base/text.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {

namespace {

site::Todo sheet_todo(const Context& context, const EvaluationStore::Waiting& w, const std::string& kind,
                      std::string_view right, const auth::UnitTree& units) {
  site::Todo t;
  t.key = fmt::format("evaluation:{}:{}", w.round.id, w.sheet.unit);
  t.kind = kind;
  t.title = unit_name(units, w.sheet.unit) + "：" + w.round.title;
  t.url = sheet_url(w.round.id, w.sheet.unit);
  t.note = w.sheet.state == SheetState::returned
               ? "退回：" + w.sheet.note
               : fmt::format("已填 {} / {} 项", w.sheet.answered, w.sheet.tasks);
  t.due = w.round.due;
  t.unit = w.sheet.unit;
  t.on_behalf_of = context.actor.on_behalf_of(right, w.sheet.unit);
  return t;
}

std::vector<site::Todo> todos_of(const Context& context, EvaluationEngine& engine) {
  std::vector<site::Todo> out;
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  if (context.actor.may(kFill)) {
    // The office, which may do everything everywhere, is not reminded of every unit's own work.
    auto mine = context.actor.units_of(kFill);
    if (!mine) mine = std::vector<Id>{context.actor.unit};
    for (const auto& w : engine.store().waiting(tenant, mine, {SheetState::open, SheetState::returned}))
      out.push_back(sheet_todo(context, w, "自查", kFill, *units));
  }
  if (context.actor.may(kManage)) {
    for (const auto& w :
         engine.store().waiting(tenant, context.actor.units_of(kManage), {SheetState::submitted})) {
      out.push_back(sheet_todo(context, w, "审核自查", kManage, *units));
    }
  }
  return out;
}

// Sheets whose due day lies in the span, with whether they were in by then.
struct Due {
  Round round;
  Sheet sheet;
  bool in_time = false;
};
std::vector<Due> due_between(EvaluationStore& store, const metric::Question& q) {
  std::vector<Due> out;
  for (const auto& r : store.rounds(q.tenant)) {
    if (r.opened_at == 0 || r.state == State::cancelled || r.due < q.from || r.due > q.to) continue;
    for (auto& s : store.sheets(q.tenant, r.id)) {
      if (!q.units.empty() && std::find(q.units.begin(), q.units.end(), s.unit) == q.units.end()) continue;
      const bool in_time = s.submitted_at != 0 && base::date_of(s.submitted_at) <= r.due && counts(s.state);
      out.push_back({r, std::move(s), in_time});
    }
  }
  return out;
}

metric::Answer rate_of(const std::vector<Due>& due) {
  if (due.empty()) return {std::nullopt, "这段时间没有到期的评估自查", 0};
  const auto done = std::count_if(due.begin(), due.end(), [](const Due& d) { return d.in_time; });
  return {100.0 * static_cast<double>(done) / static_cast<double>(due.size()), "",
          static_cast<std::int64_t>(due.size())};
}

}  // namespace

EvaluationEngine::EvaluationEngine(site::Services services, Parts parts)
    : store_(services.db, services.clock, services.ids, services.directory), parts_(parts) {
  services.directory.add_use_check(unit_in_use);
}

void EvaluationEngine::add_metrics(metric::Catalog& catalog) {
  metric::Metric m;
  m.id = "evaluation.sheets_on_time";
  m.title = "评估自查按时提交率";
  m.unit = "%";
  m.definition = "截止日期在这段时间内的评估自查表中，截止当日及以前提交、没有被退回的占比；取消的评估不计";
  m.decimals = 1;
  metric::Source source;
  source.answer = [this](const metric::Question& q) { return rate_of(due_between(store_, q)); };
  source.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    std::int64_t at = 0;
    for (const auto& d : due_between(store_, q)) {
      if (at++ < offset) continue;
      if (static_cast<std::int64_t>(out.size()) >= limit) break;
      out.push_back({d.round.title, sheet_url(d.round.id, d.sheet.unit), d.sheet.unit, d.round.due,
                     d.in_time ? 1.0 : 0.0, d.in_time ? "" : "没有按时提交，或被退回"});
    }
    return out;
  };
  source.by_unit = [this](const metric::Question& q) {
    std::map<Id, std::vector<Due>> units;
    for (auto& d : due_between(store_, q)) units[d.sheet.unit].push_back(std::move(d));
    std::map<Id, metric::Answer> out;
    for (const auto& [unit, due] : units) out[unit] = rate_of(due);
    return out;
  };
  catalog.add(std::move(m), std::move(source));
}

void EvaluationEngine::extend() {
  parts_.extensions.of_task.push_back(
      [this](Context& context, const plan::Running&, const plan::TaskItem& task, Out& h) {
        if (!context.actor.may(kRead)) return;
        for (const auto& r : store_.rounds(context.tenant.id)) {
          if (r.state != State::frozen) continue;
          // What is frozen stays as it is, so it is read once.
          const auto s = frozen_.get(0, fmt::format("{}:{}", r.id, r.revision), [&] {
            const auto whole = store_.round(context.tenant.id, r.id);
            auto read = whole ? snapshot_from(whole->snapshot) : tl::unexpected(whole.error());
            return read ? std::make_shared<const Snapshot>(std::move(*read)) : nullptr;
          });
          if (!s) return;
          for (const auto& t : s->tasks) {
            if (t.code != task.code || t.title != task.title) continue;
            html::Definitions facts;
            facts.items.emplace_back(
                "结论", [&](Out& o) { o("{}", html::light(light_of(t.final_), word_of(t.final_))); });
            if (!t.reason.empty()) facts.items.emplace_back("理由", t.reason);
            h("{}", html::panel(r.title, facts,
                                {.more = {"查看评估", round_url(r.id, fmt::format("tasks/{}", t.task))}}));
          }
          return;  // the newest alone
        }
      });
}

void EvaluationEngine::add_to(site::Site& site) {
  add_round_pages(site, *this);
  add_sheet_pages(site, *this);
  add_result_pages(site, *this);
  add_next_pages(site, *this);
  site.add(site::MenuItem{"计划", "评估", "/evaluations", std::string(kRead), 145, {}, {}, false});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
  site.add_search([this](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!context.actor.may(kRead)) return hits;
    for (const auto& r : store_.rounds(context.tenant.id)) {
      if (!base::contains(r.title, words) || (r.opened_at == 0 && !sees_all(context.actor))) continue;
      hits.push_back({r.title, round_url(r.id), "评估", std::string(title_of(r.state))});
    }
    return hits;
  });
}

}  // namespace kepu::evaluation
