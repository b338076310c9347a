// 到场与时长: who of a team came to an order, by place and code and without any track, and the hours that
// follow from it. The host has two codes of six digits, one for coming and one for leaving; they show
// presence at the place, nothing else is asked. Hours by code count as proven by two parties once the order
// is closed; what a leader fills in afterwards is kept apart, flagged, and counts only when the department
// has approved it. Refusals: serve.code, serve.not_member, serve.clash, serve.not_in, serve.time, and those
// of OrderStore. Thread-safe; no function may be called from inside Database::read() or write().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/guesses.h"
#include "engines/orders/orders_store.h"
#include "engines/registers/registers.h"

namespace kepu::orders {

const std::vector<sql::Migration>& serve_migrations();

enum class PresenceKind { code, filled };  // 扫码签到 补录
enum class PresenceState { expected, in, out, no_show, waiting, approved, refused };
// 未到 已到场 已离场 缺席 补录待批准 补录已批准 补录未批准
std::string_view title_of(PresenceState state);

struct Presence {
  Id order = 0, person = 0, team = 0;  // person: of the registers
  std::string name;
  PresenceKind kind = PresenceKind::code;
  PresenceState state = PresenceState::in;
  Millis in_at = 0, out_at = 0;  // of filled ones: as filled in
  std::string filled_by, decided_by, reason;
  bool recorded = false;  // the hours stand in the person's record
  bool leader = false;    // signed in with order.serve
  double hours() const { return out_at > in_at ? static_cast<double>(out_at - in_at) / 3'600'000.0 : 0; }
};

// What stands in a person's record from then on: told once an order is closed, and again where the program
// was cut off in between, so whoever listens must bear a second time.
struct Served {
  Id tenant = 0, order = 0, person = 0, township = 0;
  std::string name, kind, title;  // kind: Kind::key
  Date day;
  int minutes = 0;
  bool leader = false, filled = false;
};
using OnServed = std::function<base::Done(const Served&)>;

class ServeStore {
 public:
  ServeStore(OrderStore& orders, registers::Registers& registers)
      : orders_(orders),
        registers_(registers),
        guesses_(orders.parts().db, orders.parts().clock, orders.parts().cipher) {}

  // Of the order and its agreed day: six digits; another one for leaving.
  std::string code(Id tenant, const Order& order, bool leaving) const;
  // Teams that the signed-in person belongs to, and his orders: accepted or being served by one of them.
  std::vector<Id> teams_of(const auth::Actor& actor);
  std::vector<Order> orders_of(const auth::Actor& actor);
  std::vector<Presence> presence(Id tenant, Id order);

  // On the agreed day, from two hours before to twelve after its begin. `at`: when the code was typed without
  // network (0: now), not more than two days back. The same again changes nothing. The first one makes the
  // order 服务中. A person who is still somewhere else is refused.
  base::Done sign_in(const By& by, Id order, const std::string& code, Millis at = 0);
  base::Done sign_out(const By& by, Id order, const std::string& code, Millis at = 0);
  // By the leader, when the order is served: a member without a phone came from … to …, or did not come.
  base::Done fill_in(const By& by, Id order, Id person, Millis in_at, Millis out_at,
                     const std::string& reason);
  base::Done no_show(const By& by, Id order, Id person, const std::string& reason);
  // By the department (order.dispatch), never by who filled it in.
  base::Done decide(const By& by, Id order, Id person, bool approved, const std::string& reason);
  // No-shows of the last 90 days, for who makes up a team.
  int no_shows(Id tenant, Id person);

  void on_served(OnServed listener) { on_served_ = std::move(listener); }  // while composing
  // For the job: hours of closed orders go into the records of the people, once each.
  std::string record_hours(Millis now);

 private:
  // Refuses serve.code, and auth.throttled after many wrong ones of this person.
  base::Done check_code(const By& by, const Order& order, bool leaving, const std::string& typed);
  base::Result<Order> own_order(const auth::Actor& actor, Id order, Id& person);
  void log(sql::Session& session, const By& by, const Order& order, std::string action, std::string words);

  OrderStore& orders_;
  registers::Registers& registers_;
  OnServed on_served_;
  auth::Guesses guesses_;
};

}  // namespace kepu::orders
