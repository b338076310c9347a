// Offers in the database: an order that a department has claimed is offered to the best teams in turn, one at
// a time, each with its clock; the leader accepts or says why not. Refusals: offer.not_found, offer.not_open,
// order.not_yours, and those of OrderStore::advance. Thread-safe; no function may be called from inside
// Database::read() or write().
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engines/orders/offers.h"
#include "engines/orders/orders_store.h"
#include "engines/registers/registers.h"

namespace kepu::orders {

const std::vector<sql::Migration>& offers_migrations();
inline constexpr std::int64_t kMostTeams = 2000;  // looked through for an order

struct Waiting {  // an open offer with its order (phone masked)
  Offer offer;
  Order order;
};

struct Proposal {  // of matching many at once
  Order order;
  Id team = 0;  // 0: none fits
  std::string team_name, why;
  Date day;
};

class OfferStore {
 public:
  OfferStore(OrderStore& orders, registers::Registers& registers) : orders_(orders), registers_(registers) {}

  // The teams that could serve the order, cheapest first, with why; those asked before too where `again`.
  std::vector<Ranked> candidates(Id tenant, const Order& order, bool again);
  // Title of the register that one of the team who comes must be in (Service::certificate); empty: none.
  std::string required(Id tenant, const Order& order);
  // Claimed orders without an open offer (at most 500) of the units over which the actor may dispatch, each
  // with the team and day that serve all of them together best: proven within one percent of the least total
  // cost (matching.h). A team has at most five orders in hand and one a day; teams without the skill, or that
  // were asked before, do not come in.
  std::vector<Proposal> propose(const auth::Actor& actor);
  std::vector<Offer> offers(Id tenant, Id order);  // newest first
  // By who may dispatch (order.dispatch over the department). A team of one's own choice; withdraws the open
  // offer.
  base::Result<Id> offer(const By& by, Id order, Id team);
  // Without asking: the team has agreed by telephone. The reason is kept.
  base::Result<Order> assign(const By& by, Id order, std::int64_t revision, Id team, const Act& agreed);
  // By the team's leader: order.serve over the team's unit, or as a member of the team.
  base::Result<Order> accept(const By& by, Id offer, Date day, int from, int to);
  base::Done decline(const By& by, Id offer, const std::string& reason);
  // The team gives an accepted order back, or tells that it is done (people who came, what was done).
  base::Result<Order> release(const By& by, Id order, std::int64_t revision, const std::string& reason);
  base::Result<Order> finish(const By& by, Id order, std::int64_t revision, int people,
                             const std::string& words);

  // Teams for which the person acts.
  std::vector<registers::FoundTeam> teams_of(const auth::Actor& actor);
  std::vector<Waiting> waiting(Id tenant, const std::vector<Id>& teams);
  // For the job: offers that ran out end, and claimed orders without an open offer are offered to the next
  // team; where no team is left, the department is told once. What it did, in Chinese.
  std::string run(Millis now);

 private:
  struct Loads {  // of all teams: services in hand, orders of the last 30 days, days that are taken
    std::map<Id, int> in_hand, lately;
    std::set<std::pair<Id, std::string>> busy;
  };
  Loads loads(Id tenant);
  std::vector<Ranked> candidates(Id tenant, const Order& order, bool again, const Loads& loads);
  std::string certificate_of(Id tenant, const Order& order);
  base::Result<Offer> load(sql::Session& session, Id tenant, Id id);
  void end(sql::Session& session, Id tenant, const Offer& offer, OfferState state, const std::string& by,
           const std::string& reason);
  void insert(sql::Session& session, Id tenant, const Offer& offer);
  Millis until(Id tenant, const Order& order, const Settings& settings);
  base::Result<Order> team_act(const By& by, Id order, const Act& act, int people);
  std::vector<Id> leaders(Id tenant, const registers::FoundTeam& team);
  void tell_leaders(sql::Session& session, Id tenant, const std::vector<Id>& people, const Offer& offer,
                    const Order& order);

  OrderStore& orders_;
  registers::Registers& registers_;
};

}  // namespace kepu::orders
