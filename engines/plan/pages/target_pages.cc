// 目标: list, one target with baseline and yearly milestones. 进度安排: phases and tasks on a Gantt.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/form/form.h"
#include "core/html/format.h"
#include "engines/plan/pages/target_parts.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;
using site::timeline_of;

namespace {

std::string_view kind_title(QuantityKind kind) {
  switch (kind) {
    case QuantityKind::target:
      return "目标";
    case QuantityKind::baseline:
      return "基数";
    case QuantityKind::frequency:
      return "频次";
    case QuantityKind::blank:
      return "留空";
  }
  return "";
}

struct TargetRow {
  const TargetItem* target = nullptr;
  const InitiativeItem* initiative = nullptr;
  const TaskItem* task = nullptr;
  std::string goal;
};

std::vector<TargetRow> target_rows(const Running& now) {
  const Plan& plan = *now.plan;
  std::vector<TargetRow> rows;
  for (const auto* living : plan.living_targets()) {
    const auto& t = *living;
    if (!t.dropped) rows.push_back({&t, plan.initiative(t.initiative), plan.task(t.task), now.goal_text(t)});
  }
  return rows;
}

table::Table<TargetRow> target_table() {
  const auto url = [](const TargetItem& t) { return fmt::format("/targets/{}", t.id); };
  return table::Table<TargetRow>(
             {.id = "targets", .caption = "量化目标", .search_hint = "目标文字、任务", .unit = "个"})
      .column({.key = "target", .title = "目标值", .width = 16},
              [url](const TargetRow& r) { return table::link(r.goal, url(*r.target)); })
      .column({.key = "text", .title = "内容", .full_on_phone = true, .width = 44},
              [](const TargetRow& r) { return table::text(base::squeeze(r.target->text)); })
      .column({.key = "kind", .title = "类别"},
              [](const TargetRow& r) {
                const bool blank = r.target->kind == QuantityKind::blank;
                return table::tags(
                    {{std::string(kind_title(r.target->kind)) + (r.target->headline ? "（总目标）" : ""),
                      blank ? html::Tone::amber : html::Tone::plain}});
              })
      .column({.key = "where", .title = "任务／行动", .hide_on_phone = true, .width = 30},
              [](const TargetRow& r) {
                if (r.task != nullptr)
                  return table::link(r.task->code + "　" + r.task->title, task_url(r.task->id));
                if (r.initiative != nullptr)
                  return table::link(r.initiative->title, initiative_url(r.initiative->id));
                return table::text("全县");
              })
      .column({.key = "year", .title = "期限"},
              [](const TargetRow& r) {
                return r.target->year ? table::text(fmt::format("{}年", *r.target->year)) : table::missing();
              })
      .column({.key = "baseline", .title = "基数", .number = true, .hide_on_phone = true},
              [](const TargetRow& r) { return table::number(r.target->baseline, 1); })
      .column({.key = "milestones", .title = "年度里程碑", .hide_on_phone = true},
              [](const TargetRow& r) {
                std::vector<std::string> parts;
                for (const auto& [year, value] : r.target->milestones)
                  parts.push_back(fmt::format("{}：{}", year, number_text(value)));
                return table::text(base::join(parts, "；"));
              })
      .filter(
          {.key = "kind",
           .title = "类别",
           .options = {{"target", "目标"}, {"baseline", "基数"}, {"frequency", "频次"}, {"blank", "留空"}}},
          [](const TargetRow& r, std::string_view v) { return to_text(r.target->kind) == v; });
}

Answer list_targets(Context& context, PlanEngine& engine) {
  const Running now = TRY(running(context, engine));
  const auto rows = target_rows(now);
  const auto table = target_table();
  site::Page page;
  page.title = "目标";
  page.path = {{"目标", ""}};
  page.note = "方案原文中的量化要求；基数和年度里程碑由县科协补充，改动留痕";
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "量化目标", .subject = fmt::format("version:{}", now.plan->version.id)});
}

form::Form milestone_form(const Metadata& metadata) {
  std::vector<form::Field> fields = {
      {.name = "baseline", .label = "基数", .kind = form::Kind::number, .short_field = true},
      {.name = "baseline_year",
       .label = "基数年份",
       .kind = form::Kind::integer,
       .min = 2000,
       .max = 2100,
       .short_field = true}};
  for (int year = metadata.from; year != 0 && year <= metadata.to && year < metadata.from + 15; ++year) {
    fields.push_back({.name = fmt::format("y{}", year),
                      .label = fmt::format("{} 年末", year),
                      .kind = form::Kind::number,
                      .short_field = true});
  }
  fields.push_back({.name = "reason", .label = "依据", .required = true, .hint = "写入过程记录，原值留痕"});
  return form::Form(std::move(fields));
}

form::Values values_of(const TargetItem& target) {
  form::Values values;
  if (target.baseline) values.set("baseline", number_text(*target.baseline));
  if (target.baseline_year) values.set("baseline_year", std::to_string(*target.baseline_year));
  for (const auto& [year, value] : target.milestones)
    values.set(fmt::format("y{}", year), fmt::format("{}", value));
  return values;
}

Answer show_target(Context& context, PlanEngine& engine, const form::Checked* typed) {
  const Id id = TRY(context.id("target"));
  const Running now = TRY(running(context, engine));
  const auto* target = now.plan->target(id);
  if (target == nullptr || target->dropped) {
    return refuse(Code::not_found, "plan.target_not_found",
                  "没有这个目标，可能已随新版方案调整。请到“目标”页查找。");
  }
  const auto* task = now.plan->task(target->task);
  const auto& metadata = now.plan->version.metadata;
  const auto timeline = timeline_of(context, fmt::format("target:{}", id));
  site::Page page;
  page.title = now.goal_text(*target);
  page.path = {{"目标", "/targets"}, {target_text(*target), ""}};
  page.note = base::squeeze(target->text);
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          o("{}",
            html::panel("基数、里程碑与目标", [&](Out& x) { write_target_chart(x, *target, metadata); }));
          for (const auto& section : engine.extensions().of_target) section(context, now, *target, o);
          if (context.actor.may("plan.edit") && target->op != Operator::relative) {
            o("{}", html::panel("填写基数和年度里程碑", [&](Out& x) {
                milestone_form(metadata).write(
                    x, {.action = fmt::format("/targets/{}", id),
                        .csrf = context.csrf,
                        .values = typed != nullptr ? typed->values : values_of(*target),
                        .errors = typed != nullptr ? typed->errors : base::Errors{}});
              }));
          }
        },
        [&](Out& o) {
          o("{}", html::panel("口径", html::Definitions{
                                          {{"类别", std::string(kind_title(target->kind)) +
                                                        (target->implicit ? "（由“全覆盖”等文字推得）" : "")},
                                           {"单位", target->unit.empty() ? std::string("—") : target->unit},
                                           {"期限", target->year ? fmt::format("{} 年末", *target->year)
                                                                 : std::string("方案未写明")},
                                           {"所属任务", html::Content([&](Out& x) {
                                              if (task != nullptr) {
                                                x("<a href=\"{}\">{}　{}</a>", html::Url{task_url(task->id)},
                                                  task->code, task->title);
                                              } else {
                                                x("全县总目标或行动级目标");
                                              }
                                            })},
                                           {"原文", fmt::format("第 {} 行", target->line)}}}));
          if (!timeline.moments.empty()) o("{}", html::panel("过程记录", timeline));
        });
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer save_milestones(Context& context, PlanEngine& engine) {
  const Id id = TRY(context.id("target"));
  const Running now = TRY(running(context, engine));
  const auto& metadata = now.plan->version.metadata;
  auto in = milestone_form(metadata).check(context.request.form);
  if (in.ok()) {
    std::map<int, double> milestones;
    for (int year = metadata.from; year != 0 && year <= metadata.to && year < metadata.from + 15; ++year) {
      if (const auto value = in.values.number(fmt::format("y{}", year))) milestones[year] = *value;
    }
    const auto year = in.values.integer("baseline_year");
    const auto done = engine.store().set_milestones(
        by(context), now.plan->version.id, id, milestones, in.values.number("baseline"),
        year ? std::optional(static_cast<int>(*year)) : std::nullopt, in.values.text("reason"));
    if (done) {
      context.say(html::Tone::green, "基数和里程碑已保存。");
      return site::redirect(fmt::format("/targets/{}", id));
    }
    in.errors.push_back(done.error());
  }
  return show_target(context, engine, &in);
}

Answer show_schedule(Context& context, PlanEngine& engine) {
  const Running now = TRY(running(context, engine));
  const base::Date today = context.today();
  html::Gantt tasks;
  tasks.title = "任务起止";
  tasks.today = today;
  tasks.wide = true;
  for (const auto* initiative : now.plan->living_initiatives()) {
    tasks.rows.push_back({initiative->title, initiative_url(initiative->id)});
    for (const auto& task : initiative->tasks) {
      if (task.dropped) continue;
      html::GanttRow row{task.code + "　" + task.title, task_url(task.id)};
      if (const auto span = span_of(*now.plan, task)) {
        row.from = span->first;
        row.to = span->last;
      }
      row.state = light_of(now, task, today).light;
      if (const auto* lead = now.lead_of(task.id)) row.who = now.short_unit_name(lead->unit);
      tasks.rows.push_back(std::move(row));
    }
  }
  const auto phases = phase_gantt(*now.plan, today);
  if (context.as() == "json") {
    base::Json j;
    j.object().key("phases").array();
    for (const auto& p : now.plan->phases) {
      if (!p.dropped)
        j.object()
            .field("phase", p.phase)
            .field("title", p.title)
            .field("from", p.from)
            .field("to", p.to)
            .field("summary", p.summary)
            .end();
    }
    return http::json(std::move(j.end().end()).text());
  }
  site::Page page;
  page.title = "进度安排";
  page.path = {{"进度安排", ""}};
  page.note = year_span(now.plan->version.metadata.from, now.plan->version.metadata.to);
  page.body = [&](Out& h) {
    h("{}", html::panel("实施阶段", [&](Out& o) {
        o("{}", phases);
        html::SimpleTable table;
        table.caption = "实施阶段";
        table.columns = {{"阶段"}, {"年度"}, {"主要工作"}};
        for (const auto& p : now.plan->phases) {
          if (!p.dropped)
            table.rows.push_back({p.title.empty() ? p.phase : p.title, year_span(p.from, p.to), p.summary});
        }
        if (!table.rows.empty()) o("{}", table);
      }));
    h("{}",
      html::panel("任务时间表", [&](Out& o) { o("{}", tasks); }, {.note = "没有写明起止的任务按规划期显示"}));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void write_target_chart(Out& h, const TargetItem& target, const Metadata& metadata) {
  const auto year = target.year ? *target.year : metadata.to;
  if (!target.value || year == 0) {
    h("<p>{}</p><p class=\"muted small mt\">{}</p>", base::squeeze(target.text),
      target.op == Operator::relative ? "这是相对目标，要与参照地区的同期数据比较，不能单独画线。"
      : target.value                  ? "方案没有写明期限，不能画出时间线。"
                                      : "原文留空，补数后才能画出时间线。");
    return;
  }
  html::TargetChart chart;
  chart.title = target_text(target);
  chart.title_above = true;
  chart.name = base::shorten(base::squeeze(target.text), 40);
  chart.unit = target.unit;
  chart.decimals = target.unit == "%" ? 1 : 0;
  if (target.baseline && target.baseline_year) {
    chart.goals.push_back(
        {static_cast<double>(*target.baseline_year), *target.baseline, number_text(*target.baseline)});
  }
  for (const auto& [at, value] : target.milestones) {
    if (at != year)
      chart.goals.push_back({static_cast<double>(at), value, fmt::format("{}", number_text(value))});
  }
  chart.goals.push_back({static_cast<double>(year), *target.value,
                         fmt::format("{} 年目标 {}{}", year, number_text(*target.value), target.unit)});
  if (chart.goals.size() < 2) {
    h("<p class=\"big-target\"><b class=\"num\">{}</b>　{} 年末</p><p class=\"muted small "
      "mt\">补上基数和年度里程碑后，这里会画出时间线。</p>",
      target_text(target), year);
    return;
  }
  h("{}", chart);
}

html::Gantt phase_gantt(const Plan& plan, base::Date today) {
  html::Gantt gantt;
  gantt.title = "实施阶段";
  gantt.today = today;
  for (const auto& p : plan.phases) {
    if (p.dropped || p.from == 0) continue;
    html::GanttRow row{p.title.empty() ? p.phase : p.title};
    row.from = base::Date{p.from, 1, 1};
    row.to = base::Date{p.to == 0 ? p.from : p.to, 12, 31};
    row.state = today > *row.to ? html::Light::done : today < *row.from ? html::Light::idle : html::Light::ok;
    row.who = year_span(p.from, p.to);
    gantt.rows.push_back(std::move(row));
  }
  for (const auto* living : plan.living_targets()) {
    const auto& t = *living;
    if (!t.headline || !t.year) continue;
    html::GanttRow row{"总目标"};
    row.to = base::Date{*t.year, 12, 31};
    row.who = target_text(t);
    row.state = html::Light::watch;
    gantt.rows.push_back(std::move(row));
  }
  return gantt;
}

void add_target_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/targets", Access::right, "plan.read",
            [&](Context& c) { return list_targets(c, engine); }});
  site.add({Method::get, "/targets/{target}", Access::right, "plan.read",
            [&](Context& c) { return show_target(c, engine, nullptr); }});
  site.add({Method::post, "/targets/{target}", Access::right, "plan.edit",
            [&](Context& c) { return save_milestones(c, engine); }});
  site.add({Method::get, "/schedule", Access::right, "plan.read",
            [&](Context& c) { return show_schedule(c, engine); }});
  site.add(site::MenuItem{"计划", "目标", "/targets", "plan.read", 104, {}, {}, false});
  site.add(site::MenuItem{"计划", "进度安排", "/schedule", "plan.read", 105, {}, {}, false});
}

}  // namespace kepu::plan
