// Parts about one task that several pages show.
#pragma once

#include <string>
#include <vector>

#include "engines/plan/pages/desk.h"

namespace kepu::plan {

// A row of any list of tasks.
struct TaskRow {
  const TaskItem* task = nullptr;
  const InitiativeItem* initiative = nullptr;
  std::string lead, responsible;  // short names, joined by 、; many responsible units as “等 n 家”
  DateLight light;
  std::string due;      // ISO, of span_of
  std::string targets;  // texts, joined by ；
  int duties = 0;       // confirmed
};
std::vector<TaskRow> task_rows(const Running& running, base::Date today);
// 任务清单: code, title, initiative, lead, responsible, dates, state, targets; filters initiative, lead unit,
// state.
table::Table<TaskRow> task_table(const Running& running);

// Units of a task with links, leads first: “县科协（牵头）、…”.
html::Content parties_content(const Running& running, Id task, Role role);
// Targets as a three-line table; empty content where there are none.
html::Content targets_content(const Running& running, const std::vector<const TargetItem*>& targets);
// Lines of the document a–b with their numbers, as a quotation.
html::Content source_content(const Plan& plan, Line from, Line to);

}  // namespace kepu::plan
