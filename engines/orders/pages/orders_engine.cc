#include "engines/orders/orders_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "core/base/text.h"
#include "core/sql/kept.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

namespace {

constexpr base::Millis kMinute = 60'000, kDay = 24LL * 60 * kMinute;
constexpr std::int64_t kMostTodos = 100;
constexpr int kShiftDays = 7;  // so many days ahead a leader is told that people are lacking

Catalog shipped_of(std::string_view text) {
  auto catalog = parse_catalog(text, "catalog/orders.toml");
  if (!catalog) throw std::runtime_error(catalog.error().message);
  return std::move(*catalog);
}

metric::Metric metric_of(std::string id, std::string title, std::string unit, std::string definition,
                         int decimals = 0) {
  metric::Metric m;
  m.id = std::move(id);
  m.title = std::move(title);
  m.unit = std::move(unit);
  m.definition = std::move(definition);
  m.decimals = decimals;
  return m;
}

using Reckon = metric::Answer (*)(const OrderStore::Figure&);

// `closed`: orders by the day they were closed, else by the day they were placed.
metric::Source source_of(OrderStore& store, bool closed, Reckon reckon) {
  const auto query = [closed](const metric::Question& q) {
    return OrderStore::FigureQuery{q.tenant, q.units, q.from, q.to, closed};
  };
  metric::Source out;
  out.answer = [&store, query, reckon](const metric::Question& q) { return reckon(store.figure(query(q))); };
  out.records = [&store, query](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> records;
    for (const auto& o : store.figure_orders(query(q), offset, limit)) {
      metric::Record r;
      r.title = o.number + " " + o.title;
      r.url = order_url(o.id);
      r.unit = o.department != 0 ? o.department : o.community;
      r.date = base::date_of(o.closed_at != 0 ? o.closed_at : o.created_at);
      r.amount = 1;
      r.note = title_of(o.state);
      if (o.rating != 0) r.note += fmt::format("，{} 星", o.rating);
      records.push_back(std::move(r));
    }
    return records;
  };
  out.by_unit = [&store, query, reckon](const metric::Question& q) {
    std::map<Id, metric::Answer> answers;
    for (const auto& [unit, figure] : store.figure_by_unit(query(q))) {
      if (q.units.empty() || std::find(q.units.begin(), q.units.end(), unit) != q.units.end())
        answers.emplace(unit, reckon(figure));
    }
    return answers;
  };
  return out;
}

// Unmet needs by the day they were asked for: what stands on /orders/need.
metric::Source unmet_source(OrderStore& store, UnmetStore& unmet) {
  const auto query = [](const metric::Question& q) {
    UnmetQuery out;
    out.units = q.units;
    out.townships = true;
    out.from = q.from;
    out.to = q.to;
    return out;
  };
  metric::Source out;
  out.answer = [&unmet, query](const metric::Question& q) {
    const auto n = static_cast<std::int64_t>(unmet.needs(q.tenant, query(q)).size());
    return metric::Answer{static_cast<double>(n), "", n};
  };
  out.records = [&store, &unmet, query](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    const auto needs = unmet.needs(q.tenant, query(q));
    std::vector<Id> ids;
    std::map<Id, Unmet> why;
    const auto size = static_cast<std::int64_t>(needs.size());
    for (auto i = std::min(offset, size), to = i + std::min(limit, size - i); i < to; ++i) {
      const auto& n = needs[static_cast<std::size_t>(i)];
      ids.push_back(n.order);
      why.emplace(n.order, n.why);
    }
    std::vector<metric::Record> records;
    for (const auto& o : store.orders_of(q.tenant, ids)) {
      metric::Record r;
      r.title = o.number + " " + o.title;
      r.url = order_url(o.id);
      r.unit = o.department != 0 ? o.department : o.community;
      r.date = base::date_of(o.created_at);
      r.amount = 1;
      r.note = title_of(why.at(o.id));
      records.push_back(std::move(r));
    }
    return records;
  };
  out.by_unit = [&unmet, query](const metric::Question& q) {
    std::map<Id, metric::Answer> answers;
    for (const auto& n : unmet.needs(q.tenant, query(q))) {
      for (const Id unit : std::set<Id>{n.township, n.department}) {
        if (unit == 0 || (!q.units.empty() && std::count(q.units.begin(), q.units.end(), unit) == 0))
          continue;
        auto& a = answers[unit];
        ++a.records;
        a.value = static_cast<double>(a.records);
      }
    }
    return answers;
  };
  return out;
}

metric::Answer share(std::int64_t part, std::int64_t whole, std::string_view why) {
  if (whole == 0) return {std::nullopt, std::string(why), 0};
  return {100.0 * static_cast<double>(part) / static_cast<double>(whole), "", whole};
}

// ---------------------------------------------------------------- what waits

site::Todo todo_of(const Context& context, const Order& o, std::string kind, std::string_view right,
                   Id unit) {
  site::Todo t;
  t.key = fmt::format("order:{}:{}", o.id, to_text(o.state));
  t.kind = std::move(kind);
  t.title = o.title;
  t.url = order_url(o.id);
  t.note = o.number;
  if (o.due != 0) t.due = base::date_of(o.due);
  t.unit = unit;
  t.on_behalf_of = context.actor.on_behalf_of(right, unit);
  return t;
}

void add_todos(std::vector<site::Todo>& out, const Context& context, OrdersEngine& engine, State state,
               std::string_view right, std::string_view kind) {
  if (!context.actor.may(right)) return;
  OrderQuery q;
  q.state = state;
  q.units = context.actor.units_of(right);
  q.order_by = "due, id";
  q.limit = kMostTodos;
  q.counted = false;
  for (const auto& o : engine.store().orders(context.tenant.id, q).orders) {
    const Id unit = state == State::review ? 0 : unit_in_turn(o);
    if (unit == 0 || context.actor.may(right, unit))
      out.push_back(todo_of(context, o, std::string(kind), right, unit));
  }
}

// A member's coming shifts, and his team's orders of the next days that still lack people, for its leader.
void add_shift_todos(std::vector<site::Todo>& out, const Context& context, OrdersEngine& engine,
                     const std::vector<Id>& teams) {
  if (!context.actor.may(kJoin)) return;
  const Id tenant = context.tenant.id;
  const auto person = engine.registers().person_of_account(tenant, context.actor.person);
  if (!person) return;
  const auto duties = engine.shifts().duties(tenant, *person, context.now());
  std::vector<ShiftStore::Lack> lacks;
  if (context.actor.may(kServe)) {
    const Date today = context.today();
    lacks = engine.shifts().lacking(tenant, teams, today, base::from_days(base::to_days(today) + kShiftDays));
  }
  std::vector<Id> ids;
  for (const auto& d : duties) ids.push_back(d.order);
  for (const auto& l : lacks) ids.push_back(l.order);
  if (ids.empty()) return;
  std::map<Id, Order> orders;
  for (auto& o : engine.store().orders_of(tenant, ids)) orders.emplace(o.id, std::move(o));
  for (const auto& d : duties) {
    site::Todo t = todo_of(context, orders[d.order], "去服务", kJoin, 0);
    t.key = fmt::format("shift:{}", d.shift);
    t.url = fmt::format("/my/service?open={}", d.order);
    t.note = fmt::format("{}，{} 至 {}", title_of(d.role), base::to_local(d.from),
                         base::to_local(d.to).substr(11));
    t.due = base::date_of(d.from);
    out.push_back(std::move(t));
  }
  for (const auto& l : lacks) {
    const Order& o = orders[l.order];
    site::Todo t = todo_of(context, o, "排班", kServe, 0);
    t.key = fmt::format("shifts:{}", o.id);
    t.url = fmt::format("/my/service/{}/shifts", o.id);
    t.note = fmt::format("{}，还缺 {} 人", o.number, l.places);
    t.due = o.day;
    out.push_back(std::move(t));
  }
}

std::vector<site::Todo> todos_of(const Context& context, OrdersEngine& engine) {
  std::vector<site::Todo> out;
  add_todos(out, context, engine, State::placed, kCheck, "核实派单");
  add_todos(out, context, engine, State::dispatched, kClaim, "领单");
  if (context.actor.may_everywhere(kSettle))
    add_todos(out, context, engine, State::review, kSettle, "核查差评");
  std::vector<Id> teams;
  for (const auto& t : engine.offers().teams_of(context.actor)) teams.push_back(t.entry);
  for (const auto& w : engine.offers().waiting(context.tenant.id, teams)) {
    site::Todo t = todo_of(context, w.order, "接单", kServe, 0);
    t.key = fmt::format("offer:{}", w.offer.id);
    t.url = fmt::format("/my/orders?open={}", w.offer.id);
    t.due = base::date_of(w.offer.until);
    out.push_back(std::move(t));
  }
  add_shift_todos(out, context, engine, teams);
  return out;
}

std::vector<site::SearchHit> hits_of(const Context& context, OrdersEngine& engine, std::string_view words) {
  std::vector<site::SearchHit> hits;
  if (!context.actor.may(kRead)) return hits;
  OrderQuery q;
  q.units = scope_of(context.actor);
  q.text = std::string(words);
  q.limit = 20;
  q.counted = false;
  for (const auto& o : engine.store().orders(context.tenant.id, q).orders)
    hits.push_back({o.title, order_url(o.id), "订单", o.number + "　" + std::string(title_of(o.state))});
  return hits;
}

}  // namespace

OrdersEngine::OrdersEngine(site::Services services, const auth::Cipher& cipher,
                           calendar::CalendarStore& calendars, registers::Registers& registers,
                           std::string_view shipped, Options options)
    : services_(services),
      options_(std::move(options)),
      registers_(registers),
      store_({services.db, services.clock, services.ids, services.directory, cipher, calendars,
              shipped_of(shipped)}) {
  services.directory.add_use_check(unit_in_use);
}

void OrdersEngine::add_metrics(metric::Catalog& catalog) {
  catalog.add(metric_of("orders.placed", "点单数", "单",
                        "期间群众点的单，含电话代点；合并到别的单的不另算，拆分的按子订单算。"),
              source_of(store_, false, [](const OrderStore::Figure& f) {
                return metric::Answer{static_cast<double>(f.orders), "", f.orders};
              }));
  catalog.add(metric_of("orders.closed", "办结订单", "单",
                        "期间办结的订单：服务完成并经群众确认，或到期未评价按完成办结。"),
              source_of(store_, true, [](const OrderStore::Figure& f) {
                return metric::Answer{static_cast<double>(f.closed), "", f.closed};
              }));
  catalog.add(
      metric_of("orders.closure_rate", "订单办结率", "%",
                "期间点的单中已办结的比例；群众自己取消的和合并的不算在内，不予受理的算没有办结。", 1),
      source_of(store_, false, [](const OrderStore::Figure& f) {
        return share(f.closed, f.orders - f.cancelled, "这段时间没有点单");
      }));
  auto people =
      metric_of("orders.people", "点单服务人次", "人次", "期间办结的订单实际到场的人次，由服务队报告。");
  people.counting = metric::Counting::person_times;
  catalog.add(std::move(people), source_of(store_, true, [](const OrderStore::Figure& f) {
                return metric::Answer{static_cast<double>(f.people), "", f.closed};
              }));
  catalog.add(metric_of("orders.satisfied_rate", "群众满意率", "%",
                        "期间办结并有评价的订单中，评为满意、很满意的比例；没有评价的不算。", 1),
              source_of(store_, true, [](const OrderStore::Figure& f) {
                return share(f.satisfied, f.rated, "这段时间没有评价");
              }));
  catalog.add(
      metric_of(
          "orders.unmet", "没满足的需求", "单",
          "期间点的单中没满足的：不予受理的（经县科协核对不属于科普服务的除外）、超过时限还没有队伍的、久"
          "等没人来而取消的；合并的不另算。越少越好。"),
      unmet_source(store_, unmet_));
}

void OrdersEngine::add_to(site::Site& site) {
  add_ask_pages(site, *this);
  add_find_pages(site, *this);
  add_track_pages(site, *this);
  add_list_pages(site, *this);
  add_need_pages(site, *this);
  add_setup_pages(site, *this);
  add_service_pages(site, *this);
  add_team_pages(site, *this);
  add_serve_pages(site, *this);
  add_shift_pages(site, *this);
  add_feed_pages(site, *this);
  add_view_pages(site, *this);
  site.add(site::MenuItem{"服务", "订单", "/orders", std::string(kRead), 520, {}, {}, false});
  site.add(site::MenuItem{"服务", "代群众点单", "/orders/new", std::string(kPlace), 521, {}, {}, false});
  site.add(site::MenuItem{"服务", "供需", "/orders/need", std::string(kRead), 522, {}, {}, false});
  site.add(site::MenuItem{"服务", "我的接单", "/my/orders", std::string(kServe), 523, {}, {}, false});
  site.add(site::MenuItem{"服务", "我的服务", "/my/service", std::string(kJoin), 524, {}, {}, false});
  site.add(site::MenuItem{"服务", "点单设置", "/orders/setup", std::string(kSetup), 525, {}, {}, false});
  site.add_search([this](const Context& c, std::string_view words) { return hits_of(c, *this, words); });
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
}

void OrdersEngine::add_jobs(job::Jobs& jobs) {
  jobs.add(
      {"orders.offer", "依次邀约服务队", kMinute, [this](base::Millis now) { return offers_.run(now); }});
  jobs.add({"orders.escalate", "督促超时的订单", 10 * kMinute,
            [this](base::Millis now) { return store_.escalate(now); }});
  jobs.add({"orders.confirm", "办结到期未评价的订单", 60 * kMinute,
            [this](base::Millis now) { return store_.confirm_unanswered(now); }});
  jobs.add({"orders.hours", "把服务时长记入个人档案", 10 * kMinute,
            [this](base::Millis now) { return serving_.record_hours(now); }});
  jobs.add({"orders.codes", "清理过期的短信验证码", kDay,
            [this](base::Millis now) { return phones_.sweep(now); }});
  jobs.add({"orders.erase", "删除已办结订单的联系方式", kDay,
            [this](base::Millis now) { return store_.erase_old(now); }});
}

}  // namespace kepu::orders
