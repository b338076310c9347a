// 部门: who carries how much; one unit's own page (“本单位任务”) where it confirms its tasks and names who
// answers for them.
#include "core/base/text.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

struct UnitRow {
  const auth::Unit* unit = nullptr;
  int lead = 0, responsible = 0, confirmed = 0, with_contact = 0;
  int total() const { return lead + responsible; }
};

std::vector<UnitRow> unit_rows(const Running& now) {
  std::map<Id, UnitRow> by_unit;
  std::map<Id, bool> living;
  for (const auto* t : now.plan->living_tasks()) living[t->id] = true;
  for (const auto& a : *now.assignments) {
    if (living.count(a.task) == 0) continue;
    auto& row = by_unit[a.unit];
    (a.role == Role::lead ? row.lead : row.responsible) += 1;
    row.confirmed += a.confirmed_at != 0 ? 1 : 0;
    row.with_contact += a.contact != 0 ? 1 : 0;
  }
  std::vector<UnitRow> rows;
  for (const auto& u : now.units->all()) {
    const auto at = by_unit.find(u.id);
    if (at == by_unit.end()) continue;
    at->second.unit = &u;
    rows.push_back(at->second);
  }
  return rows;
}

html::Light light_of(const UnitRow& r) {
  if (r.confirmed == r.total()) return html::Light::done;
  return r.confirmed > 0 ? html::Light::watch : html::Light::idle;
}

std::string word_of(const UnitRow& r) {
  if (r.confirmed == r.total()) return "已确认";
  return r.confirmed > 0 ? "部分确认" : "待确认";
}

table::Table<UnitRow> unit_table() {
  return table::Table<UnitRow>({.id = "units",
                                .caption = "各单位承担的任务",
                                .search_hint = "单位名称",
                                .default_sort = "-lead",
                                .unit = "个单位"})
      .column({.key = "unit", .title = "单位", .width = 26},
              [](const UnitRow& r) { return table::link(r.unit->name, unit_url(r.unit->id)); })
      .column({.key = "kind", .title = "类型"},
              [](const UnitRow& r) { return table::text(std::string(auth::title_of(r.unit->kind))); })
      .column({.key = "lead", .title = "牵头", .number = true},
              [](const UnitRow& r) { return table::count(r.lead); })
      .column({.key = "responsible", .title = "责任", .number = true},
              [](const UnitRow& r) { return table::count(r.responsible); })
      .column({.key = "contact", .title = "已明确责任人", .number = true, .hide_on_phone = true},
              [](const UnitRow& r) { return table::count(r.with_contact); })
      .column({.key = "state", .title = "确认情况"},
              [](const UnitRow& r) { return table::status(light_of(r), word_of(r)); })
      .filter({.key = "kind",
               .title = "类型",
               .options = {{"department", "部门"},
                           {"township", "乡镇街道"},
                           {"village", "村社区"},
                           {"other", "其他"}}},
              [](const UnitRow& r, std::string_view v) { return auth::to_text(r.unit->kind) == v; })
      .filter({.key = "state",
               .title = "确认情况",
               .options = {{"已确认", "已确认"}, {"部分确认", "部分确认"}, {"待确认", "待确认"}}},
              [](const UnitRow& r, std::string_view v) { return word_of(r) == v; });
}

Answer list_units(Context& context, PlanEngine& engine) {
  const Running now = TRY(running(context, engine));
  const auto rows = unit_rows(now);
  const auto table = unit_table();
  int confirmed = 0;
  for (const auto& r : rows) confirmed += r.confirmed == r.total() ? 1 : 0;
  site::Page page;
  page.title = "部门任务";
  page.path = {{"部门任务", ""}};
  page.note = fmt::format("{} 个单位承担任务，{} 个已全部确认", rows.size(), confirmed);
  page.actions = [&](Out& h) {
    h("{}", html::button_link("本单位任务", unit_url(context.actor.unit), "building", html::Look::primary));
  };
  return site::list(
      context, table, table.in_memory(rows), std::move(page),
      {.file_name = "部门任务汇总", .subject = fmt::format("version:{}", now.plan->version.id)});
}

// ---------------------------------------------------------------- one unit

struct OwnRow {
  const Assignment* assignment = nullptr;
  const TaskItem* task = nullptr;
  const InitiativeItem* initiative = nullptr;
  DateLight light;
  std::optional<base::Date> due;
  std::string lead;
};

std::vector<OwnRow> own_rows(const Running& now, Id unit, base::Date today) {
  std::vector<OwnRow> rows;
  for (const auto* a : now.of_unit(unit)) {
    OwnRow row{a, now.plan->task(a->task), nullptr, {}, {}, {}};
    row.initiative = now.plan->initiative_of(*row.task);
    row.light = light_of(now, *row.task, today);
    if (const auto span = span_of(*now.plan, *row.task)) row.due = span->last;
    if (const auto* lead = now.lead_of(a->task)) row.lead = now.short_unit_name(lead->unit);
    rows.push_back(std::move(row));
  }
  return rows;
}

table::Table<OwnRow> own_table() {
  return table::Table<OwnRow>(
             {.id = "own", .caption = "承担的任务", .search_hint = "任务名称、编号", .unit = "项"})
      .column({.key = "code", .title = "编号", .width = 8},
              [](const OwnRow& r) { return table::text(r.task->code); })
      .column({.key = "title", .title = "任务", .full_on_phone = true, .width = 40},
              [](const OwnRow& r) { return table::link(r.task->title, task_url(r.task->id)); })
      .column({.key = "role", .title = "承担"},
              [](const OwnRow& r) {
                const bool lead = r.assignment->role == Role::lead;
                return table::tags({{lead ? "牵头" : "责任", lead ? html::Tone::red : html::Tone::blue}});
              })
      .column(
          {.key = "initiative", .title = "行动／工程", .hide_on_phone = true, .width = 26},
          [](const OwnRow& r) { return table::link(r.initiative->title, initiative_url(r.initiative->id)); })
      .column({.key = "with", .title = "牵头单位", .hide_on_phone = true},
              [](const OwnRow& r) { return table::text(r.lead); })
      .column({.key = "due", .title = "期限", .width = 12},
              [](const OwnRow& r) { return table::date(r.due); })
      .column({.key = "state", .title = "状态"},
              [](const OwnRow& r) { return table::status(r.light.light, r.light.word); })
      .column({.key = "contact", .title = "责任人"},
              [](const OwnRow& r) { return table::text(r.assignment->contact_name); })
      .column({.key = "confirmed", .title = "确认", .hide_on_phone = true},
              [](const OwnRow& r) {
                return r.assignment->confirmed_at == 0
                           ? table::missing()
                           : table::date(base::date_of(r.assignment->confirmed_at));
              })
      .filter({.key = "role", .title = "承担方式", .options = {{"lead", "牵头"}, {"responsible", "责任"}}},
              [](const OwnRow& r, std::string_view v) { return to_text(r.assignment->role) == v; })
      .filter({.key = "confirmed", .title = "确认", .options = {{"no", "待确认"}, {"yes", "已确认"}}},
              [](const OwnRow& r, std::string_view v) {
                return (r.assignment->confirmed_at != 0) == (v == "yes");
              });
}

void write_confirmation(Out& h, const Context& context, const auth::Unit& unit,
                        const std::vector<OwnRow>& rows, const std::vector<auth::Person>& people) {
  const auto waiting = static_cast<int>(std::count_if(
      rows.begin(), rows.end(), [](const OwnRow& r) { return r.assignment->confirmed_at == 0; }));
  h("{}",
    html::panel("确认任务、落实责任人",
                [&](Out& o) {
                  o(
                      "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">"
                      "<fieldset class=\"field\"><legend>勾选要确认的任务</legend><ul class=\"plain "
                      "ticks\">{}</ul></fieldset>"
                      "<div class=\"field\"><label for=\"f-contact\">责任人</label><p "
                      "class=\"hint\">从本单位人员中选；可以留空，只确认任务</p>"
                      "<select class=\"in\" id=\"f-contact\" name=\"contact\"><option "
                      "value=\"\">暂不指定</option>{}</select></div>{}</form>",
                      html::Url{unit_url(unit.id) + "/confirm"}, context.csrf,
                      [&](Out& x) {
                        for (const auto& r : rows) {
                          const bool open = r.assignment->confirmed_at == 0;
                          x("<li><label class=\"opt\"><input type=\"checkbox\" name=\"task\" "
                            "value=\"{}\"{}>{}　{}　<span class=\"muted "
                            "small\">{}</span></label></li>",
                            r.task->id, html::Attr{open, " checked"}, r.task->code, r.task->title,
                            open ? std::string(title_of(r.assignment->role))
                                 : fmt::format("{}，已于 {} 确认{}", title_of(r.assignment->role),
                                               base::to_iso(base::date_of(r.assignment->confirmed_at)),
                                               r.assignment->contact_name.empty()
                                                   ? ""
                                                   : "，" + r.assignment->contact_name));
                        }
                      },
                      [&](Out& x) {
                        for (const auto& p : people) {
                          x("<option value=\"{}\">{}{}</option>", p.id, p.name,
                            p.post.empty() ? "" : "（" + p.post + "）");
                        }
                      },
                      html::button("确认所选任务"));
                },
                {.note = waiting > 0 ? fmt::format("还有 {} 项待确认", waiting)
                                     : std::string("已全部确认；责任人变动时可在此更换"),
                 .alarm = waiting > 0}));
}

Answer show_unit(Context& context, PlanEngine& engine) {
  const Id id = TRY(context.id("unit"));
  const Running now = TRY(running(context, engine));
  const auto* unit = now.units->find(id);
  if (unit == nullptr)
    return refuse(Code::not_found, "unit.not_found", "没有这个单位，可能已被撤销。请到“部门任务”查找。");
  const auto rows = own_rows(now, id, context.today());
  const auto table = own_table();
  int lead = 0;
  for (const auto& r : rows) lead += r.assignment->role == Role::lead ? 1 : 0;
  std::vector<auth::Person> people;
  const bool may_confirm = context.actor.may("plan.assign", id) && !rows.empty();
  if (may_confirm) {
    auth::PersonQuery query;
    query.unit = id;
    query.limit = 200;
    if (auto found = context.app.directory.find_people(context.actor, query))
      people = std::move(found->people);
  }
  site::Page page;
  page.title = unit->name;
  page.path = {{"部门任务", "/departments"}, {unit->name, ""}};
  page.note = fmt::format("牵头 {} 项，责任 {} 项　依据《{}》", lead,
                          rows.size() - static_cast<std::size_t>(lead), now.plan->version.metadata.title);
  page.actions = [&](Out& h) {
    h("{}", html::button_link("在矩阵中查看", fmt::format("/matrix?f.unit={}", id), "table"));
  };
  site::ListOptions options{.file_name = unit->name + "任务清单", .subject = fmt::format("unit:{}", id)};
  options.empty_hint = "方案没有把任务分给这个单位。若有遗漏，请联系县科协在任务页“调整分工”。";
  options.after = [&](Out& h) {
    if (may_confirm) write_confirmation(h, context, *unit, rows, people);
    for (const auto& section : engine.extensions().of_unit) section(context, now, *unit, h);
    const auto below = now.units->children(id);
    std::vector<html::Link> with_tasks;
    for (const auto* child : below) {
      if (!now.of_unit(child->id).empty()) with_tasks.push_back({child->name, unit_url(child->id)});
    }
    if (!with_tasks.empty()) {
      h("{}", html::panel("下级单位", [&](Out& o) {
          o("<p class=\"links\">{}</p>", [&](Out& x) {
            for (const auto& l : with_tasks) x("<a href=\"{}\">{}</a>　", html::Url{l.url}, l.text);
          });
        }));
    }
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

Answer confirm(Context& context, PlanEngine& engine) {
  const Id unit = TRY(context.id("unit"));
  TRY(context.require("plan.assign", unit));
  const Running now = TRY(running(context, engine));
  std::vector<Id> tasks;
  for (const auto& text : context.request.fields("task")) {
    if (const auto id = base::parse_id(text)) tasks.push_back(*id);
  }
  const Id contact = base::parse_id(context.field("contact")).value_or(0);
  const auto done = engine.store().confirm(by(context), now.plan->version.id, unit, tasks, contact);
  if (done) {
    context.say(html::Tone::green, fmt::format("已确认 {} 项任务。", tasks.size()));
  } else {
    context.say(html::Tone::red, done.error().message);
  }
  return site::redirect(unit_url(unit));
}

// Tasks that a unit carries and has not confirmed: for whoever confirms them for that unit himself, not for
// the office that could do it for all.
std::vector<site::Todo> unconfirmed(const Context& context, PlanEngine& engine) {
  std::vector<site::Todo> todos;
  if (!context.actor.may("plan.assign")) return todos;
  const auto now = engine.running(context.tenant.id);
  if (!now) return todos;
  auto units = context.actor.units_of("plan.assign").value_or(std::vector<Id>{context.actor.unit});
  for (const Id unit : units) {
    const auto all = (*now)->of_unit(unit);
    const auto open =
        std::count_if(all.begin(), all.end(), [](const auto* a) { return a->confirmed_at == 0; });
    if (open == 0) continue;
    site::Todo todo;
    todo.key = fmt::format("plan.confirm:{}:{}", (*now)->plan->version.id, unit);
    todo.kind = "确认任务";
    todo.title = fmt::format("确认{}承担的任务 {} 项，写明联系人", (*now)->short_unit_name(unit), open);
    todo.url = unit_url(unit);
    todo.note = "《" + (*now)->plan->version.metadata.title + "》";
    todo.unit = unit;
    todo.on_behalf_of = context.actor.on_behalf_of("plan.assign", unit);
    todos.push_back(std::move(todo));
  }
  return todos;
}

}  // namespace

void add_unit_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/departments", Access::right, "plan.read",
            [&](Context& c) { return list_units(c, engine); }});
  site.add({Method::get, "/departments/{unit}", Access::right, "plan.read",
            [&](Context& c) { return show_unit(c, engine); }});
  site.add({Method::post, "/departments/{unit}/confirm", Access::right, "plan.assign",
            [&](Context& c) { return confirm(c, engine); }});
  site.add(site::MenuItem{"计划", "部门任务", "/departments", "plan.read", 103, "building", {}, false});
  site.add_todos([&engine](const Context& context) { return unconfirmed(context, engine); });
  site.add_search([&engine](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    const auto unit_tree = context.app.directory.units(context.tenant.id);
    for (const auto& u : unit_tree->all()) {
      if (base::contains(u.name, words))
        hits.push_back({u.name, unit_url(u.id), "单位", std::string(auth::title_of(u.kind))});
    }
    return hits;
  });
}

}  // namespace kepu::plan
