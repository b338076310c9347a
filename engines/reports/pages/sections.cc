// What reports add to the pages of the plan: a task, a unit, the dashboard.
#include <algorithm>

#include "core/base/text.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using html::Out;
using plan::Running;
using site::Context;

namespace {

std::string percent(int part, int whole) {
  return std::to_string(whole == 0 ? 0 : (part * 200 + whole) / (whole * 2));
}

void of_task(Context& context, ReportsEngine& engine, const Running& now, const plan::TaskItem& task,
             Out& h) {
  if (!context.actor.may("report.read")) return;
  const Id tenant = context.tenant.id;
  const Sight sight(context.actor, now);
  auto reports = engine.store().of_task(tenant, task);
  std::erase_if(reports, [&](const Report& r) { return !r.counts() || !sight.sees(r.unit, task.id); });
  // The newest of each unit.
  std::vector<const Report*> newest;
  std::vector<Id> ids;
  for (const auto& r : reports) {
    ids.push_back(r.id);
    const bool seen =
        std::any_of(newest.begin(), newest.end(), [&](const Report* n) { return n->unit == r.unit; });
    if (!seen) newest.push_back(&r);
  }
  const auto rule = engine.store().light_rule(tenant);
  const plan::Standing* standing = nullptr;
  if (now.standings) {
    const auto at = now.standings->find(task.id);
    if (at != now.standings->end()) standing = &at->second;
  }
  const auto proofs = engine.evidence().counts(tenant, "report", ids);
  const auto direct = engine.evidence().of(tenant, {"task", task.id});
  h("{}",
    html::panel(
        "进展与佐证",
        [&](Out& o) {
          if (standing != nullptr) {
            o("<p>{}　{}</p>{}", html::light(static_cast<html::Light>(standing->light), standing->word),
              standing->why, rule_content(rule));
          }
          if (newest.empty()) return o("<p class=\"muted\">还没有单位报送进展。</p>");
          html::SimpleTable table;
          table.caption = "各单位最近一次报送";
          table.columns = {{"单位"},
                           {"进度"},
                           {"填报期"},
                           {"佐证", html::Column::Kind::number},
                           {"进展情况", html::Column::Kind::text, true}};
          for (const auto* r : newest) {
            int count = 0;
            for (const auto& other : reports) {
              const auto at = proofs.find(other.id);
              if (other.unit == r->unit && at != proofs.end()) count += at->second;
            }
            const std::string name = now.short_unit_name(r->unit), url = report_url(r->id);
            table.rows.push_back(
                {name, progress_text(r->content), html::Content([url, r](Out& x) {
                   x("<a href=\"{}\">{}</a>", html::Url{url}, window_title(r->window));
                 }),
                 std::to_string(count),
                 base::shorten(r->content.narrative.empty() ? r->content.reason : r->content.narrative, 50)});
          }
          o("{}", table);
          if (!direct.empty())
            o("<h3 class=\"sub3\">直接佐证</h3>{}", evidence_list(direct, context.today()));
        },
        {.note = "单位自报，县科协审核；各期报送点填报期查看"}));
}

void of_unit(Context& context, ReportsEngine& engine, const Running&, const auth::Unit& unit, Out& h) {
  if (!context.actor.may("report.read", unit.id)) return;
  const auto found = desk_of(context, engine, "");
  if (!found) return;
  const Desk& desk = *found;
  const Date today = context.today();
  Tally tally;
  for (const auto& row : desk.rows) {
    if (row.unit == unit.id) tally.add(row, today);
  }
  if (tally.due == 0) return;
  const auto e = desk.extended.find(unit.id);
  const Date due = e == desk.extended.end() ? desk.window.due : std::max(desk.window.due, e->second);
  h("{}",
    html::panel(title_of(desk.window) + "填报",
                [&](Out& o) {
                  const int open = tally.due - tally.reported;
                  o(
                      "<p>应报 <b>{}</b> 项，已报 <b>{}</b> 项，其中已接收 {} 项；退回待改 {} 项，{}。期限 "
                      "{}。</p>{}<p class=\"row\">{}{}</p>",
                      tally.due, tally.reported, tally.accepted, tally.returned,
                      [&](Out& x) {
                        if (tally.late > 0) return x("<b class=\"late\">逾期未报 {} 项</b>", tally.late);
                        x("还有 {} 项没报", open);
                      },
                      base::to_iso(due),
                      html::progress(100.0 * tally.reported / tally.due, -1,
                                     tally.late > 0 ? html::Light::late : html::Light::ok),
                      [&](Out& x) {
                        if (open > 0 && context.actor.may("report.edit", unit.id))
                          x("{}", html::button_link("去填报", fill_url(desk.window.key, unit.id), "edit",
                                                    html::Look::primary));
                      },
                      html::button_link("查看各项", fmt::format("/reports?f.window={}&f.unit={}",
                                                                http::url_encode(desk.window.key), unit.id)));
                },
                {.alarm = tally.late > 0, .id = "reports"}));
}

void of_dashboard(Context& context, ReportsEngine& engine, const Running& now, Out& h) {
  if (!context.actor.may("report.read")) return;
  const auto found = desk_of(context, engine, "");
  if (!found) return;
  const Desk& desk = *found;
  const Date today = context.today();
  const Sight sight(context.actor, now);
  Tally tally;
  std::map<Id, Tally> units;
  for (const auto& row : desk.rows) {
    if (!sight.sees(row.unit, row.task->id)) continue;
    tally.add(row, today);
    units[row.unit].add(row, today);
  }
  if (tally.due == 0) return;
  std::vector<std::pair<Id, Tally>> late(units.begin(), units.end());
  const bool past = today > desk.window.due;
  std::erase_if(late,
                [&](const auto& u) { return past ? u.second.late == 0 : u.second.reported == u.second.due; });
  std::stable_sort(late.begin(), late.end(), [](const auto& a, const auto& b) {
    return a.second.due - a.second.reported > b.second.due - b.second.reported;
  });
  const std::string key = http::url_encode(desk.window.key), at = "/reports?f.window=" + key;
  const auto left = base::to_days(desk.window.due) - base::to_days(today);
  std::map<plan::Light, int> lights;
  if (now.standings) {
    for (const auto& [task, standing] : *now.standings) ++lights[standing.light];
  }
  html::StatStrip strip;
  strip.label = "本期填报";
  strip.stats = {{"已报",
                  percent(tally.reported, tally.due),
                  "%",
                  fmt::format("应报 {} 项，已报 {} 项", tally.due, tally.reported),
                  {},
                  at},
                 {"已接收",
                  percent(tally.accepted, tally.due),
                  "%",
                  fmt::format("待审核 {} 项", tally.waiting),
                  {},
                  at + "&f.state=submitted"},
                 {past ? "逾期未报" : "未报",
                  std::to_string(past ? tally.late : tally.due - tally.reported),
                  "项",
                  fmt::format("{} 个单位", late.size()),
                  {},
                  "/reports/units?f.window=" + key},
                 {left >= 0 ? "离期限" : "过期限",
                  std::to_string(std::abs(left)),
                  "天",
                  base::to_iso(desk.window.due) + " 为期限",
                  {},
                  "/reports/windows"}};
  html::Alerts alerts;
  for (std::size_t i = 0; i < late.size() && i < 4; ++i) {
    const auto& [unit, sum] = late[i];
    alerts.alerts.push_back({sum.late > 0 ? html::Light::late : html::Light::idle, now.unit_name(unit),
                             fmt::format("/reports?f.window={}&f.unit={}", key, unit),
                             fmt::format("应报 {} 项", sum.due),
                             fmt::format("未报 {} 项", sum.due - sum.reported), ""});
  }
  const auto standing = [&](Out& o) {
    o(
        "<h3 class=\"sub3\">任务亮灯</h3><p class=\"light-counts\">{}</p>{}",
        [&](Out& x) {
          for (const auto light : {plan::Light::late, plan::Light::watch, plan::Light::ok, plan::Light::done,
                                   plan::Light::idle}) {
            const auto mark = static_cast<html::Light>(light);
            if (lights.count(light) != 0)
              x("<span>{} <b class=\"num\">{}</b> 项</span>　", html::light(mark, html::word_of(mark)),
                lights[light]);
          }
        },
        rule_content(engine.store().light_rule(context.tenant.id)));
  };
  h("<div class=\"grid\">{}{}</div>",
    html::panel(title_of(desk.window) + "填报",
                [&](Out& o) {
                  o("{}", strip);
                  if (!lights.empty()) standing(o);
                },
                {.note = std::string(title_of(state_of(desk.window, today))),
                 .more = {"填报清单", at},
                 .columns = 8}),
    html::panel(
        past ? "逾期未报的单位" : "还没报齐的单位",
        [&](Out& o) {
          if (late.empty()) o("<p class=\"muted\">没有。</p>");
          o("{}", alerts);
        },
        {.note = late.size() > 4 ? fmt::format("共 {} 个，先列未报最多的", late.size()) : std::string(),
         .more = {"全部", "/reports/units?f.window=" + key},
         .alarm = past && !late.empty(),
         .columns = 4}));
}

}  // namespace

void add_sections(plan::Extensions& extensions, ReportsEngine& engine) {
  extensions.of_task.push_back([&](Context& c, const Running& now, const plan::TaskItem& task, Out& h) {
    of_task(c, engine, now, task, h);
  });
  extensions.of_unit.push_back([&](Context& c, const Running& now, const auth::Unit& unit, Out& h) {
    of_unit(c, engine, now, unit, h);
  });
  extensions.of_dashboard.push_back(
      [&](Context& c, const Running& now, Out& h) { of_dashboard(c, engine, now, h); });
  extensions.standing = [&](Context& c, const Running& now) {
    return engine.standings(c.tenant.id, now, c.today());
  };
}

}  // namespace kepu::reports
