#include "app/demo_order_members.h"

#include <algorithm>

#include "app/demo_people.h"
#include "engines/orders/orders_engine.h"

namespace kepu::app::demo {

using base::Id;
using base::Millis;
using orders::By;
using orders::Order;

namespace {

constexpr const char* kRemote = "示范数据";
constexpr const char* kMembers[] = {"农技服务队队长", "农技服务队志愿者01号"};

}  // namespace

TeamMembers::TeamMembers(Program& program, Id tenant, orders::OrderStore& store)
    : program_(program), tenant_(tenant), store_(store), serving_(store, program.orders().registers()) {}

base::Done TeamMembers::find() {
  for (const char* name : kMembers) members_.push_back(TRY(actor_of(program_, tenant_, name)));
  return {};
}

base::Done TeamMembers::come(const Order& o, const auth::Actor& department) {
  const Millis day = base::start_of(*o.day);
  const Millis from = day + static_cast<Millis>(o.from) * 60'000,
               to = day + static_cast<Millis>(o.to) * 60'000;
  for (const auto& actor : members_) {
    const auto teams = serving_.teams_of(actor);
    if (std::find(teams.begin(), teams.end(), o.team) == teams.end()) continue;
    const bool leads = actor.may(orders::kServe);
    const By by{actor, kRemote};
    if (!serving_.sign_in(by, o.id, {serving_.code(tenant_, o, false), from, ""}))
      continue;  // still elsewhere
    TRY(serving_.sign_out(by, o.id, {serving_.code(tenant_, o, true), to, ""}));
    if (!leads || ++filled_ % 3 != 0) continue;
    const auto all = program_.orders().registers().members(tenant_, o.team);
    const auto& absent = all[static_cast<std::size_t>(filled_) % all.size()];
    const auto done = serving_.fill_in(by, o.id, absent.person, from, to, "手机没电，没有当场签到");
    if (done && filled_ % 2 == 0)
      TRY(serving_.decide({department, kRemote}, o.id, absent.person, visit_of(o.id, absent.person), true,
                          ""));
  }
  return {};
}

int TeamMembers::visit_of(Id order, Id person) {
  int visit = 1;
  for (const auto& p : serving_.presence(tenant_, order)) {
    if (p.person == person) visit = std::max(visit, p.visit);
  }
  return visit;
}

base::Done TeamMembers::plan_shifts() {
  for (const auto& leader : members_) {
    if (!leader.may(orders::kServe)) continue;
    for (const auto& o : serving_.orders_of(leader)) {
      if (o.state != orders::State::accepted || !o.day || *o.day <= store_.today()) continue;
      const auto span = orders::span_of(o);
      for (const auto& [role, places] : {std::pair(orders::Role::lead, 1), std::pair(orders::Role::speak, 1),
                                         std::pair(orders::Role::help, 2)}) {
        orders::Shift shift;
        shift.order = o.id;
        shift.role = role;
        shift.from = span.from;
        shift.to = span.to;
        shift.places = places;
        const Id id = TRY(program_.orders().shifts().add({leader, kRemote}, shift));
        for (const auto& actor : members_) {
          const bool fits =
              role == orders::Role::lead ? actor.may(orders::kServe) : role == orders::Role::help;
          // Who is on his way elsewhere is refused: that is what the rule is for.
          if (fits) (void)program_.orders().shifts().join({actor, kRemote}, o.id, id, 0);
        }
      }
    }
  }
  return {};
}

}  // namespace kepu::app::demo
