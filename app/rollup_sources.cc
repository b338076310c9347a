#include "app/rollup_sources.h"

#include "core/base/text.h"
#include "engines/plan/compare.h"
#include "engines/reports/obligation.h"

namespace kepu::app {
namespace {

using base::Date;
using base::Id;

std::string light_text(plan::Light light) {
  switch (light) {
    case plan::Light::done:
      return "done";
    case plan::Light::ok:
      return "ok";
    case plan::Light::watch:
      return "watch";
    case plan::Light::late:
      return "late";
    case plan::Light::idle:
      return "idle";
  }
  return "";
}

void count_light(rollup::Facts& facts, const plan::Standing* standing) {
  if (standing == nullptr) {
    ++facts.unknown;
    return;
  }
  switch (standing->light) {
    case plan::Light::done:
      ++facts.done;
      return;
    case plan::Light::ok:
      ++facts.ok;
      return;
    case plan::Light::watch:
      ++facts.watch;
      return;
    case plan::Light::late:
      ++facts.late;
      return;
    case plan::Light::idle:
      ++facts.idle;
      return;
  }
}

void add_window(rollup::Facts& facts, reports::ReportStore& store, Id county, const plan::Running& now,
                Date today) {
  const auto windows = store.windows(county, today);
  const auto* window = reports::last_due(windows, today);
  if (window == nullptr) return;
  const auto last = store.latest(county, today);
  const auto made = store.of_window(county, window->key);
  const auto rows = reports::obligations(now, *window, reports::Latest(last, *now.plan), made,
                                         store.extended(county, window->key));
  facts.window = reports::title_of(*window);
  for (const auto& [unit, tally] : reports::by_unit(rows, today)) {
    if (tally.due == 0) continue;
    ++facts.units_due;
    facts.units_reported += tally.reported == tally.due ? 1 : 0;
    facts.reports_due += tally.due;
    facts.reports_made += tally.reported;
  }
}

rollup::Facts facts_of(plan::PlanEngine& plan, reports::ReportsEngine& reports, Id county, Date today) {
  rollup::Facts out;
  const auto now = plan.running(county);
  if (!now) return out;
  out.plan = (*now)->plan->version.metadata.title;
  const auto standings = reports.standings(county, **now, today);
  for (const auto* task : (*now)->plan->living_tasks()) {
    ++out.tasks;
    const auto at = standings.find(task->id);
    count_light(out, at == standings.end() ? nullptr : &at->second);
  }
  add_window(out, reports.store(), county, **now, today);
  return out;
}

std::vector<rollup::TaskState> tasks_of(plan::PlanEngine& plan, reports::ReportsEngine& reports, Id county,
                                        Date today) {
  std::vector<rollup::TaskState> out;
  const auto now = plan.running(county);
  if (!now) return out;
  const auto standings = reports.standings(county, **now, today);
  for (const auto* task : (*now)->plan->living_tasks()) {
    rollup::TaskState t;
    t.id = task->id;
    t.code = task->code;
    t.title = task->title;
    if (const auto at = standings.find(task->id); at != standings.end()) {
      t.light = light_text(at->second.light);
      t.word = at->second.word;
      t.why = at->second.why;
      t.share = at->second.share;
    }
    out.push_back(std::move(t));
  }
  return out;
}

// The county keeps the superior's plan as a paper of its own, aligned with its plan: the task that bears the
// title of the one handed down leads to the county's.
Id matching_task(plan::PlanEngine& plan, Id county, const rollup::Item& item) {
  const auto now = plan.running(county);
  if (!now) return 0;
  const auto& own = *(*now)->plan;
  for (const auto& head : plan.store().plans(county)) {
    for (const auto& version : head.versions) {
      if (version.kind != plan::PlanKind::superior || version.state != plan::VersionState::adopted) continue;
      const auto theirs = plan.store().load(county, version.id);
      if (!theirs) continue;
      const auto aligned =
          plan::align(**theirs, own, plan.store().hand_links(county, version.id, own.version.id));
      for (const auto& row : aligned.items) {
        if (row.superior_task != nullptr && row.own_task != nullptr &&
            base::wording(row.superior_task->title) == base::wording(item.title))
          return row.own_task->id;
      }
    }
  }
  return 0;
}

}  // namespace

rollup::Sources rollup_sources(plan::PlanEngine& plan, reports::ReportsEngine& reports) {
  rollup::Sources out;
  out.facts = [&](Id county, Date today) { return facts_of(plan, reports, county, today); };
  out.tasks = [&](Id county, Date today) { return tasks_of(plan, reports, county, today); };
  out.matching = [&](Id county, const rollup::Item& item) { return matching_task(plan, county, item); };
  return out;
}

}  // namespace kepu::app
