// 到场与时长: who of a team came to an order, by place and code and without any track, and the hours that
// follow from it. The host has two codes of six digits, one for coming and one for leaving; they show
// presence at the place, nothing else is asked. Hours by code count as proven by two parties once the order
// is closed; what a leader fills in afterwards is kept apart, flagged, and counts only when the department
// has approved it. Refusals: serve.code, serve.not_member, serve.clash, serve.not_in, serve.time, and those
// of OrderStore. Thread-safe; no function may be called from inside Database::read() or write().
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/guesses.h"
#include "core/file/attachment.h"
#include "engines/orders/orders_store.h"
#include "engines/orders/shifts.h"
#include "engines/registers/registers.h"

namespace kepu::orders {

const std::vector<sql::Migration>& serve_migrations();  // with those of shift_store.h

enum class PresenceKind { code, filled };  // 扫码签到 补录
enum class PresenceState { expected, in, out, no_show, waiting, approved, refused };
// 未到 已到场 已离场 缺席 补录待批准 补录已批准 补录未批准
std::string_view title_of(PresenceState state);

struct Presence {                      // one coming and going; who comes again after he left has another
  Id order = 0, person = 0, team = 0;  // person: of the registers
  int visit = 1;
  std::string name;
  PresenceKind kind = PresenceKind::code;
  PresenceState state = PresenceState::in;
  Millis in_at = 0, out_at = 0;  // of filled ones: as filled in
  std::string filled_by, decided_by, reason;
  bool recorded = false;  // the hours stand in the person's record
  bool leader = false;    // signed in with order.serve
  Id shift = 0;           // of a no-show: the shift that he missed; 0: the whole order
  double hours() const { return out_at > in_at ? static_cast<double>(out_at - in_at) / 3'600'000.0 : 0; }
};

// What stands in a person's record from then on: told once an order is closed, and again where the program
// was cut off in between, so whoever listens must bear a second time.
struct Served {
  Id tenant = 0, order = 0, person = 0, township = 0;
  std::string source;             // of this coming and going, with the person once for ever
  std::string name, kind, title;  // kind: Kind::key
  Date day;
  int minutes = 0;
  bool first = true;         // nothing else of his at this order stands in his record yet
  bool leader = false;       // by his shift; without one, as he signed in
  std::optional<Role> role;  // of his shift
  bool filled = false;
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
  std::vector<Presence> presence(Id tenant, Id order);  // by name, visit
  std::map<Id, std::vector<Presence>> presence_at(Id tenant, const std::vector<Id>& orders);

  // The order where a team of the actor serves it, and who he is in the registers; else serve.not_member.
  base::Result<Order> order_of_member(const auth::Actor& actor, Id order, Id& person);

  // How a code was typed. `at`: when, where there was no network (0: now), not more than two days back;
  // `key`: of the typing, 8 … 64 of [A-Za-z0-9_-]: the same key of a person at an order is one coming or
  // going for ever; empty: none.
  struct Typed {
    std::string code;
    Millis at = 0;
    std::string key;
  };
  // On the agreed day, from two hours before (of a shift of his, too) to twelve after its begin. Who is there
  // already, or was at that time, changes nothing; who left may come again. The first one makes the order
  // 服务中. A person who is still somewhere else is refused. Being there by code ends a no-show.
  base::Done sign_in(const By& by, Id order, const Typed& typed);
  base::Done sign_out(const By& by, Id order, const Typed& typed);
  // By the leader, when the order is served: a member without a phone, or who forgot to sign out, came from …
  // to …; or did not come (to that shift, or at all).
  base::Done fill_in(const By& by, Id order, Id person, Millis in_at, Millis out_at,
                     const std::string& reason);
  base::Done no_show(const By& by, Id order, Id person, const std::string& reason, Id shift = 0);
  // By the department (order.dispatch), never by who filled it in.
  base::Done decide(const By& by, Id order, Id person, int visit, bool approved, const std::string& reason);
  // Photos of the place that the service asks for (Service::photos), at most kMostPhotos an order, by a
  // member of the team with order.serve; refuses serve.photos where none are asked for, as with children.
  static constexpr std::size_t kMostPhotos = 6;
  bool wants_photos(Id tenant, const Order& order);
  base::Done add_photos(const By& by, Id order, const std::vector<file::Attachment>& photos);
  std::vector<file::Attachment> photos(Id tenant, Id order);
  // No-shows of the last 90 days, for who makes up a team.
  int no_shows(Id tenant, Id person);

  void on_served(OnServed listener) { on_served_ = std::move(listener); }  // while composing
  // For the job: hours of closed orders go into the records of the people, once each.
  std::string record_hours(Millis now);

 private:
  static std::string source_of(const Presence& presence);
  bool record(const auth::Actor& program, Id tenant, const Presence& presence,
              const std::string& decided_unit, Id decided_person, Millis now);
  base::Result<std::string> member_name(Id tenant, const Order& order, Id person);
  // Refuses serve.code, and auth.throttled after many wrong ones of this person.
  base::Done check_code(const By& by, const Order& order, bool leaving, const std::string& typed);
  base::Done not_elsewhere(sql::Session& session, Id tenant, Id order, Id person, Millis when);
  void log(sql::Session& session, const By& by, const Order& order, std::string action, std::string words);

  OrderStore& orders_;
  registers::Registers& registers_;
  OnServed on_served_;
  auth::Guesses guesses_;
};

}  // namespace kepu::orders
