// The adopted plan for everybody, without signing in; and the Word paper.
#include "core/base/text.h"
#include "core/file/office.h"
#include "engines/plan/export_paper.h"
#include "engines/plan/pages/target_parts.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string public_url(const Context& context, std::string_view rest = {}) {
  return "/p/" + context.tenant.code + std::string(rest);
}

base::Result<Running> public_plan(Context& context, PlanEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  return running(context, engine);
}

std::string units_text(const Running& now, Id task, Role role) {
  std::vector<std::string> names;
  std::vector<std::string> groups;
  for (const auto* a : now.of_task(task)) {
    if (a->role != role) continue;
    if (a->from_group) {
      if (std::find(groups.begin(), groups.end(), a->written) == groups.end()) groups.push_back(a->written);
    } else {
      names.push_back(now.unit_name(a->unit));
    }
  }
  names.insert(names.end(), groups.begin(), groups.end());
  return base::join(names, "、");
}

void write_public_initiatives(Out& h, const Running& now, InitiativeKind kind) {
  for (const auto* i : now.plan->living_initiatives()) {
    if (i->kind != kind) continue;
    h("{}", html::panel(i->title, [&](Out& o) {
        if (!i->goal.empty()) o("<div class=\"prose\"><p>{}</p></div>", base::replace_all(i->goal, "\n", ""));
        for (const auto& t : i->tasks) {
          if (t.dropped) continue;
          const auto lead = units_text(now, t.id, Role::lead),
                     responsible = units_text(now, t.id, Role::responsible);
          o("<details class=\"task\" id=\"t{}\"><summary><span class=\"muted num\">{}</span>　<b>{}</b><span "
            "class=\"small muted\">　{}</span></summary>"
            "<div class=\"prose\"><p>{}</p></div>{}</details>",
            t.id, t.code, t.title, lead.empty() ? std::string() : "牵头：" + base::shorten(lead, 40),
            t.body.empty() ? std::string("（原文没有展开说明）") : base::replace_all(t.body, "\n", ""),
            html::Definitions{
                {{"牵头", lead.empty() ? "—" : lead}, {"责任", responsible.empty() ? "—" : responsible}}});
        }
      }));
  }
}

Answer show_public(Context& context, PlanEngine& engine) {
  auto found = public_plan(context, engine);
  if (!found && found.error().rule == "plan.none_adopted") {
    site::Page page;
    page.title = "全民科学素质行动";
    page.body = [](Out& h) {
      h("{}", html::EmptyState{"这里还没有公布的方案",
                               "县科协采纳实施方案后，这里会向所有人公开任务分工和目标。",
                               {},
                               "file-text"});
    };
    return site::public_page(context, std::move(page));
  }
  const Running now = TRY(std::move(found));
  const auto& m = now.plan->version.metadata;
  if (context.as() == "json") return http::json(plan_json(*now.plan));
  const auto tasks = now.plan->living_tasks();
  std::map<Id, bool> units;
  for (const auto& a : *now.assignments) units[a.unit] = true;
  const auto gantt = phase_gantt(*now.plan, context.today());
  const auto* headline = now.plan->headline();
  site::Page page;
  page.title = m.title.empty() ? "全民科学素质行动实施方案" : m.title;
  page.note = base::join({m.issuer, m.doc_number, m.issue_date.empty() ? "" : m.issue_date + " 印发"}, "　");
  page.actions = [&](Out& h) {
    h("{}{}", html::button_link("任务分工表", public_url(context, "/tasks"), "table"),
      html::button_link("下载 Word", public_url(context, "/plan.docx"), "file-type-doc"));
  };
  page.body = [&](Out& h) {
    h("<p class=\"lead\"><b>{} 项任务由 {} 个单位承担。</b>{}</p>", tasks.size(), units.size(),
      headline != nullptr ? "总目标：" + base::squeeze(headline->text) + "。" : std::string());
    if (headline != nullptr) {
      h("{}", html::panel("总目标", [&](Out& o) { write_target_chart(o, *headline, m); }));
    }
    h(
        "<h2 class=\"part\">提升行动</h2>{}<h2 class=\"part\">重点工程</h2>{}",
        [&](Out& o) { write_public_initiatives(o, now, InitiativeKind::action); },
        [&](Out& o) { write_public_initiatives(o, now, InitiativeKind::project); });
    if (!gantt.rows.empty()) h("{}", html::panel("进度安排", [&](Out& o) { o("{}", gantt); }));
    h("<p class=\"muted small\">{} 采纳的第 {} 版。内容以印发的文件为准。</p>",
      base::to_iso(base::date_of(now.plan->version.adopted_at)), now.plan->version.number);
  };
  return site::public_page(context, std::move(page));
}

struct PublicRow {
  const TaskItem* task = nullptr;
  const InitiativeItem* initiative = nullptr;
  std::string lead, responsible;
};

Answer list_public(Context& context, PlanEngine& engine) {
  const Running now = TRY(public_plan(context, engine));
  std::vector<PublicRow> rows;
  for (const auto* i : now.plan->living_initiatives()) {
    for (const auto& t : i->tasks) {
      if (!t.dropped)
        rows.push_back({&t, i, units_text(now, t.id, Role::lead), units_text(now, t.id, Role::responsible)});
    }
  }
  const std::string base_url = public_url(context);
  const auto table =
      table::Table<PublicRow>(
          {.id = "tasks", .caption = "任务分工", .search_hint = "任务、单位", .unit = "项"})
          .column({.key = "code", .title = "编号", .width = 8},
                  [](const PublicRow& r) { return table::text(r.task->code); })
          .column({.key = "title", .title = "任务", .full_on_phone = true, .width = 40},
                  [base_url](const PublicRow& r) {
                    return table::link(r.task->title, fmt::format("{}#t{}", base_url, r.task->id));
                  })
          .column({.key = "initiative", .title = "行动／工程", .hide_on_phone = true, .width = 28},
                  [](const PublicRow& r) { return table::text(r.initiative->title); })
          .column({.key = "lead", .title = "牵头单位", .full_on_phone = true, .width = 26},
                  [](const PublicRow& r) { return table::text(r.lead); })
          .column({.key = "responsible", .title = "责任单位", .hide_on_phone = true, .width = 50},
                  [](const PublicRow& r) { return table::text(r.responsible); });
  site::Page page;
  page.title = "任务分工表";
  page.path = {{"任务分工表", ""}};
  page.note = now.plan->version.metadata.title;
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "任务分工表", .subject = "public", .anonymous = true});
}

Answer word(Context& context, PlanEngine& engine) {
  const Running now = TRY(public_plan(context, engine));
  if (context.actor.signed_in()) {
    context.log("export.docx", fmt::format("version:{}", now.plan->version.id), "导出方案 Word");
  }
  const auto& title = now.plan->version.metadata.title;
  return http::attachment_bytes(plan_docx(*now.plan, *now.assignments, *now.units),
                                (title.empty() ? "实施方案" : title) + ".docx", file::kWord);
}

}  // namespace

void add_public_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/p/{tenant}", Access::open, "", [&](Context& c) { return show_public(c, engine); }});
  site.add({Method::get, "/p/{tenant}/tasks", Access::open, "",
            [&](Context& c) { return list_public(c, engine); }});
  site.add(
      {Method::get, "/p/{tenant}/plan.docx", Access::open, "", [&](Context& c) { return word(c, engine); }});
}

void add_export_pages(site::Site& site, PlanEngine& engine) {
  site.add({http::Method::get, "/plan.docx", site::Access::right, "plan.export",
            [&](Context& c) { return word(c, engine); }});
}

}  // namespace kepu::plan
