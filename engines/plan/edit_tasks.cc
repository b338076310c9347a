#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

base::Done check_dates(const std::string& start, const std::string& due) {
  const auto wrong = [](const std::string& text, const char* field) {
    return base::refuse(base::Code::invalid, "plan.date",
                        fmt::format("“{}”不是一个日期：请写成 2025-12-31 的样子，或留空表示按规划期。", text),
                        field);
  };
  if (!start.empty() && !base::parse_date(start)) return wrong(start, "start");
  if (!due.empty() && !base::parse_date(due)) return wrong(due, "due");
  if (!start.empty() && !due.empty() && *base::parse_date(due) < *base::parse_date(start))
    return base::refuse(base::Code::invalid, "plan.date",
                        fmt::format("完成日期 {} 早于开始日期 {}：请改正其中一个。", due, start), "due");
  return {};
}

// Units are inherited where a task has none of its own: an emptied list says so.
std::string names_text(const std::vector<std::string>& names) {
  return names.empty() ? "随所属行动（工程）" : base::join(names, "、");
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::AddTask& edit, const NextId& next_id) {
  auto* initiative = TRY(find_initiative(plan, edit.initiative));
  TaskItem task;
  task.title = TRY(checked_title(edit.title));
  auto fits = check_text(edit.body, "body");
  if (!fits) return tl::unexpected(fits.error());
  task.body = edit.body;
  task.line = task.end_line = edit.line;
  task.initiative = initiative->id;
  task.code = next_code(plan, *initiative);
  task.id = next_id();
  Said said{fmt::format("在{}下新增{}", name_of(*initiative), name_of(task)), subject_of(task)};
  auto& tasks = initiative->tasks;
  auto at = tasks.end();
  if (edit.line > 0)
    at =
        std::find_if(tasks.begin(), tasks.end(), [&](const TaskItem& each) { return each.line > edit.line; });
  tasks.insert(at, std::move(task));
  return said;
}

base::Result<Said> carry_out(Plan& plan, const edit::ChangeTask& edit, const NextId&) {
  auto* task = TRY(find_task(plan, edit.task));
  auto title = TRY(checked_title(edit.title));
  auto fits = check_text(edit.body, "body").and_then([&] { return check_dates(edit.start, edit.due); });
  if (!fits) return tl::unexpected(fits.error());
  auto lead = TRY(checked_names(edit.lead, "lead"));
  auto responsible = TRY(checked_names(edit.responsible, "responsible"));
  const auto name = name_of(*task);

  std::vector<std::string> changed;
  if (task->title != title) changed.push_back("改名为" + quoted(title));
  if (task->body != edit.body) changed.push_back("改写正文");
  if (task->lead != lead) changed.push_back("牵头单位改为" + names_text(lead));
  if (task->responsible != responsible) changed.push_back("责任单位改为" + names_text(responsible));
  if (task->start != edit.start)
    changed.push_back("开始日期改为" + (edit.start.empty() ? "规划期起" : edit.start));
  if (task->due != edit.due) changed.push_back("完成日期改为" + (edit.due.empty() ? "规划期末" : edit.due));

  task->title = std::move(title);
  task->body = edit.body;
  task->lead = std::move(lead);
  task->responsible = std::move(responsible);
  task->start = edit.start;
  task->due = edit.due;
  task->confidence = 1;
  return Said{name + (changed.empty() ? "未作改动" : "：" + base::join(changed, "；")), subject_of(*task)};
}

base::Result<Said> carry_out(Plan& plan, const edit::MoveTask& edit, const NextId&) {
  auto* found = TRY(find_task(plan, edit.task));
  auto* goal = TRY(find_initiative(plan, edit.initiative));
  auto& old = tasks_around(plan, *found);
  auto task = std::move(*found);
  old.erase(old.begin() + (found - old.data()));

  int before = std::max(edit.position, 0);
  auto at = goal->tasks.begin();
  for (; at != goal->tasks.end(); ++at)
    if (!at->dropped && before-- == 0) break;
  const bool elsewhere = task.initiative != goal->id;
  task.initiative = goal->id;
  for (auto& target : plan.targets)
    if (target.task == task.id) target.initiative = goal->id;
  Said said{fmt::format("将{}移到{}第 {} 位", name_of(task), elsewhere ? name_of(*goal) : "本项内",
                        std::max(edit.position, 0) + 1),
            subject_of(task)};
  goal->tasks.insert(at, std::move(task));
  return said;
}

}  // namespace kepu::plan
