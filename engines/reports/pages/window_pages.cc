// 填报期: all windows, how each unit stands in one (who is late), extensions.
#include <algorithm>

#include "core/base/text.h"
#include "core/form/form.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

// ---------------------------------------------------------------- units of a window

struct UnitRow {
  Id unit = 0;
  std::string name;
  auth::UnitKind kind = auth::UnitKind::department;
  Tally tally;
  Date due;
  bool extended = false;
};

html::Light light_of(const UnitRow& r, Date today) {
  if (r.tally.late > 0) return html::Light::late;
  if (r.tally.reported == r.tally.due) return html::Light::done;
  if (r.tally.returned > 0) return html::Light::watch;
  return today > r.due ? html::Light::late : r.tally.reported > 0 ? html::Light::ok : html::Light::idle;
}
std::string word_of(const UnitRow& r) {
  if (r.tally.late > 0) return fmt::format("逾期 {} 项", r.tally.late);
  if (r.tally.reported == r.tally.due) return "已报齐";
  return r.tally.reported > 0 ? "部分报送" : "未报";
}
std::string_view key_of(const UnitRow& r) {
  if (r.tally.late > 0) return "late";
  return r.tally.reported == r.tally.due ? "complete" : "open";
}

table::Table<UnitRow> unit_table(const Desk& desk, Date today) {
  std::vector<std::pair<std::string, std::string>> windows;
  for (const auto& w : desk.windows) windows.emplace_back(w.key, title_of(w));
  const std::string key = http::url_encode(desk.window.key);
  return table::Table<UnitRow>({.id = "units",
                                .caption = "各单位填报",
                                .search_hint = "单位名称",
                                .default_sort = "state",
                                .unit = "个单位"})
      .column({.key = "unit", .title = "单位", .width = 26},
              [key](const UnitRow& r) {
                return table::link(r.name, fmt::format("/reports?f.window={}&f.unit={}", key, r.unit));
              })
      .column({.key = "kind", .title = "类型", .hide_on_phone = true},
              [](const UnitRow& r) { return table::text(std::string(auth::title_of(r.kind))); })
      .column({.key = "due", .title = "应报", .number = true},
              [](const UnitRow& r) { return table::count(r.tally.due); })
      .column({.key = "reported", .title = "已报", .number = true},
              [](const UnitRow& r) { return table::count(r.tally.reported); })
      .column({.key = "accepted", .title = "已接收", .number = true, .hide_on_phone = true},
              [](const UnitRow& r) { return table::count(r.tally.accepted); })
      .column({.key = "returned", .title = "退回", .number = true, .hide_on_phone = true},
              [](const UnitRow& r) { return table::count(r.tally.returned); })
      .column({.key = "on_time",
               .title = "按期",
               .number = true,
               .hide_on_phone = true,
               .note = "在本单位期限前首次报送的项数"},
              [](const UnitRow& r) { return table::count(r.tally.on_time); })
      .column({.key = "until", .title = "期限"}, [](const UnitRow& r) { return table::date(r.due); })
      .column({.key = "extension", .title = "延期", .hide_on_phone = true},
              [](const UnitRow& r) { return r.extended ? table::text("已延期") : table::missing(); })
      .column({.key = "state", .title = "状态"},
              [today](const UnitRow& r) { return table::status(light_of(r, today), word_of(r)); })
      .filter({.key = "window", .title = "填报期", .options = windows})
      .filter({.key = "state",
               .title = "状态",
               .options = {{"late", "有逾期"}, {"open", "未报齐"}, {"complete", "已报齐"}}},
              [](const UnitRow& r, std::string_view v) { return key_of(r) == v; })
      .filter({.key = "kind",
               .title = "类型",
               .options = {{"department", "部门"},
                           {"township", "乡镇街道"},
                           {"village", "村社区"},
                           {"other", "其他"}}},
              [](const UnitRow& r, std::string_view v) { return auth::to_text(r.kind) == v; });
}

// Before the first window the page of reports says what has to be set up.
bool nothing_yet(const base::Result<Desk>& found) {
  return !found && (found.error().rule == "window.none" || found.error().rule == "plan.none_adopted");
}

Answer list_units(Context& context, ReportsEngine& engine) {
  auto found = desk_of(context, engine, context.param("f.window"));
  if (nothing_yet(found)) return site::redirect("/reports");
  const Desk desk = TRY(std::move(found));
  if (context.param("f.window").empty())
    return site::redirect("/reports/units?" + with_window(context.request.query, desk.window.key));
  const Date today = context.today();
  const auto mine = context.actor.units_of("report.read");
  std::vector<UnitRow> rows;
  int late = 0;
  for (const auto& [unit, tally] : by_unit(desk.rows, today)) {
    if (mine && !std::binary_search(mine->begin(), mine->end(), unit)) continue;
    const auto* place = desk.now->units->find(unit);
    const auto e = desk.extended.find(unit);
    rows.push_back({unit, place->name, place->kind, tally,
                    e == desk.extended.end() ? desk.window.due : std::max(desk.window.due, e->second),
                    e != desk.extended.end()});
    late += tally.late > 0 ? 1 : 0;
  }
  const auto table = unit_table(desk, today);
  site::Page page;
  page.title = title_of(desk.window) + "各单位填报";
  page.path = {{"填报", "/reports?f.window=" + http::url_encode(desk.window.key)}, {"各单位", ""}};
  page.note = late > 0 ? fmt::format("{} 个单位应报，{} 个有逾期未报的任务", rows.size(), late)
                       : fmt::format("{} 个单位应报，没有逾期", rows.size());
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = title_of(desk.window) + "各单位填报",
                     .subject = "window:" + desk.window.key,
                     .empty_hint = "这一期没有单位要填报。"});
}

// ---------------------------------------------------------------- all windows

Answer list_windows(Context& context, ReportsEngine& engine) {
  const Id tenant = context.tenant.id;
  const Date today = context.today();
  auto windows = engine.store().windows(tenant, today);
  if (const auto next = engine.store().next_window(tenant, today)) windows.insert(windows.begin(), *next);
  const auto table =
      table::Table<Window>({.id = "windows", .caption = "填报期", .unit = "期"})
          .column({.key = "title", .title = "填报期", .width = 20},
                  [](const Window& w) {
                    return table::link(title_of(w), "/reports?f.window=" + http::url_encode(w.key));
                  })
          .column({.key = "kind", .title = "种类"},
                  [](const Window& w) { return table::text(std::string(title_of(w.period))); })
          .column({.key = "opens", .title = "开放"}, [](const Window& w) { return table::date(w.opens); })
          .column({.key = "due", .title = "期限"}, [](const Window& w) { return table::date(w.due); })
          .column({.key = "closes", .title = "补报截止"},
                  [](const Window& w) { return table::date(w.closes); })
          .column({.key = "state", .title = "状态"},
                  [today](const Window& w) {
                    const auto state = state_of(w, today);
                    const auto light = state == WindowState::open      ? html::Light::ok
                                       : state == WindowState::overdue ? html::Light::watch
                                       : state == WindowState::closed  ? html::Light::done
                                                                       : html::Light::idle;
                    return table::status(light, std::string(title_of(state)));
                  })
          .column({.key = "calendar", .title = "日历", .hide_on_phone = true, .width = 30},
                  [](const Window& w) { return table::text(calendar::missing_text(w.missing)); })
          .filter({.key = "kind",
                   .title = "种类",
                   .options = {{"month", "月报"}, {"quarter", "季报"}, {"half", "半年报"}, {"year", "年报"}}},
                  [](const Window& w, std::string_view v) { return to_text(w.period) == v; });
  site::Page page;
  page.title = "填报期";
  page.path = {{"填报", "/reports"}, {"填报期", ""}};
  page.note = "各期按规则和工作日历自动开放、自动截止";
  page.actions = [&](Out& h) {
    if (context.actor.may("report.rule"))
      h("{}", html::button_link("填报规则", "/reports/rules", "settings"));
    h("{}", html::button_link("工作日历", "/calendar", "calendar-event"));
  };
  return site::list(context, table, table.in_memory(windows), std::move(page),
                    {.file_name = "填报期",
                     .subject = "rule:report",
                     .empty_hint = "还没有设定填报期。请在“填报规则”里设定从哪一期开始。"});
}

// ---------------------------------------------------------------- extensions

const form::Form& ask_form() {
  static const form::Form kForm({
      {.name = "window",
       .label = "填报期",
       .kind = form::Kind::select,
       .required = true,
       .short_field = true},
      {.name = "wanted", .label = "延期到", .kind = form::Kind::date, .required = true, .short_field = true},
      {.name = "reason",
       .label = "原因",
       .kind = form::Kind::long_text,
       .required = true,
       .max_length = 500,
       .rows = 3},
  });
  return kForm;
}

struct Typed {
  Id extension = 0;  // 0: the asking form
  form::Values values;
  base::Errors errors;
};

table::Table<Extension> extension_table(const Desk& desk) {
  std::vector<std::pair<std::string, std::string>> windows;
  std::map<std::string, std::string> titles;
  for (const auto& w : desk.windows) {
    windows.emplace_back(w.key, title_of(w));
    titles[w.key] = title_of(w);
  }
  const auto now = desk.now;
  return table::Table<Extension>({.id = "extensions", .caption = "延期申请", .unit = "份"})
      .column({.key = "unit", .title = "单位", .width = 24},
              [now](const Extension& e) { return table::text(now->unit_name(e.unit)); })
      .column({.key = "window", .title = "填报期"},
              [titles](const Extension& e) {
                const auto at = titles.find(e.window);
                return table::text(at == titles.end() ? e.window : at->second);
              })
      .column({.key = "old", .title = "原期限"}, [](const Extension& e) { return table::date(e.old_due); })
      .column({.key = "wanted", .title = "申请延到"},
              [](const Extension& e) { return table::date(e.wanted); })
      .column({.key = "reason", .title = "原因", .full_on_phone = true, .width = 40},
              [](const Extension& e) { return table::text(e.reason); })
      .column({.key = "state", .title = "答复"},
              [](const Extension& e) {
                const auto light = e.state == Extension::State::granted   ? html::Light::done
                                   : e.state == Extension::State::refused ? html::Light::late
                                                                          : html::Light::watch;
                return table::status(light, std::string(title_of(e.state)));
              })
      .column({.key = "granted", .title = "准予延到"},
              [](const Extension& e) { return table::date(e.granted); })
      .column({.key = "decision", .title = "理由", .hide_on_phone = true, .width = 30},
              [](const Extension& e) { return table::text(e.decision); })
      .column({.key = "asked", .title = "申请人", .hide_on_phone = true},
              [](const Extension& e) {
                return table::text(e.asked_name + " " + base::to_iso(base::date_of(e.asked_at)));
              })
      .filter({.key = "window", .title = "填报期", .options = windows},
              [](const Extension& e, std::string_view v) { return e.window == v; })
      .filter({.key = "state",
               .title = "答复",
               .options = {{"待审批", "待审批"}, {"已同意", "已同意"}, {"未同意", "未同意"}}},
              [](const Extension& e, std::string_view v) { return title_of(e.state) == v; });
}

void write_answers(Out& h, const Context& context, const Desk& desk, const std::vector<Extension>& asked,
                   const Typed& typed) {
  for (const auto& e : asked) {
    if (!context.actor.may("report.review", e.unit)) continue;
    const bool back = typed.extension == e.id;
    const std::string granted = back ? typed.values.text("granted") : base::to_iso(e.wanted);
    h("{}",
      html::panel(fmt::format("{}申请延期", desk.now->unit_name(e.unit)),
                  [&](Out& o) {
                    o("<p>{}，原期限 {}，申请延到 <b>{}</b>。</p><blockquote>{}</blockquote>{}<form "
                      "class=\"form\" method=\"post\" "
                      "action=\"/reports/extensions/{}/decide\" data-guard><input type=\"hidden\" "
                      "name=\"csrf\" value=\"{}\"><input "
                      "type=\"hidden\" name=\"revision\" value=\"{}\"><div class=\"pairs\"><div "
                      "class=\"field half\"><label "
                      "for=\"answer-granted\">准予延到</label><input class=\"in\" id=\"answer-granted\" "
                      "name=\"granted\" type=\"date\" "
                      "value=\"{}\"></div><div class=\"field\"><label "
                      "for=\"answer-reason\">理由</label><input class=\"in\" "
                      "id=\"answer-reason\" name=\"reason\" type=\"text\" value=\"{}\"></div></div><div "
                      "class=\"row\">{}{}</div></form>",
                      window_title(e.window), base::to_iso(e.old_due), base::to_iso(e.wanted), e.reason,
                      html::ErrorSummary{back ? typed.errors : base::Errors{}}, e.id, context.csrf,
                      e.revision, granted, back ? typed.values.text("reason") : std::string(),
                      html::button("同意", html::Look::primary, "do", "grant"),
                      html::button("不同意", html::Look::plain, "do", "refuse"));
                  },
                  {.note = e.asked_name + "　" + base::to_local(e.asked_at), .alarm = true}));
    break;  // one at a time: its fields have fixed ids
  }
}

Answer show_extensions(Context& context, ReportsEngine& engine, const Typed& typed = {}) {
  const Id tenant = context.tenant.id;
  auto found = desk_of(context, engine, "");
  if (nothing_yet(found)) return site::redirect("/reports");
  const Desk desk = TRY(std::move(found));
  const auto mine = context.actor.units_of("report.read");
  auto all = engine.store().extensions(tenant);
  std::erase_if(all, [&](const Extension& e) {
    return mine && !std::binary_search(mine->begin(), mine->end(), e.unit);
  });
  std::vector<Extension> asked;
  for (const auto& e : all) {
    if (e.state == Extension::State::asked) asked.push_back(e);
  }
  // The one that came back first, so that its errors are in sight.
  std::stable_sort(asked.begin(), asked.end(), [&](const Extension& a, const Extension& b) {
    if ((a.id == typed.extension) != (b.id == typed.extension)) return a.id == typed.extension;
    return a.asked_at < b.asked_at;
  });
  const auto table = extension_table(desk);
  site::Page page;
  page.title = "延期申请";
  page.path = {{"填报", "/reports"}, {"延期申请", ""}};
  page.note = asked.empty() ? std::string("没有待答复的申请") : fmt::format("{} 份待答复", asked.size());
  site::ListOptions options{.file_name = "延期申请", .subject = "report:extensions"};
  options.empty_hint = "不能按期报送的单位在下面申请，写明原因和延到哪一天。原期限一直留着。";
  options.before = [&](Out& h) { write_answers(h, context, desk, asked, typed); };
  options.after = [&](Out& h) {
    const Id unit = context.actor.unit;
    if (!context.actor.may("report.edit", unit)) return;
    std::vector<form::Option> open;
    for (const auto& w : desk.windows) open.push_back({w.key, title_of(w) + "，期限 " + base::to_iso(w.due)});
    form::Values values = typed.extension == 0 ? typed.values : form::Values{};
    if (!values.has("window"))
      values.set("window", context.param("f.window").empty() ? desk.window.key
                                                             : std::string(context.param("f.window")));
    h("{}", html::panel("为本单位申请延期",
                        [&](Out& o) {
                          ask_form()
                              .with_options("window", open)
                              .write(o, {.action = "/reports/extensions",
                                         .csrf = context.csrf,
                                         .values = values,
                                         .errors = typed.extension == 0 ? typed.errors : base::Errors{},
                                         .submit = "提交申请"});
                        },
                        {.note = context.actor.unit_name, .id = "ask"}));
  };
  if (typed.errors.empty()) return site::list(context, table, table.in_memory(all), std::move(page), options);
  auto answer = TRY(site::list(context, table, table.in_memory(all), std::move(page), options));
  answer.status = status_of(typed.errors);
  return answer;
}

Answer ask(Context& context, ReportsEngine& engine) {
  const Id unit = context.actor.unit;
  const Desk desk = TRY(desk_of(context, engine, ""));
  std::vector<form::Option> open;
  for (const auto& w : desk.windows) open.push_back({w.key, title_of(w)});
  auto in = ask_form().with_options("window", open).check(context.request.form);
  if (in.ok()) {
    const auto asked = engine.store().ask_extension(by(context), in.values.text("window"), unit,
                                                    *in.values.date("wanted"), in.values.text("reason"));
    if (asked) {
      context.say(html::Tone::green, "申请已提交，答复会通知您。");
      return site::redirect("/reports/extensions");
    }
    in.errors.push_back(asked.error());
  }
  return show_extensions(context, engine, {0, in.values, in.errors});
}

Answer decide(Context& context, ReportsEngine& engine) {
  const Id id = TRY(context.id("extension"));
  const bool grant = context.field("do") == "grant";
  Typed typed{id, form::Values(context.request.form), {}};
  const auto date = base::parse_date(context.field("granted"));
  if (grant && !date) {
    typed.errors.push_back({Code::invalid, "form.date", "granted", "请填写准予延到哪一天。"});
    return show_extensions(context, engine, typed);
  }
  const auto done = engine.store().decide_extension(
      by(context), id, base::parse_int(context.field("revision")).value_or(-1), grant ? date : std::nullopt,
      std::string(context.field("reason")));
  if (!done) {
    typed.errors.push_back(done.error());
    return show_extensions(context, engine, typed);
  }
  context.say(html::Tone::green, grant ? "已同意延期，原期限留存。" : "已答复不同意。");
  return site::redirect("/reports/extensions");
}

}  // namespace

void add_window_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports/units", Access::right, "report.read",
            [&](Context& c) { return list_units(c, engine); }});
  site.add({Method::get, "/reports/windows", Access::right, "report.read",
            [&](Context& c) { return list_windows(c, engine); }});
  site.add({Method::get, "/reports/extensions", Access::right, "report.read",
            [&](Context& c) { return show_extensions(c, engine); }});
  site.add({Method::post, "/reports/extensions", Access::right, "report.edit",
            [&](Context& c) { return ask(c, engine); }});
  site.add({Method::post, "/reports/extensions/{extension}/decide", Access::right, "report.review",
            [&](Context& c) { return decide(c, engine); }});
  site.add(site::MenuItem{"填报", "各单位填报", "/reports/units", "report.read", 152, "", {}, false});
  site.add(site::MenuItem{"填报", "填报期", "/reports/windows", "report.read", 155, "", {}, false});
}

}  // namespace kepu::reports
