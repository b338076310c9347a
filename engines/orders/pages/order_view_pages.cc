// One order for who works on it: what is asked, where it stands, what can be done now, messages, offers, its
// way.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/site/attachment.h"
#include "engines/orders/pages/order_forms.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr Action kAll[] = {Action::dispatch, Action::claim,  Action::accept,    Action::finish,
                           Action::confirm,  Action::settle, Action::redo,      Action::transfer,
                           Action::split,    Action::merge,  Action::give_back, Action::release,
                           Action::object,   Action::refuse, Action::cancel};

std::vector<Action> allowed_of(Context& context, OrdersEngine& engine, const Order& o) {
  std::vector<Action> out;
  for (const Action a : kAll) {
    if (engine.store().may_act(context.actor, o, a)) out.push_back(a);
  }
  return out;
}

void write_actions(Out& h, Context& context, const Order& o, const std::vector<Action>& allowed,
                   const Choices& g, const Typed& typed, std::optional<Action> typed_of) {
  if (allowed.empty()) return;
  const auto asked = typed_of ? typed_of : parse_action(context.param("do"));
  const bool known = asked && std::count(allowed.begin(), allowed.end(), *asked) != 0;
  const Action shown = known ? *asked : allowed.front();
  form::Values stored;
  stored.add("kind", o.kind);
  if (o.people != 0) stored.add("people", std::to_string(o.people));
  auto view = view_of(context, order_url(o.id) + "/act",
                      std::string(shown == Action::accept ? "指派" : title_of(shown)),
                      typed_of == shown ? typed : Typed{}, std::move(stored));
  view.hidden = {{"do", std::string(to_text(shown))}, {"revision", std::to_string(o.revision)}};
  const auto fields = action_form(shown, o, g, context.today());
  h("{}", html::panel(shown == Action::accept ? "指派队伍" : std::string(title_of(shown)),
                      [&](Out& x) {
                        fields.write(x, view);
                        if (allowed.size() < 2) return;
                        x("<p class=\"mt\">也可以：{}</p>", [&](Out& y) {
                          for (const Action a : allowed) {
                            if (a == shown) continue;
                            const std::string name(to_text(a));
                            y("{} ", html::button_link(a == Action::accept ? "指派队伍" : title_of(a),
                                                       order_url(o.id) + "?do=" + name + "#do-" + name));
                          }
                        });
                      },
                      {.id = "do-" + std::string(to_text(shown))}));
}

void write_offers(Out& h, Context& context, const Order& o, const std::vector<Offer>& offers,
                  const Choices& g) {
  if (o.state != State::claimed && offers.empty()) return;
  h("{}", html::panel("找队伍", [&](Out& x) {
      html::SimpleTable asked{"问过的队伍", {{"队伍"}, {"结果"}, {"为什么问它"}, {"时间"}}, {}};
      for (const auto& f : offers) {
        asked.rows.push_back(
            {f.team_name, std::string(title_of(f.state)) + (f.reason.empty() ? "" : "：" + f.reason), f.why,
             f.state == OfferState::open ? "请在 " + base::to_local(f.until) + " 前答复"
                                         : base::to_local(f.made_at)});
      }
      if (!asked.rows.empty()) x("{}", asked);
      if (o.state != State::claimed || !context.actor.may(kDispatch, o.department)) return;
      x("<p "
        "class=\"before\">平台按“距离、专长、时间、手上的单、近期接单”依次邀约，一次一支；也可以自己选：</"
        "p>");
      html::SimpleTable could{
          "可以邀约的队伍", {{"队伍"}, {"为什么"}, {"代价", html::Column::Kind::number}, {"邀约"}}, {}};
      for (std::size_t i = 0; i < g.teams.size() && i < 8; ++i) {
        const auto& t = g.teams[i];
        could.rows.push_back({t.team.name, t.why, fmt::format("{:.0f}", t.cost), [&context, &o, &t](Out& y) {
                                if (!t.team.lacks.empty()) {
                                  y("<span class=\"muted\">不能邀约</span>");
                                  return;
                                }
                                y("{}", html::PostButton{"邀约" + t.team.name,
                                                         order_url(o.id) + "/offer",
                                                         context.csrf,
                                                         html::Look::plain,
                                                         "",
                                                         {{"team", std::to_string(t.team.team)}}});
                              }});
      }
      if (could.rows.empty())
        x("<p>名录里没有服务这个地方的队伍。</p>");
      else
        x("{}", could);
    }));
}

void write_facts(Out& h, Context& context, OrdersEngine& engine, const Order& o, const Choices& g) {
  const auto calendar = engine.store().parts().calendars.of(context.tenant.id);
  html::Definitions facts;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) facts.items.emplace_back(std::string(name), std::move(value));
  };
  add("要什么", o.title + "（" + kind_title(g.settings, o.kind) + "）");
  add("要求", o.words);
  add(o.day ? "约定时间" : "方便的时间", when_words(o));
  add("地点", area_name(g.units, o.area) + (o.place.empty() ? "" : "　" + o.place));
  add("人数", o.people == 0 ? std::string() : fmt::format("约 {} 人", o.people));
  add("称呼", o.name);
  facts.items.emplace_back("联系电话", [&context, &o](Out& x) {
    if (o.phone.empty()) return x("已按保存期限删除");
    x("{}{}　{}", o.phone, o.phone_proven ? "（已验证）" : "",
      html::PostButton{"查看电话", order_url(o.id) + "/phone", context.csrf, html::Look::link});
  });
  if (o.minor) add("未成年人", "负责的大人：" + o.guardian);
  add("从哪里来", std::string(title_of(o.channel)) + "，" + base::to_local(o.created_at));
  add("核实", unit_name(g.units, o.community));
  if (o.department != 0) add("承办", unit_name(g.units, o.department));
  add("队伍", o.team_name);
  add("时限",
      o.due == 0 ? std::string() : base::to_local(o.due) + "，" + clock_words(o, context.now(), *calendar));
  if (o.rating != 0) add("评价", fmt::format("{} 星　{}", o.rating, o.rating_words));
  add("原因", o.reason);
  if (o.parent != 0)
    facts.items.emplace_back("上级订单",
                             [&o](Out& x) { x("<a href=\"{}\">打开</a>", html::Url{order_url(o.parent)}); });
  if (o.merged_into != 0)
    facts.items.emplace_back(
        "并入", [&o](Out& x) { x("<a href=\"{}\">打开</a>", html::Url{order_url(o.merged_into)}); });
  facts.items.emplace_back("查询码", [&o](Out& x) { x("<code>{}</code>", o.code); });
  h("{}", html::panel("点单内容", facts));
}

http::Response order_page(Context& context, OrdersEngine& engine, const Order& o, const Typed& typed,
                          std::optional<Action> typed_of, const base::Errors& talk_errors = {}) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  const auto allowed = allowed_of(context, engine, o);
  Choices g{*units, *settings, {}, {}, {}};
  if (o.state == State::placed) {
    g.services = engine.store().services(tenant);
    OrderQuery q;
    q.township = o.township;
    q.open_only = true;
    q.limit = 30;
    for (auto& other : engine.store().orders(tenant, q).orders) {
      if (other.id != o.id && other.state != State::split) g.alike.push_back(std::move(other));
    }
    std::stable_sort(g.alike.begin(), g.alike.end(), [&](const Order& a, const Order& b) {
      return likeness(a.title, o.title) > likeness(b.title, o.title);
    });
    if (g.alike.size() > 10) g.alike.resize(10);
  }
  const auto offers = engine.offers().offers(tenant, o.id);
  if (o.state == State::claimed) g.teams = engine.offers().candidates(tenant, o, true);
  const auto talk = engine.resident().messages(tenant, o);
  const auto children = o.state == State::split || o.state == State::closed
                            ? engine.store().children(tenant, o.id)
                            : std::vector<Order>();
  site::Page page;
  page.title = o.number + "　" + base::shorten(o.title, 30);
  page.path = {{"订单", "/orders"}, {o.number, ""}};
  page.note = [&](Out& h) { h("{}", html::light(light_of(o, context.now()), title_of(o.state))); };
  page.body = [&](Out& h) {
    h("{}", steps_of(o));
    write_actions(h, context, o, allowed, g, typed, typed_of);
    write_offers(h, context, o, offers, g);
    if (!children.empty()) {
      html::SimpleTable rows{"子订单", {{"要什么"}, {"状态"}, {"承办"}}, {}};
      for (const auto& c : children)
        rows.rows.push_back(
            {[c](Out& x) { x("<a href=\"{}\">{}　{}</a>", html::Url{order_url(c.id)}, c.number, c.title); },
             std::string(title_of(c.state)), unit_name(*units, c.department)});
      h("{}", html::panel("子订单", rows));
    }
    write_facts(h, context, engine, o, g);
    const auto came = engine.serving().presence(tenant, o.id);
    if (o.day && (o.state == State::accepted || o.state == State::serving) &&
        context.actor.may(kCheck, o.community)) {
      h("{}", html::panel("签到码", [&](Out& x) {
          x("<p>到场码 <b>{}</b>　离场码 <b>{}</b></p><p "
            "class=\"hint\">群众不方便看手机的，由村、社区当场告诉服务队。</p>",
            engine.serving().code(tenant, o, false), engine.serving().code(tenant, o, true));
        }));
    }
    if (const auto shifts = engine.shifts().shifts(tenant, o.id); !shifts.empty())
      h("{}", html::panel("班次", [&](Out& x) { write_shifts(x, context, o, shifts, {}); }));
    if (const auto photos = engine.serving().photos(tenant, o.id); !photos.empty())
      h("{}", html::panel("现场照片",
                          [&](Out& x) { site::write_attachments(x, photos, order_url(o.id) + "/photos"); }));
    if (!came.empty()) h("{}", html::panel("到场的人", [&](Out& x) { write_presence(x, context, o, came); }));
    h("{}", html::panel("留言", [&](Out& x) {
        if (talk.empty())
          x("<p class=\"muted\">还没有留言。</p>");
        else
          write_talk(x, talk);
        for (const auto& e : talk_errors) x("<p class=\"err\">{}</p>", e.message);
        x("<form method=\"post\" action=\"{}/message\"><input type=\"hidden\" name=\"csrf\" "
          "value=\"{}\"><div "
          "class=\"field\"><label for=\"f-message\">回复群众</label><textarea class=\"in\" id=\"f-message\" "
          "name=\"message\" "
          "rows=\"2\" maxlength=\"500\">{}</textarea></div>{}</form>",
          html::Url{order_url(o.id)}, context.csrf,
          talk_errors.empty() ? std::string_view() : context.field("message"),
          html::button("发送", html::Look::plain));
      }));
    h("{}", html::panel("办理经过",
                        [&](Out& x) { write_history(x, engine.store().history(tenant, o.id), false); }));
  };
  return site::page(context, std::move(page), typed.empty() && talk_errors.empty() ? 200 : 422);
}

PageAnswer show_order(Context& context, OrdersEngine& engine) {
  return order_page(context, engine, TRY(seen_order(context, engine)), {}, {});
}

base::Done split(Context& context, OrdersEngine& engine, const Order& o, std::int64_t revision,
                 const form::Values& v) {
  std::vector<Part> parts;
  for (int i = 1; i <= kSplitParts; ++i) {
    Part part;
    part.service = base::parse_id(v.text(fmt::format("service{}", i))).value_or(0);
    part.title = v.text(fmt::format("title{}", i));
    if (part.service != 0 || !base::trim(part.title).empty()) parts.push_back(std::move(part));
  }
  const auto done = engine.store().split(by(context), o.id, revision, parts);
  if (!done) return tl::unexpected(done.error());
  return {};
}

base::Done apply(Context& context, OrdersEngine& engine, const Order& o, Action action,
                 const form::Values& v) {
  Act act;
  act.action = action;
  act.revision = base::parse_int(context.field("revision")).value_or(-1);
  act.text = v.text("text");
  act.unit = base::parse_id(v.text("unit")).value_or(0);
  act.kind = v.text("kind");
  act.into = base::parse_id(v.text("into")).value_or(0);
  act.rating = static_cast<int>(base::parse_int(v.text("rating")).value_or(0));
  if (action == Action::split) return split(context, engine, o, act.revision, v);
  base::Result<Order> done = o;
  if (action == Action::accept) {
    act.day = v.date("day");
    const auto from = parse_clock(v.text("from")), to = parse_clock(v.text("to"));
    if (!from || !to)
      return refuse(Code::invalid, "order.day", "时间请写成 14:30 这样。", from ? "to" : "from");
    act.from = *from;
    act.to = *to;
    done = engine.offers().assign(by(context), o.id, act.revision, base::parse_id(v.text("team")).value_or(0),
                                  act);
  } else if (action == Action::finish) {
    done = engine.offers().finish(by(context), o.id, act.revision,
                                  static_cast<int>(base::parse_int(v.text("people")).value_or(-1)), act.text);
  } else {
    done = engine.store().act(by(context), o.id, act);
  }
  if (!done) return tl::unexpected(done.error());
  return {};
}

PageAnswer do_act(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  const auto action = parse_action(context.field("do"));
  if (!action) return refuse(Code::invalid, "order.action", "看不懂要办什么，请从订单页面重新操作。");
  TRY(engine.store().may_act(context.actor, o, *action));
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  Choices g{*units, *settings, engine.store().services(tenant), {}, {}};
  if (*action == Action::merge) {
    OrderQuery q;
    q.township = o.township;
    q.open_only = true;
    q.limit = 200;
    g.alike = engine.store().orders(tenant, q).orders;
  }
  if (*action == Action::accept) g.teams = engine.offers().candidates(tenant, o, true);
  auto in = action_form(*action, o, g, context.today()).check(context.request.form);
  if (in.ok()) {
    const auto done = apply(context, engine, o, *action, in.values);
    if (done) {
      context.say(html::Tone::green, std::string(title_of(*action)) + "：已办理。");
      const auto now_is = engine.store().order(tenant, o.id);
      return site::redirect(now_is && engine.store().may_see(context.actor, *now_is) ? order_url(o.id)
                                                                                     : "/orders");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return order_page(context, engine, TRY(engine.store().order(tenant, o.id)), {in.values, in.errors},
                    *action);
}

PageAnswer do_phone(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  std::vector<Id> teams;
  for (const auto& t : engine.offers().teams_of(context.actor)) teams.push_back(t.entry);
  const std::string phone = TRY(engine.store().open_phone(by(context), o.id, teams));
  context.say(html::Tone::blue, fmt::format("{}的联系电话：{}。这次查看已记入日志。", o.name, phone));
  return site::redirect(order_url(o.id));
}

PageAnswer do_offer(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  const auto made = engine.offers().offer(by(context), o.id, TRY(context.field_id("team")));
  if (!made) {
    if (!belongs_to_form(made.error())) return tl::unexpected(made.error());
    context.say(html::Tone::amber, made.error().message);
  } else {
    context.say(html::Tone::green, "已发出邀约。");
  }
  return site::redirect(order_url(o.id));
}

PageAnswer show_photo(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  for (const auto& photo : engine.serving().photos(context.tenant.id, o.id)) {
    if (photo.sha256 == context.variable("photo")) return site::attachment_answer(context, photo);
  }
  return refuse(Code::not_found, "photo.missing", "这一单没有这张照片。");
}

PageAnswer do_message(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  const auto done = engine.resident().say(by(context), o.id, base::valid_utf8(context.field("message")));
  if (done) return site::redirect(order_url(o.id));
  if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
  return order_page(context, engine, o, {}, {}, {done.error()});
}

}  // namespace

void add_view_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/orders/{order}", Access::signed_in, "",
            [&](Context& c) { return show_order(c, engine); }});
  site.add({Method::get, "/orders/{order}/photos/{photo}", Access::signed_in, "",
            [&](Context& c) { return show_photo(c, engine); }});
  site.add({Method::post, "/orders/{order}/act", Access::right, std::string(kRead),
            [&](Context& c) { return do_act(c, engine); }});
  site.add({Method::post, "/orders/{order}/phone", Access::signed_in, "",
            [&](Context& c) { return do_phone(c, engine); }});
  site.add({Method::post, "/orders/{order}/offer", Access::right, std::string(kDispatch),
            [&](Context& c) { return do_offer(c, engine); }});
  site.add({Method::post, "/orders/{order}/message", Access::right, std::string(kRead),
            [&](Context& c) { return do_message(c, engine); }});
}

}  // namespace kepu::orders
