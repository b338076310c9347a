// 应报: who has to report what in a window, and how it stands. Pure.
#pragma once

#include <map>
#include <vector>

#include "engines/reports/report.h"
#include "engines/reports/standing.h"
#include "engines/reports/window.h"

namespace kepu::reports {

// What each unit last said of each task of the running plan, also where it said so of the same task in an
// earlier version. Points into the reports, which must live as long.
class Latest {
 public:
  Latest(const std::vector<Report>& reports, const plan::Plan& plan);
  const Report* of(Id unit, Id task) const;  // null: nothing yet

 private:
  std::map<std::pair<Id, Id>, const Report*> by_unit_and_task_;
};

struct Obligation {
  Id unit = 0;
  const plan::TaskItem* task = nullptr;
  plan::Role role = plan::Role::responsible;
  Date due;                        // of this unit, extensions counted
  const Report* report = nullptr;  // of this window
  bool reported() const { return report != nullptr && report->counts(); }
  bool is_late(Date today) const { return !reported() && today > due; }
};

// One row a unit and task, in the order of the plan within each unit: every task that has begun by the end of
// the period, unless the unit's last word on it is accepted as done or as no longer applying. A report that
// was made all the same stays in the list.
std::vector<Obligation> obligations(const plan::Running& now, const Window& window, const Latest& latest,
                                    const std::vector<Report>& of_window, const std::map<Id, Date>& extended);

struct Tally {
  int due = 0, reported = 0, accepted = 0, waiting = 0, returned = 0, drafts = 0, late = 0, on_time = 0;
  void add(const Obligation& o, Date today);
};
std::map<Id, Tally> by_unit(const std::vector<Obligation>& rows, Date today);
Tally sum_of(const std::vector<Obligation>& rows, Date today);
// 未报, 逾期未报, 草稿, 待审核, 已退回, 已接收: the key of a filter and its word.
std::pair<std::string_view, std::string_view> state_of(const Obligation& row, Date today);

// Where every living task stands, by the light rule; tasks of which nothing can be said yet are absent.
std::map<Id, plan::Standing> standings(const plan::Running& now, const LightRule& rule,
                                       const std::vector<Window>& windows, const Latest& latest,
                                       const std::map<Id, Date>& extended_in_last_due, Date today);
// The window that fell due last, by its general date; null where none has.
const Window* last_due(const std::vector<Window>& windows, Date today);

}  // namespace kepu::reports
