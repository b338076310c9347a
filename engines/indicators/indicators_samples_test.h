// Small plans for the tests of this engine.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engines/plan/running.h"

namespace kepu::indicators::samples {

using base::Id;

inline plan::TaskItem task(Id id, Id initiative, std::string title) {
  plan::TaskItem out;
  out.id = id;
  out.initiative = initiative;
  out.title = std::move(title);
  out.code = "任-" + std::to_string(id);
  return out;
}

inline plan::InitiativeItem initiative(Id id, std::string title, std::vector<plan::TaskItem> tasks) {
  plan::InitiativeItem out;
  out.id = id;
  out.title = std::move(title);
  out.tasks = std::move(tasks);
  return out;
}

inline plan::TargetItem target(Id id, Id task, std::string text, double value, std::string unit = "名") {
  plan::TargetItem out;
  out.id = id;
  out.task = task;
  out.text = std::move(text);
  out.value = value;
  out.unit = std::move(unit);
  out.op = plan::Operator::at_least;
  out.year = 2030;
  return out;
}

// Two initiatives, three tasks, three targets (21 and 22 at task 11, 23 the headline).
inline plan::Plan plan() {
  plan::Plan p;
  p.version.id = 1;
  p.version.metadata.from = 2026;
  p.version.metadata.to = 2030;
  p.version.adopted_at = base::start_of({2026, 3, 20});
  p.initiatives.push_back(
      initiative(1, "农民科学素质提升行动", {task(11, 1, "培育高素质农民"), task(12, 1, "科技特派员")}));
  p.initiatives.push_back(initiative(2, "科普信息化提升工程", {task(13, 2, "科普中国落地")}));
  p.targets.push_back(target(21, 11, "到2030年培训高素质农民6000人次", 6000, "人次"));
  p.targets.push_back(target(22, 11, "科技特派员达到200名", 200));
  p.targets.push_back(target(23, 0, "公民具备科学素质的比例达到18%以上", 18, "%"));
  p.targets.back().headline = true;
  return p;
}

// The same with other ids, as a revision has them.
inline plan::Plan revised(plan::Plan p, Id by = 1000) {
  p.version.id += by;
  for (auto& i : p.initiatives) {
    i.id += by;
    for (auto& t : i.tasks) {
      t.id += by;
      t.initiative += by;
    }
  }
  for (auto& t : p.targets) {
    t.id += by;
    if (t.task != 0) t.task += by;
    if (t.initiative != 0) t.initiative += by;
  }
  return p;
}

inline plan::Running running(plan::Plan p, std::shared_ptr<const auth::UnitTree> units,
                             std::vector<plan::Assignment> assignments = {}) {
  return {std::make_shared<const plan::Plan>(std::move(p)),
          std::make_shared<const std::vector<plan::Assignment>>(std::move(assignments)), std::move(units),
          nullptr};
}

}  // namespace kepu::indicators::samples
