// What waits for a person: own reports, returned ones, reviews, extensions.
#include <algorithm>

#include "core/sql/sql.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

namespace {

using site::Context;
using site::Todo;

// The units for which a person himself reports: his own, and those he was given by name; not the whole
// county.
std::vector<Id> own_units(const Context& context) {
  const auto units = context.actor.units_of("report.edit");
  std::vector<Id> out = units.value_or(std::vector<Id>{});
  if (!units && context.actor.unit != 0) out.push_back(context.actor.unit);
  return out;
}

void add_due(std::vector<Todo>& todos, const Context& context, ReportsEngine& engine,
             const plan::Running& now) {
  const Id tenant = context.tenant.id;
  const Date today = context.today();
  const auto mine = own_units(context);
  if (mine.empty()) return;
  const auto windows = engine.store().windows(tenant, today);
  const auto reports = engine.store().latest(tenant, today);
  const Latest latest(reports, *now.plan);
  for (const auto& window : windows) {
    const auto extended = engine.store().extended(tenant, window.key);
    const bool open = state_of(window, today) != WindowState::closed;
    if (!open && extended.empty()) continue;
    const auto made = engine.store().of_window(tenant, window.key);
    for (const auto& [unit, tally] : by_unit(obligations(now, window, latest, made, extended), today)) {
      const int left = tally.due - tally.reported - tally.returned;
      const auto e = extended.find(unit);
      const bool still = open || (e != extended.end() && today <= e->second);
      if (left <= 0 || !still || !std::binary_search(mine.begin(), mine.end(), unit)) continue;
      Todo todo;
      todo.key = fmt::format("report.due:{}:{}", window.key, unit);
      todo.kind = "填报";
      todo.title = fmt::format("{}填报：{} 还有 {} 项", title_of(window), now.short_unit_name(unit), left);
      todo.url = fill_url(window.key, unit);
      todo.note = tally.drafts > 0 ? fmt::format("有草稿 {} 项", tally.drafts) : std::string();
      todo.due = e == extended.end() ? window.due : std::max(window.due, e->second);
      todo.unit = unit;
      todo.on_behalf_of = context.actor.on_behalf_of("report.edit", unit);
      todos.push_back(std::move(todo));
    }
  }
  for (const Id unit : mine) {
    for (const auto& p : engine.year_plans().returned(tenant, unit)) {
      Todo todo;
      todo.key = fmt::format("year_plan:{}", p.id);
      todo.kind = "年度计划";
      todo.title = fmt::format("修改{}年度工作计划", p.year);
      todo.url = fmt::format("/year-plans/{}/{}", p.year, unit);
      todo.note = "退回：" + p.decision;
      todo.unit = unit;
      todo.on_behalf_of = context.actor.on_behalf_of("report.edit", unit);
      todos.push_back(std::move(todo));
    }
    for (const auto& r : engine.store().returned(tenant, unit)) {
      todos.push_back({fmt::format("report:{}", r.id), "填报退回",
                       "修改后重新报送：" + r.code + " " + r.title, fill_url(r.window, unit, r.task),
                       "退回：" + r.decision, r.due, unit, context.actor.on_behalf_of("report.edit", unit)});
    }
  }
}

void add_reviews(std::vector<Todo>& todos, const Context& context, ReportsEngine& engine,
                 const plan::Running& now) {
  const Id tenant = context.tenant.id;
  std::map<Id, std::pair<int, base::Millis>> waiting;
  for (const auto& r : engine.store().waiting(tenant)) {
    if (!context.actor.may("report.review", r.unit) || r.submitted_by == context.actor.person) continue;
    auto& w = waiting.try_emplace(r.unit, 0, r.submitted_at).first->second;
    ++w.first;
  }
  for (const auto& [unit, w] : waiting) {
    todos.push_back({fmt::format("report.review:{}", unit), "审核",
                     fmt::format("审核{}的填报 {} 项", now.short_unit_name(unit), w.first),
                     fmt::format("/reports/review?unit={}", unit),
                     "最早 " + base::to_iso(base::date_of(w.second)) + " 报送", std::nullopt, unit,
                     context.actor.on_behalf_of("report.review", unit)});
  }
  for (const auto& p : engine.year_plans().waiting(tenant)) {
    if (!context.actor.may("report.review", p.unit) || p.submitted_by == context.actor.person) continue;
    Todo todo;
    todo.key = fmt::format("year_plan.review:{}", p.id);
    todo.kind = "年度计划";
    todo.title = fmt::format("审批{}的{}年度工作计划", now.short_unit_name(p.unit), p.year);
    todo.url = fmt::format("/year-plans/{}/{}", p.year, p.unit);
    todo.note = p.submitted_name + "　" + base::to_iso(base::date_of(p.submitted_at)) + " 报送";
    todo.unit = p.unit;
    todo.on_behalf_of = context.actor.on_behalf_of("report.review", p.unit);
    todos.push_back(std::move(todo));
  }
  for (const auto& e : engine.store().asked(tenant)) {
    if (!context.actor.may("report.review", e.unit)) continue;
    todos.push_back({fmt::format("extension:{}", e.id), "延期",
                     now.short_unit_name(e.unit) + "申请填报延期到 " + base::to_iso(e.wanted),
                     "/reports/extensions", e.reason, e.old_due, e.unit,
                     context.actor.on_behalf_of("report.review", e.unit)});
  }
}

}  // namespace

void add_report_todos(site::Site& site, ReportsEngine& engine) {
  site.add_todos([&engine](const Context& context) {
    return context.app.db.read([&](sql::Session&) {
      std::vector<Todo> todos;
      const auto now = engine.plans().running(context.tenant.id);
      if (!now) return todos;
      if (context.actor.may("report.edit")) add_due(todos, context, engine, **now);
      if (context.actor.may("report.review")) add_reviews(todos, context, engine, **now);
      return todos;
    });
  });
}

}  // namespace kepu::reports
