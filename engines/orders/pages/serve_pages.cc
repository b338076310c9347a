// 我的服务: a member of a team on his phone: where to go, signing in and out by the code of the place; the
// leader fills in who had no phone, and notes who did not come.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

struct Refused {
  std::string deed;
  Id order = 0;
  Typed typed;
};

form::Form fill_form(const std::vector<form::Option>& members) {
  return form::Form(
      {{.name = "person", .label = "队员", .kind = form::Kind::select, .required = true, .options = members},
       time_field("from", "到场"),
       time_field("to", "离场"),
       {.name = "reason", .label = "为什么没有当场签到", .required = true, .max_length = 200}});
}
form::Form absent_form(const std::vector<form::Option>& members, const std::vector<Shift>& shifts) {
  std::vector<form::Field> fields = {{.name = "person",
                                      .label = "谁没有来",
                                      .kind = form::Kind::select,
                                      .required = true,
                                      .options = members}};
  if (!shifts.empty()) {
    std::vector<form::Option> options;
    for (const auto& s : shifts)
      options.push_back({std::to_string(s.id), std::string(title_of(s.role)) + " " + shift_span(s)});
    fields.push_back({.name = "shift",
                      .label = "哪个班次",
                      .kind = form::Kind::select,
                      .hint = "整单都没有来的不用选",
                      .options = std::move(options)});
  }
  fields.push_back({.name = "reason", .label = "说明", .max_length = 200});
  return form::Form(std::move(fields));
}

html::Light light_of(PresenceState s) {
  switch (s) {
    case PresenceState::out:
    case PresenceState::approved:
      return html::Light::done;
    case PresenceState::in:
      return html::Light::ok;
    case PresenceState::waiting:
      return html::Light::watch;
    case PresenceState::no_show:
    case PresenceState::refused:
      return html::Light::late;
    case PresenceState::expected:
      return html::Light::idle;
  }
  return html::Light::idle;
}

std::string span_words(const Presence& p) {
  if (p.state == PresenceState::no_show) return "—";
  std::string out = base::to_local(p.in_at);
  if (p.out_at != 0)
    out += " 至 " + base::to_local(p.out_at).substr(11) + fmt::format("，{:.1f} 小时", p.hours());
  return out;
}

// 讲师 09:00–11:00，领队 14:00–16:00
std::string duty_words(const std::vector<Shift>& shifts, std::optional<Id> person) {
  std::vector<std::string> out;
  for (const auto& s : shifts) {
    for (const auto& d : s.people) {
      if (person && d.person == *person) out.push_back(std::string(title_of(s.role)) + " " + shift_span(s));
    }
  }
  return base::join(out, "，");
}

void write_shift_link(Out& h, const Order& o, const std::vector<Shift>& shifts, bool leader) {
  if (shifts.empty() && !leader) return;
  int open = 0;
  for (const auto& s : shifts) open += std::max(0, s.open());
  h("<p>{}　{}</p>",
    shifts.empty() ? std::string("还没有排班")
    : open == 0    ? std::string("各班次人齐了")
                   : fmt::format("还缺 {} 人", open),
    html::button_link(leader ? "排班" : "看班次、报名", fmt::format("/my/service/{}/shifts", o.id)));
}

// What the page of a member knows beside the order, looked up once for all of them.
struct Known {
  std::optional<Id> person;  // the member in the registers
  std::map<Id, std::vector<Presence>> presence;
  std::map<Id, std::vector<Shift>> shifts;
};

// One order of the member: what is asked, his shift, signing in and out on the day, the leader's tools.
void write_card(Out& x, Context& context, OrdersEngine& engine, const Order& o, const Known& known,
                const Refused& refused, bool open) {
  static const std::vector<Presence> kNobody;
  static const std::vector<Shift> kNone;
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const bool leader = context.actor.may(kServe), served = o.state == State::served;
  const auto came = known.presence.find(o.id);
  const auto planned = known.shifts.find(o.id);
  const auto& all = came == known.presence.end() ? kNobody : came->second;
  const auto& shifts = planned == known.shifts.end() ? kNone : planned->second;
  const auto& person = known.person;
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [&](const Presence& p) { return person && p.person == *person; });
  const Presence* own = last == all.rend() ? nullptr : &*last;
  html::Definitions facts;
  facts.items.emplace_back("时间", when_words(o));
  facts.items.emplace_back("地点", area_name(*units, o.area) + (o.place.empty() ? "" : "　" + o.place));
  if (!o.words.empty()) facts.items.emplace_back("要求", o.words);
  if (const std::string duty = duty_words(shifts, person); !duty.empty())
    facts.items.emplace_back("您的班次", duty);
  if (own != nullptr)
    facts.items.emplace_back("您", std::string(title_of(own->state)) + "　" + span_words(*own));
  x("{}", facts);
  if (!served) write_shift_link(x, o, shifts, leader);
  const bool leaving = own != nullptr && own->state == PresenceState::in;
  const bool here = refused.order == o.id;
  if (leaving || (!served && signs_in_now(o, context.now())) || (here && refused.deed == "in")) {
    write_sign_form(x, context, o, leaving, own != nullptr,
                    here && (refused.deed == "in" || refused.deed == "out") ? refused.typed : Typed{});
  } else if (!served) {
    x("<p class=\"hint\">当天到了现场，在这里输入现场的人告诉您的到场码签到。</p>");
  }
  if (!leader || o.state == State::accepted) return;
  if (!open) {
    x("<p class=\"mt\">{}</p>", html::button_link("补录、记缺席", fmt::format("/my/service?open={}", o.id)));
    return;
  }
  const auto view = [&](std::string_view deed, std::string submit) {
    auto v = view_of(context, fmt::format("/my/service/{}/{}", o.id, deed), std::move(submit),
                     refused.deed == deed && here ? refused.typed : Typed{});
    v.guard = false;
    return v;
  };
  const std::string_view part = refused.deed.empty() ? context.param("part") : std::string_view(refused.deed);
  if (part == "fill") {
    fill_form(member_options(engine, tenant, o)).write(x, view("fill", "补录，等部门批准"));
  } else if (part == "absent") {
    absent_form(member_options(engine, tenant, o), shifts).write(x, view("absent", "记为缺席"));
  }
  write_presence(x, context, o, all);
  x("<p class=\"mt\">{} {}</p>",
    html::button_link("补录没有手机的队员", fmt::format("/my/service?open={}&part=fill", o.id)),
    html::button_link("记缺席", fmt::format("/my/service?open={}&part=absent", o.id)));
}

http::Response service_page(Context& context, OrdersEngine& engine, const Refused& refused) {
  const auto orders = engine.serving().orders_of(context.actor);
  std::vector<Id> ids;
  for (const auto& o : orders) ids.push_back(o.id);
  const Id tenant = context.tenant.id;
  const Known known{engine.registers().person_of_account(tenant, context.actor.person),
                    engine.serving().presence_at(tenant, ids), engine.shifts().shifts_of(tenant, ids)};
  const Id shown = refused.order != 0 ? refused.order : base::parse_id(context.param("open")).value_or(0);
  site::Page page;
  page.title = "我的服务";
  page.path = {{"我的服务", ""}};
  page.narrow = true;
  page.note = orders.empty() ? std::string("没有要去的服务") : fmt::format("{} 单", orders.size());
  page.actions = [&](Out& h) { h("{}", html::button_link("我的档案", "/registers/record", "user")); };
  page.body = [&](Out& h) {
    // What was typed without network belongs to this person; nobody else who uses the device sends it.
    h("<div id=\"sign-state\" class=\"visit-state\" aria-live=\"polite\" data-person=\"{}\" "
      "data-csrf=\"{}\"></div>",
      context.actor.person, context.csrf);
    if (orders.empty())
      h("{}", html::EmptyState{"您的服务队现在没有接下的订单。接单后会列在这里。", {}, {}, "calendar-event"});
    for (const auto& o : orders)
      h("{}", html::panel(o.title, [&](Out& x) {
          write_card(x, context, engine, o, known, refused, shown == o.id || orders.size() == 1);
        }));
  };
  return site::page(context, std::move(page), refused.typed.empty() ? 200 : 422);
}

PageAnswer do_code(Context& context, OrdersEngine& engine, bool leaving) {
  const Id id = TRY(context.id("order"));
  const bool json = wants_json(context);
  auto in = sign_fields().check(context.request.form);
  if (in.ok()) {
    // When it was typed without network, the device says when.
    const ServeStore::Typed typed{in.values.text("code"), base::parse_int(context.field("at")).value_or(0),
                                  std::string(context.field("key"))};
    const auto done = leaving ? engine.serving().sign_out(by(context), id, typed)
                              : engine.serving().sign_in(by(context), id, typed);
    if (done) {
      context.say(html::Tone::green,
                  leaving ? "已签离。群众确认后，时长记入您的档案。" : "已签到。离开时别忘了签离。");
      if (json) return answer_json(200, [](base::Json& j) { j.field("url", "/my/service"); });
      return site::redirect("/my/service");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  if (json) return answer_json(422, [&](base::Json& j) { j.field("message", in.errors.front().message); });
  return service_page(context, engine, {leaving ? "out" : "in", id, {in.values, in.errors}});
}

PageAnswer do_person(Context& context, OrdersEngine& engine, bool absent) {
  const Id tenant = context.tenant.id;
  const Id id = TRY(context.id("order"));
  const Order o = TRY(engine.store().order(tenant, id));
  const auto teams = engine.serving().teams_of(context.actor);
  if (std::count(teams.begin(), teams.end(), o.team) == 0)
    return refuse(Code::not_found, "order.not_found", "没有这个订单，或者不是您的队伍去的。");
  const auto members = member_options(engine, tenant, o);
  auto in = absent ? absent_form(members, engine.shifts().shifts(tenant, id)).check(context.request.form)
                   : fill_form(members).check(context.request.form);
  if (in.ok()) {
    const Id person = base::parse_id(in.values.text("person")).value_or(0);
    base::Done done;
    if (absent) {
      done = engine.serving().no_show(by(context), id, person, in.values.text("reason"),
                                      base::parse_id(in.values.text("shift")).value_or(0));
    } else {
      const auto from = parse_clock(in.values.text("from")), to = parse_clock(in.values.text("to"));
      const Date day = o.day.value_or(context.today());
      const auto at = [&](int minutes) {
        return base::start_of(day) + static_cast<Millis>(minutes) * 60'000;
      };
      done = !from || !to ? base::Done(refuse(Code::invalid, "serve.time", "时间请写成 14:30 这样。",
                                              from ? "to" : "from"))
                          : engine.serving().fill_in(by(context), id, person, at(*from), at(*to),
                                                     in.values.text("reason"));
    }
    if (done) {
      context.say(html::Tone::green, absent ? "已记为缺席。" : "已补录，等承办部门批准。");
      return site::redirect(fmt::format("/my/service?open={}", id));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return service_page(context, engine, {absent ? "absent" : "fill", id, {in.values, in.errors}});
}

PageAnswer do_decide(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  const Id person = TRY(context.field_id("person"));
  const bool approved = context.field("approved") == "1";
  const int visit = static_cast<int>(base::parse_int(context.field("visit")).value_or(1));
  const auto done =
      engine.serving().decide(by(context), o.id, person, visit, approved, approved ? "" : "与现场情况不符");
  if (!done && !belongs_to_form(done.error())) return tl::unexpected(done.error());
  if (done) {
    context.say(html::Tone::green, approved ? "已批准补录的时长。" : "没有批准，已告诉队长。");
  } else {
    context.say(html::Tone::amber, done.error().message);
  }
  return site::redirect(order_url(o.id));
}

}  // namespace

std::vector<form::Option> member_options(OrdersEngine& engine, Id tenant, const Order& o) {
  std::vector<form::Option> out;
  for (const auto& m : engine.registers().members(tenant, o.team)) {
    if (m.person == 0) continue;
    const int absent = engine.serving().no_shows(tenant, m.person);
    out.push_back({std::to_string(m.person),
                   absent == 0 ? m.name : fmt::format("{}（近 90 天缺席 {} 次）", m.name, absent)});
  }
  return out;
}

void write_presence(Out& h, const Context& context, const Order& o, const std::vector<Presence>& presence) {
  if (presence.empty()) return;
  const bool decides = o.department != 0 && context.actor.may(kDispatch, o.department);
  html::SimpleTable table{"到场的人", {{"姓名"}, {"情况"}, {"时间"}, {"怎么证明"}}, {}};
  for (const auto& p : presence) {
    table.rows.push_back(
        {p.name, [p](Out& x) { x("{}", html::light(light_of(p.state), title_of(p.state))); }, span_words(p),
         [p, &context, &o, decides](Out& x) {
           if (p.kind == PresenceKind::code) return x("现场的码");
           x("{}：{}", p.filled_by, p.reason.empty() ? std::string("没有说明") : p.reason);
           if (!p.decided_by.empty())
             x("；{}{}", p.decided_by, p.state == PresenceState::approved ? "批准" : "未批准");
           if (p.state != PresenceState::waiting || !decides) return;
           const auto decide = [&](std::string_view words, std::string_view yes) {
             return html::PostButton{std::string(words) + p.name + "的补录",
                                     order_url(o.id) + "/hours",
                                     context.csrf,
                                     html::Look::plain,
                                     "",
                                     {{"person", std::to_string(p.person)},
                                      {"visit", std::to_string(p.visit)},
                                      {"approved", std::string(yes)}}};
           };
           x("{} {}", decide("批准", "1"), decide("不批准", "0"));
         }});
  }
  h("{}", table);
}

void add_serve_pages(site::Site& site, OrdersEngine& engine) {
  const std::string join(kJoin), serve(kServe);
  site.add({Method::get, "/my/service", Access::right, join,
            [&](Context& c) -> PageAnswer { return service_page(c, engine, {}); }});
  site.add({Method::post, "/my/service/{order}/in", Access::right, join,
            [&](Context& c) { return do_code(c, engine, false); }});
  site.add({Method::post, "/my/service/{order}/out", Access::right, join,
            [&](Context& c) { return do_code(c, engine, true); }});
  site.add({Method::post, "/my/service/{order}/fill", Access::right, serve,
            [&](Context& c) { return do_person(c, engine, false); }});
  site.add({Method::post, "/my/service/{order}/absent", Access::right, serve,
            [&](Context& c) { return do_person(c, engine, true); }});
  site.add({Method::post, "/orders/{order}/hours", Access::right, std::string(kDispatch),
            [&](Context& c) { return do_decide(c, engine); }});
}

}  // namespace kepu::orders
