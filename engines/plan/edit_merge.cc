// Two tasks become one, one becomes two. Splitting and merging again gives the same body.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

using base::Code;
using base::refuse;

// The text that a task leaves when it is merged away. A title that stands in the document may have been a
// sentence of its neighbour, misread: it is kept. One that a clerk made up when splitting is not.
std::string text_of(const Plan& plan, const TaskItem& task) {
  const auto wording = base::wording(task.title);
  const auto index = static_cast<std::size_t>(task.line) - 1;
  const bool in_document = task.line > 0 && plan.lines && index < plan.lines->size() && !wording.empty() &&
                           base::contains(base::wording((*plan.lines)[index]), wording);
  if (!in_document || base::contains(base::wording(task.body), wording)) return task.body;
  return task.body.empty() ? task.title : task.title + "。" + task.body;
}

// Paragraphs of their own stay such; two parts of one source line flow together again.
std::string joined(const TaskItem& first, const std::string& first_text, const TaskItem& second,
                   const std::string& second_text) {
  const bool apart = !first_text.empty() && !second_text.empty() && !base::ends_with(first_text, "\n") &&
                     !base::starts_with(second_text, "\n") && first.end_line != second.line;
  return first_text + (apart ? "\n" : "") + second_text;
}

std::vector<std::string> united(std::vector<std::string> names, const std::vector<std::string>& more) {
  for (const auto& name : more) {
    const auto same = [&](const std::string& each) { return base::wording(each) == base::wording(name); };
    if (std::none_of(names.begin(), names.end(), same)) names.push_back(name);
  }
  return names;
}

// Where only one of the two has units of its own, the inherited ones of the other must not get lost.
std::vector<std::string> united_parties(const InitiativeItem& above, const TaskItem& into,
                                        const TaskItem& from, Role role) {
  const auto& a = role == Role::lead ? into.lead : into.responsible;
  const auto& b = role == Role::lead ? from.lead : from.responsible;
  if (a.empty() && b.empty()) return {};
  return united(parties_of(above, into, role), parties_of(above, from, role));
}

int rank(DutyState state) { return state == DutyState::confirmed ? 2 : state == DutyState::proposed ? 1 : 0; }

void unite_duties(std::vector<DutyLink>& duties, const std::vector<DutyLink>& more) {
  for (const auto& duty : more) {
    const auto at = std::find_if(duties.begin(), duties.end(),
                                 [&](const DutyLink& each) { return each.duty == duty.duty; });
    if (at == duties.end()) {
      duties.push_back(duty);
      continue;
    }
    if (rank(duty.state) > rank(at->state)) at->state = duty.state;
    at->confidence = std::max(at->confidence, duty.confidence);
    at->words = united(std::move(at->words), duty.words);
  }
}

// An empty date stands for the end of the period, which reaches further than any date inside it.
void unite_dates(TaskItem& into, const TaskItem& from) {
  into.start = into.start.empty() || from.start.empty() ? "" : std::min(into.start, from.start);
  into.due = into.due.empty() || from.due.empty() ? "" : std::max(into.due, from.due);
}

void unite_lines(TaskItem& into, const TaskItem& from) {
  into.line = into.line == 0 ? from.line : from.line == 0 ? into.line : std::min(into.line, from.line);
  into.end_line = std::max(into.end_line, from.end_line);
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::MergeTasks& edit, const NextId&) {
  if (edit.into == edit.from)
    return refuse(Code::invalid, "plan.merge_self", "任务不能与自己合并：请选另一项任务。", "from");
  auto* into = TRY(find_task(plan, edit.into));
  auto* from = TRY(find_task(plan, edit.from));
  if (into->initiative != from->initiative)
    return refuse(Code::invalid, "plan.merge_initiatives",
                  "两项任务不在同一行动（工程）下：请先把一项移到另一项旁边，再合并。", "from");
  auto body = into < from ? joined(*into, into->body, *from, text_of(plan, *from))
                          : joined(*from, text_of(plan, *from), *into, into->body);
  auto fits = check_text(body, "body");
  if (!fits) return tl::unexpected(fits.error());

  const auto& above = *plan.initiative_of(*into);
  auto lead = united_parties(above, *into, *from, Role::lead);
  auto responsible = united_parties(above, *into, *from, Role::responsible);
  into->body = std::move(body);
  into->lead = std::move(lead);
  into->responsible = std::move(responsible);
  unite_duties(into->duties, from->duties);
  unite_dates(*into, *from);
  unite_lines(*into, *from);
  into->confidence = 1;
  from->dropped = true;
  for (auto& target : plan.targets)
    if (target.task == from->id) target.task = into->id;
  return Said{fmt::format("将{}并入{}", name_of(*from), name_of(*into)), subject_of(*into)};
}

base::Result<Said> carry_out(Plan& plan, const edit::SplitTask& edit, const NextId& next_id) {
  auto* task = TRY(find_task(plan, edit.task));
  auto title = TRY(checked_title(edit.title));
  const auto body = base::to_code_points(task->body);
  if (edit.at == 0 || edit.at >= body.size())
    return refuse(Code::invalid, "plan.split_range",
                  fmt::format("只能在正文中间（第 1 至 {} 个字之后）拆分：请重新选定位置。",
                              body.empty() ? 0 : body.size() - 1),
                  "at");
  TaskItem rest = *task;
  rest.id = next_id();
  rest.title = std::move(title);
  rest.body = base::to_utf8(std::u32string_view(body).substr(edit.at));
  rest.code = next_code(plan, *plan.initiative_of(*task));
  rest.confidence = 1;
  task->body = base::to_utf8(std::u32string_view(body).substr(0, edit.at));
  task->confidence = 1;
  // Counted from the end: the title may or may not have had a line of its own.
  const auto below =
      static_cast<Line>(std::count(body.begin() + static_cast<std::ptrdiff_t>(edit.at), body.end(), U'\n'));
  task->end_line = rest.line = std::max(task->line, task->end_line - below);

  Said said{fmt::format("从{}拆出{}", name_of(*task), name_of(rest)), subject_of(rest)};
  auto& tasks = tasks_around(plan, *task);
  tasks.insert(tasks.begin() + (task - tasks.data()) + 1, std::move(rest));
  return said;
}

}  // namespace kepu::plan
