// What does not count, what counts again, and what is right as it stands.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

// The item that an id means; exactly one pointer is set, or none where there is no such item.
struct Found {
  InitiativeItem* initiative = nullptr;  // also of a task
  TaskItem* task = nullptr;
  TargetItem* target = nullptr;
  PhaseItem* phase = nullptr;

  bool any() const { return initiative != nullptr || target != nullptr || phase != nullptr; }
  bool& dropped() const {
    return task         ? task->dropped
           : initiative ? initiative->dropped
           : target     ? target->dropped
                        : phase->dropped;
  }
  Said said(std::string_view what) const {
    const auto text = std::string(what);
    if (task) return {text + name_of(*task), subject_of(*task)};
    if (initiative) return {text + name_of(*initiative), subject_of(*initiative)};
    if (target)
      return {fmt::format("{}指标“{}”（{}）", what, target_text(*target), base::shorten(target->text, 24)),
              fmt::format("target:{}", target->id)};
    return {fmt::format("{}阶段“{}”", what, phase->title.empty() ? phase->phase : phase->title),
            fmt::format("phase:{}", phase->id)};
  }
};

Found find(Plan& plan, Id id) {
  Found found;
  if (id == 0) return found;
  for (auto& initiative : plan.initiatives) {
    if (initiative.id == id) found.initiative = &initiative;
    for (auto& task : initiative.tasks)
      if (task.id == id) found.initiative = &initiative, found.task = &task;
  }
  for (auto& target : plan.targets)
    if (target.id == id) found.target = &target;
  for (auto& phase : plan.phases)
    if (phase.id == id) found.phase = &phase;
  return found;
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::Drop& edit, const NextId&) {
  const auto found = find(plan, edit.item);
  if (!found.any() || found.dropped()) return not_found("一项");
  found.dropped() = true;
  return found.said("删去");
}

base::Result<Said> carry_out(Plan& plan, const edit::Restore& edit, const NextId&) {
  const auto found = find(plan, edit.item);
  if (!found.any() || !found.dropped()) return not_found("一已删去的项");
  if (found.task != nullptr && found.initiative->dropped)
    return base::refuse(
        base::Code::conflict, "plan.initiative_dropped",
        fmt::format("所属的{}也已删去：请先恢复它，再恢复这项任务。", name_of(*found.initiative)));
  // Another headline may have been set meanwhile: the newer one stands.
  if (found.target != nullptr && found.target->headline && plan.headline() != nullptr)
    found.target->headline = found.target->kind == QuantityKind::baseline;
  found.dropped() = false;
  return found.said("恢复");
}

base::Result<Said> carry_out(Plan& plan, const edit::Accept& edit, const NextId&) {
  const auto found = find(plan, edit.item);
  if (!found.any() || found.phase != nullptr || found.dropped()) return not_found("一项");
  (found.task         ? found.task->confidence
   : found.initiative ? found.initiative->confidence
                      : found.target->confidence) = 1;
  return found.said("认可");
}

}  // namespace kepu::plan
