// What the program does by itself: clocks that ran out, served orders that nobody confirmed, telephone
// numbers that are no longer needed.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::int64_t kMostAtOnce = 5000;  // of one run; the rest waits for the next
constexpr int kOfficeAfter = 480;           // working minutes past the clock until the county office is told
constexpr std::string_view kHead = "role.grant";  // who gives roles in a unit answers for it

auth::Actor program_of(Id tenant) {
  auth::Actor actor;
  actor.tenant = tenant;
  actor.name = "平台";
  return actor;
}

}  // namespace

std::string OrderStore::escalate(Millis now) {
  int heads = 0, offices = 0;
  for (const auto& tenant : p_.directory.tenants()) {
    const auto calendar = p_.calendars.of(tenant.id);
    const auto units = p_.directory.units(tenant.id);
    const auto late = p_.db.read([&](sql::Session& s) {
      return s.rows(
          fmt::format("select {} from orders_order where tenant = :tenant and due <> 0 and due < :now and "
                      "escalated < 2 order by due, id limit :most",
                      kOrderColumns),
          {{"tenant", tenant.id}, {"now", now}, {"most", kMostAtOnce}},
          [&](const sql::Row& r) { return order_from(r, tenant.id, false); });
    });
    for (const Order& o : late) {
      if (o.state == State::served) continue;  // confirm_unanswered() ends these
      const bool office = working_minutes(o.due, now, *calendar) >= kOfficeAfter;
      const int level = office ? 2 : 1;
      if (level <= o.escalated) continue;
      Id unit = unit_in_turn(o);
      if (office || unit == 0) unit = units->root();
      // Where the unit has no head, that of the unit above.
      std::vector<Id> people;
      for (const auto* u = units->find(unit); u != nullptr && people.empty(); u = units->find(u->parent)) {
        people = p_.directory.holders(tenant.id, office || u->id == units->root() ? kSettle : kHead, u->id);
      }
      p_.db.write([&](sql::Session& s) {
        const auto taken = s.run(
            "update orders_order set escalated = :level where tenant = :tenant and id = :id and revision = "
            ":revision "
            "and escalated < :level",
            {{"level", level}, {"tenant", tenant.id}, {"id", o.id}, {"revision", o.revision}});
        if (taken == 0) return 0;
        for (const Id person : people) {
          notify::post(s, tenant.id,
                       {person, fmt::format("order.late:{}:{}:{}", o.id, o.revision, level),
                        fmt::format("订单超时未办：{}　{}", o.number, base::shorten(o.title, 30)),
                        fmt::format("状态“{}”应在 {} 前办理，请督促或改派。", title_of(o.state),
                                    base::to_local(o.due)),
                        fmt::format("/orders/{}", o.id)},
                       now, p_.ids);
        }
        return 0;
      });
      (office ? offices : heads) += 1;
    }
  }
  return fmt::format("告知单位负责人 {} 单，告知科协 {} 单", heads, offices);
}

std::string OrderStore::confirm_unanswered(Millis now) {
  int closed = 0;
  for (const auto& tenant : p_.directory.tenants()) {
    const auto waiting = p_.db.read([&](sql::Session& s) {
      return s.rows(
          fmt::format("select {} from orders_order where tenant = :tenant and due <> 0 and due < :now and "
                      "state = 'served' order by due, id limit :most",
                      kOrderColumns),
          {{"tenant", tenant.id}, {"now", now}, {"most", kMostAtOnce}},
          [&](const sql::Row& r) { return order_from(r, tenant.id, false); });
    });
    const auth::Actor program = program_of(tenant.id);
    for (const Order& o : waiting) {
      Act act;
      act.action = Action::confirm;
      act.revision = o.revision;
      act.text = "到期未评价，按已完成办结";
      const Ground ground = this->ground(tenant.id, o, act);
      const auto done = p_.db.write([&](sql::Session& s) -> base::Result<Order> {
        Order now_is = TRY(load(s, tenant.id, o.id));
        return advance(s, {program, "", true}, ground, std::move(now_is), act, false);
      });
      if (done) ++closed;
    }
  }
  return fmt::format("到期办结 {} 单", closed);
}

std::string OrderStore::erase_old(Millis now) {
  std::int64_t erased = 0;
  for (const auto& tenant : p_.directory.tenants()) {
    const Millis before = now - static_cast<Millis>(settings(tenant.id)->terms.erase_days) * 24 * 3600 * 1000;
    erased += p_.db.write([&](sql::Session& s) {
      return s.run(
          "update orders_order set name = '', phone = '', phone_index = '', guardian = '', erased_at = :now "
          "where "
          "tenant = :tenant and closed_at <> 0 and closed_at < :before and erased_at = 0",
          {{"now", now}, {"tenant", tenant.id}, {"before", before}});
    });
  }
  return fmt::format("删除 {} 单的称呼和电话", erased);
}

}  // namespace kepu::orders
