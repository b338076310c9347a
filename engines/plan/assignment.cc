// Who does what: names become units, groups their members, and every unit stands once at a task.
#include <unordered_map>

#include "core/base/text.h"
#include "engines/plan/mapping.h"

namespace kepu::plan {
namespace {

class Assigner {
 public:
  Assigner(const Names& names, const auth::UnitTree& tree) : names_(names), tree_(tree) {}

  void add(const InitiativeItem& initiative, const TaskItem& task) {
    here_.clear();
    for (const auto role : {Role::lead, Role::responsible})
      for (const auto& name : parties_of(initiative, task, role)) add(task, name, role);
  }

  std::vector<Assignment> take() { return std::move(list_); }

 private:
  struct Meant {
    std::vector<Id> units;
    bool group = false;
  };

  const Meant& meaning_of(const std::string& name) {
    const auto [at, is_new] = meant_.try_emplace(name);
    if (is_new) {
      const auto* decided = names_.find(name);
      at->second = {units_of(name, names_, tree_), decided != nullptr && decided->meaning != Meaning::unit};
    }
    return at->second;
  }

  void add(const TaskItem& task, const std::string& name, Role role) {
    const auto& meant = meaning_of(name);
    for (const auto unit : meant.units) {
      const auto [at, is_new] = here_.emplace(unit, list_.size());
      if (is_new) {
        Assignment row;
        row.task = task.id;
        row.unit = unit;
        row.role = role;
        row.written = name;
        row.from_group = meant.group;
        list_.push_back(std::move(row));
        continue;
      }
      auto& row = list_[at->second];
      if (row.role == role && row.from_group && !meant.group) {
        row.written = name;
        row.from_group = false;
      }
    }
  }

  const Names& names_;
  const auth::UnitTree& tree_;
  std::unordered_map<std::string, Meant> meant_;
  std::unordered_map<Id, std::size_t> here_;  // rows of the present task by unit
  std::vector<Assignment> list_;
};

}  // namespace

std::vector<Assignment> assign(const Plan& plan, const Names& names, const auth::UnitTree& tree) {
  Assigner assigner(names, tree);
  for (const auto* initiative : plan.living_initiatives())
    for (const auto& task : initiative->tasks)
      if (!task.dropped) assigner.add(*initiative, task);
  return assigner.take();
}

}  // namespace kepu::plan
