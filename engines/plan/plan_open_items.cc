// What a clerk still has to look at: every item says what is open, where, and what to do next.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/text.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

std::string subject(std::string_view what, Id id) { return fmt::format("{}:{}", what, id); }

class Finder {
 public:
  Finder(const Plan& plan, const std::vector<std::string>& unmapped) : plan_(plan), unmapped_(unmapped) {}

  std::vector<OpenItem> run() {
    look_at_period();
    look_at_names();
    for (const auto* initiative : plan_.living_initiatives()) look_at(*initiative);
    if (plan_.living_tasks().empty())
      add(OpenKind::no_task, true, "plan", "整个方案没有读出任何任务：请在左侧原文中选定行，新增任务。", 0);
    look_at_duplicates();
    for (const auto* target : plan_.living_targets()) look_at(*target);
    look_at_headline();
    for (const auto& each : plan_.anomalies)
      if (!each.settled) add(OpenKind::anomaly, false, subject("anomaly", each.id), each.message, each.line);
    look_at_elsewhere();
    std::stable_sort(items_.begin(), items_.end(), [](const OpenItem& a, const OpenItem& b) {
      return a.blocks != b.blocks ? a.blocks : a.line < b.line;
    });
    return std::move(items_);
  }

 private:
  void add(OpenKind kind, bool blocks, std::string about, std::string message, Line line) {
    items_.push_back({kind, blocks, std::move(about), std::move(message), line});
  }

  void look_at_period() {
    const auto& data = plan_.version.metadata;
    if (data.from > 0 && data.to >= data.from) return;
    add(OpenKind::no_period, true, "plan",
        "没有读出规划期的起止年份：请在“方案信息”中填写，否则无法计算时间进度。", 0);
  }

  void look_at_names() {
    if (unmapped_.empty()) return;
    std::map<std::string, Line> lines;
    for (const auto& written : written_names(plan_)) lines.emplace(base::wording(written.name), written.line);
    for (const auto& name : unmapped_) {
      const auto at = lines.find(base::wording(name));
      add(OpenKind::unmapped_name, true, "name:" + name,
          fmt::format("“{}”还没有对应到本级单位：请在“单位名称对应”中选定单位，或标为不对应。", name),
          at == lines.end() ? 0 : at->second);
    }
  }

  void look_at(const InitiativeItem& initiative) {
    if (initiative.confidence < kSureEnough)
      add(OpenKind::low_confidence, false, subject("initiative", initiative.id),
          fmt::format("{}读取把握不足：请对照原文，改正或认可。", name_of(initiative)), initiative.line);
    std::vector<const TaskItem*> tasks, without_lead;
    for (const auto& task : initiative.tasks) {
      if (task.dropped) continue;
      tasks.push_back(&task);
      if (parties_of(initiative, task, Role::lead).empty()) without_lead.push_back(&task);
    }
    if (tasks.empty())
      add(OpenKind::no_task, false, subject("initiative", initiative.id),
          fmt::format("{}下没有任务：请补上任务，或删去这一项。", name_of(initiative)), initiative.line);
    look_at_leads(initiative, tasks.size(), without_lead);
    for (const auto* task : tasks) look_at(*task);
  }

  void look_at_leads(const InitiativeItem& initiative, std::size_t tasks,
                     const std::vector<const TaskItem*>& without_lead) {
    if (tasks > 1 && without_lead.size() == tasks) {
      add(OpenKind::no_lead, false, subject("initiative", initiative.id),
          fmt::format("{}和它的 {} 项任务都没有牵头单位：请在所属行动（工程）上填写牵头单位。",
                      name_of(initiative), tasks),
          initiative.line);
      return;
    }
    for (const auto* task : without_lead)
      add(OpenKind::no_lead, false, subject("task", task->id),
          name_of(*task) + "没有牵头单位：请填写，或在所属行动（工程）上填写。", task->line);
  }

  void look_at(const TaskItem& task) {
    const auto about = subject("task", task.id);
    const auto name = name_of(task);
    if (task.confidence < kSureEnough)
      add(OpenKind::low_confidence, false, about, name + "读取把握不足：请对照原文，改正或认可。", task.line);
    std::size_t proposed = 0, confirmed = 0;
    for (const auto& duty : task.duties) {
      proposed += duty.state == DutyState::proposed;
      confirmed += duty.state == DutyState::confirmed;
    }
    if (proposed > 0)
      add(OpenKind::duty_proposed, false, about,
          fmt::format("{}有 {} 项建议的职责待确认：请逐项确认或否决。", name, proposed), task.line);
    if (proposed + confirmed == 0)
      add(OpenKind::no_duty, false, about,
          name + "没有对应任何职责：请从职责目录中选定，否则没有记录可作依据。", task.line);
  }

  void look_at_duplicates() {
    std::set<std::string> titles;
    for (const auto* initiative : plan_.living_initiatives()) {
      const auto title = base::wording(initiative->title);
      if (!title.empty() && !titles.insert(title).second)
        add(OpenKind::duplicate, true, subject("initiative", initiative->id),
            fmt::format("{}出现了两次：请改名，或删去其中一项。", name_of(*initiative)), initiative->line);
      std::set<std::string> within;
      for (const auto& task : initiative->tasks) {
        const auto wording = base::wording(task.title);
        if (task.dropped || wording.empty() || within.insert(wording).second) continue;
        add(OpenKind::duplicate, true, subject("task", task.id),
            fmt::format("{}下有两项任务都叫{}：请合并、改名，或删去其中一项。", name_of(*initiative),
                        quoted(task.title)),
            task.line);
      }
    }
  }

  void look_at(const TargetItem& target) {
    const auto about = subject("target", target.id);
    if (target.kind == QuantityKind::blank)
      add(OpenKind::blank, false, about,
          fmt::format("原文此处留空未填（{}）：请填上数值，或删去这一项。",
                      base::shorten(target.text.empty() ? target_text(target) : target.text, 30)),
          target.line);
    else if (target.confidence < kSureEnough)
      add(OpenKind::low_confidence, false, about,
          fmt::format("指标“{}”（{}）读取把握不足：请对照原文，改正或认可。", target_text(target),
                      base::shorten(target.text, 30)),
          target.line);
  }

  void look_at_headline() {
    const auto* headline = plan_.headline();
    if (headline == nullptr || headline->baseline) return;
    add(OpenKind::no_baseline, false, subject("target", headline->id),
        "公民具备科学素质的比例没有基数：请填写基数和年份，否则无法判断进度。", headline->line);
  }

  void look_at_elsewhere() {
    std::size_t proposed = 0;
    Line first = 0;
    for (const auto& duty : plan_.elsewhere) {
      if (duty.state != DutyState::proposed) continue;
      if (proposed++ == 0) first = duty.line;
    }
    if (proposed > 0)
      add(OpenKind::duty_proposed, false, "elsewhere",
          fmt::format("任务以外（目标、保障措施等）有 {} 项建议的职责待确认：请逐项确认或否决。", proposed),
          first);
  }

  const Plan& plan_;
  const std::vector<std::string>& unmapped_;
  std::vector<OpenItem> items_;
};

}  // namespace

std::vector<OpenItem> open_items(const Plan& plan, const std::vector<std::string>& unmapped) {
  return Finder(plan, unmapped).run();
}

}  // namespace kepu::plan
