// 任务清单, one task, one initiative.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/form/form.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;
using site::timeline_of;

namespace {

const form::Form& assignment_form() {
  static const form::Form kForm({
      {.name = "unit", .label = "单位", .kind = form::Kind::select, .required = true, .short_field = true},
      {.name = "role",
       .label = "承担方式",
       .kind = form::Kind::select,
       .required = true,
       .options = {{"lead", "牵头"}, {"responsible", "责任"}, {"none", "不再承担"}},
       .short_field = true},
      {.name = "reason", .label = "依据", .required = true, .hint = "会议纪要、来函文号等，写入过程记录"},
  });
  return kForm;
}

const form::Form& dates_form() {
  static const form::Form kForm({
      {.name = "start", .label = "开始", .kind = form::Kind::date, .short_field = true},
      {.name = "due",
       .label = "期限",
       .kind = form::Kind::date,
       .hint = "留空则按方案规划期",
       .short_field = true},
      {.name = "why", .label = "依据", .required = true, .hint = "写入过程记录，原期限留痕"},
  });
  return kForm;
}

std::vector<form::Option> unit_options(const auth::UnitTree& units) {
  std::vector<form::Option> options;
  for (const auto& u : units.all()) {
    if (u.active) options.push_back({std::to_string(u.id), u.name});
  }
  return options;
}

struct TaskForms {  // what was typed and refused, where a form comes back
  form::Values assignment, dates;
  base::Errors assignment_errors, dates_errors;
};

void write_duties(Out& h, const TaskItem& task, const DutyCatalog& catalog) {
  bool any = false;
  h("<ul class=\"plain\">{}</ul>", [&](Out& o) {
    for (const auto& link : task.duties) {
      if (link.state == DutyState::rejected) continue;
      const auto* duty = catalog.find(link.duty);
      any = true;
      o("<li>{} <a href=\"{}\">{}　{}</a><span class=\"muted small\">　{}</span></li>",
        link.state == DutyState::confirmed ? html::tag("已确认", html::Tone::green)
                                           : html::tag("待确认", html::Tone::amber),
        html::Url{duty_url(link.duty)}, link.duty,
        duty != nullptr ? duty->title : std::string("（目录中已无此项）"), base::join(link.words, "；"));
    }
    if (!any) o("<li class=\"muted\">没有对应的职责。</li>");
  });
}

Answer show_task(Context& context, PlanEngine& engine, const TaskForms& forms, int status = 200) {
  const Id id = TRY(context.id("task"));
  const Running now = TRY(running(context, engine));
  const auto* task = now.plan->task(id);
  if (task == nullptr || task->dropped) {
    return refuse(Code::not_found, "plan.task_not_found",
                  "运行中的方案里没有这项任务，可能已随新版方案调整。请到任务清单查找。");
  }
  const auto* initiative = now.plan->initiative_of(*task);
  const auto duties = engine.duties(context.tenant.id);
  const DateLight light = light_of(now, *task, context.today());
  const auto span = span_of(*now.plan, *task);
  const bool may_edit = context.actor.may("plan.edit");
  const std::string url = task_url(id);
  const auto timeline = timeline_of(context, fmt::format("task:{}", id));
  const auto targets = now.targets_of(id);

  if (context.as() == "json") {
    base::Json j;
    j.object()
        .key("id")
        .id(id)
        .field("code", task->code)
        .field("title", task->title)
        .field("body", task->body);
    j.field("initiative", initiative->title).field("state", light.word);
    j.key("units").array();
    for (const auto* a : now.of_task(id)) {
      j.object()
          .key("unit")
          .id(a->unit)
          .field("name", now.unit_name(a->unit))
          .field("role", to_text(a->role))
          .end();
    }
    j.end().key("duties").array();
    for (const auto& d : task->duties)
      j.object().field("duty", d.duty).field("state", to_text(d.state)).end();
    return http::json(std::move(j.end().end()).text());
  }

  site::Page page;
  page.title = task->code + "　" + task->title;
  page.path = {{"任务清单", "/tasks"}, {initiative->title, initiative_url(initiative->id)}, {task->code, ""}};
  page.note = [&](Out& h) {
    h("{}　{}　{}", html::light(light.light, light.word),
      span ? base::to_iso(span->first) + " 至 " + base::to_iso(span->last) : std::string("起止日期未定"),
      light.why.empty() ? std::string("按起止日期判断，不代表完成情况") : light.why);
  };
  page.actions = [&](Out& h) {
    h("{}",
      html::button_link("在矩阵中查看", "/matrix?f.initiative=" + std::to_string(initiative->id), "table"));
  };
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          o("{}", html::panel("任务内容", [&](Out& x) {
              x("<div class=\"prose\">{}</div>", [&](Out& y) {
                for (const auto& paragraph : base::split(task->body, "\n")) {
                  if (!paragraph.empty()) y("<p>{}</p>", paragraph);
                }
                if (task->body.empty()) y("<p class=\"muted\">原文只有标题，没有展开说明。</p>");
              });
              x("<p class=\"muted small\">出自方案第 {}—{} 行</p>", task->line, task->end_line);
            }));
          if (!targets.empty()) o("{}", html::panel("量化目标", targets_content(now, targets)));
          o("{}", html::panel("对应的职责", [&](Out& x) { write_duties(x, *task, duties->catalog); },
                              {.note = "职责由任务原文中的用语提示，经办人确认后生效"}));
          for (const auto& section : engine.extensions().of_task) section(context, now, *task, o);
          if (may_edit) {
            o("{}", html::panel("调整分工", [&](Out& x) {
                assignment_form()
                    .with_options("unit", unit_options(*now.units))
                    .write(x, {.action = url + "/assign",
                               .csrf = context.csrf,
                               .values = forms.assignment,
                               .errors = forms.assignment_errors,
                               .submit = "保存分工"});
              }));
            form::Values dates = forms.dates;
            if (forms.dates_errors.empty()) {
              dates.set("start", task->start);
              dates.set("due", task->due);
            }
            o("{}", html::panel("调整起止日期", [&](Out& x) {
                dates_form().write(x, {.action = url + "/dates",
                                       .csrf = context.csrf,
                                       .values = dates,
                                       .errors = forms.dates_errors,
                                       .submit = "保存日期"});
              }));
          }
        },
        [&](Out& o) {
          std::vector<std::pair<std::string, html::Content>> items = {
              {"牵头", parties_content(now, id, Role::lead)},
              {"责任", parties_content(now, id, Role::responsible)},
              {"起止", span ? base::to_chinese(span->first) + "至" + base::to_chinese(span->last)
                            : std::string("未定")},
              {"所属", html::Content([&](Out& x) {
                 x("<a href=\"{}\">{}</a>", html::Url{initiative_url(initiative->id)}, initiative->title);
               })}};
          for (const auto* a : now.of_task(id)) {
            if (a->confirmed_at == 0 || a->role != Role::lead) continue;
            items.emplace_back("责任人", fmt::format("{}{}（{} 确认）", now.unit_name(a->unit),
                                                     a->contact_name.empty() ? "" : "　" + a->contact_name,
                                                     base::to_iso(base::date_of(a->confirmed_at))));
          }
          o("{}", html::panel("分工", html::Definitions{std::move(items)},
                              {.alarm = light.light == html::Light::late}));
          o("{}", html::panel("过程记录", [&](Out& x) {
              if (timeline.moments.empty()) {
                x("<p class=\"muted\">采纳以来还没有变更。</p>");
              } else {
                x("{}", timeline);
              }
            }));
        });
  };
  return site::page(context, std::move(page), status);
}

Answer change_assignment(Context& context, PlanEngine& engine) {
  const Id id = TRY(context.id("task"));
  const Running now = TRY(running(context, engine));
  auto in = assignment_form().with_options("unit", unit_options(*now.units)).check(context.request.form);
  if (in.ok()) {
    PlanStore::AssignmentChange change;
    change.task = id;
    change.unit = base::parse_id(in.values.text("unit")).value_or(0);
    if (in.values.text("role") == "lead") change.role = Role::lead;
    if (in.values.text("role") == "responsible") change.role = Role::responsible;
    change.reason = in.values.text("reason");
    const auto done = engine.store().change_assignment(by(context), now.plan->version.id, change);
    if (done) {
      context.say(html::Tone::green, "分工已保存，并记入过程记录。");
      return site::redirect(task_url(id));
    }
    in.errors.push_back(done.error());
  }
  TaskForms forms;
  forms.assignment = in.values;
  forms.assignment_errors = in.errors;
  return show_task(context, engine, forms, 422);
}

Answer change_dates(Context& context, PlanEngine& engine) {
  const Id id = TRY(context.id("task"));
  const Running now = TRY(running(context, engine));
  auto in = dates_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().set_dates(by(context), now.plan->version.id, id, in.values.text("start"),
                                               in.values.text("due"), in.values.text("why"));
    if (done) {
      context.say(html::Tone::green, "起止日期已保存，原日期留在过程记录中。");
      return site::redirect(task_url(id));
    }
    in.errors.push_back(done.error());
  }
  TaskForms forms;
  forms.dates = in.values;
  forms.dates_errors = in.errors;
  return show_task(context, engine, forms, 422);
}

Answer list_tasks(Context& context, PlanEngine& engine) {
  const Running now = TRY(running(context, engine));
  const auto rows = task_rows(now, context.today());
  const auto table = task_table(now);
  site::Page page;
  page.title = "任务清单";
  page.path = {{"任务清单", ""}};
  page.note = fmt::format("《{}》　{} 项任务", now.plan->version.metadata.title, rows.size());
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "任务清单", .subject = fmt::format("version:{}", now.plan->version.id)});
}

Answer show_initiative(Context& context, PlanEngine& engine) {
  const Id id = TRY(context.id("initiative"));
  const Running now = TRY(running(context, engine));
  const auto* initiative = now.plan->initiative(id);
  if (initiative == nullptr || initiative->dropped) {
    return refuse(Code::not_found, "plan.initiative_not_found",
                  "运行中的方案里没有这项行动或工程，可能已随新版方案调整。");
  }
  auto rows = task_rows(now, context.today());
  std::erase_if(rows, [&](const TaskRow& r) { return r.initiative != initiative; });
  const auto table = task_table(now);
  std::vector<const TargetItem*> targets;
  for (const auto* living : now.plan->living_targets()) {
    const auto& t = *living;
    if (t.initiative == id) targets.push_back(&t);
  }
  const auto timeline = timeline_of(context, fmt::format("initiative:{}", id));
  site::Page page;
  page.title = initiative->title;
  page.path = {{"任务清单", "/tasks"}, {initiative->title, ""}};
  page.note =
      fmt::format("{}　{} 项任务　牵头：{}", initiative_kind_title(initiative->kind), rows.size(),
                  initiative->lead.empty() ? std::string("见各任务") : base::join(initiative->lead, "、"));
  page.actions = [&](Out& h) {
    h("{}", html::button_link("责任矩阵", fmt::format("/matrix?f.initiative={}", id), "table"));
  };
  site::ListOptions options{.file_name = initiative->title + "任务清单",
                            .subject = fmt::format("initiative:{}", id)};
  options.before = [&](Out& h) {
    if (initiative->goal.empty()) return;
    h("{}", html::panel("目标要求", [&](Out& o) {
        o(
            "<div class=\"prose\">{}</div><p class=\"muted small\">出自方案第 {} 行起</p>",
            [&](Out& x) {
              for (const auto& p : base::split(initiative->goal, "\n")) x("<p>{}</p>", p);
            },
            initiative->line);
      }));
  };
  options.after = [&](Out& h) {
    if (!targets.empty()) h("{}", html::panel("量化目标", targets_content(now, targets)));
    if (!timeline.moments.empty()) h("{}", html::panel("过程记录", timeline));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_item_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/tasks", Access::right, "plan.read", [&](Context& c) { return list_tasks(c, engine); }});
  site.add({Method::get, "/tasks/{task}", Access::right, "plan.read",
            [&](Context& c) { return show_task(c, engine, {}); }});
  site.add({Method::post, "/tasks/{task}/assign", Access::right, "plan.edit",
            [&](Context& c) { return change_assignment(c, engine); }});
  site.add({Method::post, "/tasks/{task}/dates", Access::right, "plan.edit",
            [&](Context& c) { return change_dates(c, engine); }});
  site.add({Method::get, "/initiatives/{initiative}", Access::right, "plan.read",
            [&](Context& c) { return show_initiative(c, engine); }});
  site.add(site::MenuItem{"计划", "任务清单", "/tasks", "plan.read", 101, "list-check", {}, false});
  site.add_search([&engine](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    const auto plan = engine.store().current(context.tenant.id);
    if (!plan) return hits;
    for (const auto* task : (*plan)->living_tasks()) {
      const bool in_title = base::contains(task->title, words) || task->code == words;
      if (!in_title && !base::contains(task->body, words)) continue;
      hits.push_back(
          {task->code + "　" + task->title, task_url(task->id), "任务", in_title ? "" : "正文中提到"});
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const auto& a, const auto& b) { return a.note.size() < b.note.size(); });
    if (hits.size() > 50) hits.resize(50);
    return hits;
  });
}

}  // namespace kepu::plan
