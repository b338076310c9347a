// One report with its history, and deciding on it.
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
  const bool at_fault = std::any_of(returned.errors.begin(), returned.errors.end(),
                                    [](const base::Error& e) { return e.field == "reason"; });
  h("{}",
    html::panel(
        waiting ? "审核" : "退回更正",
        [&](Out& o) {
          o(
              "{}<form class=\"form\" method=\"post\" action=\"{}\" data-guard><input "
              "type=\"hidden\" name=\"csrf\" "
              "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\"><div "
              "class=\"field\"><label "
              "for=\"f-reason\">意见<span class=\"voluntary\">（退回必填）</span></label><textarea "
              "class=\"in\" "
              "id=\"f-reason\" name=\"reason\" rows=\"3\"{}>\n{}</textarea>{}</div><div "
              "class=\"row\">{}{}</div></form>",
              html::ErrorSummary{returned.errors}, html::Url{report_url(r.id) + "/decide"}, context.csrf,
              r.revision, html::Attr{at_fault, " aria-invalid=\"true\" aria-describedby=\"e-reason\""},
              returned.reason, [&](Out& x) { write_error(x, returned.errors, "reason"); },
              [&](Out& x) {
                if (waiting) x("{}", html::button("接收", html::Look::primary, "deed", "accept"));
              },
              html::button("退回修改", waiting ? html::Look::plain : html::Look::danger, "deed", "return"));
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

}  // namespace

void add_report_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports/{report}", Access::right, "report.read",
            [&](Context& c) { return show_report(c, engine); }});
  site.add({Method::post, "/reports/{report}/decide", Access::right, "report.review",
            [&](Context& c) { return decide(c, engine); }});
}

}  // namespace kepu::reports
