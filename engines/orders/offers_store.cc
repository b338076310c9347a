#include "engines/orders/offers_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kTables = R"sql(
create table orders_offer (
  tenant bigint not null, id bigint not null, order_id bigint not null, team bigint not null, team_name text not null,
  why text not null, state text not null, made_at bigint not null, until_at bigint not null,
  answered_at bigint not null, person_name text not null, reason text not null, by_hand bigint not null,
  primary key (tenant, id));
create index orders_offer_order on orders_offer (tenant, order_id, id);
create unique index orders_offer_open on orders_offer (tenant, order_id) where state = 'open';
create index orders_offer_team on orders_offer (tenant, team, state);
create index orders_offer_until on orders_offer (tenant, until_at) where state = 'open';
)sql";

constexpr std::string_view kColumns =
    "id, order_id, team, team_name, why, state, made_at, until_at, answered_at, person_name, reason, by_hand";
constexpr int kUrgentDays = 2;  // the wished day is so near that the shorter clock holds

Offer offer_from(const sql::Row& r) {
  Offer o;
  o.id = r.integer(0);
  o.order = r.integer(1);
  o.team = r.integer(2);
  o.team_name = r.text(3);
  o.why = r.text(4);
  o.state = parse_offer_state(r.view(5)).value_or(OfferState::open);
  o.made_at = r.integer(6);
  o.until = r.integer(7);
  o.answered_at = r.integer(8);
  o.by = r.text(9);
  o.reason = r.text(10);
  o.by_hand = r.flag(11);
  return o;
}

auto not_open() {
  return refuse(Code::conflict, "offer.not_open", "这次邀约已经结束：超时、已答复，或订单已由别的队伍接下。");
}

}  // namespace

const std::vector<sql::Migration>& offers_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"orders_offers", 1, "订单邀约", kTables}};
  return kSteps;
}

std::vector<Offer> OfferStore::offers(Id tenant, Id order) {
  return orders_.parts().db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select {} from orders_offer where tenant = :tenant and order_id = :order_id order by id desc",
            kColumns),
        {{"tenant", tenant}, {"order_id", order}}, offer_from);
  });
}

std::vector<Waiting> OfferStore::waiting(Id tenant, const std::vector<Id>& teams) {
  if (teams.empty()) return {};
  const auto open = orders_.parts().db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select {} from orders_offer where tenant = :tenant and state = 'open' and team in {} order "
            "by until_at, id",
            kColumns, in_list(teams)),
        {{"tenant", tenant}}, offer_from);
  });
  std::vector<Waiting> out;
  for (const auto& offer : open) {
    if (auto order = orders_.order(tenant, offer.order)) out.push_back({offer, std::move(*order)});
  }
  return out;
}

// ---------------------------------------------------------------- making and ending offers

Millis OfferStore::until(Id tenant, const Order& order, const Settings& settings) {
  const bool urgent =
      !order.days.empty() && base::to_days(order.days.back()) - base::to_days(orders_.today()) <= kUrgentDays;
  return after_working(orders_.now(), urgent ? settings.terms.offer_urgent : settings.terms.offer,
                       *orders_.parts().calendars.of(tenant));
}

void OfferStore::insert(sql::Session& s, Id tenant, const Offer& o) {
  s.run(fmt::format(
            "insert into orders_offer (tenant, {}) values (:tenant, :id, :order_id, :team, :team_name, :why, "
            "'open', :made_at, :until, 0, '', '', :by_hand)",
            kColumns),
        {{"tenant", tenant},
         {"id", o.id},
         {"order_id", o.order},
         {"team", o.team},
         {"team_name", o.team_name},
         {"why", o.why},
         {"made_at", o.made_at},
         {"until", o.until},
         {"by_hand", o.by_hand ? 1 : 0}});
}

void OfferStore::end(sql::Session& s, Id tenant, const Offer& o, OfferState state, const std::string& by,
                     const std::string& reason) {
  s.run(
      "update orders_offer set state = :state, answered_at = :at, person_name = :name, reason = :reason "
      "where tenant = "
      ":tenant and id = :id and state = 'open'",
      {{"state", to_text(state)},
       {"at", orders_.now()},
       {"name", by},
       {"reason", reason},
       {"tenant", tenant},
       {"id", o.id}});
}

void OfferStore::tell_leaders(sql::Session& s, Id tenant, const std::vector<Id>& people, const Offer& offer,
                              const Order& order) {
  for (const Id person : people) {
    notify::post(
        s, tenant,
        {person, fmt::format("offer:{}", offer.id),
         fmt::format("请接单：{}　{}", order.number, base::shorten(order.title, 30)),
         fmt::format("请在 {} 前答复，接不了请写明原因，好交给下一支队伍。", base::to_local(offer.until)),
         "/my/orders"},
        orders_.now(), orders_.parts().ids);
  }
}

Result<Offer> OfferStore::load(sql::Session& s, Id tenant, Id id) {
  // The row is locked on PostgreSQL until the transaction ends.
  s.run("update orders_offer set state = state where tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", id}});
  auto o = s.one(fmt::format("select {} from orders_offer where tenant = :tenant and id = :id", kColumns),
                 {{"tenant", tenant}, {"id", id}}, offer_from);
  if (!o) return refuse(Code::not_found, "offer.not_found", "没有这次邀约。请从“我的接单”进入。");
  return std::move(*o);
}

Result<Id> OfferStore::offer(const By& by, Id id, Id team) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(orders_.order(tenant, id));
  TRY(by.actor.require(kDispatch, seen.department));
  const auto ranked = candidates(tenant, seen, true);
  const auto chosen =
      std::find_if(ranked.begin(), ranked.end(), [&](const Ranked& r) { return r.team.team == team; });
  if (chosen == ranked.end())
    return refuse(Code::invalid, "order.team", "没有这支队伍，或者它不服务这个地方。", "team");
  if (!chosen->team.lacks.empty())
    return refuse(Code::invalid, "order.certificate",
                  "这项服务要有“" + chosen->team.lacks + "”在册的队员到场，" + chosen->team.name +
                      "没有。请选别的队伍。",
                  "team");
  const auto teams = registers_.find_teams(tenant, {.type = "team", .area = seen.area, .limit = kMostTeams});
  const auto found = std::find_if(teams.begin(), teams.end(), [&](const auto& t) { return t.entry == team; });
  const auto people = found == teams.end() ? std::vector<Id>() : leaders(tenant, *found);
  Offer o;
  o.id = orders_.parts().ids.next();
  o.order = id;
  o.team = team;
  o.team_name = chosen->team.name;
  o.why = chosen->why;
  o.made_at = orders_.now();
  o.until = until(tenant, seen, *orders_.settings(tenant));
  o.by_hand = true;
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Id> {
    const Order now_is = TRY(orders_.load(s, tenant, id));
    if (now_is.state != State::claimed)
      return refuse(Code::conflict, "order.not_in_state",
                    fmt::format("订单现在是“{}”，不用再找队伍。", title_of(now_is.state)));
    for (const auto& old :
         s.rows(fmt::format("select {} from orders_offer where tenant = :tenant and order_id = :order_id "
                            "and state = 'open'",
                            kColumns),
                {{"tenant", tenant}, {"order_id", id}}, offer_from)) {
      if (old.team == team) return refuse(Code::conflict, "offer.open", "已经在等这支队伍答复。", "team");
      end(s, tenant, old, OfferState::withdrawn, by.actor.name, "改邀别的队伍");
    }
    insert(s, tenant, o);
    auto e = entry_of(by, orders_.now(), "order.offer", subject_of(id),
                      fmt::format("{} 邀约 {}", seen.number, o.team_name));
    e.on_behalf_of = by.actor.on_behalf_of(kDispatch, seen.department);
    audit::append(s, tenant, std::move(e));
    tell_leaders(s, tenant, people, o, seen);
    return o.id;
  });
}

Result<Order> OfferStore::assign(const By& by, Id id, std::int64_t revision, Id team, const Act& agreed) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(orders_.order(tenant, id));
  TRY(by.actor.require(kDispatch, seen.department));
  const auto ranked = candidates(tenant, seen, true);
  const auto chosen =
      std::find_if(ranked.begin(), ranked.end(), [&](const Ranked& r) { return r.team.team == team; });
  if (chosen == ranked.end())
    return refuse(Code::invalid, "order.team", "没有这支队伍，或者它不服务这个地方。", "team");
  if (!chosen->team.lacks.empty())
    return refuse(Code::invalid, "order.certificate",
                  "这项服务要有“" + chosen->team.lacks + "”在册的队员到场，" + chosen->team.name +
                      "没有。请选别的队伍。",
                  "team");
  if (!agreed.day) return refuse(Code::invalid, "order.day", "请填写和队伍约定的日期和时间。", "day");
  Act act = agreed;
  act.action = Action::accept;
  act.revision = revision;
  act.team = team;
  act.team_name = chosen->team.name;
  const Ground ground = orders_.ground(tenant, seen, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Order> {
    s.run(
        "update orders_offer set state = 'withdrawn', answered_at = :at, person_name = :name, reason = "
        "'直接指派' where "
        "tenant = :tenant and order_id = :order_id and state = 'open'",
        {{"at", orders_.now()}, {"name", by.actor.name}, {"tenant", tenant}, {"order_id", id}});
    return orders_.advance(s, by, ground, TRY(orders_.load(s, tenant, id)), act, true);
  });
}

Result<Order> OfferStore::accept(const By& by, Id id, Date day, int from, int to) {
  const Id tenant = by.actor.tenant;
  const auto own = teams_of(by.actor);
  const Offer seen = TRY(orders_.parts().db.write([&](sql::Session& s) { return load(s, tenant, id); }));
  if (std::none_of(own.begin(), own.end(), [&](const auto& t) { return t.entry == seen.team; }))
    return refuse(Code::forbidden, "order.not_yours", "这次邀约是给别的队伍的。");
  const Order order = TRY(orders_.order(tenant, seen.order));
  // The register may have changed since the offer was made, and the day is agreed only now.
  if (const std::string certificate = certificate_of(tenant, order); !certificate.empty()) {
    const auto holding = registers_.holding(tenant, certificate, day);
    if (!std::binary_search(holding.bodies.begin(), holding.bodies.end(), seen.team))
      return refuse(Code::invalid, "order.certificate",
                    "这项服务要有“" + holding.title + "”在册的队员到场，那一天队里没有。请换一天，或者谢绝。",
                    "day");
  }
  Act act;
  act.action = Action::accept;
  act.team = seen.team;
  act.team_name = seen.team_name;
  act.day = day;
  act.from = from;
  act.to = to;
  const Ground ground = orders_.ground(tenant, order, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Order> {
    const Offer o = TRY(load(s, tenant, id));
    if (o.state != OfferState::open || o.until < orders_.now()) return not_open();
    Order now_is = TRY(orders_.load(s, tenant, o.order));
    Act last = act;
    last.revision = now_is.revision;
    Order after = TRY(orders_.advance(s, by, ground, std::move(now_is), last, false));
    end(s, tenant, o, OfferState::accepted, by.actor.name, "");
    return after;
  });
}

Done OfferStore::decline(const By& by, Id id, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const std::string reason = base::trim(typed);
  if (reason.empty()) return refuse(Code::invalid, "order.reason", "请写明接不了的原因。", "text");
  if (base::length(reason) > 200)
    return refuse(Code::invalid, "order.reason", "原因不要超过 200 字。", "text");
  const auto own = teams_of(by.actor);
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Offer o = TRY(load(s, tenant, id));
    if (std::none_of(own.begin(), own.end(), [&](const auto& t) { return t.entry == o.team; }))
      return refuse(Code::forbidden, "order.not_yours", "这次邀约是给别的队伍的。");
    if (o.state != OfferState::open) return not_open();
    end(s, tenant, o, OfferState::refused, by.actor.name, reason);
    audit::append(s, tenant,
                  entry_of(by, orders_.now(), "order.offer_refused", subject_of(o.order),
                           fmt::format("{}谢绝邀约：{}", o.team_name, reason)));
    return {};
  });
}

Result<Order> OfferStore::team_act(const By& by, Id id, const Act& act, int people) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(orders_.order(tenant, id));
  const auto own = teams_of(by.actor);
  const bool ours = std::any_of(own.begin(), own.end(), [&](const auto& t) { return t.entry == seen.team; });
  if (!ours && !by.actor.may(kDispatch, seen.department))
    return refuse(Code::forbidden, "order.not_yours", "这个订单不是您的队伍接的。");
  const Ground ground = orders_.ground(tenant, seen, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Order> {
    Order after = TRY(orders_.advance(s, by, ground, TRY(orders_.load(s, tenant, id)), act, false));
    if (people >= 0) {
      after.people = people;
      s.run("update orders_order set people = :people where tenant = :tenant and id = :id",
            {{"people", people}, {"tenant", tenant}, {"id", id}});
    }
    return after;
  });
}

Result<Order> OfferStore::release(const By& by, Id order, std::int64_t revision, const std::string& reason) {
  Act act;
  act.action = Action::release;
  act.revision = revision;
  act.text = reason;
  return team_act(by, order, act, -1);
}

Result<Order> OfferStore::finish(const By& by, Id order, std::int64_t revision, int people,
                                 const std::string& words) {
  if (people < 0 || people > 100'000)
    return refuse(Code::invalid, "order.people", "请填写实际到场人数，0 到 100,000。", "people");
  Act act;
  act.action = Action::finish;
  act.revision = revision;
  act.text = words;
  return team_act(by, order, act, people);
}

}  // namespace kepu::orders
