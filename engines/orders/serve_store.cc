#include "engines/orders/serve_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/audit/audit.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/base/words.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kTables = R"sql(
create table orders_presence (
  tenant bigint not null, order_id bigint not null, person bigint not null, team bigint not null, name text not null,
  kind text not null, state text not null, in_at bigint not null, out_at bigint not null, filled_by text not null,
  filled_person bigint not null, decided_by text not null, decided_person bigint not null, decided_unit text not null,
  reason text not null, recorded_at bigint not null,
  primary key (tenant, order_id, person));
create index orders_presence_person on orders_presence (tenant, person, in_at);
create index orders_presence_open on orders_presence (tenant, recorded_at, state) where recorded_at = 0;
)sql";

constexpr base::Word<PresenceKind> kKinds[] = {{PresenceKind::code, "code", "到场码签到"},
                                               {PresenceKind::filled, "filled", "补录"}};
constexpr base::Word<PresenceState> kStates[] = {{PresenceState::expected, "expected", "未到"},
                                                 {PresenceState::in, "in", "已到场"},
                                                 {PresenceState::out, "out", "已离场"},
                                                 {PresenceState::no_show, "no_show", "缺席"},
                                                 {PresenceState::waiting, "waiting", "补录待批准"},
                                                 {PresenceState::approved, "approved", "补录已批准"},
                                                 {PresenceState::refused, "refused", "补录未批准"}};

constexpr Millis kHour = 3'600'000, kDay = 24 * kHour;
constexpr std::string_view kColumns =
    "order_id, person, team, name, kind, state, in_at, out_at, filled_by, decided_by, reason, recorded_at, "
    "leader";

Presence presence_from(const sql::Row& r) {
  Presence p;
  p.order = r.integer(0);
  p.person = r.integer(1);
  p.team = r.integer(2);
  p.name = r.text(3);
  p.kind = base::parse_word(kKinds, r.view(4)).value_or(PresenceKind::code);
  p.state = base::parse_word(kStates, r.view(5)).value_or(PresenceState::in);
  p.in_at = r.integer(6);
  p.out_at = r.integer(7);
  p.filled_by = r.text(8);
  p.decided_by = r.text(9);
  p.reason = r.text(10);
  p.recorded = r.integer(11) != 0;
  p.leader = r.flag(12);
  return p;
}

// The agreed span as instants; a day without hours is whole.
std::pair<Millis, Millis> span_of(const Order& o) {
  const Millis day = base::start_of(*o.day);
  if (o.to == 0) return {day + 8 * kHour, day + 20 * kHour};
  return {day + static_cast<Millis>(o.from) * 60'000, day + static_cast<Millis>(o.to) * 60'000};
}

Served served_of(Id tenant, const Order& o, const Presence& p) {
  Served out;
  out.tenant = tenant;
  out.order = o.id;
  out.person = p.person;
  out.township = o.township;
  out.name = p.name;
  out.kind = o.kind;
  out.title = o.title;
  out.day = base::date_of(p.in_at);
  out.minutes = static_cast<int>((p.out_at - p.in_at) / 60'000);
  out.leader = p.leader;
  out.filled = p.kind == PresenceKind::filled;
  return out;
}

}  // namespace

std::string_view title_of(PresenceState state) { return base::word_of(kStates, state).title; }

const std::vector<sql::Migration>& serve_migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"orders_serve", 1, "到场与时长", kTables},
      {"orders_serve", 2, "到场的是不是队长",
       "alter table orders_presence add column leader bigint not null default 0"}};
  return kSteps;
}

std::string ServeStore::code(Id tenant, const Order& o, bool leaving) const {
  const std::string what = fmt::format("{}:{}:{}", o.id, iso_or_empty(o.day), leaving ? "out" : "in");
  const std::string digest = orders_.parts().cipher.blind_index(what, "orders_presence.code", tenant);
  std::uint64_t number = 14695981039346656037ULL;  // FNV-1a over the keyed digest
  for (const unsigned char c : digest) number = (number ^ c) * 1099511628211ULL;
  return fmt::format("{:06}", number % 1'000'000);
}

std::vector<Id> ServeStore::teams_of(const auth::Actor& actor) {
  std::vector<Id> out;
  if (actor.person == 0) return out;
  const auto person = registers_.person_of_account(actor.tenant, actor.person);
  if (!person) return out;
  const auto record = registers_.record(actor.tenant, *person);
  if (!record) return out;
  for (const auto& e : record->entries) {
    if (e.parent != 0 && registers::in_force(e, orders_.today())) out.push_back(e.parent);
  }
  return out;
}

std::vector<Order> ServeStore::orders_of(const auth::Actor& actor) {
  OrderQuery q;
  q.teams = teams_of(actor);
  if (q.teams.empty()) return {};
  q.open_only = true;
  q.order_by = "first_day, id";
  q.limit = 100;
  std::vector<Order> out;
  for (auto& o : orders_.orders(actor.tenant, q).orders) {
    if (o.state == State::accepted || o.state == State::serving || o.state == State::served)
      out.push_back(std::move(o));
  }
  return out;
}

std::vector<Presence> ServeStore::presence(Id tenant, Id order) {
  return orders_.parts().db.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from orders_presence where tenant = :tenant and order_id = "
                              ":order_id order by name, person",
                              kColumns),
                  {{"tenant", tenant}, {"order_id", order}}, presence_from);
  });
}

int ServeStore::no_shows(Id tenant, Id person) {
  return static_cast<int>(orders_.parts().db.read([&](sql::Session& s) {
    return s.integer(
        "select count(*) from orders_presence where tenant = :tenant and person = :person and state = "
        "'no_show' and in_at >= "
        ":since",
        {{"tenant", tenant}, {"person", person}, {"since", orders_.now() - 90 * kDay}});
  }));
}

void ServeStore::log(sql::Session& s, const By& by, const Order& o, std::string action, std::string words) {
  audit::Entry e;
  e.at = orders_.now();
  e.person = by.actor.person;
  e.person_name = by.actor.name;
  e.unit_name = by.actor.unit_name;
  e.action = std::move(action);
  e.subject = subject_of(o.id);
  e.summary = o.number + " " + std::move(words);
  e.remote = by.remote;
  audit::append(s, by.actor.tenant, std::move(e));
}

Result<Order> ServeStore::own_order(const auth::Actor& actor, Id id, Id& person) {
  const Order o = TRY(orders_.order(actor.tenant, id));
  const auto teams = teams_of(actor);
  if (o.team == 0 || std::count(teams.begin(), teams.end(), o.team) == 0)
    return refuse(Code::forbidden, "serve.not_member", "这一单不是您的队伍去的，不能签到。");
  person = registers_.person_of_account(actor.tenant, actor.person).value_or(0);
  return o;
}

Done ServeStore::check_code(const By& by, const Order& o, bool leaving, const std::string& typed) {
  static constexpr auth::GuessLimit kGuesses{"serve.code", 10, "签到码输错次数过多"};
  const Id tenant = by.actor.tenant;
  const std::string who = fmt::format("person:{}", by.actor.person);
  TRY(guesses_.may_try(kGuesses, tenant, who));
  if (base::equal_in_constant_time(base::trim(base::to_narrow(typed)), code(tenant, o, leaving))) return {};
  guesses_.missed(kGuesses, tenant, who);
  return refuse(Code::invalid, "serve.code",
                leaving ? "离场码不对。请向现场的人要 6 位离场码。"
                        : "到场码不对。请向现场的人要 6 位到场码（离开时用另一个）。",
                "code");
}

Done ServeStore::sign_in(const By& by, Id id, const std::string& typed, Millis at) {
  const Id tenant = by.actor.tenant;
  Id person = 0;
  const Order seen = TRY(own_order(by.actor, id, person));
  if (!seen.day) return refuse(Code::conflict, "serve.time", "这一单还没有约定日期。");
  TRY(check_code(by, seen, false, typed));
  const Millis when = at == 0 ? orders_.now() : at;
  const auto [from, to] = span_of(seen);
  if (when < from - 2 * kHour || when > from + 12 * kHour || when > orders_.now() + 60'000 ||
      when < orders_.now() - 2 * kDay)
    return refuse(
        Code::invalid, "serve.time",
        fmt::format("签到要在服务当天，约定时间前后：{}。", fmt::format("{}", base::to_local(from))), "code");
  Act act;
  act.action = Action::arrive;
  const Ground ground = orders_.ground(tenant, seen, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    Order o = TRY(orders_.load(s, tenant, id));
    const auto there = s.integer(
        "select count(*) from orders_presence where tenant = :tenant and order_id = :order_id and person = "
        ":person",
        {{"tenant", tenant}, {"order_id", id}, {"person", person}});
    if (there != 0) return {};
    const auto elsewhere = s.one(
        "select order_id from orders_presence where tenant = :tenant and person = :person and state in "
        "('in', 'out', "
        "'approved', 'waiting') and in_at <= :at and (out_at = 0 or out_at > :at) and in_at > :since limit 1",
        {{"tenant", tenant}, {"person", person}, {"at", when}, {"since", when - kDay}},
        [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
    if (elsewhere) {
      const auto other = orders_.load(s, tenant, *elsewhere);
      return refuse(Code::conflict, "serve.clash",
                    fmt::format("您在 {} 还没有签离，不能同时在两处。请先签离那一单。",
                                other ? other->number : "另一单"),
                    "code");
    }
    s.run(
        "insert into orders_presence (tenant, order_id, person, team, name, kind, state, in_at, out_at, "
        "filled_by, "
        "filled_person, decided_by, decided_person, decided_unit, reason, recorded_at, leader) values "
        "(:tenant, "
        ":order_id, :person, "
        ":team, :name, 'code', 'in', :at, 0, '', 0, '', 0, '', '', 0, :leader)",
        {{"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"team", o.team},
         {"name", by.actor.name},
         {"at", when},
         {"leader", by.actor.may(kServe)}});
    log(s, by, o, "order.sign_in", "到场签到");
    if (o.state == State::accepted) {
      Act first = act;
      first.revision = o.revision;
      TRY(orders_.advance(s, by, ground, std::move(o), first, false));
    }
    return {};
  });
}

Done ServeStore::sign_out(const By& by, Id id, const std::string& typed, Millis at) {
  const Id tenant = by.actor.tenant;
  Id person = 0;
  const Order seen = TRY(own_order(by.actor, id, person));
  TRY(check_code(by, seen, true, typed));
  const Millis when = at == 0 ? orders_.now() : at;
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const auto there = s.one(fmt::format("select {} from orders_presence where tenant = :tenant and order_id "
                                         "= :order_id and person = :person",
                                         kColumns),
                             {{"tenant", tenant}, {"order_id", id}, {"person", person}}, presence_from);
    if (!there || there->kind != PresenceKind::code)
      return refuse(Code::conflict, "serve.not_in", "您还没有到场签到，不能签离。", "code");
    if (there->state == PresenceState::out) return {};
    if (when <= there->in_at || when > there->in_at + 16 * kHour || when > orders_.now() + 60'000)
      return refuse(Code::invalid, "serve.time", "签离时间要在到场之后，不超过 16 小时。请联系队长补录。",
                    "code");
    s.run(
        "update orders_presence set state = 'out', out_at = :at where tenant = :tenant and order_id = "
        ":order_id and person = :person and state = 'in'",
        {{"at", when}, {"tenant", tenant}, {"order_id", id}, {"person", person}});
    log(s, by, TRY(orders_.load(s, tenant, id)), "order.sign_out", "离场签离");
    return {};
  });
}

Done ServeStore::fill_in(const By& by, Id id, Id person, Millis in_at, Millis out_at,
                         const std::string& typed) {
  const Id tenant = by.actor.tenant;
  Id self = 0;
  const Order seen = TRY(own_order(by.actor, id, self));
  if (!by.actor.may(kServe)) return refuse(Code::forbidden, "serve.leader", "补录由队长办理。");
  const std::string reason = base::trim(typed);
  if (reason.empty() || base::length(reason) > 200)
    return refuse(Code::invalid, "order.reason", "请写明为什么没有当场签到，不超过 200 字。", "reason");
  if (out_at <= in_at || out_at - in_at > 16 * kHour || out_at > orders_.now())
    return refuse(Code::invalid, "serve.time", "离场要晚于到场，不超过 16 小时，也不能是将来。", "from");
  const auto members = registers_.members(tenant, seen.team);
  const auto member =
      std::find_if(members.begin(), members.end(), [&](const auto& e) { return e.person == person; });
  if (member == members.end())
    return refuse(Code::invalid, "serve.not_member", "这个人不是本队在册的队员。", "person");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::serving && o.state != State::served && o.state != State::closed)
      return refuse(Code::conflict, "order.not_in_state", "服务开始以后才能补录。");
    const auto clash = s.integer(
        "select count(*) from orders_presence where tenant = :tenant and person = :person and order_id <> "
        ":order_id and state in "
        "('in', 'out', 'waiting', 'approved') and in_at < :out_at and (out_at = 0 or out_at > :in_at)",
        {{"tenant", tenant}, {"person", person}, {"order_id", id}, {"in_at", in_at}, {"out_at", out_at}});
    if (clash != 0)
      return refuse(Code::conflict, "serve.clash", "这段时间他在另一单有记录，不能重复计时。", "from");
    const auto made = s.run(
        "insert into orders_presence (tenant, order_id, person, team, name, kind, state, in_at, out_at, "
        "filled_by, "
        "filled_person, decided_by, decided_person, decided_unit, reason, recorded_at) values (:tenant, "
        ":order_id, :person, "
        ":team, :name, 'filled', 'waiting', :in_at, :out_at, :by, :by_person, '', 0, '', :reason, 0) on "
        "conflict do nothing",
        {{"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"team", o.team},
         {"name", member->name},
         {"in_at", in_at},
         {"out_at", out_at},
         {"by", by.actor.name},
         {"by_person", by.actor.person},
         {"reason", reason}});
    if (made == 0) return refuse(Code::conflict, "serve.already", "这个人已经有记录，不用补录。", "person");
    log(s, by, o, "order.fill_in", fmt::format("补录{}的时长：{}", member->name, reason));
    return {};
  });
}

Done ServeStore::no_show(const By& by, Id id, Id person, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  Id self = 0;
  const Order seen = TRY(own_order(by.actor, id, self));
  if (!by.actor.may(kServe)) return refuse(Code::forbidden, "serve.leader", "缺席由队长记录。");
  const auto members = registers_.members(tenant, seen.team);
  const auto member =
      std::find_if(members.begin(), members.end(), [&](const auto& e) { return e.person == person; });
  if (member == members.end())
    return refuse(Code::invalid, "serve.not_member", "这个人不是本队在册的队员。", "person");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::serving && o.state != State::served && o.state != State::closed)
      return refuse(Code::conflict, "order.not_in_state", "服务开始以后才能记缺席。");
    const auto made = s.run(
        "insert into orders_presence (tenant, order_id, person, team, name, kind, state, in_at, out_at, "
        "filled_by, "
        "filled_person, decided_by, decided_person, decided_unit, reason, recorded_at) values (:tenant, "
        ":order_id, :person, "
        ":team, :name, 'filled', 'no_show', :at, 0, :by, :by_person, '', 0, '', :reason, :at) on conflict do "
        "nothing",
        {{"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"team", o.team},
         {"name", member->name},
         {"at", orders_.now()},
         {"by", by.actor.name},
         {"by_person", by.actor.person},
         {"reason", base::shorten(base::trim(typed), 200)}});
    if (made == 0) return refuse(Code::conflict, "serve.already", "这个人已经有记录。", "person");
    log(s, by, o, "order.no_show", member->name + "缺席");
    return {};
  });
}

Done ServeStore::decide(const By& by, Id id, Id person, bool approved, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(orders_.order(tenant, id));
  TRY(by.actor.require(kDispatch, seen.department));
  const std::string reason = base::trim(typed);
  if (!approved && reason.empty())
    return refuse(Code::invalid, "order.reason", "请写明不批准的原因。", "reason");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const auto filled = s.one(
        "select filled_person from orders_presence where tenant = :tenant and order_id = :order_id and "
        "person = :person and state = 'waiting'",
        {{"tenant", tenant}, {"order_id", id}, {"person", person}},
        [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
    if (!filled) return refuse(Code::conflict, "serve.not_waiting", "这条补录已经办理过。");
    if (*filled == by.actor.person) return refuse(Code::forbidden, "serve.self", "补录要由另一个人批准。");
    s.run(
        "update orders_presence set state = :state, decided_by = :name, decided_person = :decided, "
        "decided_unit = :unit, reason "
        "= case when :why = '' then reason else :why2 end where tenant = :tenant and order_id = :order_id "
        "and person = :person "
        "and state = 'waiting'",
        {{"state", approved ? "approved" : "refused"},
         {"name", by.actor.name},
         {"decided", by.actor.person},
         {"unit", by.actor.unit_name},
         {"why", reason},
         {"why2", reason},
         {"tenant", tenant},
         {"order_id", id},
         {"person", person}});
    log(s, by, TRY(orders_.load(s, tenant, id)), "order.fill_in_decided",
        approved ? "批准补录时长" : "不批准补录时长：" + reason);
    return {};
  });
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
              "where "
              "o.tenant = p.tenant and o.id = p.order_id and o.state = 'closed') order by order_id, person "
              "limit 1000",
              kColumns),
          {{"tenant", tenant.id}}, [](const sql::Row& r) {
            return Row{presence_from(r), r.text(13), static_cast<Id>(r.integer(14))};
          });
    });
    auth::Actor program;
    program.tenant = tenant.id;
    program.name = "平台";
    for (const auto& row : rows) {
      const auto order = orders_.order(tenant.id, row.p.order);
      if (!order) continue;
      const auto units = orders_.parts().directory.units(tenant.id);
      const auto* host = units->find(order->community);
      registers::Proof proof;
      proof.person = row.p.person;
      proof.kind = registers::ProofKind::service;
      proof.title = order->title;
      proof.on = base::date_of(row.p.in_at);
      proof.hours = std::min(24.0, std::round(row.p.hours() * 10) / 10);
      proof.audience = 0;
      proof.host = order->community;
      proof.source = subject_of(order->id);
      proof.note = row.p.kind == PresenceKind::code
                       ? order->number + "，到场码签到，群众确认"
                       : order->number + "，补录，经" + row.decided_unit + row.p.decided_by + "批准";
      proof.state = registers::ProofState::confirmed;
      proof.told_name = row.p.kind == PresenceKind::code ? row.p.name : row.p.filled_by;
      proof.decided_name = row.p.kind == PresenceKind::code ? (order->rating != 0 ? "点单群众" : "到期确认")
                                                            : row.p.decided_by;
      proof.decided_unit = host == nullptr ? "" : host->name;
      proof.told_at = row.p.in_at;
      proof.decided_at = now;
      proof.decided_by = row.decided_person;
      if (!registers_.record_proof(program, proof)) continue;
      if (on_served_ && !on_served_(served_of(tenant.id, *order, row.p))) continue;
      orders_.parts().db.write([&](sql::Session& s) {
        return s.run(
            "update orders_presence set recorded_at = :now where tenant = :tenant and order_id = :order_id "
            "and person = :person",
            {{"now", now}, {"tenant", tenant.id}, {"order_id", row.p.order}, {"person", row.p.person}});
      });
      ++recorded;
    }
  }
  return fmt::format("记入 {} 人次的服务时长", recorded);
}

}  // namespace kepu::orders
