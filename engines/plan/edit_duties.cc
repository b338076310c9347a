// Which duties of the catalogue a plan names: confirmed, rejected, added by hand.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

constexpr std::size_t kDutyMax = 32;  // characters of an id

base::Done check_duty(const std::string& duty) {
  if (!base::trim(duty).empty() && base::length(duty) <= kDutyMax) return {};
  return base::refuse(base::Code::invalid, "plan.duty", "没有这样的职责编号：请从职责目录中选一项。", "duty");
}

std::string_view verb(DutyState state) {
  switch (state) {
    case DutyState::confirmed:
      return "确认";
    case DutyState::rejected:
      return "否决";
    case DutyState::proposed:
      break;
  }
  return "改回待认";
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::SetDuty& edit, const NextId&) {
  auto* task = TRY(find_task(plan, edit.task));
  auto fits = check_duty(edit.duty);
  if (!fits) return tl::unexpected(fits.error());
  for (auto& duty : task->duties)
    if (duty.duty == edit.duty) {
      duty.state = edit.state;
      return Said{fmt::format("{}{}的职责 {}", verb(edit.state), name_of(*task), edit.duty),
                  subject_of(*task)};
    }
  if (edit.state != DutyState::confirmed) return not_found("项职责");
  task->duties.push_back({edit.duty, DutyState::confirmed, 1, {}});
  return Said{fmt::format("为{}添加职责 {}", name_of(*task), edit.duty), subject_of(*task)};
}

base::Result<Said> carry_out(Plan& plan, const edit::SetElsewhereDuty& edit, const NextId&) {
  auto fits = check_duty(edit.duty);
  if (!fits) return tl::unexpected(fits.error());
  bool found = false;
  for (auto& duty : plan.elsewhere)
    if (duty.duty == edit.duty) duty.state = edit.state, found = true;
  if (found) return Said{fmt::format("{}任务以外的职责 {}", verb(edit.state), edit.duty), "elsewhere"};
  if (edit.state != DutyState::confirmed) return not_found("项职责");
  plan.elsewhere.push_back({edit.duty, 0, {}, DutyState::confirmed});
  return Said{fmt::format("添加任务以外的职责 {}", edit.duty), "elsewhere"};
}

base::Result<Said> carry_out(Plan& plan, const edit::ConfirmDuties& edit, const NextId&) {
  std::size_t duties = 0, tasks = 0;
  for (auto& initiative : plan.initiatives) {
    if (initiative.dropped) continue;
    for (auto& task : initiative.tasks) {
      if (task.dropped) continue;
      const auto before = duties;
      for (auto& duty : task.duties)
        if (duty.state == DutyState::proposed && duty.confidence >= edit.at_least)
          duty.state = DutyState::confirmed, ++duties;
      tasks += duties > before;
    }
  }
  if (duties == 0)
    return base::refuse(
        base::Code::invalid, "plan.no_change",
        fmt::format("没有把握达到 {:.0f}% 的待认职责：请降低下限，或逐项确认。", edit.at_least * 100),
        "at_least");
  return Said{
      fmt::format("一并确认 {} 项任务的 {} 项职责（把握不低于 {:.0f}%）", tasks, duties, edit.at_least * 100),
      "plan"};
}

}  // namespace kepu::plan
