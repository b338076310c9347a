// What the program does about offers by itself: ends those that ran out, and asks the next team.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/offers_store.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::int64_t kMostAtOnce = 500;

}  // namespace

std::string OfferStore::run(Millis now) {
  int expired = 0, made = 0, told = 0;
  auto& parts = orders_.parts();
  for (const auto& tenant : parts.directory.tenants()) {
    expired += static_cast<int>(parts.db.write([&](sql::Session& s) {
      return s.run(
          "update orders_offer set state = 'expired', answered_at = :now where tenant = :tenant and state = "
          "'open' and "
          "until_at < :now",
          {{"now", now}, {"tenant", tenant.id}});
    }));
    const auto ids = parts.db.read([&](sql::Session& s) {
      return s.rows(
          "select id from orders_order o where tenant = :tenant and state = 'claimed' and not exists (select "
          "1 from "
          "orders_offer f where f.tenant = o.tenant and f.order_id = o.id and f.state = 'open') order by "
          "due, id limit "
          ":most",
          {{"tenant", tenant.id}, {"most", kMostAtOnce}},
          [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
    });
    if (ids.empty()) continue;
    const auto settings = orders_.settings(tenant.id);
    const Loads loads = this->loads(tenant.id);
    for (const Id id : ids) {
      const auto order = orders_.order(tenant.id, id);
      if (!order) continue;
      const auto ranked = candidates(tenant.id, *order, false, loads);
      // Without the skill nobody is asked by the program; a person may still choose.
      const auto best =
          std::find_if(ranked.begin(), ranked.end(), [](const Ranked& r) { return r.team.skilled; });
      if (best == ranked.end()) {
        const auto people = parts.directory.holders(tenant.id, kDispatch, order->department);
        told += parts.db.write([&](sql::Session& s) {
          int posted = 0;
          for (const Id person : people) {
            posted +=
                notify::post(
                    s, tenant.id,
                    {person, fmt::format("order.no_team:{}:{}", id, order->since),
                     fmt::format("没有队伍可接：{}　{}", order->number, base::shorten(order->title, 30)),
                     "合适的队伍都问过了。请打开订单，自己选一支队伍，或退回社区。",
                     fmt::format("/orders/{}", id)},
                    now, parts.ids)
                    ? 1
                    : 0;
          }
          return posted == 0 ? 0 : 1;
        });
        continue;
      }
      const auto teams =
          registers_.find_teams(tenant.id, {.type = "team", .area = order->area, .limit = kMostTeams});
      const auto found =
          std::find_if(teams.begin(), teams.end(), [&](const auto& t) { return t.entry == best->team.team; });
      const auto people = found == teams.end() ? std::vector<Id>() : leaders(tenant.id, *found);
      Offer o;
      o.id = parts.ids.next();
      o.order = id;
      o.team = best->team.team;
      o.team_name = best->team.name;
      o.why = best->why;
      o.made_at = now;
      o.until = until(tenant.id, *order, *settings);
      made += parts.db.write([&](sql::Session& s) {
        const auto now_is = orders_.load(s, tenant.id, id);
        if (!now_is || now_is->state != State::claimed) return 0;
        const auto open = s.integer(
            "select count(*) from orders_offer where tenant = :tenant and order_id = :order_id and state = "
            "'open'",
            {{"tenant", tenant.id}, {"order_id", id}});
        if (open != 0) return 0;
        insert(s, tenant.id, o);
        tell_leaders(s, tenant.id, people, o, *order);
        return 1;
      });
    }
  }
  return fmt::format("发出 {} 个邀约，{} 个超时未答，{} 单没有队伍可接", made, expired, told);
}

}  // namespace kepu::orders
