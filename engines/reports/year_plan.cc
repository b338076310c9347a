#include "engines/reports/year_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::reports {

using base::Code;

namespace {

constexpr std::size_t kLongest = 2000;

std::string goal_of(const plan::Running& now, const plan::TaskItem& task, int year) {
  std::vector<std::string> goals;
  for (const auto* target : now.targets_of(task.id)) {
    if (target->kind == plan::QuantityKind::baseline) continue;
    const auto at = target->milestones.find(year);
    if (at != target->milestones.end()) {
      goals.push_back(fmt::format("{}：年底达到 {}{}", base::shorten(base::trim(target->text), 30),
                                  plan::number_text(at->second),
                                  target->unit.empty() ? "" : " " + target->unit));
    } else {
      goals.push_back(base::shorten(base::trim(target->text), 40));
    }
  }
  return base::join(goals, "；");
}

const YearItem* item_of(const std::vector<YearItem>& items, const plan::TaskItem& task) {
  const YearItem* found = nullptr;
  for (const auto& item : items) {
    if (item.task == task.id) return &item;
    Report as_report;  // the same thread of a task through the versions of the plan
    as_report.task = item.task;
    as_report.code = item.code;
    as_report.title = item.title;
    if (found == nullptr && speaks_of(as_report, task)) found = &item;
  }
  return found;
}

}  // namespace

std::string_view year_plan_title(State state) {
  switch (state) {
    case State::draft:
      return "草稿";
    case State::submitted:
      return "待审批";
    case State::returned:
      return "已退回";
    case State::accepted:
      return "已批准";
  }
  return "";
}

std::vector<const plan::TaskItem*> tasks_of_year(const plan::Running& now, Id unit, int year) {
  std::vector<const plan::TaskItem*> out;
  for (const auto* a : now.of_unit(unit)) {
    const auto* task = now.plan->task(a->task);
    const auto span = plan::span_of(*now.plan, *task);
    if (!span || (span->first.year <= year && year <= span->last.year)) out.push_back(task);
  }
  return out;
}

std::vector<YearItem> derived(const plan::Running& now, Id unit, int year,
                              const std::vector<YearItem>& kept) {
  std::map<Id, std::string> contacts;
  for (const auto* a : now.of_unit(unit)) contacts[a->task] = a->contact_name;
  std::vector<YearItem> out;
  for (const auto* task : tasks_of_year(now, unit, year)) {
    YearItem item;
    const auto* before = item_of(kept, *task);
    if (before != nullptr) item = *before;
    item.task = task->id;
    item.code = task->code;
    item.title = task->title;
    item.goal = goal_of(now, *task, year);
    if (before == nullptr) {
      const auto span = plan::span_of(*now.plan, *task);
      const Date first{year, 1, 1}, last{year, 12, 31};
      item.start = span ? std::max(first, span->first) : first;
      item.due = span ? std::min(last, span->last) : last;
      item.contact = contacts[task->id];
    }
    out.push_back(std::move(item));
  }
  return out;
}

base::Errors check(const plan::Running& now, Id unit, int year, const std::vector<YearItem>& items) {
  base::Errors errors;
  for (const auto* task : tasks_of_year(now, unit, year)) {
    const auto wrong = [&](const char* rule, const char* field, const std::string& message) {
      errors.push_back(
          {Code::invalid, rule, fmt::format("{}-{}", task->id, field), task->code + "：" + message});
    };
    const auto* item = item_of(items, *task);
    if (item == nullptr) {
      wrong("year.missing", "measures", "方案分给本单位的任务没有列入年度计划，请补上。");
      continue;
    }
    if (item->skipped) {
      if (base::trim(item->reason).empty()) wrong("year.reason", "reason", "本年不安排的，请写明原因。");
      continue;
    }
    if (base::trim(item->measures).empty()) wrong("year.measures", "measures", "请写明本年的工作措施。");
    if (base::length(item->measures) > kLongest)
      wrong("year.too_long", "measures", fmt::format("工作措施最多 {} 字。", kLongest));
    if (!item->start || !item->due || item->start->year != year || item->due->year != year ||
        *item->due < *item->start)
      wrong("year.dates", "due", fmt::format("起止日期应在 {} 年之内，止日不早于起日。", year));
  }
  return errors;
}

}  // namespace kepu::reports
