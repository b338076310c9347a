// 总览: how the plan stands today, what waits, where it goes.
#include "core/base/text.h"
#include "core/html/charts.h"
#include "core/html/format.h"
#include "engines/plan/pages/dashboard_parts.h"
#include "engines/plan/pages/target_parts.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using html::Out;
using site::Answer;
using site::Context;

namespace {

int percent(int part, int whole) { return whole == 0 ? 0 : (part * 200 + whole) / (whole * 2); }

void write_lead(Out& h, const Running& now, const Overview& o) {
  const int waiting = o.units - o.units_confirmed;
  h(
      "<p class=\"lead\"><b>{} 项任务已分到 {} 个单位，{} 个单位已确认。</b>{}{}</p>", o.tasks, o.units,
      o.units_confirmed,
      [&](Out& x) {
        if (waiting > 0)
          x("<b class=\"watch\">{} 个单位待确认</b>，请牵头单位先行确认并落实责任人。", waiting);
      },
      [&](Out& x) {
        std::vector<std::string> gaps;
        if (o.tasks_without_lead > 0)
          gaps.push_back(fmt::format("{} 项任务没有牵头单位", o.tasks_without_lead));
        if (o.blanks > 0) gaps.push_back(fmt::format("{} 处目标留空待补", o.blanks));
        if (o.without_baseline > 0) gaps.push_back(fmt::format("{} 个目标缺基数", o.without_baseline));
        if (!gaps.empty()) x("{}。", base::join(gaps, "，"));
        if (const auto* target = now.plan->headline()) x("总目标：{}。", base::trim(target->text));
      });
}

html::StatStrip stats_of(const Running& now, const Overview& o, base::Date today) {
  const auto gone = time_gone(now.plan->version.metadata, today);
  html::StatStrip strip;
  strip.stats.push_back({"任务",
                         html::grouped(o.tasks),
                         "项",
                         fmt::format("{} 项行动与工程", o.initiatives.size()),
                         {},
                         "/tasks"});
  strip.stats.push_back({"单位已确认",
                         std::to_string(percent(o.units_confirmed, o.units)),
                         "%",
                         fmt::format("{} 个单位，{} 个待确认", o.units, o.units - o.units_confirmed),
                         {},
                         "/departments"});
  strip.stats.push_back(
      {"已明确责任人",
       std::to_string(percent(o.with_contact, o.assignments)),
       "%",
       fmt::format("{} 项分工中的 {} 项", html::grouped(o.assignments), html::grouped(o.with_contact)),
       {},
       "/departments"});
  strip.stats.push_back({"量化目标",
                         html::grouped(o.targets),
                         "个",
                         o.blanks > 0 ? fmt::format("另有 {} 处留空", o.blanks) : "没有留空",
                         {},
                         "/targets"});
  strip.stats.push_back({"规划期已过",
                         gone ? html::fixed(*gone * 100, 0) : std::string(),
                         "%",
                         gone ? year_span(now.plan->version.metadata.from, now.plan->version.metadata.to)
                              : "方案没有写明规划期",
                         {},
                         "/schedule"});
  return strip;
}

void write_initiatives(Out& h, const Running& now, const Overview& o) {
  h("<table class=\"t3 stack\"><caption "
    "class=\"sr\">各行动与工程的任务、分工确认和期限</caption><thead><tr>"
    "<th scope=\"col\">行动／工程</th><th scope=\"col\" class=\"hide-s\">牵头单位</th>"
    "<th scope=\"col\" class=\"r\">任务</th><th scope=\"col\" class=\"hide-s\">按期限</th><th "
    "scope=\"col\">分工确认</th>"
    "<th scope=\"col\" class=\"r hide-s\">目标</th></tr></thead><tbody>{}</tbody></table>",
    [&](Out& t) {
      for (const auto& s : o.initiatives) {
        std::vector<std::string> leads;
        for (std::size_t i = 0; i < s.leads.size() && i < 2; ++i)
          leads.push_back(now.short_unit_name(s.leads[i]));
        std::string lead = base::join(leads, "、");
        if (s.leads.size() > 2) lead += fmt::format("等 {} 家", s.leads.size());
        const int done = percent(s.confirmed, s.assignments);
        const html::Light light = done == 100  ? html::Light::done
                                  : done >= 50 ? html::Light::ok
                                               : html::Light::watch;
        t("<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td class=\"hide-s\">{}</td><td class=\"r "
          "num\">{}</td>"
          "<td class=\"hide-s\">{}</td><td class=\"full\">{}</td>"
          "<td class=\"r num hide-s\">{}</td></tr>",
          html::Url{initiative_url(s.initiative->id)}, s.initiative->title,
          lead.empty() ? std::string("—") : lead, s.tasks, s.lights, html::progress(done, -1, light),
          s.targets);
      }
    });
}

html::Alerts alerts_of(const Running& now, const Overview& o, base::Date today) {
  html::Alerts list;
  const auto& plan = *now.plan;
  if (plan.version.metadata.to != 0 && today.year > plan.version.metadata.to) {
    list.alerts.push_back({html::Light::late, fmt::format("规划期已于 {} 年底结束", plan.version.metadata.to),
                           "/schedule", "全县", "应做总结评估", "编制下一期方案"});
  }
  std::size_t shown = 0;
  for (const auto& [unit, sum] : waiting_units(o)) {
    if (++shown > 6) break;
    list.alerts.push_back({sum.lead > 0 ? html::Light::watch : html::Light::idle,
                           now.unit_name(unit) + "尚未确认任务", unit_url(unit),
                           fmt::format("牵头 {} 项、责任 {} 项", sum.lead, sum.responsible),
                           fmt::format("待确认 {} 项", sum.total() - sum.confirmed), ""});
  }
  if (o.blanks > 0) {
    list.alerts.push_back({html::Light::watch, fmt::format("{} 处目标在原文中留空", o.blanks),
                           "/targets?f.kind=blank", "县科协", "待补数", ""});
  }
  if (o.tasks_without_lead > 0) {
    list.alerts.push_back({html::Light::watch, fmt::format("{} 项任务没有牵头单位", o.tasks_without_lead),
                           "/tasks", "县科协", "待明确", ""});
  }
  if (o.tasks_without_duty > 0) {
    list.alerts.push_back({html::Light::idle, fmt::format("{} 项任务还没有对应职责", o.tasks_without_duty),
                           "/duties?f.view=none", "县科协", "", "职责目录"});
  }
  return list;
}

html::Tiles township_tiles(const Running& now, const Overview& o) {
  html::Tiles tiles;
  tiles.level_names = {"<25%", "25%～", "50%～", "75%～", "全部确认"};
  std::map<std::string, html::TileGroup> groups;
  for (const auto* unit : now.units->of_kind(auth::UnitKind::township)) {
    const bool street = base::ends_with(unit->name, "街道") || base::ends_with(unit->name, "街道办事处");
    const std::string kind = street ? "街道" : base::ends_with(unit->name, "镇") ? "镇" : "乡";
    html::Tile tile;
    tile.name = site::short_name(*unit);
    tile.full_name = unit->name;
    tile.url = unit_url(unit->id);
    if (const auto at = o.by_unit.find(unit->id); at != o.by_unit.end()) {
      const int done = percent(at->second.confirmed, at->second.total());
      tile.value = std::to_string(done);
      tile.level = done == 100 ? 5 : 1 + done / 25;
    }
    auto& group = groups[kind];
    group.tiles.push_back(std::move(tile));
  }
  for (const char* kind : {"街道", "镇", "乡"}) {
    auto at = groups.find(kind);
    if (at == groups.end()) continue;
    at->second.name = fmt::format("{}　{} 个", kind, at->second.tiles.size());
    tiles.groups.push_back(std::move(at->second));
  }
  return tiles;
}

// The tasks whose dates end first, of those still to come.
html::SimpleTable next_tasks(const Running& now, base::Date today) {
  std::vector<std::pair<base::Date, const TaskItem*>> coming;
  for (const auto* task : now.plan->living_tasks()) {
    const auto span = span_of(*now.plan, *task);
    if (span && span->last >= today) coming.emplace_back(span->last, task);
  }
  std::stable_sort(coming.begin(), coming.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  html::SimpleTable table;
  table.caption = "最近到期的任务";
  table.columns = {{"期限"}, {"任务"}, {"牵头单位", html::Column::Kind::text, true}};
  for (std::size_t i = 0; i < coming.size() && i < 6; ++i) {
    const auto* task = coming[i].second;
    const auto* lead = now.lead_of(task->id);
    table.rows.push_back({base::to_iso(coming[i].first), html::Content([task](Out& h) {
                            h("<a href=\"{}\">{}　{}</a>", html::Url{task_url(task->id)}, task->code,
                              task->title);
                          }),
                          lead != nullptr ? now.short_unit_name(lead->unit) : std::string("未定")});
  }
  return table;
}

html::SimpleTable engine_table(const Overview& o) {
  html::SimpleTable table;
  table.caption = "任务对应的职责由哪类业务承担";
  table.columns = {{"业务"}, {"次数", html::Column::Kind::number}, {"占比", html::Column::Kind::number}};
  std::vector<std::pair<std::string, int>> sorted(o.duties_by_engine.begin(), o.duties_by_engine.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  int all = 0;
  for (const auto& [engine, count] : sorted) all += count;
  for (const auto& [engine, count] : sorted) {
    const std::string url = "/duties?f.engine=" + engine, title(engine_title(engine));
    table.rows.push_back({html::Content([=](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{url}, title); }),
                          std::to_string(count), fmt::format("{}%", percent(count, all))});
  }
  return table;
}

Answer first_steps(Context& context) {
  site::Page page;
  page.title = "总览";
  page.note = "还没有采纳的方案";
  const bool clerk = context.actor.may("plan.import");
  page.body = [&, clerk](Out& h) {
    h("{}", html::panel("从方案文件开始", [&, clerk](Out& o) {
        o("{}", html::Steps{{{"导入", "上传方案文件", html::Step::State::now},
                             {"校核", "对照原文改正", html::Step::State::next},
                             {"对应单位", "名称对到单位", html::Step::State::next},
                             {"采纳", "任务分到单位", html::Step::State::next}}});
        if (clerk) {
          o("<p>上传县里印发的实施方案（.docx、.doc、.pdf、.html、."
            "txt），一秒内读出行动、任务、牵头与责任单位、目标和进度，逐条对照原文校核后采纳。</p><p "
            "class=\"mt\">{}　{}</p>",
            html::button_link("导入方案文件", "/plans/import", "file-import", html::Look::primary),
            html::button_link("方案与版本", "/plans", "files"));
        } else {
          o("<p>县科协采纳方案后，这里会显示全县的任务和本单位承担的部分。</p>");
        }
      }));
  };
  return site::page(context, std::move(page));
}

Answer dashboard(Context& context, PlanEngine& engine) {
  if (!context.actor.signed_in()) {
    return site::redirect(context.tenant.code.empty() ? "/sign-in" : "/p/" + context.tenant.code);
  }
  // Volunteers and residents with an account see what is public.
  if (!context.actor.may("plan.read")) return site::redirect("/p/" + context.tenant.code);
  auto found = running(context, engine);
  if (!found && found.error().rule == "plan.none_adopted") return first_steps(context);
  const Running now = TRY(std::move(found));
  const auto duties = engine.duties(context.tenant.id);
  const base::Date today = context.today();
  const Overview o = overview_of(now, duties->catalog, today);
  const auto alerts = alerts_of(now, o, today);
  const auto tiles = township_tiles(now, o);
  const auto gantt = phase_gantt(*now.plan, today);
  const auto* headline = now.plan->headline();
  site::Page page;
  page.title = "县域总览";
  page.path = {{"总览", ""}};
  page.note =
      fmt::format("《{}》　数据截至 {}", now.plan->version.metadata.title, base::to_local(context.now()));
  page.actions = [&](Out& h) {
    h("{}{}", html::button_link("导出任务清单", "/tasks?as=xlsx", "file-spreadsheet"),
      html::button_link("方案 Word", "/plan.docx", "file-type-doc"));
  };
  page.body = [&](Out& h) {
    write_lead(h, now, o);
    h("{}", stats_of(now, o, today));
    for (const auto& section : engine.extensions().of_dashboard) section(context, now, h);
    h("<div class=\"grid\">{}{}{}{}{}{}</div>",
      html::panel("提升行动与重点工程", [&](Out& x) { write_initiatives(x, now, o); },
                  {.note = "分工确认：承担单位已确认的任务分工占比",
                   .more = {fmt::format("全部 {} 项任务", o.tasks), "/tasks"},
                   .columns = 8}),
      html::panel("待办与预警",
                  [&](Out& x) {
                    if (alerts.alerts.empty()) x("<p class=\"muted\">没有待办。</p>");
                    x("{}", alerts);
                  },
                  {.note = "按牵头任务数排序",
                   .more = {"全部", "/departments?f.state=%E5%BE%85%E7%A1%AE%E8%AE%A4"},
                   .alarm = true,
                   .columns = 4}),
      html::panel(headline != nullptr ? "总目标" : "量化目标",
                  [&](Out& x) {
                    if (headline == nullptr) {
                      x("<p class=\"muted\">方案没有写明公民具备科学素质的比例目标。</p>");
                    } else {
                      write_target_chart(x, *headline, now.plan->version.metadata);
                    }
                  },
                  {.note = headline != nullptr ? base::trim(headline->text) : std::string(),
                   .more = {"全部目标", "/targets"},
                   .columns = 8}),
      html::panel(fmt::format("{} 个乡镇街道确认情况", now.units->of_kind(auth::UnitKind::township).size()),
                  [&](Out& x) { x("{}", tiles); },
                  {.note = "已确认任务占承担任务的比例，%；斜纹为方案未分任务",
                   .more = {"表格", "/departments?f.kind=township"},
                   .columns = 4}),
      html::panel("进度安排",
                  [&](Out& x) {
                    const auto next = next_tasks(now, today);
                    x("{}", gantt);
                    if (!next.rows.empty()) x("<h3 class=\"sub3\">最近到期的任务</h3>{}", next);
                  },
                  {.more = {"完整时间表", "/schedule"}, .columns = 8}),
      html::panel(
          "任务落到哪些业务",
          [&](Out& x) {
            const auto table = engine_table(o);
            if (table.rows.empty()) {
              x("<p class=\"muted\">还没有把任务对应到职责。</p>");
            } else {
              x("{}", table);
            }
          },
          {.note = "任务对应的职责由哪类业务承担，次", .more = {"职责目录", "/duties"}, .columns = 4}));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_dashboard_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/", Access::open, "", [&](Context& c) { return dashboard(c, engine); }});
  site.add(site::MenuItem{"", "总览", "/", "plan.read", 1, "layout-dashboard", {}, false});
  add_target_pages(site, engine);
}

}  // namespace kepu::plan
