// 责任矩阵: rows are tasks, columns are units: those that lead first, by how often, the others by pinyin.
// Townships, and villages, stand folded in one group column each, unless the filter unfolds them or only one
// takes part.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

struct MatrixColumn {
  Id unit = 0;                    // 0: a group column
  std::string title;              // short name
  std::vector<Id> members;        // of a group column, in the order of the tree
  int lead = 0, responsible = 0;  // rows in which the column has that role
};
struct Matrix {
  std::vector<MatrixColumn> columns;
  std::vector<const TaskItem*> rows;
  std::vector<std::vector<std::optional<Role>>> cells;  // [row][column]; in a group column the stronger role
};
struct MatrixFilter {
  Id initiative = 0;         // 0: all
  Id unit = 0;               // only tasks of this unit
  std::optional<Role> role;  // of that unit
  std::string text;          // in title or code, by wording
  bool unfold_groups = false;
};
// Rows are living tasks in plan order; only units with a role in these rows have columns. The plan must
// outlive the matrix.
Matrix make_matrix(const Plan& plan, const std::vector<Assignment>& assignments, const auth::UnitTree& tree,
                   const MatrixFilter& filter);

}  // namespace kepu::plan
