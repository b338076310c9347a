#include "engines/plan/matrix.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/base/text.h"

namespace kepu::plan {
namespace {

using Assigned = std::unordered_map<Id, std::vector<const Assignment*>>;  // by task

bool fits(const TaskItem& task, const std::vector<const Assignment*>& rows, const MatrixFilter& filter,
          const std::string& text) {
  if (filter.initiative != 0 && task.initiative != filter.initiative) return false;
  if (!text.empty() && !base::contains(base::wording(task.title), text) &&
      !base::contains(base::wording(task.code), text))
    return false;
  if (filter.unit == 0) return true;
  return std::any_of(rows.begin(), rows.end(), [&](const Assignment* row) {
    return row->unit == filter.unit && (!filter.role || row->role == *filter.role);
  });
}

struct Folding {
  std::unordered_map<Id, auth::UnitKind> of;  // units that stand in a group column
};

// Townships, and villages, of which more than one takes part; not the unit that is asked for.
Folding fold(const std::vector<const Assignment*>& rows, const auth::UnitTree& tree,
             const MatrixFilter& filter) {
  Folding folding;
  if (filter.unfold_groups) return folding;
  for (const auto kind : {auth::UnitKind::township, auth::UnitKind::village}) {
    std::unordered_set<Id> units;
    for (const auto* row : rows) {
      const auto* unit = tree.find(row->unit);
      if (unit != nullptr && unit->kind == kind && row->unit != filter.unit) units.insert(row->unit);
    }
    if (units.size() < 2) continue;
    for (const auto id : units) folding.of.emplace(id, kind);
  }
  return folding;
}

std::string title_of_unit(const auth::UnitTree& tree, Id id) {
  const auto* unit = tree.find(id);
  if (unit == nullptr) return "（已撤销的单位）";
  return unit->short_name.empty() ? unit->name : unit->short_name;
}

class Maker {
 public:
  Maker(const auth::UnitTree& tree, const MatrixFilter& filter) : tree_(tree), filter_(filter) {}

  Matrix run(const Plan& plan, const Assigned& assigned) {
    static const std::vector<const Assignment*> kNobody;
    const auto text = base::wording(filter_.text);
    std::vector<const std::vector<const Assignment*>*> rows;
    std::vector<const Assignment*> all;
    for (const auto* task : plan.living_tasks()) {
      const auto at = assigned.find(task->id);
      const auto& here = at == assigned.end() ? kNobody : at->second;
      if (!fits(*task, here, filter_, text)) continue;
      matrix_.rows.push_back(task);
      rows.push_back(&here);
      all.insert(all.end(), here.begin(), here.end());
    }
    make_columns(all);
    fill(rows);
    count();
    sort_columns();
    return std::move(matrix_);
  }

 private:
  void make_columns(const std::vector<const Assignment*>& rows) {
    const auto folding = fold(rows, tree_, filter_);
    std::unordered_map<int, std::size_t> groups;
    for (const auto* row : rows) {
      if (column_.count(row->unit) != 0) continue;
      const auto folded = folding.of.find(row->unit);
      if (folded == folding.of.end()) {
        column_.emplace(row->unit, matrix_.columns.size());
        matrix_.columns.push_back({row->unit, title_of_unit(tree_, row->unit), {}});
        continue;
      }
      const auto [at, is_new] = groups.emplace(static_cast<int>(folded->second), matrix_.columns.size());
      if (is_new)
        matrix_.columns.push_back(
            {0, folded->second == auth::UnitKind::township ? "乡镇（街道）" : "村（社区）", {}});
      column_.emplace(row->unit, at->second);
    }
    for (const auto& unit : tree_.all()) {
      const auto at = column_.find(unit.id);
      if (at != column_.end() && folding.of.count(unit.id) != 0)
        matrix_.columns[at->second].members.push_back(unit.id);
    }
  }

  void fill(const std::vector<const std::vector<const Assignment*>*>& rows) {
    matrix_.cells.assign(rows.size(), std::vector<std::optional<Role>>(matrix_.columns.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const auto* row : *rows[i]) {
        auto& cell = matrix_.cells[i][column_.at(row->unit)];
        if (cell != Role::lead) cell = row->role;
      }
  }

  void count() {
    for (const auto& row : matrix_.cells)
      for (std::size_t k = 0; k < row.size(); ++k) {
        matrix_.columns[k].lead += row[k] == Role::lead;
        matrix_.columns[k].responsible += row[k] == Role::responsible;
      }
  }

  void sort_columns() {
    auto& columns = matrix_.columns;
    std::vector<std::size_t> order(columns.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      if (columns[a].lead != columns[b].lead) return columns[a].lead > columns[b].lead;
      return base::compare_pinyin(columns[a].title, columns[b].title) < 0;
    });
    std::vector<MatrixColumn> sorted;
    for (const auto k : order) sorted.push_back(std::move(columns[k]));
    columns = std::move(sorted);
    for (auto& row : matrix_.cells) {
      std::vector<std::optional<Role>> cells;
      for (const auto k : order) cells.push_back(row[k]);
      row = std::move(cells);
    }
  }

  const auth::UnitTree& tree_;
  const MatrixFilter& filter_;
  Matrix matrix_;
  std::unordered_map<Id, std::size_t> column_;  // by unit
};

}  // namespace

Matrix make_matrix(const Plan& plan, const std::vector<Assignment>& assignments, const auth::UnitTree& tree,
                   const MatrixFilter& filter) {
  Assigned assigned;
  for (const auto& row : assignments) assigned[row.task].push_back(&row);
  return Maker(tree, filter).run(plan, assigned);
}

}  // namespace kepu::plan
