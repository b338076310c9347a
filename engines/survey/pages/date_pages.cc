// 改期: other dates for a round that was signed off or runs already, and what the dates were before.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

namespace {

// Once the visits have begun the first day is no field: it does not change.
form::Form date_form(const Round& round) {
  using form::Kind;
  std::vector<form::Field> fields;
  if (round.state != RoundState::field)
    fields.push_back(
        {.name = "from", .label = "入户开始", .kind = Kind::date, .required = true, .short_field = true});
  fields.push_back(
      {.name = "until", .label = "入户结束", .kind = Kind::date, .required = true, .short_field = true});
  fields.push_back({.name = "reason",
                    .label = "改期的原因",
                    .required = true,
                    .hint = "如连日暴雨、村里换届；随原日期一起保留，也写进给调查员的通知",
                    .max_length = kMostReason});
  return form::Form(std::move(fields));
}

http::Response date_page(Context& context, const Round& round, const Typed& typed) {
  site::Page page;
  page.title = "改期";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"改期", ""}};
  page.note = "原来的日期和原因会一直显示在这一轮调查的页面上";
  page.narrow = true;
  form::Values stored;
  stored.set("from", base::to_iso(round.from));
  stored.set("until", base::to_iso(round.until));
  auto view = view_of(context, round_url(round.id) + "/dates", "改期并通知调查员", typed, stored);
  view.cancel_url = round_url(round.id);
  view.hidden = {{"revision", std::to_string(round.revision)}};
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) {
        if (round.state == RoundState::field)
          o("<p class=\"before\">入户已从 {} 开始，只能改结束日期，现在是 {}。</p>", base::to_iso(round.from),
            base::to_iso(round.until));
        date_form(round).write(o, view);
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer change(Context& context, SurveyEngine& engine) {
  const auto round = TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))).round;
  if (find_rule(round.state, RoundAction::reschedule) == nullptr) {
    return base::refuse(base::Code::conflict, "survey.not_in_state",
                        fmt::format("这一轮调查现在是“{}”，不能改期。{}", title_of(round.state),
                                    round.state == RoundState::draft ? "请在“修改”里填写日期。" : ""));
  }
  if (context.request.method == http::Method::get) return date_page(context, round, {});
  auto in = date_form(round).check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  const auto from =
      round.state == RoundState::field ? round.from : in.values.date("from").value_or(round.from);
  const auto until = in.values.date("until").value_or(round.until);
  const auto reason = in.values.text("reason");
  if (typed.empty()) typed.errors = check_dates(round, from, until, reason, context.today());
  if (typed.empty()) {
    const auto done = engine.store().reschedule(
        by(context), round.id, base::parse_int(context.field("revision")).value_or(-1), from, until, reason);
    if (done) {
      context.say(html::Tone::green, "已改期，调查员会收到通知。");
      return site::redirect(round_url(round.id));
    }
    typed.errors.push_back(done.error());
  }
  return date_page(context, round, typed);
}

std::string days(base::Date from, base::Date until) {
  return base::to_iso(from) + " 至 " + base::to_iso(until);
}

}  // namespace

void write_date_changes(Out& h, const RoundWhole& whole) {
  if (whole.date_changes.empty()) return;
  html::SimpleTable table{"改期记录", {{"改期时间"}, {"原日期"}, {"改为"}, {"原因"}, {"经办"}}, {}};
  for (const auto& c : whole.date_changes)
    table.rows.push_back(
        {base::to_local(c.at), days(c.from, c.until), days(c.new_from, c.new_until), c.reason, c.by});
  h("{}", html::panel("改期记录", table, {.note = fmt::format("{} 次", table.rows.size())}));
}

void add_date_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/dates", Access::right, "survey.manage",
            [&](Context& c) { return change(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/dates", Access::right, "survey.manage",
            [&](Context& c) { return change(c, engine); }});
}

}  // namespace kepu::survey::field
