// 填报: what is due in a window, as a list.
#include <algorithm>

#include "core/base/text.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using html::Out;
using site::Answer;
using site::Context;

namespace {

using Row = Obligation;

table::Table<Row> report_table(const Desk& desk, const std::vector<const Row*>& rows, Date today,
                               const Context& context) {
  std::vector<std::pair<std::string, std::string>> windows, units;
  for (const auto& w : desk.windows) windows.emplace_back(w.key, title_of(w));
  std::map<Id, bool> seen;
  for (const auto* row : rows) {
    if (seen.emplace(row->unit, true).second)
      units.emplace_back(std::to_string(row->unit), desk.now->unit_name(row->unit));
  }
  std::sort(units.begin(), units.end(),
            [](const auto& a, const auto& b) { return base::compare_pinyin(a.second, b.second) < 0; });
  const auto now = desk.now;
  const auto url_of = [key = desk.window.key, &context](const Row& r) {
    const bool open =
        r.report == nullptr || r.report->state == State::draft || r.report->state == State::returned;
    if (open && context.actor.may("report.edit", r.unit)) return fill_url(key, r.unit, r.task->id);
    return r.report != nullptr && r.report->state != State::draft ? report_url(r.report->id)
                                                                  : task_url(r.task->id);
  };
  const auto said = [](const Row& r) { return r.report != nullptr && r.report->state != State::draft; };
  return table::Table<Row>(
             {.id = "reports", .caption = "应报任务", .search_hint = "任务、编号、单位", .unit = "项"})
      .column({.key = "code", .title = "编号", .width = 8},
              [](const Row& r) { return table::text(r.task->code); })
      .column({.key = "title", .title = "任务", .full_on_phone = true, .width = 40},
              [url_of](const Row& r) { return table::link(r.task->title, url_of(r)); })
      .column({.key = "unit", .title = "填报单位", .width = 22},
              [now](const Row& r) { return table::text(now->short_unit_name(r.unit)); })
      .column({.key = "role", .title = "承担", .hide_on_phone = true, .width = 8},
              [](const Row& r) {
                const bool lead = r.role == plan::Role::lead;
                return table::tags({{lead ? "牵头" : "责任", lead ? html::Tone::red : html::Tone::blue}});
              })
      .column({.key = "state", .title = "填报状态"},
              [today](const Row& r) {
                return table::status(light_of(r, today), std::string(state_of(r, today).second));
              })
      .column({.key = "status", .title = "任务状态"},
              [said](const Row& r) {
                return said(r) ? table::text(std::string(title_of(r.report->content.status)))
                               : table::missing();
              })
      .column({.key = "share", .title = "完成比例%", .number = true, .note = "填报单位自报，占整项任务"},
              [said](const Row& r) {
                if (!said(r) || !r.report->content.share) return table::missing();
                return table::number(*r.report->content.share * 100, 0);
              })
      .column({.key = "due", .title = "期限", .hide_on_phone = true},
              [](const Row& r) { return table::date(r.due); })
      .column({.key = "submitted", .title = "报送", .hide_on_phone = true},
              [](const Row& r) {
                if (r.report == nullptr || r.report->submitted_at == 0) return table::missing();
                return table::date(base::date_of(r.report->submitted_at));
              })
      .column({.key = "narrative", .title = "进展情况", .export_only = true, .width = 60},
              [said](const Row& r) {
                return said(r) ? table::text(r.report->content.narrative) : table::missing();
              })
      .filter({.key = "window", .title = "填报期", .options = windows})
      .filter({.key = "state",
               .title = "填报状态",
               .options = {{"late", "逾期未报"},
                           {"missing", "未报"},
                           {"draft", "草稿"},
                           {"submitted", "待审核"},
                           {"returned", "已退回"},
                           {"accepted", "已接收"}}},
              [today](const Row& r, std::string_view v) { return state_of(r, today).first == v; })
      .filter({.key = "unit", .title = "单位", .options = units},
              [](const Row& r, std::string_view v) { return std::to_string(r.unit) == v; });
}

std::string dates_of(const Window& w) {
  return fmt::format("{} 开放，{} 前按期报送，{} 前可补报", base::to_iso(w.opens), base::to_iso(w.due),
                     base::to_iso(w.closes));
}

void write_tally(Out& h, const Tally& t, const std::string& key) {
  const auto share = [](int part, int whole) {
    return whole == 0 ? std::string() : std::to_string((part * 200 + whole) / (whole * 2));
  };
  const std::string at = "/reports?f.window=" + http::url_encode(key) + "&f.state=";
  html::StatStrip strip;
  strip.label = "本期填报";
  strip.stats = {
      {"应报", std::to_string(t.due), "项", "单位×任务", {}, "/reports?f.window=" + http::url_encode(key)},
      {"已报",
       share(t.reported, t.due),
       "%",
       fmt::format("{} 项，其中已接收 {} 项", t.reported, t.accepted),
       {},
       ""},
      {"按期",
       share(t.on_time, t.reported),
       t.reported == 0 ? "" : "%",
       t.reported == 0 ? "还没有单位报送" : fmt::format("已报中按期 {} 项", t.on_time),
       {},
       ""},
      {"待审核",
       std::to_string(t.waiting),
       "项",
       fmt::format("退回待改 {} 项", t.returned),
       {},
       at + "submitted"},
      {"逾期未报", std::to_string(t.late), "项", "过了本单位期限", {}, at + "late"}};
  h("{}", strip);
}

Answer begin(Context& context, ReportsEngine& engine, const base::Error& error) {
  site::Page page;
  page.title = "填报";
  page.path = {{"填报", ""}};
  const auto next = engine.store().next_window(context.tenant.id, context.today());
  const bool may = context.actor.may("report.rule");
  page.body = [&](Out& h) {
    h("{}", html::panel("", html::EmptyState{error.rule == "window.none" ? "还没有填报期" : "还不能填报",
                                             next ? fmt::format("下一期是{}，{} 开放。", title_of(*next),
                                                                base::to_chinese(next->opens))
                                                  : error.message,
                                             [may](Out& o) {
                                               if (may) {
                                                 o("{}", html::button_link("设定填报规则", "/reports/rules",
                                                                           "settings", html::Look::primary));
                                               }
                                             },
                                             "calendar"}));
  };
  return site::page(context, std::move(page));
}

Answer list_reports(Context& context, ReportsEngine& engine) {
  auto found = desk_of(context, engine, context.param("f.window"));
  if (!found && (found.error().rule == "window.none" || found.error().rule == "plan.none_adopted"))
    return begin(context, engine, found.error());
  const Desk desk = TRY(std::move(found));
  if (context.param("f.window").empty())
    return site::redirect("/reports?" + with_window(context.request.query, desk.window.key));
  const Sight sight(context.actor, *desk.now);
  const Date today = context.today();
  std::vector<Row> rows;
  for (const auto& row : desk.rows) {
    if (sight.sees(row.unit, row.task->id)) rows.push_back(row);
  }
  std::vector<const Row*> pointers;
  for (const auto& row : rows) pointers.push_back(&row);
  const auto table = report_table(desk, pointers, today, context);
  site::Page page;
  page.title = title_of(desk.window) + "填报";
  page.path = {{"填报", ""}};
  page.note = [&](Out& h) {
    h("{}　{}{}", html::tag(title_of(state_of(desk.window, today)), html::Tone::blue), dates_of(desk.window),
      [&](Out& o) {
        if (!desk.window.missing.empty())
          o("　<b class=\"watch\">{}</b>", calendar::missing_text(desk.window.missing));
      });
  };
  page.actions = [&](Out& h) {
    if (context.actor.may("report.edit", context.actor.unit)) {
      h("{}", html::button_link("填报本单位任务", fill_url(desk.window.key, context.actor.unit), "edit",
                                html::Look::primary));
    }
    if (context.actor.may("report.review")) h("{}", html::button_link("审核", "/reports/review", "checks"));
    h("{}", html::button_link("各单位", "/reports/units?f.window=" + http::url_encode(desk.window.key),
                              "building"));
  };
  site::ListOptions options{.file_name = title_of(desk.window) + "填报",
                            .subject = "window:" + desk.window.key};
  options.empty_hint = "这一期没有要填报的任务。";
  options.before = [&](Out& h) { write_tally(h, sum_of(rows, today), desk.window.key); };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_report_list_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports", Access::right, "report.read",
            [&](Context& c) { return list_reports(c, engine); }});
  site.add(site::MenuItem{"填报", "填报清单", "/reports", "report.read", 150, "edit", {}, false});
}

}  // namespace kepu::reports
