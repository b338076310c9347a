#include "engines/plan/pages/dashboard_parts.h"

namespace kepu::plan {

namespace {

void count_light(html::Composition& lights, html::Light light) {
  switch (light) {
    case html::Light::done:
      ++lights.done;
      break;
    case html::Light::ok:
      ++lights.ok;
      break;
    case html::Light::watch:
      ++lights.watch;
      break;
    case html::Light::late:
      ++lights.late;
      break;
    case html::Light::idle:
      ++lights.idle;
      break;
  }
}

InitiativeSum sum_of(const Running& now, const InitiativeItem& initiative,
                     const std::map<Id, std::vector<const Assignment*>>& by_task, base::Date today) {
  InitiativeSum sum;
  sum.initiative = &initiative;
  std::map<Id, int> leads;
  for (const auto& task : initiative.tasks) {
    if (task.dropped) continue;
    ++sum.tasks;
    count_light(sum.lights, light_of(now, task, today).light);
    if (const auto at = by_task.find(task.id); at != by_task.end()) {
      for (const auto* a : at->second) {
        ++sum.assignments;
        sum.confirmed += a->confirmed_at != 0 ? 1 : 0;
        if (a->role == Role::lead) ++leads[a->unit];
      }
    }
  }
  for (const auto& [unit, count] : leads) sum.leads.push_back(unit);
  std::stable_sort(sum.leads.begin(), sum.leads.end(), [&](Id a, Id b) { return leads[a] > leads[b]; });
  return sum;
}

}  // namespace

Overview overview_of(const Running& now, const DutyCatalog& catalog, base::Date today) {
  Overview out;
  std::map<Id, std::vector<const Assignment*>> by_task;
  for (const auto& a : *now.assignments) by_task[a.task].push_back(&a);
  for (const auto* initiative : now.plan->living_initiatives()) {
    out.initiatives.push_back(sum_of(now, *initiative, by_task, today));
    for (const auto& task : initiative->tasks) {
      if (task.dropped) continue;
      ++out.tasks;
      bool lead = false, duty = false;
      for (const auto* a : by_task[task.id]) {
        auto& unit = out.by_unit[a->unit];
        (a->role == Role::lead ? unit.lead : unit.responsible) += 1;
        unit.confirmed += a->confirmed_at != 0 ? 1 : 0;
        unit.contact += a->contact != 0 ? 1 : 0;
        lead = lead || a->role == Role::lead;
      }
      for (const auto& d : task.duties) {
        if (d.state == DutyState::rejected) continue;
        duty = true;
        if (const auto* known = catalog.find(d.duty)) ++out.duties_by_engine[known->engine];
      }
      out.tasks_without_lead += lead ? 0 : 1;
      out.tasks_without_duty += duty ? 0 : 1;
    }
  }
  for (const auto& [id, unit] : out.by_unit) {
    ++out.units;
    out.units_confirmed += unit.confirmed == unit.total() ? 1 : 0;
    out.assignments += unit.total();
    out.confirmed += unit.confirmed;
    out.with_contact += unit.contact;
  }
  for (const auto* living : now.plan->living_targets()) {
    const auto& t = *living;
    if (t.kind == QuantityKind::baseline || t.kind == QuantityKind::frequency) continue;
    (t.kind == QuantityKind::blank ? out.blanks : out.targets) += 1;
    if (t.kind == QuantityKind::target && !t.baseline && !t.implicit) ++out.without_baseline;
    for (auto& sum : out.initiatives) {
      if (sum.initiative->id == t.initiative) ++sum.targets;
    }
  }
  return out;
}

std::vector<std::pair<Id, UnitSum>> waiting_units(const Overview& overview) {
  std::vector<std::pair<Id, UnitSum>> out;
  for (const auto& [id, unit] : overview.by_unit) {
    if (unit.confirmed < unit.total()) out.emplace_back(id, unit);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.lead, a.second.total()) > std::pair(b.second.lead, b.second.total());
  });
  return out;
}

}  // namespace kepu::plan
