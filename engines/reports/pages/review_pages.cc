// 审核填报: what waits, with what changed since last time, to be accepted in bulk.
#include <algorithm>

#include "core/base/text.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct Waiting {
  std::vector<Report> reports;
  std::size_t total = 0;
  Id unit = 0;                // only of this one; 0: of all
  std::map<Id, int> of_unit;  // how many wait, of whom
  std::map<Id, int> proofs;
  std::map<Id, Report> before;
};

Waiting waiting_for(Context& context, ReportsEngine& engine) {
  constexpr std::size_t kMost = 100;
  Waiting w;
  w.reports = engine.store().waiting(context.tenant.id);
  std::erase_if(w.reports, [&](const Report& r) { return !context.actor.may("report.review", r.unit); });
  w.unit = base::parse_id(context.request.method == http::Method::get ? context.param("unit")
                                                                      : context.field("unit"))
               .value_or(0);
  for (const auto& r : w.reports) ++w.of_unit[r.unit];
  if (w.unit != 0) std::erase_if(w.reports, [&](const Report& r) { return r.unit != w.unit; });
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
      "class=\"small\">{}</td><td class=\"r num\">{}</td><td class=\"num nowrap\">{}</td></tr>",
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

std::string review_url(Id unit) {
  return unit == 0 ? std::string("/reports/review") : fmt::format("/reports/review?unit={}", unit);
}

// From which unit; the longest queue first.
void write_units(Out& h, const plan::Running& now, const Waiting& w) {
  if (w.of_unit.size() < 2) return;
  std::vector<std::pair<int, Id>> units;
  for (const auto& [unit, count] : w.of_unit) units.emplace_back(-count, unit);
  std::sort(units.begin(), units.end());
  h(
      "<form class=\"filters\" method=\"get\" action=\"/reports/review\"><label class=\"f\">单位<select "
      "class=\"in\" name=\"unit\"><option value=\"\">全部单位</option>{}</select></label>{}</form>",
      [&](Out& o) {
        for (const auto& [count, unit] : units) {
          o("<option value=\"{}\"{}>{}（{}）</option>", unit, html::Attr{unit == w.unit, " selected"},
            now.short_unit_name(unit), -count);
        }
      },
      html::button("查看", html::Look::plain));
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
      h(
          "{}{}", [&](Out& o) { write_units(o, *now, w); },
          html::panel("", html::EmptyState{"没有待审核的填报", "各单位报送后会列在这里。",
                                           [](Out& o) { o("{}", html::button_link("查看填报", "/reports")); },
                                           "checks"}));
      return;
    }
    h(
        "{}{}<form method=\"post\" action=\"/reports/review\"><input type=\"hidden\" name=\"csrf\" "
        "value=\"{}\"><input type=\"hidden\" name=\"unit\" value=\"{}\">{}</form>",
        html::ErrorSummary{errors}, [&](Out& o) { write_units(o, *now, w); }, context.csrf, w.unit,
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
  return site::redirect(review_url(base::parse_id(context.field("unit")).value_or(0)));
}

}  // namespace

void add_review_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports/review", Access::right, "report.review",
            [&](Context& c) { return show_review(c, engine); }});
  site.add({Method::post, "/reports/review", Access::right, "report.review",
            [&](Context& c) { return accept_chosen(c, engine); }});
  site.add(site::MenuItem{"填报", "审核填报", "/reports/review", "report.review", 151, "", {}, false});
}

}  // namespace kepu::reports
