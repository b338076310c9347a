// 预约借用: the calendar of an entry, asking for days, one booking with what may be done with it.
#include "core/base/text.h"
#include "engines/registers/pages/bookings.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

base::Result<Entry> bookable_entry(Context& context, RegistersEngine& engine, const Type& type) {
  const Entry e = TRY(engine.store().entry(context.tenant.id, TRY(context.id("entry"))));
  if (e.type != type.key || !type.bookable || !engine.bookings().may_look(context.actor, e))
    return refuse(Code::not_found, "register.not_found", "没有这个条目，或者它不能预约。");
  return e;
}

namespace {

using form::Kind;

constexpr int kMonths = 4;

struct Place {  // where a request is
  Type type;
  Entry entry;
  std::string url() const { return entry_url(entry) + "/bookings"; }
};

base::Result<Place> place_of(Context& context, RegistersEngine& engine) {
  Place p;
  p.type = TRY(type_of(context, engine));
  p.entry = TRY(bookable_entry(context, engine, p.type));
  return p;
}

std::vector<html::Link> path_of(const Place& p, const std::string& last) {
  return {{"名录", "/registers"},
          {"预约借用", "/registers/bookings"},
          {p.entry.name, last.empty() ? "" : p.url()}};
}

PageAnswer show_calendar(Context& context, RegistersEngine& engine) {
  const Place p = TRY(place_of(context, engine));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto today = context.today();
  BookingQuery q;
  q.entry = p.entry.id;
  q.from = base::Date{today.year, today.month, 1};
  auto rows = engine.bookings().bookings(context.tenant.id, q);
  // What is out longer than agreed began perhaps before this month.
  q.from.reset();
  q.state = BookingState::approved;
  q.over_by = base::Date{today.year, today.month, 1};
  for (auto& late : engine.bookings().bookings(context.tenant.id, q)) rows.push_back(std::move(late));
  std::vector<Booking> all;
  for (const auto& r : rows) all.push_back(r.booking);
  std::erase_if(rows, [&](const BookingRow& r) {
    return !held(r.booking) || (r.booking.last < today && !is_overdue(r.booking, today));
  });
  std::reverse(rows.begin(), rows.end());
  site::Page page;
  page.title = p.entry.name + "：预约";
  page.path = path_of(p, "");
  page.note = [&](Out& h) {
    h("{}　由{}管理，预约后由管理单位确认", p.type.title, unit_name(*units, p.entry.unit));
    if (!in_force(p.entry, today))
      h("　{}", html::tag("现在不能预约：" + word_of(p.entry, today), html::Tone::amber));
  };
  page.actions = [&](Out& h) {
    if (engine.store().may_see(context.actor, p.entry))
      h("{}", html::button_link("登记内容", entry_url(p.entry), "file-text"));
    if (context.actor.may(kApply) && in_force(p.entry, today))
      h("{}", html::button_link("预约", p.url() + "/new", "plus", html::Look::primary));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel("日历", [&](Out& o) { write_months(o, all, kMonths, today, *units); }));
    h("{}", html::panel("现在和以后", [&](Out& o) {
        if (rows.empty()) {
          o("<p class=\"muted\">没有预约。</p>");
        } else {
          write_bookings(o, rows, today, *units, [&](const BookingRow& r) {
            return engine.bookings().may_see(context.actor, r.booking, p.entry);
          });
        }
      }));
  };
  return site::page(context, std::move(page));
}

form::Form ask_form(const Context& context) {
  return form::Form({{.name = "unit",
                      .label = "哪个单位用",
                      .kind = Kind::select,
                      .required = true,
                      .options = unit_options(context, kApply)},
                     {.name = "first",
                      .label = "从",
                      .kind = Kind::date,
                      .required = true,
                      .hint = "从今天起，提前不超过一年",
                      .earliest = context.today(),
                      .short_field = true},
                     {.name = "last",
                      .label = "到",
                      .kind = Kind::date,
                      .required = true,
                      .hint = fmt::format("含当天，一次最多 {} 天", kMostBookedDays),
                      .earliest = context.today(),
                      .short_field = true},
                     {.name = "purpose",
                      .label = "用途",
                      .required = true,
                      .hint = "什么活动、在哪里、大约多少人",
                      .max_length = 200}});
}

http::Response ask_page(Context& context, RegistersEngine& engine, const Place& p, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  BookingQuery q;
  q.entry = p.entry.id;
  q.from = context.today();
  std::vector<Booking> all;
  for (const auto& r : engine.bookings().bookings(context.tenant.id, q)) all.push_back(r.booking);
  form::Values stored;
  stored.set("unit", std::to_string(context.actor.unit));
  site::Page page;
  page.title = "预约" + p.entry.name;
  page.path = path_of(p, "预约");
  page.path.push_back({"预约", ""});
  page.narrow = true;
  auto view = view_of(context, p.url() + "/new", "预约", typed, stored);
  view.cancel_url = p.url();
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { ask_form(context).write(o, view); },
                        {.note = "由" + unit_name(*units, p.entry.unit) + "确认，结果会通知您"}));
    h("{}",
      html::panel("哪些日子已有人约", [&](Out& o) { write_months(o, all, 2, context.today(), *units); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer ask(Context& context, RegistersEngine& engine) {
  const Place p = TRY(place_of(context, engine));
  auto in = ask_form(context).check(context.request.form);
  if (in.ok()) {
    Booking b;
    b.entry = p.entry.id;
    b.unit = base::parse_id(in.values.text("unit")).value_or(0);
    b.first = in.values.date("first").value_or(base::Date{});
    b.last = in.values.date("last").value_or(base::Date{});
    b.purpose = in.values.text("purpose");
    const auto asked = engine.bookings().ask(by(context), b);
    if (asked) {
      const bool kept = engine.bookings().keeps(context.actor, p.entry);
      context.say(html::Tone::green, kept ? "已预约。" : "已预约，等管理单位确认。");
      return site::redirect(fmt::format("{}/{}", p.url(), *asked));
    }
    if (asked.error().code == Code::forbidden) return tl::unexpected(asked.error());
    in.errors.push_back(asked.error());
  }
  return ask_page(context, engine, p, {in.values, in.errors});
}

// ---------------------------------------------------------------- one booking

form::Form decide_form() {
  return form::Form({{.name = "verdict",
                      .label = "是否同意",
                      .kind = Kind::radio,
                      .required = true,
                      .options = {{"yes", "同意借用"}, {"no", "不同意"}}},
                     {.name = "reason",
                      .label = "说明",
                      .hint = "不同意的必须写明；同意的可以写领用方式",
                      .max_length = 200}});
}

form::Form return_form() {
  std::vector<form::Option> conditions;
  for (const auto c : {Condition::good, Condition::damaged, Condition::incomplete})
    conditions.push_back({std::string(to_text(c)), std::string(title_of(c))});
  return form::Form(
      {{.name = "condition",
        .label = "归还时的状况",
        .kind = Kind::radio,
        .required = true,
        .options = conditions},
       {.name = "note", .label = "情况说明", .hint = "有损坏、有缺失的必须写明", .max_length = 300}});
}

form::Form cancel_form(bool reason) {
  return form::Form({{.name = "reason", .label = "取消的原因", .required = reason, .max_length = 200}});
}

struct Back {  // the form that came back with what was typed
  std::string form;
  Typed typed;
};

http::Response booking_page(Context& context, RegistersEngine& engine, const Place& p, const Booking& b,
                            const Back& back) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto today = context.today();
  const bool keeper = engine.bookings().keeps(context.actor, p.entry);
  const std::string url = fmt::format("{}/{}", p.url(), b.id);
  site::Page page;
  page.title = days_text(b.first, b.last, today) + "　" + unit_name(*units, b.unit);
  page.path = path_of(p, "预约");
  page.path.push_back({"预约", ""});
  page.narrow = true;
  page.note = [&](Out& h) { h("{} {}", html::light(light_of(b, today), word_of(b, today)), p.entry.name); };
  const bool own = context.actor.person != 0 && b.asked_by == context.actor.person;
  // The keeper who is asked refuses; he cancels what he agreed to.
  const bool cancels = engine.bookings().may_cancel(context.actor, b, p.entry).has_value() &&
                       (own || !keeper || b.state == BookingState::approved);
  page.actions = [&](Out& h) {
    if (cancels) h("{}", html::button_link("取消预约", url + "?do=cancel#do-cancel", "x"));
  };
  const auto write = [&](Out& h, const std::string& name, const std::string& title, const std::string& submit,
                         const form::Form& fields, std::string note) {
    auto view = view_of(context, url + "/" + name, submit, back.form == name ? back.typed : Typed{});
    view.hidden = {{"revision", std::to_string(b.revision)}};
    h("{}", html::panel(title, [&](Out& o) { fields.write(o, view); },
                        {.note = std::move(note), .id = "do-" + name}));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel("预约内容", booking_facts(b, p.entry, today, *units)));
    if (keeper && b.state == BookingState::asked)
      write(h, "decide", "确认", "提交", decide_form(), "结果会通知预约的人");
    if (keeper && b.state == BookingState::approved && !(today < b.first))
      write(h, "return", "登记归还", "已归还", return_form(), "归还后剩下的日子可以借给别人");
    if (cancels && (context.param("do") == "cancel" || back.form == "cancel"))
      write(h, "cancel", "取消预约", "取消这次预约", cancel_form(!own),
            own ? "日子立即让出" : "原因会告诉预约的人");
  };
  return site::page(context, std::move(page), back.typed.empty() ? 200 : 422);
}

base::Result<Booking> seen_booking(Context& context, RegistersEngine& engine, const Place& p) {
  const Booking b = TRY(engine.bookings().booking(context.tenant.id, TRY(context.id("booking"))));
  if (b.entry != p.entry.id || !engine.bookings().may_see(context.actor, b, p.entry))
    return refuse(Code::not_found, "booking.not_found", "没有这次预约，或者您不能查看。");
  return b;
}

// Runs `work` with the checked form; a refusal shows the booking as it now is with the form again.
PageAnswer with_form(
    Context& context, RegistersEngine& engine, const std::string& name, const form::Form& fields,
    const std::function<base::Done(const Booking&, const form::Values&, std::int64_t)>& work) {
  const Place p = TRY(place_of(context, engine));
  const Booking b = TRY(seen_booking(context, engine, p));
  auto in = fields.check(context.request.form);
  if (in.ok()) {
    const auto done = work(b, in.values, base::parse_int(context.field("revision")).value_or(-1));
    if (done) {
      context.say(html::Tone::green, "已办理。");
      return site::redirect(fmt::format("{}/{}", p.url(), b.id));
    }
    if (done.error().code == Code::forbidden) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
    if (done.error().code == Code::conflict)
      context.messages_now.emplace_back(html::Tone::red, done.error().message);
  }
  const Booking now = TRY(seen_booking(context, engine, p));
  return booking_page(context, engine, p, now, {name, {in.values, in.errors}});
}

PageAnswer decide(Context& context, RegistersEngine& engine) {
  return with_form(context, engine, "decide", decide_form(),
                   [&](const Booking& b, const form::Values& v, std::int64_t revision) {
                     return engine.bookings().decide(by(context), b.id, v.text("verdict") == "yes",
                                                     v.text("reason"), revision);
                   });
}

PageAnswer cancel(Context& context, RegistersEngine& engine) {
  return with_form(context, engine, "cancel", cancel_form(false),
                   [&](const Booking& b, const form::Values& v, std::int64_t revision) {
                     return engine.bookings().cancel(by(context), b.id, v.text("reason"), revision);
                   });
}

PageAnswer give_back(Context& context, RegistersEngine& engine) {
  return with_form(context, engine, "return", return_form(),
                   [&](const Booking& b, const form::Values& v, std::int64_t revision) {
                     return engine.bookings().give_back(
                         by(context), b.id, parse_condition(v.text("condition")).value_or(Condition::good),
                         v.text("note"), revision);
                   });
}

}  // namespace

void add_booking_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/{register}/{entry}/bookings", Access::right, "register.read",
            [&](Context& c) { return show_calendar(c, engine); }});
  site.add({Method::get, "/registers/{register}/{entry}/bookings/new", Access::right, "register.apply",
            [&](Context& c) -> PageAnswer { return ask_page(c, engine, TRY(place_of(c, engine)), {}); }});
  site.add({Method::post, "/registers/{register}/{entry}/bookings/new", Access::right, "register.apply",
            [&](Context& c) { return ask(c, engine); }});
  site.add({Method::get, "/registers/{register}/{entry}/bookings/{booking}", Access::right, "register.read",
            [&](Context& c) -> PageAnswer {
              const Place p = TRY(place_of(c, engine));
              return booking_page(c, engine, p, TRY(seen_booking(c, engine, p)), {});
            }});
  site.add({Method::post, "/registers/{register}/{entry}/bookings/{booking}/decide", Access::right,
            "register.review", [&](Context& c) { return decide(c, engine); }});
  site.add({Method::post, "/registers/{register}/{entry}/bookings/{booking}/return", Access::right,
            "register.review", [&](Context& c) { return give_back(c, engine); }});
  site.add({Method::post, "/registers/{register}/{entry}/bookings/{booking}/cancel", Access::right,
            "register.apply", [&](Context& c) { return cancel(c, engine); }});
}

}  // namespace kepu::registers
