// Which teams could serve an order, and many orders at once.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engines/orders/matching/matching.h"
#include "engines/orders/offers_store.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::int64_t kMostMatched = 500;
constexpr Millis kMonth = 30LL * 24 * 3600 * 1000;
constexpr int kMostInHand = 5;
constexpr double kCostScale = 10;  // of Ranked::cost, as whole numbers

// The word of a register's time field that the wished day and time ask for.
std::string time_word(const Order& o, const calendar::Calendar& calendar) {
  if (o.time == "晚上") return "晚间";
  if (o.days.empty()) return "";
  return calendar.is_working_day(o.days.front()) ? "工作日" : "周末";
}

}  // namespace

std::string OfferStore::certificate_of(Id tenant, const Order& order) {
  if (order.service == 0) return "";
  const auto service = orders_.service(tenant, order.service);
  return service ? service->certificate : std::string();
}

std::string OfferStore::required(Id tenant, const Order& order) {
  const std::string key = certificate_of(tenant, order);
  return key.empty() ? key : registers_.holding(tenant, key, orders_.today()).title;
}

OfferStore::Loads OfferStore::loads(Id tenant) {
  Loads out;
  orders_.parts().db.read([&](sql::Session& s) {
    s.each(
        fmt::format("select team, first_day from {} where tenant = :tenant and closed_at = 0 and team <> 0 "
                    "and state in ('accepted', 'serving')",
                    orders_by(s, "orders_order_open")),
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          ++out.in_hand[r.integer(0)];
          out.busy.emplace(r.integer(0), r.text(1));
        });
    s.each(fmt::format("select team, count(*) from {} where tenant = :tenant and team <> 0 and created_at >= "
                       ":since and state <> 'cancelled' group by team",
                       orders_by(s, "orders_order_created")),
           {{"tenant", tenant}, {"since", orders_.now() - kMonth}},
           [&](const sql::Row& r) { out.lately[r.integer(0)] = static_cast<int>(r.integer(1)); });
  });
  return out;
}

std::vector<Ranked> OfferStore::candidates(Id tenant, const Order& order, bool again) {
  return candidates(tenant, order, again, loads(tenant));
}

std::vector<Ranked> OfferStore::candidates(Id tenant, const Order& order, bool again, const Loads& loads) {
  const auto settings = orders_.settings(tenant);
  const auto calendar = orders_.parts().calendars.of(tenant);
  const Kind* kind = settings->kind(order.kind);
  const std::string skill = kind == nullptr ? std::string() : kind->skill;
  const std::string time = time_word(order, *calendar);
  const auto teams = registers_.find_teams(tenant, {.type = "team", .area = order.area, .limit = kMostTeams});
  const std::string day = iso_or_empty(order.day            ? order.day
                                       : order.days.empty() ? std::optional<Date>()
                                                            : std::optional(order.days.front()));
  std::set<Id> asked;
  orders_.parts().db.read([&](sql::Session& s) {
    // Who accepted and let go again is not asked a second time either.
    s.each(
        "select team from orders_offer where tenant = :tenant and order_id = :order_id and state in "
        "('refused', 'expired', 'accepted')",
        {{"tenant", tenant}, {"order_id", order.id}}, [&](const sql::Row& r) { asked.insert(r.integer(0)); });
  });
  const std::string certificate = certificate_of(tenant, order);
  const registers::Holding holding =
      certificate.empty()
          ? registers::Holding{}
          : registers_.holding(tenant, certificate, base::parse_date(day).value_or(orders_.today()));
  std::vector<TeamFacts> facts;
  for (const auto& t : teams) {
    TeamFacts f;
    if (!certificate.empty() && !std::binary_search(holding.bodies.begin(), holding.bodies.end(), t.entry))
      f.lacks = holding.title;
    f.team = t.entry;
    f.name = t.name;
    f.closeness = t.closeness;
    f.skilled = skill.empty() || std::count(t.skills.begin(), t.skills.end(), skill) != 0;
    f.available = time.empty() || t.times.empty() || std::count(t.times.begin(), t.times.end(), time) != 0;
    const auto of = [&](const std::map<Id, int>& counts) {
      const auto at = counts.find(t.entry);
      return at == counts.end() ? 0 : at->second;
    };
    f.in_hand = of(loads.in_hand);
    f.lately = of(loads.lately);
    f.busy = loads.busy.count({t.entry, day}) != 0;
    f.asked_before = asked.count(t.entry) != 0;
    facts.push_back(std::move(f));
  }
  return rank(std::move(facts), {}, again);
}

std::vector<Proposal> OfferStore::propose(const auth::Actor& actor) {
  const Id tenant = actor.tenant;
  OrderQuery q;
  q.units = actor.units_of(kDispatch);
  q.state = State::claimed;
  q.order_by = "due, id";
  q.limit = kMostMatched;
  std::vector<Order> open;
  std::set<Id> asked;
  const Loads loads = this->loads(tenant);
  orders_.parts().db.read([&](sql::Session& s) {
    s.each("select order_id from orders_offer where tenant = :tenant and state = 'open'",
           {{"tenant", tenant}}, [&](const sql::Row& r) { asked.insert(r.integer(0)); });
  });
  for (auto& o : orders_.orders(tenant, q).orders) {
    if (asked.count(o.id) == 0 && actor.may(kDispatch, o.department)) open.push_back(std::move(o));
  }
  if (open.empty()) return {};
  std::vector<std::vector<Ranked>> ranked;
  std::map<Id, int> team_index;
  std::vector<Id> teams;
  std::map<Date, int> day_index;
  matching::Problem p;
  const Date today = orders_.today();
  for (const auto& o : open) {
    ranked.push_back(candidates(tenant, o, false, loads));
    for (const auto& r : ranked.back()) {
      if (!team_index.emplace(r.team.team, static_cast<int>(teams.size())).second) continue;
      teams.push_back(r.team.team);
      p.capacity.push_back(std::max(0, kMostInHand - r.team.in_hand));
    }
    std::vector<int> wished;
    for (Date d : o.days) {
      d = std::max(d, today);  // a day that has gone by: as soon as can be
      const int index = day_index.emplace(d, static_cast<int>(day_index.size())).first->second;
      if (std::count(wished.begin(), wished.end(), index) == 0) wished.push_back(index);
    }
    p.wished.push_back(std::move(wished));
    // Who has waited longer is left without a team last.
    const auto waited = static_cast<matching::Cost>((orders_.now() - o.created_at) / 3'600'000);
    p.unassigned.push_back(10'000 + std::clamp<matching::Cost>(waited, 0, 5000));
  }
  std::vector<Date> days(day_index.size());
  for (const auto& [date, index] : day_index) days[static_cast<std::size_t>(index)] = date;
  p.orders = static_cast<int>(open.size());
  p.teams = static_cast<int>(teams.size());
  p.days = static_cast<int>(days.size());
  p.load_step = static_cast<matching::Cost>(Weights{}.load * kCostScale);
  p.busy = [&](int team, int day) {
    return loads.busy.count({teams[static_cast<std::size_t>(team)],
                             base::to_iso(days[static_cast<std::size_t>(day)])}) != 0;
  };
  p.costs = [&](int order, std::span<std::int32_t> out) {
    std::fill(out.begin(), out.end(), matching::kForbidden);
    for (const auto& r : ranked[static_cast<std::size_t>(order)]) {
      if (r.team.skilled)
        out[static_cast<std::size_t>(team_index.at(r.team.team))] =
            static_cast<std::int32_t>(r.cost * kCostScale);
    }
  };
  std::vector<Proposal> out;
  for (auto& o : open) out.push_back({std::move(o), 0, "", "", {}});
  for (const auto& pair : matching::solve(p, 0.01).pairs) {
    auto& proposal = out[static_cast<std::size_t>(pair.order)];
    proposal.team = teams[static_cast<std::size_t>(pair.team)];
    proposal.day = days[static_cast<std::size_t>(pair.day)];
    for (const auto& r : ranked[static_cast<std::size_t>(pair.order)]) {
      if (r.team.team == proposal.team) proposal.team_name = r.team.name, proposal.why = r.why;
    }
  }
  return out;
}

std::vector<registers::FoundTeam> OfferStore::teams_of(const auth::Actor& actor) {
  std::vector<registers::FoundTeam> out;
  if (!actor.may(kServe)) return out;
  const auto person = registers_.person_of_account(actor.tenant, actor.person);
  if (!person) return out;
  const auto record = registers_.record(actor.tenant, *person);
  if (!record) return out;
  std::set<Id> own;
  for (const auto& e : record->entries) {
    if (e.parent != 0 && registers::in_force(e, orders_.today())) own.insert(e.parent);
  }
  if (own.empty()) return out;
  for (auto& t : registers_.find_teams(actor.tenant, {.type = "team", .limit = kMostTeams})) {
    if (own.count(t.entry) != 0) out.push_back(std::move(t));
  }
  return out;
}

// Members of the team who may answer for it.
std::vector<Id> OfferStore::leaders(Id tenant, const registers::FoundTeam& team) {
  std::vector<Id> out;
  const auto holders = orders_.parts().directory.holders(tenant, kServe, team.unit);
  for (const auto& member : registers_.members(tenant, team.entry)) {
    if (member.person == 0) continue;
    const auto record = registers_.record(tenant, member.person);
    if (record && std::count(holders.begin(), holders.end(), record->person.account) != 0)
      out.push_back(record->person.account);
  }
  return out;
}

}  // namespace kepu::orders
