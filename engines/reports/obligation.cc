#include "engines/reports/obligation.h"

#include <algorithm>
#include <unordered_map>

namespace kepu::reports {

namespace {

bool later(const Report& a, const Report& b) {
  return a.period_last != b.period_last ? b.period_last < a.period_last : b.submitted_at < a.submitted_at;
}

// Tasks of the running plan, found by what a report of an earlier version says of its task.
class TaskFinder {
 public:
  explicit TaskFinder(const plan::Plan& plan) {
    for (const auto* task : plan.living_tasks()) {
      by_id_[task->id] = task;
      by_code_[task->code] = task;
      by_title_[task->title] = task;
    }
  }
  const plan::TaskItem* of(const Report& report) const {
    if (const auto at = by_id_.find(report.task); at != by_id_.end()) return at->second;
    const auto title = by_title_.find(report.title);
    if (title != by_title_.end()) return title->second;
    const auto code = by_code_.find(report.code);
    return code != by_code_.end() && speaks_of(report, *code->second) ? code->second : nullptr;
  }

 private:
  std::unordered_map<Id, const plan::TaskItem*> by_id_;
  std::unordered_map<std::string, const plan::TaskItem*> by_code_, by_title_;
};

}  // namespace

Latest::Latest(const std::vector<Report>& reports, const plan::Plan& plan) {
  const TaskFinder finder(plan);
  for (const auto& report : reports) {
    const auto* task = finder.of(report);
    if (task == nullptr) continue;
    auto& slot = by_unit_and_task_[{report.unit, task->id}];
    if (slot == nullptr || later(report, *slot)) slot = &report;
  }
}

const Report* Latest::of(Id unit, Id task) const {
  const auto at = by_unit_and_task_.find({unit, task});
  return at == by_unit_and_task_.end() ? nullptr : at->second;
}

std::vector<Obligation> obligations(const plan::Running& now, const Window& window, const Latest& latest,
                                    const std::vector<Report>& of_window,
                                    const std::map<Id, Date>& extended) {
  const TaskFinder finder(*now.plan);
  std::map<std::pair<Id, Id>, const Report*> made;
  for (const auto& report : of_window) {
    if (const auto* task = finder.of(report)) made[{report.unit, task->id}] = &report;
  }
  std::unordered_map<Id, std::pair<int, const plan::TaskItem*>> order;
  for (const auto* task : now.plan->living_tasks()) order[task->id] = {static_cast<int>(order.size()), task};
  std::vector<Obligation> rows;
  for (const auto& a : *now.assignments) {
    const auto at = order.find(a.task);
    const auto* unit = now.units->find(a.unit);
    if (at == order.end() || unit == nullptr || !unit->active) continue;
    const auto* task = at->second.second;
    Obligation row{a.unit, task, a.role, window.due, nullptr};
    if (const auto e = extended.find(a.unit); e != extended.end()) row.due = std::max(row.due, e->second);
    if (const auto r = made.find({a.unit, a.task}); r != made.end()) row.report = r->second;
    if (row.report == nullptr) {
      const auto span = plan::span_of(*now.plan, *task);
      if (span && window.last < span->first) continue;
      const auto* last = latest.of(a.unit, a.task);
      if (last != nullptr && is_settled_before(*last, window)) continue;
    }
    rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const Obligation& a, const Obligation& b) {
    return a.unit != b.unit ? a.unit < b.unit : order[a.task->id].first < order[b.task->id].first;
  });
  return rows;
}

void Tally::add(const Obligation& o, Date today) {
  ++due;
  late += o.is_late(today) ? 1 : 0;
  if (o.report == nullptr) return;
  reported += o.reported() ? 1 : 0;
  on_time += o.reported() && o.report->on_time() ? 1 : 0;
  accepted += o.report->state == State::accepted ? 1 : 0;
  waiting += o.report->state == State::submitted ? 1 : 0;
  returned += o.report->state == State::returned ? 1 : 0;
  drafts += o.report->state == State::draft ? 1 : 0;
}

std::map<Id, Tally> by_unit(const std::vector<Obligation>& rows, Date today) {
  std::map<Id, Tally> out;
  for (const auto& row : rows) out[row.unit].add(row, today);
  return out;
}

Tally sum_of(const std::vector<Obligation>& rows, Date today) {
  Tally sum;
  for (const auto& row : rows) sum.add(row, today);
  return sum;
}

std::pair<std::string_view, std::string_view> state_of(const Obligation& row, Date today) {
  const bool late = row.is_late(today);
  if (row.report == nullptr) return late ? std::pair("late", "逾期未报") : std::pair("missing", "未报");
  switch (row.report->state) {
    case State::draft:
      return late ? std::pair("late", "逾期未报（有草稿）") : std::pair("draft", "草稿");
    case State::submitted:
      return {"submitted", "待审核"};
    case State::returned:
      return {"returned", "已退回"};
    case State::accepted:
      return {"accepted", "已接收"};
  }
  return {"missing", "未报"};
}

const Window* last_due(const std::vector<Window>& windows, Date today) {
  const Window* found = nullptr;
  for (const auto& window : windows) {
    if (window.due < today && (found == nullptr || found->due < window.due)) found = &window;
  }
  return found;
}

std::map<Id, plan::Standing> standings(const plan::Running& now, const LightRule& rule,
                                       const std::vector<Window>& windows, const Latest& latest,
                                       const std::map<Id, Date>& extended, Date today) {
  const Window* due = last_due(windows, today);
  std::unordered_map<Id, std::vector<PartStanding>> parts;
  std::unordered_map<Id, const plan::TaskItem*> living;
  for (const auto* task : now.plan->living_tasks()) living[task->id] = task;
  for (const auto& a : *now.assignments) {
    const auto at = living.find(a.task);
    if (at == living.end()) continue;
    PartStanding part;
    part.lead = a.role == plan::Role::lead;
    const auto* last = latest.of(a.unit, a.task);
    if (last != nullptr) {
      part.status = last->content.status;
      part.share = last->content.share;
    }
    const auto e = extended.find(a.unit);
    const bool still_time = e != extended.end() && today <= e->second;
    const auto span = plan::span_of(*now.plan, *at->second);
    const bool begun = !span || (due != nullptr && span->first <= due->last);
    const bool said = last != nullptr && due != nullptr &&
                      (due->last <= last->period_last || is_settled_before(*last, *due));
    part.missing = due != nullptr && begun && !still_time && !said;
    parts[a.task].push_back(part);
  }
  std::map<Id, plan::Standing> out;
  for (const auto& [task, of_task] : parts) {
    const auto span = plan::span_of(*now.plan, *living[task]);
    if (!span) continue;
    if (auto standing = standing_of(rule, *span, of_task, due != nullptr && span->first <= due->last, today))
      out[task] = std::move(*standing);
  }
  return out;
}

}  // namespace kepu::reports
