#include "engines/plan/pages/task_parts.h"

#include "core/base/text.h"

namespace kepu::plan {

using html::Out;

namespace {

std::string names_of(const Running& running, const std::vector<const Assignment*>& all, Role role,
                     std::size_t most) {
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const auto* a : all) {
    if (a->role != role) continue;
    ++count;
    if (names.size() < most) names.push_back(running.short_unit_name(a->unit));
  }
  std::string out = base::join(names, "、");
  if (count > most) out += fmt::format("等 {} 家", count);
  return out;
}

}  // namespace

std::vector<TaskRow> task_rows(const Running& running, base::Date today) {
  std::map<Id, std::vector<const Assignment*>> by_task;
  for (const auto& a : *running.assignments) by_task[a.task].push_back(&a);
  std::map<Id, std::vector<std::string>> targets;
  for (const auto* living : running.plan->living_targets()) {
    const auto& t = *living;
    if (t.task != 0) targets[t.task].push_back(running.goal_text(t));
  }
  std::vector<TaskRow> rows;
  for (const auto* initiative : running.plan->living_initiatives()) {
    for (const auto& task : initiative->tasks) {
      if (task.dropped) continue;
      TaskRow row;
      row.task = &task;
      row.initiative = initiative;
      row.lead = names_of(running, by_task[task.id], Role::lead, 4);
      row.responsible = names_of(running, by_task[task.id], Role::responsible, 3);
      row.light = light_of(running, task, today);
      if (const auto span = span_of(*running.plan, task)) row.due = base::to_iso(span->last);
      row.targets = base::join(targets[task.id], "；");
      for (const auto& d : task.duties) row.duties += d.state == DutyState::confirmed ? 1 : 0;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

table::Table<TaskRow> task_table(const Running& running) {
  std::vector<std::pair<std::string, std::string>> initiatives, leads;
  for (const auto* i : running.plan->living_initiatives())
    initiatives.emplace_back(std::to_string(i->id), i->title);
  std::map<Id, std::string> lead_units;
  for (const auto& a : *running.assignments) {
    if (a.role == Role::lead) lead_units.emplace(a.unit, running.unit_name(a.unit));
  }
  for (const auto& [id, name] : lead_units) leads.emplace_back(name, name);
  std::sort(leads.begin(), leads.end(),
            [](const auto& a, const auto& b) { return base::compare_pinyin(a.first, b.first) < 0; });
  auto rows_of = [units = running.units, assignments = running.assignments](const TaskRow& r,
                                                                            std::string_view name) {
    return std::any_of(assignments->begin(), assignments->end(), [&](const Assignment& a) {
      const auto* unit = units->find(a.unit);
      return a.task == r.task->id && a.role == Role::lead && unit != nullptr && unit->name == name;
    });
  };
  return table::Table<TaskRow>(
             {.id = "tasks", .caption = "任务清单", .search_hint = "任务名称、编号、单位", .unit = "项"})
      .column({.key = "code", .title = "编号", .width = 8},
              [](const TaskRow& r) { return table::text(r.task->code); })
      .column({.key = "title", .title = "任务", .full_on_phone = true, .width = 40},
              [](const TaskRow& r) { return table::link(r.task->title, task_url(r.task->id)); })
      .column(
          {.key = "initiative", .title = "行动／工程", .hide_on_phone = true, .width = 28},
          [](const TaskRow& r) { return table::link(r.initiative->title, initiative_url(r.initiative->id)); })
      .column({.key = "lead", .title = "牵头单位", .width = 24},
              [](const TaskRow& r) { return table::text(r.lead); })
      .column({.key = "responsible", .title = "责任单位", .hide_on_phone = true, .width = 36},
              [](const TaskRow& r) { return table::text(r.responsible); })
      .column({.key = "targets", .title = "量化目标", .hide_on_phone = true, .width = 26},
              [](const TaskRow& r) { return table::text(r.targets); })
      .column({.key = "due", .title = "期限", .width = 12},
              [](const TaskRow& r) { return table::date(base::parse_date(r.due)); })
      .column({.key = "state",
               .title = "状态",
               .width = 10,
               .note = running.standings ? "按报送判断，依据见任务页" : "只按起止日期判断，不代表完成情况"},
              [](const TaskRow& r) { return table::status(r.light.light, r.light.word); })
      .filter({.key = "initiative", .title = "行动工程", .options = std::move(initiatives)},
              [](const TaskRow& r, std::string_view v) { return std::to_string(r.initiative->id) == v; })
      .filter({.key = "lead", .title = "牵头单位", .options = std::move(leads)}, std::move(rows_of))
      .filter({.key = "state",
               .title = "状态",
               .options = {{"未开始", "未开始"},
                           {"进行中", "进行中"},
                           {"临期", "临期"},
                           {"已到期", "已到期"},
                           {"无期限", "无期限"}}},
              [](const TaskRow& r, std::string_view v) { return r.light.word == v; });
}

html::Content parties_content(const Running& running, Id task, Role role) {
  std::vector<std::pair<Id, std::string>> units;
  for (const auto* a : running.of_task(task)) {
    if (a->role == role) units.emplace_back(a->unit, running.unit_name(a->unit));
  }
  if (units.empty()) return "—";
  return [units = std::move(units)](Out& h) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (i > 0) h("、");
      h("<a href=\"{}\">{}</a>", html::Url{unit_url(units[i].first)}, units[i].second);
    }
  };
}

html::Content targets_content(const Running& running, const std::vector<const TargetItem*>& targets) {
  if (targets.empty()) return {};
  html::SimpleTable table;
  table.caption = "量化目标";
  table.columns = {{"目标"}, {"内容"}, {"期限"}, {"基数", html::Column::Kind::number}};
  for (const auto* t : targets) {
    table.rows.push_back({running.goal_text(*t), t->text,
                          t->year ? fmt::format("{}年", *t->year) : std::string("—"),
                          t->baseline ? number_text(*t->baseline) : std::string("—")});
  }
  return [table = std::move(table)](Out& h) { h("{}", table); };
}

html::Content source_content(const Plan& plan, Line from, Line to) {
  std::vector<std::pair<Line, std::string>> lines;
  for (Line n = std::max(1, from); n <= to && n <= static_cast<Line>(plan.lines->size()); ++n) {
    const auto text = base::trim((*plan.lines)[static_cast<std::size_t>(n - 1)]);
    if (!text.empty()) lines.emplace_back(n, text);
  }
  return [lines = std::move(lines)](Out& h) {
    h("<div class=\"prose source\">{}</div>", [&](Out& o) {
      for (const auto& [number, text] : lines)
        o("<p><span class=\"muted small\">第 {} 行</span>　{}</p>", number, text);
    });
  };
}

}  // namespace kepu::plan
