// 填报: what is due in a window, one report with its history, deciding on it.
#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
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

// ---------------------------------------------------------------- one report

struct Returned {
  std::string reason;
  base::Errors errors;
};

html::Timeline timeline_of(const std::vector<Event>& events) {
  html::Timeline line;
  for (const auto& e : events) {
    line.moments.push_back({base::to_local(e.at),
                            [e](Out& h) {
                              h("<b>{}</b>　{}　{}<span class=\"muted small\">　{}</span>{}", e.deed,
                                e.unit_name, e.name,
                                e.status == Status::doing ? fmt::format("进行中 {}", share_text(e.share))
                                                          : std::string(title_of(e.status)),
                                [&](Out& o) {
                                  if (e.deed != title_of(Deed::submit)) return;
                                  o("<details class=\"small\"><summary>当时的内容</summary><p>{}</p><p "
                                    "class=\"muted\">{}</p></details>",
                                    e.narrative.empty() ? e.reason : e.narrative, e.figures);
                                });
                            },
                            e.note});
  }
  if (!line.moments.empty()) line.moments.front().hot = true;
  return line;
}

void write_content(Out& h, const Report& r, const std::vector<std::string>& changed, const Report* before) {
  h("{}", html::panel("填报内容", [&](Out& o) {
      std::vector<std::pair<std::string, html::Content>> items;
      items.emplace_back("任务状态", std::string(title_of(r.content.status)));
      if (!r.content.reason.empty()) items.emplace_back("原因", r.content.reason);
      items.emplace_back("完成比例", share_text(r.content.share));
      o("{}<div class=\"prose mt\">{}</div>", html::Definitions{std::move(items)}, [&](Out& x) {
        for (const auto& p : base::split(r.content.narrative, "\n")) {
          if (!base::trim(p).empty()) x("<p>{}</p>", p);
        }
      });
      if (r.content.figures.empty()) return;
      html::SimpleTable table;
      table.caption = "填报的数字";
      table.columns = {
          {"目标"}, {"累计", html::Column::Kind::number}, {"来源", html::Column::Kind::text, true}};
      for (const auto& f : r.content.figures) {
        table.rows.push_back({f.label, figure_text(f), f.metric.empty() ? std::string("单位填报") : f.note});
      }
      o("{}", table);
    }));
  h("{}", html::panel("与上次相比", [&](Out& o) {
      if (before == nullptr) return o("<p class=\"muted\">本单位第一次填报这项任务。</p>");
      if (changed.empty())
        return o("<p class=\"muted\">与{}报送的内容相同。</p>", window_title(before->window));
      o(
          "<ul>{}</ul><details class=\"small mt\"><summary>{}报送的进展情况</summary><p>{}</p></details>",
          [&](Out& x) {
            for (const auto& c : changed) x("<li>{}</li>", c);
          },
          window_title(before->window),
          before->content.narrative.empty() ? before->content.reason : before->content.narrative);
    }));
}

void write_decision(Out& h, const Context& context, const Report& r, const Returned& returned) {
  const bool waiting = r.state == State::submitted;
  h("{}",
    html::panel(waiting ? "审核" : "退回更正",
                [&](Out& o) {
                  o(
                      "{}<form class=\"form\" method=\"post\" action=\"{}\" data-guard><input "
                      "type=\"hidden\" name=\"csrf\" "
                      "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\"><div "
                      "class=\"field\"><label "
                      "for=\"f-reason\">意见<span class=\"voluntary\">（退回必填）</span></label><textarea "
                      "class=\"in\" "
                      "id=\"f-reason\" name=\"reason\" rows=\"3\">\n{}</textarea></div><div "
                      "class=\"row\">{}{}</div></form>",
                      html::ErrorSummary{returned.errors}, html::Url{report_url(r.id) + "/decide"},
                      context.csrf, r.revision, returned.reason,
                      [&](Out& x) {
                        if (waiting) x("{}", html::button("接收", html::Look::primary, "deed", "accept"));
                      },
                      html::button("退回修改", waiting ? html::Look::plain : html::Look::danger, "deed",
                                   "return"));
                },
                {.note = waiting ? "" : "已接收的填报如有错误，退回后由填报单位更正", .alarm = waiting}));
}

Answer json_of(const Report& r) {
  base::Json j;
  j.object().key("id").id(r.id).field("window", r.window).key("unit").id(r.unit).key("task").id(r.task);
  j.field("code", r.code).field("title", r.title).field("state", to_text(r.state));
  j.field("status", to_text(r.content.status))
      .field("share", r.content.share)
      .field("reason", r.content.reason);
  j.field("narrative", r.content.narrative).field("revision", r.revision).key("figures").array();
  for (const auto& f : r.content.figures) {
    j.object()
        .key("target")
        .id(f.target)
        .field("label", f.label)
        .field("value", f.value)
        .field("unit", f.unit);
    j.field("metric", f.metric).end();
  }
  return http::json(std::move(j.end().end()).text());
}

base::Result<Report> report_of(Context& context, ReportsEngine& engine) {
  const Id id = TRY(context.id("report"));
  const auto found = engine.store().report(context.tenant.id, id);
  const auto now = TRY(engine.plans().running(context.tenant.id));
  if (!found || !Sight(context.actor, *now).sees(found->unit, found->task)) {
    return refuse(Code::not_found, "report.not_found",
                  "没有这条填报，或者它不在您的查看范围内。请到“填报”页查找。");
  }
  // What is not submitted is the unit's own business.
  if (found->state == State::draft && !context.actor.may("report.edit", found->unit))
    return refuse(Code::not_found, "report.not_found", "这条填报还没有报送。");
  return *found;
}

Answer show_report(Context& context, ReportsEngine& engine, const Returned& returned = {}) {
  const Report r = TRY(report_of(context, engine));
  if (context.as() == "json") return json_of(r);
  const auto now = TRY(engine.plans().running(context.tenant.id));
  const auto window = engine.store().window(context.tenant.id, r.window);
  const auto earlier = engine.store().before(context.tenant.id, r.unit, r.period_last);
  const auto before = std::find_if(earlier.begin(), earlier.end(), [&](const Report& e) {
    const auto* task = now->plan->task(r.task);
    return e.task == r.task || (task != nullptr && speaks_of(e, *task));
  });
  const Report* last = before == earlier.end() ? nullptr : &*before;
  const auto changed = last != nullptr ? changes(last->content, r.content) : std::vector<std::string>{};
  const auto proofs = engine.evidence().of(context.tenant.id, {"report", r.id});
  const auto events = engine.store().history(context.tenant.id, r.id);
  const bool may_edit = context.actor.may("report.edit", r.unit) && !r.counts();
  const bool may_decide = context.actor.may("report.review", r.unit) && r.counts();
  site::Page page;
  page.title = r.code + "　" + r.title;
  page.path = {{"填报", "/reports?f.window=" + http::url_encode(r.window)},
               {now->short_unit_name(r.unit), ""},
               {r.code, ""}};
  const Obligation row{r.unit, now->plan->task(r.task), plan::Role::responsible,
                       r.due.value_or(context.today()), &r};
  page.note = [&](Out& h) {
    h("{}　{}　{}", html::light(light_of(row, context.today()), title_of(r.state)), now->unit_name(r.unit),
      window ? title_of(*window) : r.window);
  };
  page.actions = [&](Out& h) {
    if (may_edit)
      h("{}", html::button_link("修改", fill_url(r.window, r.unit, r.task), "edit", html::Look::primary));
    if (now->plan->task(r.task) != nullptr)
      h("{}", html::button_link("任务页", task_url(r.task), "list-check"));
  };
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          if (r.state == State::returned) {
            o("{}", html::Flash{html::Tone::amber, fmt::format("{}于 {} 退回：{}", r.decided_name,
                                                               base::to_local(r.decided_at), r.decision)});
          }
          write_content(o, r, changed, last);
          o("{}",
            html::panel(fmt::format("佐证 {} 件", proofs.size()), evidence_list(proofs, context.today())));
        },
        [&](Out& o) {
          if (may_decide) write_decision(o, context, r, returned);
          std::vector<std::pair<std::string, html::Content>> items = {{"填报单位", now->unit_name(r.unit)}};
          if (r.submitted_at != 0) {
            items.emplace_back("报送",
                               fmt::format("{}　{}", r.submitted_name, base::to_local(r.submitted_at)));
            items.emplace_back("期限", iso_or_dash(r.due) + (r.on_time() ? "，按期" : "，逾期"));
          }
          if (r.decided_at != 0)
            items.emplace_back("审核", fmt::format("{}　{}", r.decided_name, base::to_local(r.decided_at)));
          o("{}{}", html::panel("办理情况", html::Definitions{std::move(items)}),
            html::panel("全部过程", timeline_of(events)));
        });
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer decide(Context& context, ReportsEngine& engine) {
  const Report r = TRY(report_of(context, engine));
  TRY(context.require("report.review", r.unit));
  const Deed deed = context.field("deed") == "accept" ? Deed::accept : Deed::send_back;
  const std::string reason(context.field("reason"));
  const auto revision = base::parse_int(context.field("revision")).value_or(-1);
  const auto done = engine.store().decide(by(context), r.id, revision, deed, reason);
  if (!done) return show_report(context, engine, {reason, {done.error()}});
  context.say(html::Tone::green, fmt::format("已{}“{} {}”。", title_of(deed), r.code, r.title));
  return site::redirect(context.field("back") == "review" ? "/reports/review" : report_url(r.id));
}

// ---------------------------------------------------------------- review in bulk

struct Waiting {
  std::vector<Report> reports;
  std::size_t total = 0;
  std::map<Id, int> proofs;
  std::map<Id, Report> before;
};

Waiting waiting_for(Context& context, ReportsEngine& engine) {
  constexpr std::size_t kMost = 100;
  Waiting w;
  w.reports = engine.store().waiting(context.tenant.id);
  std::erase_if(w.reports, [&](const Report& r) { return !context.actor.may("report.review", r.unit); });
  w.total = w.reports.size();
  if (w.reports.size() > kMost) w.reports.resize(kMost);
  std::vector<Id> ids;
  for (const auto& r : w.reports) ids.push_back(r.id);
  w.proofs = engine.evidence().counts(context.tenant.id, "report", ids);
  w.before = engine.store().before_each(context.tenant.id, w.reports);
  return w;
}

void write_waiting(Out& h, const Context& context, const plan::Running& now, const Waiting& w,
                   const Report& r) {
  const auto proofs = w.proofs.find(r.id);
  const auto before = w.before.find(r.id);
  const bool own = r.submitted_by == context.actor.person;
  h(
      "<tr><td>{}</td><th scope=\"row\"><a href=\"{}\">{}　{}</a><br><span class=\"muted "
      "small\">{}</span></th><td>{}</td><td "
      "class=\"small\">{}</td><td class=\"r num\">{}</td><td class=\"num\">{}</td></tr>",
      [&](Out& o) {
        if (own) return o("<span class=\"small\">本人报送</span>");
        o("<label class=\"opt\"><input type=\"checkbox\" name=\"report\" value=\"{}:{}\"><span "
          "class=\"sr\">接收 {} {}</span></label>",
          r.id, r.revision, now.short_unit_name(r.unit), r.code);
      },
      html::Url{report_url(r.id)}, r.code, r.title,
      base::shorten(r.content.narrative.empty() ? r.content.reason : r.content.narrative, 70),
      now.short_unit_name(r.unit),
      [&](Out& o) {
        o("<b>{}</b>", progress_text(r.content));
        if (before == w.before.end()) return o("<br><span class=\"muted\">首次填报</span>");
        const auto changed = changes(before->second.content, r.content);
        o("<br><span class=\"muted\">{}</span>",
          changed.empty() ? std::string("与上次相同") : base::join(changed, "；"));
      },
      proofs == w.proofs.end() ? 0 : proofs->second, base::to_iso(base::date_of(r.submitted_at)));
}

Answer show_review(Context& context, ReportsEngine& engine, const base::Errors& errors = {}) {
  const auto now = TRY(engine.plans().running(context.tenant.id));
  const Waiting w = waiting_for(context, engine);
  site::Page page;
  page.title = "审核填报";
  page.path = {{"填报", "/reports"}, {"审核", ""}};
  page.note = w.total > w.reports.size()
                  ? fmt::format("共 {} 项待审核，先列最早报送的 {} 项", w.total, w.reports.size())
                  : fmt::format("{} 项待审核", w.total);
  page.body = [&](Out& h) {
    if (w.reports.empty()) {
      h("{}",
        html::panel("", html::EmptyState{"没有待审核的填报", "各单位报送后会列在这里。",
                                         [](Out& o) { o("{}", html::button_link("查看填报", "/reports")); },
                                         "checks"}));
      return;
    }
    h("{}<form method=\"post\" action=\"/reports/review\"><input type=\"hidden\" name=\"csrf\" "
      "value=\"{}\">{}</form>",
      html::ErrorSummary{errors}, context.csrf,
      html::panel("待审核",
                  [&](Out& p) {
                    p(
                        "<table class=\"t3 stack\"><caption "
                        "class=\"sr\">待审核的填报</caption><thead><tr><th scope=\"col\">勾选</th><th "
                        "scope=\"col\">任务和进展</th><th scope=\"col\">单位</th><th "
                        "scope=\"col\">与上次相比</th><th scope=\"col\" "
                        "class=\"r\">佐证</th><th "
                        "scope=\"col\">报送</th></tr></thead><tbody>{}</tbody></table><div class=\"row "
                        "fill-actions\">{}</div>",
                        [&](Out& o) {
                          for (const auto& r : w.reports) write_waiting(o, context, *now, w, r);
                        },
                        html::button("接收所选"));
                  },
                  {.note = "看过再勾选；要退回的点任务名进入，写明原因"}));
  };
  return site::page(context, std::move(page), status_of(errors));
}

Answer accept_chosen(Context& context, ReportsEngine& engine) {
  std::vector<ReportStore::Choice> chosen;
  for (const auto& text : context.request.fields("report")) {
    const auto parts = base::split(text, ":");
    const auto id = base::parse_id(parts[0]);
    if (id && parts.size() == 2) chosen.push_back({*id, base::parse_int(parts[1]).value_or(-1)});
  }
  const auto done = engine.store().accept(by(context), chosen);
  if (!done) return show_review(context, engine, {done.error()});
  context.say(html::Tone::green, fmt::format("已接收 {} 项填报。", chosen.size()));
  return site::redirect("/reports/review");
}

}  // namespace

void add_report_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports", Access::right, "report.read",
            [&](Context& c) { return list_reports(c, engine); }});
  site.add({Method::get, "/reports/review", Access::right, "report.review",
            [&](Context& c) { return show_review(c, engine); }});
  site.add({Method::post, "/reports/review", Access::right, "report.review",
            [&](Context& c) { return accept_chosen(c, engine); }});
  site.add({Method::get, "/reports/{report}", Access::right, "report.read",
            [&](Context& c) { return show_report(c, engine); }});
  site.add({Method::post, "/reports/{report}/decide", Access::right, "report.review",
            [&](Context& c) { return decide(c, engine); }});
  site.add(site::MenuItem{"填报", "填报清单", "/reports", "report.read", 150, "edit", {}, false});
  site.add(site::MenuItem{"填报", "审核填报", "/reports/review", "report.review", 151, "", {}, false});
}

}  // namespace kepu::reports
