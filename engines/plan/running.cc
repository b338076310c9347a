#include "engines/plan/running.h"

#include <algorithm>

namespace kepu::plan {

std::vector<const Assignment*> Running::of_task(Id task) const {
  std::vector<const Assignment*> out;
  for (const auto& a : *assignments) {
    if (a.task == task) out.push_back(&a);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->role < b->role; });
  return out;
}

std::vector<const Assignment*> Running::of_unit(Id unit) const {
  std::map<Id, int> order;
  for (const auto* task : plan->living_tasks()) order.emplace(task->id, static_cast<int>(order.size()));
  std::vector<const Assignment*> out;
  for (const auto& a : *assignments) {
    if (a.unit == unit && order.count(a.task) != 0) out.push_back(&a);
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto* a, const auto* b) { return order[a->task] < order[b->task]; });
  return out;
}

const Assignment* Running::lead_of(Id task) const {
  for (const auto& a : *assignments) {
    if (a.task == task && a.role == Role::lead) return &a;
  }
  return nullptr;
}

std::string Running::unit_name(Id unit) const {
  const auto* found = units->find(unit);
  return found != nullptr ? found->name : "（已撤销单位）";
}

std::string Running::short_unit_name(Id unit) const {
  const auto* found = units->find(unit);
  if (found == nullptr) return "（已撤销单位）";
  return found->short_name.empty() ? found->name : found->short_name;
}

std::string Running::goal_text(const TargetItem& target) const {
  if (goals) {
    if (const auto at = goals->find(target.id); at != goals->end()) return at->second;
  }
  return target_text(target);
}

std::vector<const TargetItem*> Running::targets_of(Id task) const {
  std::vector<const TargetItem*> out;
  for (const auto* living : plan->living_targets()) {
    const auto& t = *living;
    if (t.task == task && task != 0) out.push_back(&t);
  }
  return out;
}

}  // namespace kepu::plan
