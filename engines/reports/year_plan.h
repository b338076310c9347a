// 年度工作计划: what a unit will do in a year on each of its tasks, derived from the plan, submitted,
// approved or returned. Pure rules; the store is year_plan_store.h.
#pragma once

#include <string>
#include <vector>

#include "engines/reports/reports.h"

namespace kepu::reports {

struct YearItem {
  Id task = 0;
  std::string code, title;  // of the task, as they were
  std::string goal;         // what is to be reached in the year, from the targets' milestones
  std::string measures;     // what will be done
  std::optional<Date> start, due;
  std::string contact;   // who answers for it
  bool skipped = false;  // nothing this year …
  std::string reason;    // … because
  bool operator==(const YearItem&) const = default;
};

struct YearPlan {
  Id id = 0;
  int year = 0;
  Id unit = 0;
  State state = State::draft;  // State::accepted reads 已批准
  std::vector<YearItem> items;
  std::int64_t revision = 0;
  base::Millis submitted_at = 0, decided_at = 0, edited_at = 0;
  Id submitted_by = 0;
  std::string submitted_name, decided_name, edited_name;
  std::string decision;
};
std::string_view year_plan_title(State state);  // 草稿 待审批 已退回 已批准

// The unit's tasks that fall into the year, in plan order.
std::vector<const plan::TaskItem*> tasks_of_year(const plan::Running& now, Id unit, int year);
// An item for each of them: goal from the milestones of its targets, dates cut to the year, the person named
// when the task was confirmed; what `kept` says of a task already stays.
std::vector<YearItem> derived(const plan::Running& now, Id unit, int year, const std::vector<YearItem>& kept);
// What a submitted plan lacks: a task of the year that is not in it (year.missing), measures, dates inside
// the year, the reason of a skipped task. Fields: "TASK-measures".
base::Errors check(const plan::Running& now, Id unit, int year, const std::vector<YearItem>& items);

}  // namespace kepu::reports
