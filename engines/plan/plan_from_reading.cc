// A reading becomes a plan: ids, positions, codes, quantities tied to their items, first proposals of duties.
#include <fmt/format.h>

#include <algorithm>

#include "engines/plan/plan.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

using NextId = std::function<Id()>;

Metadata metadata_of(const Reading& reading) {
  Metadata data;
  data.title = reading.title;
  data.issuer = reading.issuer;
  data.doc_number = reading.doc_number;
  data.issue_date = reading.issue_date;
  data.region = reading.region;
  data.region_parent = reading.region_parent;
  data.notice_title = reading.notice_title;
  data.status = reading.status;
  data.from = reading.from;
  data.to = reading.to;
  return data;
}

std::vector<DutyLink> duties_of(const ReadDuties& duties, std::size_t initiative, std::size_t task) {
  if (initiative >= duties.of_tasks.size() || task >= duties.of_tasks[initiative].size()) return {};
  return duties.of_tasks[initiative][task];
}

InitiativeItem initiative_item(const Initiative& read, std::size_t index, const ReadDuties& duties,
                               const NextId& next_id) {
  InitiativeItem item;
  item.id = next_id();
  item.kind = read.kind;
  item.title = read.title;
  item.goal = read.goal;
  item.lead = read.lead;
  item.responsible = read.responsible;
  item.line = read.line;
  item.end_line = read.end_line;
  item.confidence = read.confidence;
  for (std::size_t k = 0; k < read.tasks.size(); ++k) {
    TaskItem task;
    static_cast<Task&>(task) = read.tasks[k];
    task.id = next_id();
    task.initiative = item.id;
    task.duties = duties_of(duties, index, k);
    item.tasks.push_back(std::move(task));
  }
  return item;
}

TargetItem target_item(const Quantity& read, const std::vector<InitiativeItem>& initiatives,
                       const NextId& next_id) {
  TargetItem item;
  item.id = next_id();
  item.kind = read.kind;
  item.value = read.value;
  item.unit = read.unit;
  item.op = read.op;
  item.text = read.text;
  item.relative_to = read.relative_to;
  item.year = read.year;
  item.implicit = read.implicit;
  item.headline = read.headline;
  item.line = read.line;
  item.confidence = read.confidence;
  if (read.initiative >= 0 && static_cast<std::size_t>(read.initiative) < initiatives.size()) {
    const auto& above = initiatives[static_cast<std::size_t>(read.initiative)];
    item.initiative = above.id;
    if (read.task >= 0 && static_cast<std::size_t>(read.task) < above.tasks.size())
      item.task = above.tasks[static_cast<std::size_t>(read.task)].id;
  }
  return item;
}

// One target is the headline; what the document states as its present value becomes its baseline.
void settle_headline(std::vector<TargetItem>& targets) {
  TargetItem* headline = nullptr;
  for (auto& target : targets) {
    if (!target.headline || target.kind != QuantityKind::target) continue;
    if (headline == nullptr)
      headline = &target;
    else
      target.headline = false;
  }
  if (headline == nullptr) return;
  for (auto& target : targets) {
    if (target.kind != QuantityKind::baseline || !target.headline || headline->baseline) continue;
    headline->baseline = target.value;
    headline->baseline_year = target.year;
  }
}

std::vector<TargetItem> targets_of(const Reading& reading, const std::vector<InitiativeItem>& initiatives,
                                   const NextId& next_id) {
  std::vector<TargetItem> targets;
  bool has_headline = false;
  for (const auto& quantity : reading.quantities) {
    targets.push_back(target_item(quantity, initiatives, next_id));
    has_headline |= quantity.headline && quantity.kind == QuantityKind::target;
  }
  if (reading.headline && !has_headline) {
    auto item = target_item(*reading.headline, initiatives, next_id);
    item.headline = true;
    targets.insert(targets.begin(), std::move(item));
  }
  settle_headline(targets);
  return targets;
}

}  // namespace

Plan from_reading(const Reading& reading, std::vector<std::string> lines, const ReadDuties& duties,
                  const std::function<Id()>& next_id) {
  Plan plan;
  plan.version.metadata = metadata_of(reading);
  plan.lines = std::make_shared<const std::vector<std::string>>(std::move(lines));
  for (std::size_t i = 0; i < reading.initiatives.size(); ++i)
    plan.initiatives.push_back(initiative_item(reading.initiatives[i], i, duties, next_id));
  plan.targets = targets_of(reading, plan.initiatives, next_id);
  for (const auto& phase : reading.phases)
    plan.phases.push_back(
        {next_id(), phase.phase, phase.title, phase.summary, phase.from, phase.to, phase.line});
  for (const auto& each : reading.safeguards)
    plan.safeguards.push_back({next_id(), each.title, each.items, each.line, each.end_line});
  for (const auto& each : reading.basis)
    plan.basis.push_back({next_id(), each.title, each.doc_number, each.line});
  for (const auto& each : reading.anomalies)
    plan.anomalies.push_back({next_id(), each.rule, each.message, each.line});
  plan.elsewhere = duties.elsewhere;

  const auto marks = initiative_marks(plan.initiatives);
  for (std::size_t i = 0; i < plan.initiatives.size(); ++i) {
    int number = 0;
    for (auto& task : plan.initiatives[i].tasks) task.code = fmt::format("{}-{:02}", marks[i], ++number);
  }
  number_positions(plan);
  return plan;
}

}  // namespace kepu::plan
