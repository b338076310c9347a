// Finding things in a plan.
#include "engines/plan/plan.h"

#include <algorithm>

namespace kepu::plan {

const InitiativeItem* Plan::initiative(Id id) const {
  for (const auto& item : initiatives)
    if (item.id == id) return &item;
  return nullptr;
}

const TaskItem* Plan::task(Id id) const {
  for (const auto& item : initiatives)
    for (const auto& each : item.tasks)
      if (each.id == id) return &each;
  return nullptr;
}

const InitiativeItem* Plan::initiative_of(const TaskItem& task) const { return initiative(task.initiative); }

const TargetItem* Plan::target(Id id) const {
  for (const auto& item : targets)
    if (item.id == id) return &item;
  return nullptr;
}

const TargetItem* Plan::headline() const {
  for (const auto* item : living_targets())
    if (item->headline && item->kind != QuantityKind::baseline) return item;
  return nullptr;
}

bool Plan::is_living(const TaskItem& task) const {
  const auto* above = initiative_of(task);
  return !task.dropped && above != nullptr && !above->dropped;
}

std::vector<const InitiativeItem*> Plan::living_initiatives() const {
  std::vector<const InitiativeItem*> living;
  for (const auto& item : initiatives)
    if (!item.dropped) living.push_back(&item);
  return living;
}

std::vector<const TaskItem*> Plan::living_tasks() const {
  std::vector<const TaskItem*> living;
  for (const auto* item : living_initiatives())
    for (const auto& each : item->tasks)
      if (!each.dropped) living.push_back(&each);
  return living;
}

std::vector<const TargetItem*> Plan::living_targets() const {
  std::vector<const TargetItem*> living;
  for (const auto& item : targets) {
    if (item.dropped) continue;
    const auto* above = item.initiative != 0 ? initiative(item.initiative) : nullptr;
    if (above != nullptr && above->dropped) continue;
    const auto* of = item.task != 0 ? task(item.task) : nullptr;
    if (of != nullptr && !is_living(*of)) continue;
    living.push_back(&item);
  }
  return living;
}

std::vector<std::string> parties_of(const InitiativeItem& initiative, const TaskItem& task, Role role) {
  if (role == Role::lead) return task.lead.empty() ? initiative.lead : task.lead;
  return task.responsible.empty() ? initiative.responsible : task.responsible;
}

}  // namespace kepu::plan
