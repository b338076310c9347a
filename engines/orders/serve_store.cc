#include "engines/orders/serve_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
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

constexpr Millis kHour = 3'600'000, kDay = 24 * kHour;

}  // namespace

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
  return presence_at(tenant, {order})[order];
}

std::map<Id, std::vector<Presence>> ServeStore::presence_at(Id tenant, const std::vector<Id>& orders) {
  return orders_.parts().db.read([&](sql::Session& s) {
    std::map<Id, std::vector<Presence>> out;
    s.each(
        fmt::format(
            "select {} from orders_presence where tenant = :tenant and order_id in {} order by name, person, "
            "visit",
            kPresenceColumns, in_list(orders)),
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          Presence p = presence_from(r);
          out[p.order].push_back(std::move(p));
        });
    return out;
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
  audit::append(s, by.actor.tenant,
                entry_of(by, orders_.now(), std::move(action), subject_of(o.id), o.number + " " + words));
}

Result<Order> ServeStore::order_of_member(const auth::Actor& actor, Id id, Id& person) {
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

Done ServeStore::sign_in(const By& by, Id id, const Typed& typed) {
  const Id tenant = by.actor.tenant;
  Id person = 0;
  const Order seen = TRY(order_of_member(by.actor, id, person));
  if (!seen.day) return refuse(Code::conflict, "serve.time", "这一单还没有约定日期。");
  TRY(check_code(by, seen, false, typed.code));
  const Millis when = typed.at == 0 ? orders_.now() : typed.at;
  const std::string_view key = is_request_key(typed.key) ? std::string_view(typed.key) : std::string_view();
  const Span agreed = span_of(seen);
  Act act;
  act.action = Action::arrive;
  const Ground ground = orders_.ground(tenant, seen, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    Order o = TRY(orders_.load(s, tenant, id));
    Millis first = agreed.from, last = agreed.from + 12 * kHour;
    for (const auto& d : duties_at(s, tenant, {id})) {
      if (d.person == person) first = std::min(first, d.from), last = std::max(last, d.to);
    }
    if (when < first - 2 * kHour || when > last || when > orders_.now() + 60'000 ||
        when < orders_.now() - 2 * kDay)
      return refuse(Code::invalid, "serve.time",
                    fmt::format("签到要在服务当天，约定时间前后：{}。", base::to_local(agreed.from)), "code");
    int visit = 1;
    for (const auto& v : visits_of(s, tenant, id, person)) {
      visit = v.visit + 1;
      if (v.state == PresenceState::no_show) {
        s.run(
            "delete from orders_presence where tenant = :tenant and order_id = :order_id and person = "
            ":person and "
            "visit = :visit",
            {{"tenant", tenant}, {"order_id", id}, {"person", person}, {"visit", v.visit}});
        log(s, by, o, "order.no_show_ended", v.name + "到场签到，缺席记录撤销");
        continue;
      }
      if (v.state == PresenceState::refused) continue;
      const bool there = v.state == PresenceState::in || (v.in_at <= when && when < v.out_at);
      if (there || v.in_at == when || (!key.empty() && v.in_key == key)) return {};
    }
    hold_person(s, tenant, person);
    TRY(not_elsewhere(s, tenant, id, person, when));
    s.run(
        "insert into orders_presence (tenant, order_id, person, visit, team, name, kind, state, in_at, "
        "out_at, "
        "filled_by, filled_person, decided_by, decided_person, decided_unit, reason, recorded_at, leader, "
        "shift, "
        "in_key, out_key) values (:tenant, :order_id, :person, :visit, :team, :name, 'code', 'in', :at, 0, "
        "'', 0, "
        "'', 0, '', '', 0, :leader, 0, :key, '')",
        {{"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"visit", visit},
         {"team", o.team},
         {"name", by.actor.name},
         {"at", when},
         {"leader", by.actor.may(kServe)},
         {"key", key}});
    log(s, by, o, "order.sign_in", "到场签到");
    if (o.state == State::accepted) {
      Act begin = act;
      begin.revision = o.revision;
      TRY(orders_.advance(s, by, ground, std::move(o), begin, false));
    }
    return {};
  });
}

Done ServeStore::not_elsewhere(sql::Session& s, Id tenant, Id order, Id person, Millis when) {
  const auto elsewhere = s.one(
      "select order_id from orders_presence where tenant = :tenant and person = :person and order_id <> "
      ":order_id "
      "and state in ('in', 'out', 'approved', 'waiting') and in_at <= :at and (out_at = 0 or out_at > :at) "
      "and "
      "in_at > :since limit 1",
      {{"tenant", tenant}, {"person", person}, {"order_id", order}, {"at", when}, {"since", when - kDay}},
      [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
  if (!elsewhere) return {};
  const auto other = orders_.load(s, tenant, *elsewhere);
  return refuse(
      Code::conflict, "serve.clash",
      fmt::format("您在 {} 还没有签离，不能同时在两处。请先签离那一单。", other ? other->number : "另一单"),
      "code");
}

Done ServeStore::sign_out(const By& by, Id id, const Typed& typed) {
  const Id tenant = by.actor.tenant;
  Id person = 0;
  const Order seen = TRY(order_of_member(by.actor, id, person));
  TRY(check_code(by, seen, true, typed.code));
  const Millis when = typed.at == 0 ? orders_.now() : typed.at;
  const std::string_view key = is_request_key(typed.key) ? std::string_view(typed.key) : std::string_view();
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    std::optional<Visit> here, left;
    for (auto& v : visits_of(s, tenant, id, person)) {
      if (v.state == PresenceState::in)
        here = std::move(v);
      else if (v.state == PresenceState::out)
        left = std::move(v);
    }
    const bool again = left && (!here || left->out_at == when || (!key.empty() && left->out_key == key));
    if (again) return {};
    if (!here) return refuse(Code::conflict, "serve.not_in", "您还没有到场签到，不能签离。", "code");
    if (when <= here->in_at || when > here->in_at + kLongestShift || when > orders_.now() + 60'000)
      return refuse(Code::invalid, "serve.time", "签离时间要在到场之后，不超过 16 小时。请联系队长补录。",
                    "code");
    s.run(
        "update orders_presence set state = 'out', out_at = :at, out_key = :key where tenant = :tenant and "
        "order_id "
        "= :order_id and person = :person and visit = :visit and state = 'in'",
        {{"at", when},
         {"key", key},
         {"tenant", tenant},
         {"order_id", id},
         {"person", person},
         {"visit", here->visit}});
    log(s, by, o, "order.sign_out", "离场签离");
    return {};
  });
}

}  // namespace kepu::orders
