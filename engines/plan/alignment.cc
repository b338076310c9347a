// 上位文件对标: which of the superior's tasks we take up, which not, and what is ours alone.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "engines/plan/compare.h"
#include "engines/plan/pairing.h"

namespace kepu::plan {
namespace {

constexpr double kTaskThreshold = 0.36;

struct Counterpart {
  const TaskItem* task = nullptr;
  double likeness = 0;
  bool by_hand = false;
};

// Links whose superior task is living; an own task that is gone meanwhile makes its link void.
std::unordered_map<Id, Counterpart> links_by_hand(const Plan& superior, const Plan& own,
                                                  const HandLinks& links) {
  std::unordered_map<Id, Counterpart> found;
  for (const auto& [theirs, ours] : links) {
    const auto* superior_task = superior.task(theirs);
    if (superior_task == nullptr || !superior.is_living(*superior_task)) continue;
    const auto* own_task = own.task(ours);
    if (ours != 0 && (own_task == nullptr || !own.is_living(*own_task))) continue;
    found[theirs] = {ours == 0 ? nullptr : own_task, ours == 0 ? 0.0 : 1.0, true};
  }
  return found;
}

}  // namespace

Alignment align(const Plan& superior, const Plan& own, const HandLinks& links) {
  auto counterpart = links_by_hand(superior, own, links);
  FixedTasks fixed;
  for (const auto& [theirs, link] : counterpart) {
    fixed.a.push_back(theirs);
    if (link.task != nullptr) fixed.b.push_back(link.task->id);
  }
  const auto pairing = pair_items(superior, own, kTaskThreshold, fixed);
  for (const auto& each : pairing.tasks)
    counterpart[pairing.tasks_a[static_cast<std::size_t>(each.a)]->id] = {
        pairing.tasks_b[static_cast<std::size_t>(each.b)], each.likeness, false};
  std::unordered_map<Id, Pair> initiatives;
  std::unordered_set<Id> taken;
  for (const auto& each : pairing.initiatives) {
    initiatives[pairing.initiatives_a[static_cast<std::size_t>(each.a)]->id] = each;
    taken.insert(pairing.initiatives_b[static_cast<std::size_t>(each.b)]->id);
  }

  Alignment result;
  for (const auto* theirs : pairing.initiatives_a) {
    AlignedItem head;
    head.superior_initiative = theirs;
    if (const auto at = initiatives.find(theirs->id); at != initiatives.end()) {
      head.own_initiative = pairing.initiatives_b[static_cast<std::size_t>(at->second.b)];
      head.likeness = at->second.likeness;
    }
    result.items.push_back(head);
    for (const auto& task : theirs->tasks) {
      if (task.dropped) continue;
      AlignedItem row;
      row.superior_initiative = theirs;
      row.superior_task = &task;
      if (const auto at = counterpart.find(task.id); at != counterpart.end()) {
        row.own_task = at->second.task;
        row.likeness = at->second.likeness;
        row.by_hand = at->second.by_hand;
      }
      if (row.own_task != nullptr) {
        row.own_initiative = own.initiative_of(*row.own_task);
        taken.insert(row.own_task->id);
      }
      ++(row.own_task != nullptr ? result.matched : result.superior_only);
      result.items.push_back(row);
    }
  }
  for (const auto* ours : pairing.initiatives_b) {
    if (taken.count(ours->id) == 0) result.items.push_back({nullptr, ours});
    for (const auto& task : ours->tasks) {
      if (task.dropped || taken.count(task.id) != 0) continue;
      result.items.push_back({nullptr, ours, nullptr, &task});
      ++result.own_only;
    }
  }
  return result;
}

}  // namespace kepu::plan
