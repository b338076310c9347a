// 班次: what an accepted order needs, who does it; members sign up, the leader plans and puts in.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

std::string shifts_url(Id order) { return fmt::format("/my/service/{}/shifts", order); }

form::Form shift_form() {
  std::vector<form::Option> options;
  for (const Role r : roles()) options.push_back({std::string(to_text(r)), std::string(title_of(r))});
  return form::Form({{.name = "role",
                      .label = "岗位",
                      .kind = form::Kind::select,
                      .required = true,
                      .options = options,
                      .short_field = true},
                     {.name = "places",
                      .label = "几个人",
                      .kind = form::Kind::integer,
                      .required = true,
                      .min = 1,
                      .max = kMostPlaces,
                      .unit = "人",
                      .short_field = true},
                     time_field("from", "开始"),
                     time_field("to", "结束")});
}

form::Form put_form(const std::vector<form::Option>& members) {
  return form::Form({{.name = "person",
                      .label = "安排谁",
                      .kind = form::Kind::select,
                      .required = true,
                      .hint = "有安排的队员会收到通知",
                      .options = members}});
}

std::string clock_text(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

form::Values proposed(const Order& o) {
  form::Values v;
  v.add("places", "1");
  v.add("from", o.to == 0 ? "" : clock_text(o.from));
  v.add("to", o.to == 0 ? "" : clock_text(o.to));
  return v;
}

struct Refused {
  Id shift = 0;  // whose put-in form was refused; 0: the form for a new one
  Typed typed;
};

http::Response shifts_page(Context& context, OrdersEngine& engine, const Order& o, Id self,
                           const Refused& refused) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto shifts = engine.shifts().shifts(tenant, o.id);
  const bool leader = context.actor.may(kServe);
  const bool open = o.state == State::accepted || o.state == State::serving;
  const Id putting = refused.shift != 0 ? refused.shift : base::parse_id(context.param("put")).value_or(0);
  const auto target =
      std::find_if(shifts.begin(), shifts.end(), [&](const Shift& s) { return s.id == putting; });
  site::Page page;
  page.title = "班次：" + base::shorten(o.title, 30);
  page.path = {{"我的服务", "/my/service"}, {o.number, ""}};
  page.narrow = true;
  page.note = when_words(o);
  page.body = [&](Out& h) {
    h("{}", html::panel("这一单", [&](Out& x) {
        html::Definitions facts;
        facts.items.emplace_back("时间", when_words(o));
        facts.items.emplace_back("地点", area_name(*units, o.area) + (o.place.empty() ? "" : "　" + o.place));
        const std::string required = engine.offers().required(tenant, o);
        if (!required.empty()) facts.items.emplace_back("讲师", "要在“" + required + "”在册");
        x("{}", facts);
      }));
    h("{}", html::panel("班次和岗位", [&](Out& x) {
        if (shifts.empty()) {
          x("<p class=\"muted\">{}</p>",
            leader ? "还没有排班。人少的服务也可以不排，队员凭到场码签到就行。" : "队长还没有排班。");
          return;
        }
        write_shifts(x, context, o, shifts, open ? std::optional(self) : std::nullopt);
      }));
    if (!leader || !open) return;
    if (target != shifts.end()) {
      h("{}",
        html::panel(fmt::format("安排{}，{}", title_of(target->role), shift_span(*target)), [&](Out& x) {
          auto view = view_of(context, fmt::format("{}/{}/put", shifts_url(o.id), target->id), "安排",
                              refused.shift != 0 ? refused.typed : Typed{});
          put_form(member_options(engine, tenant, o)).write(x, view);
          x("<p class=\"mt\">{}</p>", html::button_link("不安排了", shifts_url(o.id)));
        }));
      return;
    }
    h("{}", html::panel("加一个班次", [&](Out& x) {
        shift_form().write(x, view_of(context, shifts_url(o.id) + "/add", "加班次",
                                      refused.shift == 0 ? refused.typed : Typed{}, proposed(o)));
      }));
  };
  return site::page(context, std::move(page), refused.typed.empty() ? 200 : 422);
}

struct Own {
  Order order;
  Id self = 0;
};
base::Result<Own> own_order(Context& context, OrdersEngine& engine) {
  Own out;
  const auto seen = engine.serving().order_of_member(context.actor, TRY(context.id("order")), out.self);
  if (!seen) return refuse(Code::not_found, "order.not_found", "没有这个订单，或者不是您的队伍去的。");
  out.order = *seen;
  return out;
}

PageAnswer show(Context& context, OrdersEngine& engine) {
  const Own own = TRY(own_order(context, engine));
  return shifts_page(context, engine, own.order, own.self, {});
}

PageAnswer add(Context& context, OrdersEngine& engine) {
  const Own own = TRY(own_order(context, engine));
  auto in = shift_form().check(context.request.form);
  if (in.ok()) {
    Shift shift;
    shift.order = own.order.id;
    shift.role = parse_role(in.values.text("role")).value_or(Role::help);
    shift.places = static_cast<int>(base::parse_int(in.values.text("places")).value_or(0));
    const auto from = parse_clock(in.values.text("from")), to = parse_clock(in.values.text("to"));
    base::Result<Id> done =
        refuse(Code::invalid, "serve.time", "时间请写成 14:30 这样。", from ? "to" : "from");
    if (from && to) {
      const Millis day = base::start_of(own.order.day.value_or(context.today()));
      shift.from = day + static_cast<Millis>(*from) * 60'000;
      shift.to = day + static_cast<Millis>(*to) * 60'000;
      done = engine.shifts().add(by(context), shift);
    }
    if (done) {
      context.say(html::Tone::green, "已加班次。队员在“我的服务”里报名，您也可以直接安排。");
      return site::redirect(shifts_url(own.order.id));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return shifts_page(context, engine, own.order, own.self, {0, {in.values, in.errors}});
}

PageAnswer put(Context& context, OrdersEngine& engine) {
  const Own own = TRY(own_order(context, engine));
  const Id shift = TRY(context.id("shift"));
  auto in = put_form(member_options(engine, context.tenant.id, own.order)).check(context.request.form);
  if (in.ok()) {
    const Id person = base::parse_id(in.values.text("person")).value_or(0);
    const auto done = engine.shifts().join(by(context), own.order.id, shift, person);
    if (done) {
      context.say(html::Tone::green, "已安排，并通知了本人。");
      return site::redirect(shifts_url(own.order.id));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return shifts_page(context, engine, own.order, own.self, {shift, {in.values, in.errors}});
}

enum class Deed { join, leave, remove };

PageAnswer change(Context& context, OrdersEngine& engine, Deed deed) {
  const Own own = TRY(own_order(context, engine));
  const Id shift = TRY(context.id("shift"));
  auto& store = engine.shifts();
  base::Done done;
  std::string_view told;
  switch (deed) {
    case Deed::join:
      done = store.join(by(context), own.order.id, shift, 0);
      told = "已报名。请按时到场，去不了请尽早退出。";
      break;
    case Deed::leave:
      done =
          store.leave(by(context), own.order.id, shift, base::parse_id(context.field("person")).value_or(0));
      told = "已退出这个班次。";
      break;
    case Deed::remove:
      done = store.remove(by(context), own.order.id, shift);
      told = "已取消这个班次，并通知了报名的队员。";
      break;
  }
  if (!done && !belongs_to_form(done.error())) return tl::unexpected(done.error());
  context.say(done ? html::Tone::green : html::Tone::amber, done ? std::string(told) : done.error().message);
  return site::redirect(shifts_url(own.order.id));
}

}  // namespace

std::string shift_span(const Shift& s) {
  return base::to_local(s.from).substr(11) + "–" + base::to_local(s.to).substr(11);
}

void write_shifts(Out& h, const Context& context, const Order& o, const std::vector<Shift>& shifts,
                  std::optional<Id> self) {
  const bool leader = self && context.actor.may(kServe);
  html::SimpleTable table{"班次", {{"岗位"}, {"时间"}, {"谁去"}, {"还缺", html::Column::Kind::number}}, {}};
  if (self) table.columns.push_back({"办理"});
  for (const auto& s : shifts) {
    const std::string url = fmt::format("{}/{}", shifts_url(o.id), s.id);
    const bool mine = self && std::any_of(s.people.begin(), s.people.end(),
                                          [&](const Duty& d) { return d.person == *self; });
    table.rows.push_back({std::string(title_of(s.role)), shift_span(s),
                          [&context, s, url, leader, self](Out& x) {
                            if (s.people.empty()) x("<span class=\"muted\">还没有人</span>");
                            for (const auto& d : s.people) {
                              x("<div>{}{} {}</div>", d.name, d.put_in_by.empty() ? "" : "（队长安排）",
                                [&](Out& y) {
                                  if (leader && d.person != *self)
                                    y("{}", html::PostButton{"撤下",
                                                             url + "/leave",
                                                             context.csrf,
                                                             html::Look::link,
                                                             "",
                                                             {{"person", std::to_string(d.person)}}});
                                });
                            }
                          },
                          s.open() <= 0 ? std::string("齐了") : fmt::format("{}", s.open())});
    if (!self) continue;
    table.rows.back().push_back([&context, &o, s, url, mine, leader](Out& x) {
      if (mine)
        x("{}", html::PostButton{"退出", url + "/leave", context.csrf,
                                 leader ? html::Look::link : html::Look::plain});
      else if (s.open() > 0)
        x("{}", html::PostButton{"报名", url + "/join", context.csrf,
                                 leader ? html::Look::link : html::Look::primary});
      if (!leader) return;
      if (s.open() > 0)
        x(" {}", html::button_link("安排队员", fmt::format("{}?put={}", shifts_url(o.id), s.id), "",
                                   html::Look::link));
      if (s.from > context.now())
        x(" {}", html::PostButton{"取消班次", url + "/remove", context.csrf, html::Look::link});
    });
  }
  h("{}", table);
}

void add_shift_pages(site::Site& site, OrdersEngine& engine) {
  const std::string join(kJoin), serve(kServe);
  site.add({Method::get, "/my/service/{order}/shifts", Access::right, join,
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::post, "/my/service/{order}/shifts/add", Access::right, serve,
            [&](Context& c) { return add(c, engine); }});
  site.add({Method::post, "/my/service/{order}/shifts/{shift}/join", Access::right, join,
            [&](Context& c) { return change(c, engine, Deed::join); }});
  site.add({Method::post, "/my/service/{order}/shifts/{shift}/put", Access::right, serve,
            [&](Context& c) { return put(c, engine); }});
  site.add({Method::post, "/my/service/{order}/shifts/{shift}/leave", Access::right, join,
            [&](Context& c) { return change(c, engine, Deed::leave); }});
  site.add({Method::post, "/my/service/{order}/shifts/{shift}/remove", Access::right, serve,
            [&](Context& c) { return change(c, engine, Deed::remove); }});
}

}  // namespace kepu::orders
