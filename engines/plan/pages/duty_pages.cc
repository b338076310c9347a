// 职责目录: all duties by area, which tasks name them, who leads, which engine carries; the editor of the
// catalogue.
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

namespace {

struct DutyRow {
  const Duty* duty = nullptr;
  const DutyArea* area = nullptr;
  std::vector<const TaskItem*> confirmed, proposed;
  bool elsewhere = false;
  std::vector<std::string> leads;
  bool named() const { return !confirmed.empty() || !proposed.empty() || elsewhere; }
};

std::vector<DutyRow> duty_rows(const Running& now, const DutyCatalog& catalog) {
  std::map<std::string, DutyRow> by_id;
  for (const auto* task : now.plan->living_tasks()) {
    for (const auto& link : task->duties) {
      if (link.state == DutyState::rejected) continue;
      auto& row = by_id[link.duty];
      (link.state == DutyState::confirmed ? row.confirmed : row.proposed).push_back(task);
      if (const auto* lead = now.lead_of(task->id)) {
        const auto name = now.short_unit_name(lead->unit);
        if (std::find(row.leads.begin(), row.leads.end(), name) == row.leads.end()) row.leads.push_back(name);
      }
    }
  }
  for (const auto& d : now.plan->elsewhere) {
    if (d.state != DutyState::rejected) by_id[d.duty].elsewhere = true;
  }
  std::vector<DutyRow> rows;
  for (const auto& duty : catalog.duties) {
    DutyRow row = by_id[duty.id];
    row.duty = &duty;
    row.area = catalog.area(duty.area);
    rows.push_back(std::move(row));
  }
  return rows;
}

table::Table<DutyRow> duty_table(const DutyCatalog& catalog) {
  std::vector<std::pair<std::string, std::string>> areas, engines;
  std::map<std::string, bool> seen;
  for (const auto& a : catalog.areas) areas.emplace_back(a.id, a.title);
  for (const auto& d : catalog.duties) {
    if (!seen[d.engine]) engines.emplace_back(d.engine, std::string(engine_title(d.engine)));
    seen[d.engine] = true;
  }
  return table::Table<DutyRow>(
             {.id = "duties", .caption = "职责目录", .search_hint = "职责名称、编号、单位", .unit = "项"})
      .column({.key = "id", .title = "编号", .width = 8},
              [](const DutyRow& r) { return table::text(r.duty->id); })
      .column({.key = "title", .title = "职责", .full_on_phone = true, .width = 34},
              [](const DutyRow& r) { return table::link(r.duty->title, duty_url(r.duty->id)); })
      .column({.key = "area", .title = "领域", .hide_on_phone = true, .width = 24},
              [](const DutyRow& r) { return table::text(r.area != nullptr ? r.area->title : r.duty->area); })
      .column({.key = "tasks", .title = "对应任务", .number = true},
              [](const DutyRow& r) {
                return table::count(static_cast<std::int64_t>(r.confirmed.size() + r.proposed.size()));
              })
      .column({.key = "codes", .title = "任务编号", .hide_on_phone = true, .width = 26},
              [](const DutyRow& r) {
                std::vector<std::string> codes;
                for (const auto* t : r.confirmed) codes.push_back(t->code);
                for (const auto* t : r.proposed) codes.push_back(t->code);
                if (r.elsewhere) codes.push_back("任务以外");
                return table::text(base::join(codes, "、"));
              })
      .column({.key = "lead", .title = "牵头单位", .hide_on_phone = true, .width = 24},
              [](const DutyRow& r) { return table::text(base::join(r.leads, "、")); })
      .column({.key = "engine", .title = "承载业务"},
              [](const DutyRow& r) { return table::text(std::string(engine_title(r.duty->engine))); })
      .column({.key = "state", .title = "确认"},
              [](const DutyRow& r) {
                if (!r.named()) return table::status(html::Light::idle, "方案未提");
                if (r.proposed.empty()) return table::status(html::Light::done, "已确认");
                return table::status(html::Light::watch, fmt::format("待确认 {}", r.proposed.size()));
              })
      .filter({.key = "area", .title = "领域", .options = std::move(areas)},
              [](const DutyRow& r, std::string_view v) { return r.duty->area == v; })
      .filter({.key = "engine", .title = "承载业务", .options = std::move(engines)},
              [](const DutyRow& r, std::string_view v) { return r.duty->engine == v; })
      .filter({.key = "named",
               .title = "方案",
               .options = {{"yes", "方案提到的"}, {"no", "方案未提的"}, {"open", "待确认的"}}},
              [](const DutyRow& r, std::string_view v) {
                if (v == "open") return !r.proposed.empty();
                return r.named() == (v == "yes");
              });
}

Answer list_duties(Context& context, PlanEngine& engine) {
  const Running now = TRY(running(context, engine));
  const auto duties = engine.duties(context.tenant.id);
  const auto rows = duty_rows(now, duties->catalog);
  const auto table = duty_table(duties->catalog);
  std::vector<const TaskItem*> without;
  for (const auto* t : now.plan->living_tasks()) {
    if (std::none_of(t->duties.begin(), t->duties.end(),
                     [](const DutyLink& d) { return d.state != DutyState::rejected; }))
      without.push_back(t);
  }
  const auto named = std::count_if(rows.begin(), rows.end(), [](const DutyRow& r) { return r.named(); });
  site::Page page;
  page.title = "职责目录";
  page.path = {{"职责目录", ""}};
  page.note =
      fmt::format("{} 项职责，方案提到 {} 项；{} 项任务没有对应职责", rows.size(), named, without.size());
  page.actions = [&](Out& h) {
    h("{}", html::button_link("方案未提的职责", "/duties?f.named=no", "filter"));
    if (context.actor.may("duty.edit")) h("{}", html::button_link("维护目录", "/duties/edit", "settings"));
  };
  site::ListOptions options{.file_name = "职责目录", .subject = "catalog:duties"};
  options.after = [&](Out& h) {
    h("{}", html::panel(fmt::format("没有对应职责的任务　{} 项", without.size()),
                        [&](Out& o) {
                          if (without.empty()) {
                            o("<p class=\"muted\">每项任务都对应了职责。</p>");
                            return;
                          }
                          o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
                            for (const auto* t : without)
                              x("<li><a href=\"{}\">{}　{}</a></li>", html::Url{task_url(t->id)}, t->code,
                                t->title);
                          });
                        },
                        {.id = "without"}));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

void write_task_links(Out& h, Context& context, const Running& now, const std::string& duty,
                      const std::vector<const TaskItem*>& tasks, bool confirmed) {
  for (const auto* t : tasks) {
    const auto* lead = now.lead_of(t->id);
    std::string words;
    for (const auto& d : t->duties) {
      if (d.duty == duty) words = base::join(d.words, "；");
    }
    h("<li>{} <a href=\"{}\">{}　{}</a><span class=\"muted small\">　{}　{}</span>　{}</li>",
      confirmed ? html::tag("已确认", html::Tone::green) : html::tag("待确认", html::Tone::amber),
      html::Url{task_url(t->id)}, t->code, t->title,
      lead != nullptr ? now.short_unit_name(lead->unit) : std::string("未定牵头"), words, [&](Out& o) {
        if (!context.actor.may("plan.edit")) return;
        const auto button = [&](const char* text, const char* state) {
          html::PostButton b{text, duty_url(duty), context.csrf, html::Look::link};
          b.hidden = {{"task", std::to_string(t->id)}, {"state", state}};
          o("{}", b);
        };
        if (!confirmed) button("确认", "confirmed");
        button("不是", "rejected");
      });
  }
}

Answer show_duty(Context& context, PlanEngine& engine) {
  const std::string id(context.variable("duty"));
  const auto duties = engine.duties(context.tenant.id);
  const auto* duty = duties->catalog.find(id);
  if (duty == nullptr)
    return refuse(Code::not_found, "duty.not_found",
                  "职责目录里没有编号“" + base::shorten(id, 20) + "”。请到职责目录查找。");
  const Running now = TRY(running(context, engine));
  const auto rows = duty_rows(now, duties->catalog);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const DutyRow& r) { return r.duty == duty; });
  if (context.as() == "json") {
    base::Json j;
    j.object()
        .field("id", duty->id)
        .field("title", duty->title)
        .field("engine", duty->engine)
        .key("tasks")
        .array();
    for (const auto* t : row->confirmed)
      j.object().key("task").id(t->id).field("title", t->title).field("state", "confirmed").end();
    for (const auto* t : row->proposed)
      j.object().key("task").id(t->id).field("title", t->title).field("state", "proposed").end();
    return http::json(std::move(j.end().end()).text());
  }
  site::Page page;
  page.title = duty->id + "　" + duty->title;
  page.path = {{"职责目录", "/duties"}, {duty->id, ""}};
  page.note = duty->purpose;
  page.body = [&](Out& h) {
    h("<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
      html::panel("方案中的任务",
                  [&](Out& o) {
                    if (!row->named()) o("<p class=\"muted\">方案没有提到这项职责。</p>");
                    o(
                        "<ul class=\"plain\">{}{}</ul>",
                        [&](Out& x) { write_task_links(x, context, now, id, row->confirmed, true); },
                        [&](Out& x) { write_task_links(x, context, now, id, row->proposed, false); });
                    if (row->elsewhere) {
                      for (const auto& e : now.plan->elsewhere) {
                        if (e.duty == id && e.state != DutyState::rejected)
                          o("<p class=\"small muted\">任务以外也提到：第 {} 行　{}</p>", e.line,
                            base::join(e.words, "；"));
                      }
                    }
                  }),
      [&](Out& o) {
        std::vector<std::string> cues;
        for (const auto& c : duty->cues) cues.push_back(c.text + (c.strong ? "" : "（弱）"));
        const auto* area = duties->catalog.area(duty->area);
        o("{}", html::panel("目录", html::Definitions{{{"领域", area != nullptr ? area->title : duty->area},
                                                       {"承载业务", std::string(engine_title(duty->engine))},
                                                       {"通常由谁", base::join(duty->units, "、")},
                                                       {"记录什么", base::join(duty->holds, "、")},
                                                       {"提示用语", base::join(cues, "；")}}}));
      });
  };
  return site::page(context, std::move(page));
}

Answer set_duty(Context& context, PlanEngine& engine) {
  const std::string duty(context.variable("duty"));
  const Running now = TRY(running(context, engine));
  const Id task = TRY(context.field_id("task"));
  if (engine.duties(context.tenant.id)->catalog.find(duty) == nullptr) {
    return refuse(Code::not_found, "duty.not_found", "职责目录里没有这个编号，请到职责目录查找。");
  }
  const auto state = context.field("state") == "rejected" ? DutyState::rejected : DutyState::confirmed;
  TRY(engine.store().set_duty(by(context), now.plan->version.id, task, duty, state));
  context.say(html::Tone::green, state == DutyState::confirmed ? "已确认。" : "已标为不是，可在校核页恢复。");
  return site::redirect(duty_url(duty));
}

// ---------------------------------------------------------------- the catalogue's editor

http::Response edit_page(Context& context, PlanEngine& engine, const std::string& toml,
                         const std::string& shipped, const base::Error* error) {
  const bool own = !engine.store().catalog_toml(context.tenant.id).empty();
  site::Page page;
  page.title = "维护职责目录";
  page.path = {{"职责目录", "/duties"}, {"维护", ""}};
  page.note = own ? "本地区使用自己的目录" : "本地区使用随程序发布的目录";
  page.body = [&](Out& h) {
    if (error != nullptr) h("{}", html::ErrorSummary{{*error}});
    h("{}", html::panel("目录文件", [&](Out& o) {
        o("<form method=\"post\" action=\"/duties/edit\" data-guard><input type=\"hidden\" name=\"csrf\" "
          "value=\"{}\">"
          "<div class=\"field\"><label for=\"f-toml\">目录内容（TOML）</label><p "
          "class=\"hint\">每项职责的提示用语（cues）决定程序怎样提出建议；文件开头有写法说明。保存前会检查。<"
          "/p>"
          "<textarea class=\"in code\" id=\"f-toml\" name=\"toml\" rows=\"30\" "
          "spellcheck=\"false\">{}</textarea></div>{}</form>",
          context.csrf, toml.empty() ? shipped : toml, html::button("检查并保存"));
      }));
    if (own) {
      h("{}",
        html::panel(
            "恢复",
            [&](Out& o) {
              html::PostButton b{"恢复为随程序发布的目录", "/duties/edit", context.csrf, html::Look::danger};
              b.hidden = {{"reset", "1"}};
              o("{}", b);
            },
            {.note = "恢复后本地区的改动不再使用，但仍留在审计日志中"}));
    }
  };
  return site::page(context, std::move(page), error != nullptr ? 422 : 200);
}

Answer save_catalog(Context& context, PlanEngine& engine, const std::string& shipped) {
  if (context.field("reset") == "1") {
    TRY(engine.store().save_catalog(by(context), ""));
    context.say(html::Tone::green, "已恢复为随程序发布的目录。");
    return site::redirect("/duties");
  }
  std::string toml = base::replace_all(context.field("toml"), "\r\n", "\n");
  const auto catalog = parse_duty_catalog(toml);
  if (!catalog) {
    base::Error error = catalog.error();
    error.field = "toml";
    return edit_page(context, engine, toml, shipped, &error);
  }
  TRY(engine.store().save_catalog(by(context), toml == shipped ? "" : toml));
  context.say(html::Tone::green,
              fmt::format("已保存，共 {} 项职责。以后导入的方案按新目录提出建议。", catalog->duties.size()));
  return site::redirect("/duties");
}

}  // namespace

void add_duty_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/duties", Access::right, "plan.read",
            [&](Context& c) { return list_duties(c, engine); }});
  site.add({Method::get, "/duties/edit", Access::right, "duty.edit", [&](Context& c) -> Answer {
              return edit_page(c, engine, engine.store().catalog_toml(c.tenant.id), engine.shipped_toml(),
                               nullptr);
            }});
  site.add({Method::post, "/duties/edit", Access::right, "duty.edit",
            [&](Context& c) { return save_catalog(c, engine, engine.shipped_toml()); }, 4u << 20});
  site.add({Method::get, "/duties/{duty}", Access::right, "plan.read",
            [&](Context& c) { return show_duty(c, engine); }});
  site.add({Method::post, "/duties/{duty}", Access::right, "plan.edit",
            [&](Context& c) { return set_duty(c, engine); }});
  site.add(site::MenuItem{"方案", "职责目录", "/duties", "plan.read", 203, "list-details", {}, false});
  site.add_search([&engine](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    for (const auto& d : engine.duties(context.tenant.id)->catalog.duties) {
      if (base::contains(d.title, words) || d.id == words)
        hits.push_back({d.id + "　" + d.title, duty_url(d.id), "职责", ""});
    }
    return hits;
  });
}

}  // namespace kepu::plan
