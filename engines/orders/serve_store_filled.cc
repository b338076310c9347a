// What the leader notes afterwards, who decides on it, and the hours that go into people's records.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/orders/orders_rows.h"
#include "engines/orders/serve_rows.h"
#include "engines/orders/shift_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

struct Told {
  Id person = 0;
  std::string name;
  int visit = 1;
  std::string_view state;
  Millis in_at = 0, out_at = 0;
  std::string reason;
  Millis recorded_at = 0;  // nothing more is to be done with a no-show
  Id shift = 0;
};
void insert_told(sql::Session& s, const By& by, const Order& o, const Told& t) {
  s.run(
      "insert into orders_presence (tenant, order_id, person, visit, team, name, kind, state, in_at, out_at, "
      "filled_by, filled_person, decided_by, decided_person, decided_unit, reason, recorded_at, leader, "
      "shift, "
      "in_key, out_key) values (:tenant, :order_id, :person, :visit, :team, :name, 'filled', :state, :in_at, "
      ":out_at, :by, :by_person, '', 0, '', :reason, :recorded_at, 0, :shift, '', '')",
      {{"tenant", by.actor.tenant},
       {"order_id", o.id},
       {"person", t.person},
       {"visit", t.visit},
       {"team", o.team},
       {"name", t.name},
       {"state", t.state},
       {"in_at", t.in_at},
       {"out_at", t.out_at},
       {"by", by.actor.name},
       {"by_person", by.actor.person},
       {"reason", t.reason},
       {"recorded_at", t.recorded_at},
       {"shift", t.shift}});
}

}  // namespace

Result<std::string> ServeStore::member_name(Id tenant, const Order& order, Id person) {
  for (const auto& m : registers_.members(tenant, order.team)) {
    if (m.person == person) return m.name;
  }
  return refuse(Code::invalid, "serve.not_member", "这个人不是本队在册的队员。", "person");
}

Done ServeStore::fill_in(const By& by, Id id, Id person, Millis in_at, Millis out_at,
                         const std::string& typed) {
  const Id tenant = by.actor.tenant;
  Id self = 0;
  const Order seen = TRY(order_of_member(by.actor, id, self));
  if (!by.actor.may(kServe)) return refuse(Code::forbidden, "serve.leader", "补录由队长办理。");
  const std::string reason = base::trim(typed);
  if (reason.empty() || base::length(reason) > 200)
    return refuse(Code::invalid, "order.reason", "请写明为什么没有当场签到，不超过 200 字。", "reason");
  if (out_at <= in_at || out_at - in_at > kLongestShift || out_at > orders_.now())
    return refuse(Code::invalid, "serve.time", "离场要晚于到场，不超过 16 小时，也不能是将来。", "from");
  const std::string name = TRY(member_name(tenant, seen, person));
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::serving && o.state != State::served && o.state != State::closed)
      return refuse(Code::conflict, "order.not_in_state", "服务开始以后才能补录。");
    hold_person(s, tenant, person);
    const auto clash = s.integer(
        "select count(*) from orders_presence where tenant = :tenant and person = :person and order_id <> "
        ":order_id and state in "
        "('in', 'out', 'waiting', 'approved') and in_at < :out_at and (out_at = 0 or out_at > :in_at)",
        {{"tenant", tenant}, {"person", person}, {"order_id", id}, {"in_at", in_at}, {"out_at", out_at}});
    if (clash != 0)
      return refuse(Code::conflict, "serve.clash", "这段时间他在另一单有记录，不能重复计时。", "from");
    // Who never signed out, or was noted absent, is told of anew by what is filled in; what is proven stands.
    int visit = 1;
    for (const auto& v : visits_of(s, tenant, id, person)) {
      visit = v.visit + 1;
      if (v.state == PresenceState::refused || v.state == PresenceState::no_show ||
          v.state == PresenceState::in)
        continue;
      if (in_at < v.out_at && v.in_at < out_at)
        return refuse(Code::conflict, "serve.already", "这段时间他在这一单已经有记录，不用补录。", "person");
    }
    s.run(
        "delete from orders_presence where tenant = :tenant and order_id = :order_id and person = :person "
        "and state "
        "in ('no_show', 'in')",
        {{"tenant", tenant}, {"order_id", id}, {"person", person}});
    insert_told(s, by, o, {person, name, visit, "waiting", in_at, out_at, reason, 0, 0});
    log(s, by, o, "order.fill_in", fmt::format("补录{}的时长：{}", name, reason));
    return {};
  });
}

Done ServeStore::no_show(const By& by, Id id, Id person, const std::string& typed, Id shift) {
  const Id tenant = by.actor.tenant;
  Id self = 0;
  const Order seen = TRY(order_of_member(by.actor, id, self));
  if (!by.actor.may(kServe)) return refuse(Code::forbidden, "serve.leader", "缺席由队长记录。");
  const std::string name = TRY(member_name(tenant, seen, person));
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::serving && o.state != State::served && o.state != State::closed)
      return refuse(Code::conflict, "order.not_in_state", "服务开始以后才能记缺席。");
    Span missed{0, 0};
    for (const auto& d : duties_at(s, tenant, {id})) {
      if (d.shift == shift && d.person == person) missed = {d.from, d.to};
    }
    if (shift != 0 && missed.to == 0)
      return refuse(Code::invalid, "shift.not_found", "他没有报这个班次。", "shift");
    int visit = 1;
    for (const auto& v : visits_of(s, tenant, id, person)) {
      visit = v.visit + 1;
      if (v.state == PresenceState::refused) continue;
      const bool noted = v.state == PresenceState::no_show && v.shift == shift;
      const bool came = v.state != PresenceState::no_show &&
                        (shift == 0 || (v.in_at < missed.to && (v.out_at == 0 || missed.from < v.out_at)));
      if (noted || came) return refuse(Code::conflict, "serve.already", "这个人已经有记录。", "person");
    }
    insert_told(s, by, o,
                {person, name, visit, "no_show", orders_.now(), 0, base::shorten(base::trim(typed), 200),
                 orders_.now(), shift});
    log(s, by, o, "order.no_show", name + "缺席");
    return {};
  });
}

Done ServeStore::decide(const By& by, Id id, Id person, int visit, bool approved, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(orders_.order(tenant, id));
  TRY(by.actor.require(kDispatch, seen.department));
  const std::string reason = base::trim(typed);
  if (!approved && reason.empty())
    return refuse(Code::invalid, "order.reason", "请写明不批准的原因。", "reason");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const auto filled = s.one(
        "select filled_person from orders_presence where tenant = :tenant and order_id = :order_id and "
        "person = :person and visit = :visit and state = 'waiting'",
        {{"tenant", tenant}, {"order_id", id}, {"person", person}, {"visit", visit}},
        [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
    if (!filled) return refuse(Code::conflict, "serve.not_waiting", "这条补录已经办理过。");
    if (*filled == by.actor.person) return refuse(Code::forbidden, "serve.self", "补录要由另一个人批准。");
    s.run(
        "update orders_presence set state = :state, decided_by = :name, decided_person = :decided, "
        "decided_unit = :unit, reason "
        "= case when :why = '' then reason else :why2 end where tenant = :tenant and order_id = :order_id "
        "and person = :person and visit = :visit and state = 'waiting'",
        {{"state", approved ? "approved" : "refused"},
         {"name", by.actor.name},
         {"decided", by.actor.person},
         {"unit", by.actor.unit_name},
         {"why", reason},
         {"why2", reason},
         {"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"visit", visit}});
    log(s, by, TRY(orders_.load(s, tenant, id)), "order.fill_in_decided",
        approved ? "批准补录时长" : "不批准补录时长：" + reason);
    return {};
  });
}

// A visit's own source in records and points; the first keeps the order's.
std::string ServeStore::source_of(const Presence& p) {
  return p.visit == 1 ? subject_of(p.order) : fmt::format("{}:{}", subject_of(p.order), p.visit);
}

std::string ServeStore::record_hours(Millis now) {
  int recorded = 0;
  for (const auto& tenant : orders_.parts().directory.tenants()) {
    struct Row {
      Presence p;
      std::string decided_unit;
      Id decided_person = 0;
    };
    const auto rows = orders_.parts().db.read([&](sql::Session& s) {
      return s.rows(
          fmt::format(
              "select {}, decided_unit, decided_person from orders_presence p where tenant = :tenant and "
              "recorded_at = 0 and state in ('out', 'approved') and exists (select 1 from orders_order o "
              "where o.tenant = p.tenant and o.id = p.order_id and o.state = 'closed') order by order_id, "
              "person, visit limit 1000",
              kPresenceColumns),
          {{"tenant", tenant.id}}, [](const sql::Row& r) {
            return Row{presence_from(r), r.text(15), static_cast<Id>(r.integer(16))};
          });
    });
    auth::Actor program;
    program.tenant = tenant.id;
    program.name = "平台";
    for (const auto& row : rows) {
      if (record(program, tenant.id, row.p, row.decided_unit, row.decided_person, now)) ++recorded;
    }
  }
  return fmt::format("记入 {} 人次的服务时长", recorded);
}

bool ServeStore::record(const auth::Actor& program, Id tenant, const Presence& p,
                        const std::string& decided_unit, Id decided_person, Millis now) {
  const auto order = orders_.order(tenant, p.order);
  if (!order) return false;
  const auto units = orders_.parts().directory.units(tenant);
  const auto* host = units->find(order->community);
  const bool by_code = p.kind == PresenceKind::code;
  const auto [duties, before] = orders_.parts().db.read([&](sql::Session& s) {
    std::vector<Duty> own;
    for (auto& d : duties_at(s, tenant, {p.order})) {
      if (d.person == p.person) own.push_back(std::move(d));
    }
    return std::pair(
        std::move(own),
        s.integer("select count(*) from orders_presence where tenant = :tenant and order_id = :order_id "
                  "and person = :person and recorded_at <> 0 and state in ('out', 'approved')",
                  {{"tenant", tenant}, {"order_id", p.order}, {"person", p.person}}));
  });
  const auto role = role_in(p.in_at, p.out_at, duties);
  registers::Proof proof;
  proof.person = p.person;
  proof.kind = registers::ProofKind::service;
  proof.title = order->title;
  proof.on = base::date_of(p.in_at);
  proof.hours = std::min(24.0, std::round(p.hours() * 10) / 10);
  proof.audience = 0;
  proof.host = order->community;
  proof.source = source_of(p);
  proof.note =
      order->number + (role ? "，" + std::string(title_of(*role)) : std::string()) +
      (by_code ? std::string("，到场码签到，群众确认") : "，补录，经" + decided_unit + p.decided_by + "批准");
  proof.state = registers::ProofState::confirmed;
  proof.told_name = by_code ? p.name : p.filled_by;
  proof.decided_name = !by_code ? p.decided_by : order->rating != 0 ? "点单群众" : "到期确认";
  proof.decided_unit = host == nullptr ? "" : host->name;
  proof.told_at = p.in_at;
  proof.decided_at = now;
  proof.decided_by = decided_person;
  if (!registers_.record_proof(program, proof)) return false;
  Served served;
  served.tenant = tenant;
  served.order = order->id;
  served.person = p.person;
  served.township = order->township;
  served.source = proof.source;
  served.name = p.name;
  served.kind = order->kind;
  served.title = order->title;
  served.day = proof.on;
  served.minutes = static_cast<int>((p.out_at - p.in_at) / 60'000);
  served.first = before == 0;
  served.role = role;
  served.leader = role ? *role == Role::lead : p.leader;
  served.filled = !by_code;
  if (on_served_ && !on_served_(served)) return false;
  orders_.parts().db.write([&](sql::Session& s) {
    return s.run(
        "update orders_presence set recorded_at = :now where tenant = :tenant and order_id = :order_id and "
        "person = "
        ":person and visit = :visit",
        {{"now", now}, {"tenant", tenant}, {"order_id", p.order}, {"person", p.person}, {"visit", p.visit}});
  });
  return true;
}

}  // namespace kepu::orders
