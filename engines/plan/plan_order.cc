#include "engines/plan/plan_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"

namespace kepu::plan {
namespace {

// 农-03 → 农, 3. A code of another shape has number 0.
std::pair<std::string, int> parts_of(const std::string& code) {
  const auto dash = code.rfind('-');
  if (dash == std::string::npos) return {code, 0};
  const auto number = base::parse_int(std::string_view(code).substr(dash + 1));
  return {code.substr(0, dash), number && *number > 0 && *number < 1'000'000 ? static_cast<int>(*number) : 0};
}

// The mark that most tasks of the initiative bear; empty where it has none.
std::string borne_mark(const InitiativeItem& initiative) {
  std::map<std::string, int> counts;
  for (const auto& task : initiative.tasks) ++counts[parts_of(task.code).first];
  std::string best;
  int most = 0;
  for (const auto& [mark, count] : counts)
    if (!mark.empty() && count > most) best = mark, most = count;
  return best;
}

}  // namespace

void number_positions(Plan& plan) {
  std::stable_sort(plan.initiatives.begin(), plan.initiatives.end(),
                   [](const InitiativeItem& a, const InitiativeItem& b) {
                     return a.kind == InitiativeKind::action && b.kind != a.kind;
                   });
  int position = 0;
  for (auto& initiative : plan.initiatives) {
    initiative.position = position;
    if (!initiative.dropped) ++position;
    int within = 0;
    for (auto& task : initiative.tasks) {
      task.position = within;
      task.initiative = initiative.id;
      if (!task.dropped) ++within;
    }
  }
}

std::string next_code(const Plan& plan, const InitiativeItem& initiative) {
  auto mark = borne_mark(initiative);
  if (mark.empty()) {
    const auto marks = initiative_marks(plan.initiatives);
    for (std::size_t i = 0; i < plan.initiatives.size(); ++i)
      if (plan.initiatives[i].id == initiative.id) mark = marks[i];
  }
  int last = 0;
  for (const auto& each : plan.initiatives)
    for (const auto& task : each.tasks) {
      const auto [other, number] = parts_of(task.code);
      if (other == mark) last = std::max(last, number);
    }
  return fmt::format("{}-{:02}", mark, last + 1);
}

std::string quoted(std::string_view title) {
  return title.empty() ? "（无标题）" : "“" + base::shorten(title, 24) + "”";
}

std::string name_of(const InitiativeItem& initiative) {
  return (initiative.kind == InitiativeKind::action ? "提升行动" : "重点工程") + quoted(initiative.title);
}

std::string name_of(const TaskItem& task) { return "任务" + task.code + quoted(task.title); }

}  // namespace kepu::plan
