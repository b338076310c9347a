#include "engines/plan/plan_edit_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

tl::unexpected<base::Error> not_found(std::string_view what) {
  return refuse(Code::not_found, "plan.not_found",
                fmt::format("没有找到这{}，可能已被删去：请刷新页面后再试。", what));
}

base::Result<InitiativeItem*> find_initiative(Plan& plan, Id id) {
  for (auto& initiative : plan.initiatives)
    if (initiative.id == id && !initiative.dropped) return &initiative;
  return not_found("项行动（工程）");
}

base::Result<TaskItem*> find_task(Plan& plan, Id id) {
  for (auto& initiative : plan.initiatives)
    for (auto& task : initiative.tasks)
      if (task.id == id && !task.dropped && !initiative.dropped) return &task;
  return not_found("项任务");
}

std::vector<TaskItem>& tasks_around(Plan& plan, const TaskItem& task) {
  return std::find_if(plan.initiatives.begin(), plan.initiatives.end(),
                      [&](const InitiativeItem& each) { return each.id == task.initiative; })
      ->tasks;
}

base::Result<std::string> checked_title(std::string_view title, std::string_view field) {
  auto tidy = base::squeeze(title);
  if (tidy.empty())
    return refuse(Code::invalid, "plan.title_empty", "标题不能为空：请填写标题。", std::string(field));
  if (base::length(tidy) > kTitleMax)
    return refuse(
        Code::invalid, "plan.title_long",
        fmt::format("标题有 {} 个字，最多 {} 个：请把说明移到正文。", base::length(tidy), kTitleMax),
        std::string(field));
  return tidy;
}

base::Done check_text(std::string_view text, std::string_view field) {
  if (base::length(text) <= kTextMax) return {};
  return refuse(Code::invalid, "plan.text_long",
                fmt::format("文字有 {} 个字，最多 {} 个：请拆成几项。", base::length(text), kTextMax),
                std::string(field));
}

base::Result<std::vector<std::string>> checked_names(const std::vector<std::string>& names,
                                                     std::string_view field) {
  std::vector<std::string> kept;
  std::set<std::string> seen;
  for (const auto& name : names) {
    auto tidy = base::squeeze(name);
    if (base::length(tidy) > kNameMax)
      return refuse(Code::invalid, "plan.name_long",
                    fmt::format("单位名称“{}”超过 {} 个字：请一行（或用顿号隔开）写一个单位。",
                                base::shorten(tidy, 20), kNameMax),
                    std::string(field));
    if (!tidy.empty() && seen.insert(base::wording(tidy)).second) kept.push_back(std::move(tidy));
  }
  if (kept.size() > kNamesMax)
    return refuse(
        Code::invalid, "plan.names_many",
        fmt::format("单位有 {} 个，最多 {} 个：可用“各乡镇（街道）”一类统称。", kept.size(), kNamesMax),
        std::string(field));
  return kept;
}

base::Done check_years(int from, int to, std::string_view field) {
  if (from >= kFirstYear && to <= kLastYear && from <= to) return {};
  return refuse(Code::invalid, "plan.period",
                fmt::format("起止年份 {}—{} 不对：应在 {} 至 {} 年之间，且起始年不晚于结束年。", from, to,
                            kFirstYear, kLastYear),
                std::string(field));
}

std::string subject_of(const InitiativeItem& initiative) {
  return fmt::format("initiative:{}", initiative.id);
}
std::string subject_of(const TaskItem& task) { return fmt::format("task:{}", task.id); }

}  // namespace kepu::plan
