// Orders in the database: menu, routes, placing, the steps of the table of states, lists and figures. What
// belongs to one stage stands on it in its own store: resident_store.h (codes, duplicates, messages,
// complaints), offers_store.h (offers to teams), serve_store.h (sign-in), shift_store.h (shifts),
// phone_store.h (telephones proven). Every change checks the
// right again, the state table and the revision, and writes history, audit entry, notices and the event in
// the same transaction. Refusals: order.not_found, order.not_in_state, order.changed_meanwhile, order.reason,
// order.FIELD. Thread-safe; no function may be called from inside Database::read() or write(), except where
// it takes a Session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/calendar/calendar_store.h"
#include "core/sql/kept.h"
#include "core/sql/sql.h"
#include "engines/orders/orders.h"

namespace kepu::orders {

const std::vector<sql::Migration>& migrations();  // of the base store, part "orders"
const std::vector<auth::Right>& rights();
// For Directory::add_use_check.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

struct By {
  const auth::Actor& actor;  // person 0: the resident, by his tracking code (Step::resident only)
  std::string remote;
  bool program = false;  // a job: Step::program, and what a clock decides
};

struct Settings {  // of a tenant
  std::vector<Kind> kinds;
  std::vector<Route> routes;
  Terms terms;
  std::string telephone;  // 电话点单, shown on the public page; may be empty
  bool open = true;       // else the public page takes no new orders and says so
  std::int64_t revision = 0;
  const Kind* kind(std::string_view key) const;
  // The most special route that fits; 0: none.
  Id department_for(std::string_view kind, Id township) const;
};

struct OrderQuery {
  std::optional<std::vector<Id>>
      units;              // whose community or department is one of these; none: the whole tenant
  std::vector<Id> teams;  // beside them, orders of these teams
  std::optional<State> state;
  bool open_only = false, ended_only = false;
  std::string kind;
  Id service = 0, township = 0, community = 0, department = 0, team = 0, parent = 0;
  std::optional<Millis> due_before;  // with a clock that ends before
  std::optional<Date> from, to;      // placed on these days, both included
  std::string text;                  // any two characters or more of title, words, place, number
  Id before = 0;                     // made before this order: for going on where a list ended
  bool counted = true;               // else `total` stays 0, which is quicker
  std::string order_by;  // id, due, first_day or people, " desc" where the largest comes first, ties by id
                         // the same way; without a clock after all others. Empty: newest first
  std::int64_t offset = 0, limit = 50;
  // Up to so many matches are gathered and sorted, more are met by walking the order of the list. A matter of
  // speed, never of what is found.
  std::int64_t sorted_up_to = 20'000;
};
struct OrderPage {
  std::vector<Order> orders;  // phones masked
  // Exact for what a list is narrowed by: units, state, open or ended, kind, township, community, department.
  // With anything else counted up to kCountedUpTo, and of a search up to kMostFound newest ones; then `more`.
  std::int64_t total = 0;
  bool more = false;
};
inline constexpr std::int64_t kCountedUpTo = 10'000, kMostFound = 5000;

struct HistoryStep {
  int number = 0;
  Millis at = 0;
  std::string action, by, unit, words;
  State before = State::placed, after = State::placed;
  bool open_to_resident = false;  // shown on his page
  int working_minutes = 0;        // spent in `before`
};

// What a step brings beside the action; which are read depends on it.
struct Act {
  Action action = Action::dispatch;
  std::int64_t revision = 0;
  std::string text;  // reason or note
  Id unit = 0;       // dispatch, transfer: to whom; 0: by the routes (dispatch)
  Id into = 0;       // merge
  Id team = 0;       // accept
  std::string team_name;
  std::optional<Date> day;  // accept; from/to with it
  int from = 0, to = 0;
  int rating = 0;    // confirm, object; 0: none
  std::string kind;  // dispatch: sets the kind of an order that had none or the wrong one
};

// What a step has to know beside the order, looked up before the transaction begins: settings, calendar,
// units, and who hears of it.
struct Ground {
  std::shared_ptr<const Settings> settings;
  std::shared_ptr<const calendar::Calendar> calendar;
  std::shared_ptr<const auth::UnitTree> units;
  std::vector<Id> tell;  // people, by their rights over the unit whose turn it will be
  Id receiver = 0;       // dispatch, transfer: the unit that the order goes to
};

// A child of a split: fields that are empty are the parent's.
struct Part {
  std::string title;
  Id service = 0;
  std::string kind;
  Id area = 0;
  std::vector<Date> days;
  int people = 0;
};

// What other parts of the program are told inside the transaction, e.g. for webhooks and sign-off of teams.
struct Event {
  std::string name;  // order.placed, order.state_changed
  const Order& order;
  State before = State::placed;
  Action action = Action::dispatch;
};
using Listener = std::function<void(sql::Session&, Id tenant, const Event&)>;

struct Placed {
  Id id = 0;
  std::string number, code;
  bool again = false;  // the key was known: nothing new was made
};

class OrderStore {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    const auth::Cipher& cipher;
    calendar::CalendarStore& calendars;
    Catalog shipped;
  };
  explicit OrderStore(Parts parts) : p_(std::move(parts)) {}
  const Parts& parts() const { return p_; }
  void add_listener(Listener listener) { listeners_.push_back(std::move(listener)); }  // while composing

  // ---- menu and rules: order.setup. Never null; shipped ones until the tenant changes them.
  std::shared_ptr<const Settings> settings(Id tenant);
  base::Done save_settings(const By& by, const Settings& settings);
  std::vector<Service> services(Id tenant, bool inactive_too = false);  // by position
  base::Result<Service> service(Id tenant, Id id);
  base::Result<Id> save_service(const By& by, const Service& service);  // id 0: a new one
  // Days of [from, from + count) on which the service has no place left (daily_limit).
  std::vector<Date> full_days(Id tenant, const Service& service, Date from, int count);

  // ---- placing. Needs order.place over the area for Channel::on_behalf, unit and api; Channel::web is open
  // to everybody. Finds community and (when dispatched) department by itself.
  base::Result<Placed> place(const By& by, const Request& request);
  // Whether an order was placed with this key, and which.
  bool known(Id tenant, std::string_view key) { return placed_with(tenant, key).has_value(); }
  std::optional<Placed> placed_with(Id tenant, std::string_view key);

  // ---- reading
  OrderPage orders(Id tenant, const OrderQuery& query);
  // Of open states only; of the query units, kind, township, community and department count.
  std::map<State, std::int64_t> counts(Id tenant, const OrderQuery& query);
  base::Result<Order> order(Id tenant, Id id);
  std::vector<Order> orders_of(Id tenant,
                               const std::vector<Id>& ids);  // in this order; unknown ones left out
  base::Result<Order> by_number(Id tenant, std::string_view number);
  base::Result<Order> by_code(Id tenant, std::string_view code);  // of the public page: order.code
  std::vector<HistoryStep> history(Id tenant, Id order);
  std::vector<Order> children(Id tenant, Id order);
  bool may_see(const auth::Actor& actor, const Order& order) const;
  // The phone in plain, logged as a read of personal data: the unit in turn or the settling office while the
  // order is open; the accepted team (teams of the actor given) from acceptance until it is closed; else
  // order.phone.
  base::Result<std::string> open_phone(const By& by, Id order, const std::vector<Id>& own_teams);

  // Name and phone in plain for another system, logged as a read of personal data; needs order.contact over
  // community or department. Both empty once erased.
  struct Contact {
    std::string name, phone;
  };
  base::Result<Contact> contact(const By& by, Id order);

  // ---- steps
  base::Done may_act(const auth::Actor& actor, const Order& order, Action action) const;
  base::Result<Order> act(const By& by, Id order, const Act& act);
  base::Result<std::vector<Id>> split(const By& by, Id order, std::int64_t revision,
                                      const std::vector<Part>& parts);
  // The same step inside somebody's transaction, on ground() taken before it; `check` false where the
  // caller's own rule gives the right (an accepted offer, a clock). Writes `order` and gives it as it is
  // afterwards.
  Ground ground(Id tenant, const Order& order, const Act& act);
  base::Result<Order> advance(sql::Session& session, const By& by, const Ground& ground, Order order,
                              const Act& act, bool check);
  // With the row locked until the transaction ends.
  base::Result<Order> load(sql::Session& session, Id tenant, Id id);
  // Personal data of ended orders after Terms::erase_days; served orders nobody confirmed; clocks that ran
  // out (head, then office are told once each). For the jobs; what they did, in Chinese.
  std::string erase_old(Millis now);
  std::string confirm_unanswered(Millis now);
  std::string escalate(Millis now);

  // ---- figures
  struct Count {
    std::int64_t placed = 0, closed = 0, refused = 0,
                 cancelled = 0;  // merged ones are counted as the one they became
    std::int64_t overdue =
        0;  // now open past a clock and without a team; refused + overdue is the unmet need
    std::int64_t rated = 0, rating_sum = 0, people = 0;  // people: as said for closed ones
  };
  // Need and supply: by township and kind, orders placed in the days. Kept by day as orders move, so that a
  // million orders cost no more than their days.
  std::map<std::pair<Id, std::string>, Count> need(Id tenant, Date from, Date to);

  // Orders placed, or closed, in the days (both included) whose community, township or department is one of
  // `units` (empty: all); merged ones are not counted. Children of a split count, the split order itself does
  // not.
  struct FigureQuery {
    Id tenant = 0;
    std::vector<Id> units;
    Date from, to;
    bool closed = false;
  };
  struct Figure {
    std::int64_t orders = 0, closed = 0, cancelled = 0, people = 0, rated = 0,
                 satisfied = 0;  // satisfied: 4 or 5
  };
  Figure figure(const FigureQuery& query);
  std::map<Id, Figure> figure_by_unit(const FigureQuery& query);  // by township and by department
  std::vector<Order> figure_orders(const FigureQuery& query, std::int64_t offset, std::int64_t limit);

  Date today() const { return p_.clock.today(); }
  Millis now() const { return p_.clock.now(); }

 private:
  Order order_from(const sql::Row& row, Id tenant, bool open_phone) const;
  std::vector<Order> by_ids(sql::Session& session, Id tenant, const std::vector<Id>& ids) const;
  // Of the kept counts; the order as it is in its row, `by` 1 where it came to be so, -1 where it was.
  static void count(sql::Session& session, Id tenant, const Order& order, int by);
  base::Result<Order> load_order(sql::Session& session, Id tenant, Id id, bool open_phone);
  void insert(sql::Session& session, Id tenant, const Order& order, const std::string& key);
  void add_step(sql::Session& session, const By& by, const Ground& ground, const Order* before,
                const Order& after, std::string_view action, const std::string& words, bool open_to_resident);
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action,
           const Order& order, std::string summary);
  void tell(sql::Session& session, const By& by, const Ground& ground, const Order& order, Action action,
            const std::string& words);
  void tally(sql::Session& session, Id tenant, const Order& order, std::string_view column, std::int64_t by);
  base::Result<Order> apply(sql::Session& session, const By& by, const Ground& ground, Order order,
                            const Act& act);
  void close_parent(sql::Session& session, const Ground& ground, Id tenant, Id parent);
  std::string next_number(sql::Session& session, Id tenant);

  Parts p_;
  std::vector<Listener> listeners_;
  sql::Kept<Id, Settings> kept_settings_{256};
  sql::Kept<std::string, Figure> kept_figures_{256};
  sql::Kept<Id, std::vector<Service>> kept_services_{256};
};

}  // namespace kepu::orders
