// 订单: the list, what waits for me, and dispatching several at once.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using http::Method;
using site::Access;

namespace {

template <class T>
std::pair<std::string, std::string> option(T value) {
  return {std::string(to_text(value)), std::string(title_of(value))};
}

table::Table<Order> order_table(Context& context, OrdersEngine& engine, const auth::UnitTree& units,
                                const Settings& settings, const calendar::Calendar& calendar) {
  const Millis now = context.now();
  table::Table<Order> table({.id = "orders",
                             .caption = "订单",
                             .search_hint = "服务、要求、地点、订单号，两个字就能查",
                             .unit = "单"});
  table
      .column({.key = "title", .title = "要什么", .sortable = false, .full_on_phone = true, .width = 30},
              [](const Order& o) { return table::link(o.title, order_url(o.id)); })
      .column(
          {.key = "state", .title = "状态", .sortable = false},
          [now](const Order& o) { return table::status(light_of(o, now), std::string(title_of(o.state))); })
      .column({.key = "clock", .title = "时限", .note = "按工作日、每天 8 小时计算"},
              [now, &calendar](const Order& o) { return table::text(clock_words(o, now, calendar)); })
      .column({.key = "area", .title = "地点", .sortable = false, .width = 22},
              [&units](const Order& o) { return table::text(area_name(units, o.area)); })
      .column({.key = "when", .title = "日期", .width = 20},
              [](const Order& o) { return table::text(when_words(o)); })
      .column({.key = "department", .title = "承办", .sortable = false, .hide_on_phone = true, .width = 18},
              [&units](const Order& o) {
                return o.department == 0 ? table::missing() : table::text(unit_name(units, o.department));
              })
      .column({.key = "team", .title = "队伍", .sortable = false, .hide_on_phone = true, .width = 18},
              [](const Order& o) { return table::text(o.team_name); })
      .column({.key = "people", .title = "人数", .number = true, .hide_on_phone = true},
              [](const Order& o) { return o.people == 0 ? table::missing() : table::count(o.people); })
      .column({.key = "rating", .title = "评价", .number = true, .sortable = false, .export_only = true},
              [](const Order& o) { return o.rating == 0 ? table::missing() : table::count(o.rating); })
      .column({.key = "kind", .title = "类别", .sortable = false, .export_only = true},
              [&settings](const Order& o) { return table::text(kind_title(settings, o.kind)); })
      .column({.key = "number", .title = "订单号", .width = 16},
              [](const Order& o) { return table::text(o.number); })
      .column({.key = "placed", .title = "点单时间", .sortable = false, .export_only = true, .width = 18},
              [](const Order& o) { return table::text(base::to_local(o.created_at)); });
  std::vector<std::pair<std::string, std::string>> states = {
      {"open", "未办结"}, {"late", "超时"}, {"soon", "今天到期"}};
  for (const State s :
       {State::placed, State::dispatched, State::claimed, State::accepted, State::serving, State::served,
        State::review, State::split, State::closed, State::refused, State::merged, State::cancelled})
    states.push_back(option(s));
  table.filter({.key = "state", .title = "状态", .options = std::move(states)});
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const auto& k : settings.kinds) kinds.emplace_back(k.key, k.title);
  table.filter({.key = "kind", .title = "类别", .options = std::move(kinds)});
  std::vector<std::pair<std::string, std::string>> townships, departments;
  for (const auto& u : units.all()) {
    if (u.active && u.kind == auth::UnitKind::township) townships.emplace_back(std::to_string(u.id), u.name);
    if (u.active && u.kind == auth::UnitKind::department)
      departments.emplace_back(std::to_string(u.id), u.name);
  }
  table.filter({.key = "township", .title = "乡镇", .options = std::move(townships)});
  if (context.actor.may_everywhere(kRead))
    table.filter({.key = "department", .title = "承办", .options = std::move(departments)});
  (void)engine;
  return table;
}

// The columns that sort, as the store names them.
std::string sorting_of(const table::Query& query) {
  const std::string down = query.descending ? " desc" : "";
  if (query.sort == "clock") return "due" + down;
  if (query.sort == "when") return "first_day" + down;
  if (query.sort == "people") return "people" + down;
  return query.sort == "number" ? "id" + down : "id desc";
}

PageAnswer list_orders(Context& context, OrdersEngine& engine) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  const auto calendar = engine.store().parts().calendars.of(tenant);
  const auto scope = scope_of(context.actor);
  const auto table = order_table(context, engine, *units, *settings, *calendar);
  const Millis end_of_day = base::start_of(base::from_days(base::to_days(context.today()) + 1));
  bool cut = false;  // more than is counted
  const table::Source<Order> source = [&](const table::Wanted& wanted) {
    OrderQuery q;
    q.units = scope;
    const auto state = wanted.query.filter("state");
    q.open_only = state == "open";
    if (state == "late") q.due_before = context.now();
    if (state == "soon") q.due_before = end_of_day;
    q.state = parse_state(state);
    q.kind = wanted.query.filter("kind");
    q.township = base::parse_id(wanted.query.filter("township")).value_or(0);
    q.department = base::parse_id(wanted.query.filter("department")).value_or(0);
    q.text = wanted.query.text;
    q.order_by = sorting_of(wanted.query);
    q.offset = wanted.offset;
    q.limit = wanted.limit;
    auto page = engine.store().orders(tenant, q);
    cut = page.more;
    return table::Found<Order>{std::move(page.orders), page.total};
  };
  OrderQuery open;
  open.units = scope;
  const auto counts = engine.store().counts(tenant, open);
  OrderQuery late = open;
  late.due_before = context.now();
  late.limit = 0;
  const auto overdue = engine.store().orders(tenant, late).total;
  site::Page page;
  page.title = "订单";
  page.path = {{"订单", ""}};
  page.landscape = true;
  page.note = overdue == 0 ? std::string("没有超时的订单") : fmt::format("有 {} 单超过时限，请先办", overdue);
  page.actions = [&](Out& h) {
    if (context.actor.may(kPlace))
      h("{} ", html::button_link("代群众点单", "/orders/new", "plus", html::Look::primary));
    h("{} ", html::button_link("供需", "/orders/need", "chart-bar"));
    if (context.actor.may(kSetup)) h("{}", html::button_link("设置", "/orders/setup", "settings"));
  };
  site::ListOptions options{.file_name = "订单", .subject = "orders"};
  options.empty_hint = "没有符合条件的订单。群众在公开页面点单，或由工作人员代点。";
  options.before = [&](Out& h) {
    html::StatStrip strip{{}, "各环节"};
    for (const State s :
         {State::placed, State::dispatched, State::claimed, State::accepted, State::served, State::review}) {
      const auto at = counts.find(s);
      const auto n = at == counts.end() ? 0 : at->second;
      strip.stats.push_back({std::string(title_of(s)),
                             std::to_string(n),
                             "单",
                             "",
                             {},
                             fmt::format("/orders?f.state={}", to_text(s))});
    }
    h("{}", strip);
    const auto waits = [&](State state, std::string_view right) {
      return counts.count(state) != 0 && context.actor.may(right);
    };
    h(
        "<p class=\"before\">{}{}</p>",
        [&](Out& o) {
          if (waits(State::placed, kCheck))
            o("{} ", html::button_link("成批派单", "/orders/check", "list-check"));
        },
        [&](Out& o) {
          if (waits(State::claimed, kDispatch))
            o("{}", html::button_link("成批找队伍", "/orders/match", "users"));
        });
  };
  options.after = [&](Out& h) {
    if (cut)
      h("<p class=\"note\">符合的太多，只查了最近的 {} 单。请多写几个字，或加上状态、类别、乡镇。</p>",
        html::grouped(kMostFound));
  };
  return site::list(context, table, source, std::move(page), options);
}

// ---------------------------------------------------------------- several at once

std::vector<Order> to_check(Context& context, OrdersEngine& engine) {
  OrderQuery q;
  q.units = context.actor.units_of(kCheck);
  q.state = State::placed;
  q.order_by = "due, id";
  q.limit = 100;
  std::vector<Order> out;
  for (auto& o : engine.store().orders(context.tenant.id, q).orders) {
    if (context.actor.may(kCheck, o.community)) out.push_back(std::move(o));
  }
  return out;
}

PageAnswer show_check(Context& context, OrdersEngine& engine) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto orders = to_check(context, engine);
  const auto calendar = engine.store().parts().calendars.of(tenant);
  site::Page page;
  page.title = "成批派单";
  page.path = {{"订单", "/orders"}, {"成批派单", ""}};
  page.note = "勾选已经核实的订单，按建议的单位一次派出；要改单位、合并、拆分的，请打开单独办";
  page.body = [&](Out& h) {
    if (orders.empty()) {
      h("{}", html::EmptyState{"没有待核实的订单。", {}, {}, "circle-check"});
      return;
    }
    html::SimpleTable rows{
        "待核实的订单", {{"选"}, {"要什么"}, {"地点"}, {"日期"}, {"时限"}, {"建议派给"}}, {}};
    for (const auto& o : orders) {
      Act act;
      act.action = Action::dispatch;
      const Id to = engine.store().ground(tenant, o, act).receiver;
      const std::string id = fmt::format("{}:{}", o.id, o.revision);
      rows.rows.push_back(
          {[o, id, to](Out& x) {
             x("<label class=\"opt\"><input type=\"checkbox\" name=\"order\" value=\"{}\"{}{}>{}</label>", id,
               html::Attr{to != 0, " checked"}, html::Attr{to == 0, " disabled"}, o.number);
           },
           [o](Out& x) { x("<a href=\"{}\">{}</a>", html::Url{order_url(o.id)}, o.title); },
           area_name(*units, o.area), when_words(o), clock_words(o, context.now(), *calendar),
           to == 0 ? std::string("没有规则，请打开选择单位") : unit_name(*units, to)});
    }
    h("<form method=\"post\" action=\"/orders/check\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">{}<p "
      "class=\"mt\">{}</p>"
      "</form>",
      context.csrf, html::panel("待核实", [&](Out& o) { o("{}", rows); }), html::button("派出勾选的订单"));
  };
  return site::page(context, std::move(page));
}

PageAnswer do_check(Context& context, OrdersEngine& engine) {
  int done = 0;
  std::vector<std::string> refused;
  for (const auto& [key, value] : context.request.form) {
    if (key != "order") continue;
    const auto parts = base::split(value, ":");
    const auto id = parts.size() == 2 ? base::parse_id(parts[0]) : std::nullopt;
    if (!id) continue;
    Act act;
    act.action = Action::dispatch;
    act.revision = base::parse_int(parts[1]).value_or(-1);
    const auto r = engine.store().act(by(context), *id, act);
    if (r) {
      ++done;
    } else {
      const auto o = engine.store().order(context.tenant.id, *id);
      refused.push_back((o ? o->number + "：" : "") + r.error().message);
    }
  }
  if (done != 0) context.say(html::Tone::green, fmt::format("已派出 {} 单。", done));
  for (const auto& message : refused) context.say(html::Tone::amber, message);
  if (done == 0 && refused.empty()) context.say(html::Tone::amber, "没有勾选订单。");
  return site::redirect("/orders/check");
}

// ---------------------------------------------------------------- many teams at once

PageAnswer show_match(Context& context, OrdersEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto proposals = engine.offers().propose(context.actor);
  const auto found =
      std::count_if(proposals.begin(), proposals.end(), [](const Proposal& p) { return p.team != 0; });
  site::Page page;
  page.title = "成批找队伍";
  page.path = {{"订单", "/orders"}, {"成批找队伍", ""}};
  page.note = "把待接单的订单放在一起算，使总的路程、手上的单和等待最少；每支队伍一天一单，手上不超过 5 单";
  page.body = [&](Out& h) {
    if (proposals.empty()) {
      h("{}", html::EmptyState{"没有要找队伍的订单：都已邀约，或还没有领单。", {}, {}, "circle-check"});
      return;
    }
    h("{}", html::Lead{fmt::format("{} 单待找队伍，{} 单有合适的队伍。", proposals.size(), found)});
    html::SimpleTable rows{"建议", {{"选"}, {"要什么"}, {"地点"}, {"建议的队伍"}, {"哪天"}, {"为什么"}}, {}};
    for (const auto& p : proposals) {
      const std::string value = fmt::format("{}:{}", p.order.id, p.team);
      const bool fits = p.team != 0;
      rows.rows.push_back(
          {[value, fits, number = p.order.number](Out& x) {
             x("<label class=\"opt\"><input type=\"checkbox\" name=\"pair\" value=\"{}\"{}{}>{}</label>",
               value, html::Attr{fits, " checked"}, html::Attr{!fits, " disabled"}, number);
           },
           [o = p.order](Out& x) { x("<a href=\"{}\">{}</a>", html::Url{order_url(o.id)}, o.title); },
           area_name(*units, p.order.area), fits ? p.team_name : std::string("没有合适的队伍"),
           fits ? base::to_iso(p.day) : std::string("—"),
           fits ? p.why : std::string("专长、日期或手上的单不合，请打开自己选")});
    }
    h("<form method=\"post\" action=\"/orders/match\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">{}<p "
      "class=\"mt\">{}</p>"
      "</form>",
      context.csrf, html::panel("建议", [&](Out& o) { o("{}", rows); }), html::button("向勾选的队伍发邀约"));
  };
  return site::page(context, std::move(page));
}

PageAnswer do_match(Context& context, OrdersEngine& engine) {
  int done = 0;
  std::vector<std::string> refused;
  for (const auto& [key, value] : context.request.form) {
    if (key != "pair") continue;
    const auto parts = base::split(value, ":");
    const auto order = parts.size() == 2 ? base::parse_id(parts[0]) : std::nullopt;
    const auto team = parts.size() == 2 ? base::parse_id(parts[1]) : std::nullopt;
    if (!order || !team) continue;
    const auto made = engine.offers().offer(by(context), *order, *team);
    if (made) {
      ++done;
    } else {
      const auto o = engine.store().order(context.tenant.id, *order);
      refused.push_back((o ? o->number + "：" : "") + made.error().message);
    }
  }
  if (done != 0) context.say(html::Tone::green, fmt::format("已发出 {} 个邀约。", done));
  for (const auto& message : refused) context.say(html::Tone::amber, message);
  if (done == 0 && refused.empty()) context.say(html::Tone::amber, "没有勾选订单。");
  return site::redirect("/orders/match");
}

}  // namespace

std::optional<std::vector<Id>> scope_of(const auth::Actor& actor) {
  if (actor.may_everywhere(kRead)) return std::nullopt;
  auto units = actor.units_of(kRead);
  return units ? *units : std::vector<Id>{};
}

void add_list_pages(site::Site& site, OrdersEngine& engine) {
  const std::string dispatch(kDispatch);
  site.add({Method::get, "/orders/match", Access::right, dispatch,
            [&](Context& c) { return show_match(c, engine); }});
  site.add({Method::post, "/orders/match", Access::right, dispatch,
            [&](Context& c) { return do_match(c, engine); }});
  site.add({Method::get, "/orders", Access::right, std::string(kRead),
            [&](Context& c) { return list_orders(c, engine); }});
  site.add({Method::get, "/orders/check", Access::right, std::string(kCheck),
            [&](Context& c) { return show_check(c, engine); }});
  site.add({Method::post, "/orders/check", Access::right, std::string(kCheck),
            [&](Context& c) { return do_check(c, engine); }});
}

}  // namespace kepu::orders
