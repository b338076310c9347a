#include "engines/orders/unmet_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;

namespace {

struct Condition {
  std::string sql;
  sql::Args args;
};

Condition condition_of(Id tenant, const UnmetQuery& q) {
  Condition c;
  c.sql = "tenant = :tenant and created_at >= :from_at and created_at < :to_at";
  c.args = {{"tenant", tenant},
            {"from_at", base::start_of(q.from)},
            {"to_at", base::start_of(base::from_days(base::to_days(q.to) + 1))}};
  if (!q.units.empty()) {
    const std::string units = in_list(q.units);
    c.sql += fmt::format(" and (community in {} or department in {}", units, units);
    c.sql += q.townships ? fmt::format(" or township in {})", units) : ")";
  }
  if (q.township != 0) {
    c.sql += " and township = :township";
    c.args.emplace_back("township", q.township);
  }
  if (!q.kind.empty()) {
    c.sql += " and kind = :kind";
    c.args.emplace_back("kind", std::string_view(q.kind));
  }
  if (q.service) {
    c.sql += " and service = :service";
    c.args.emplace_back("service", *q.service);
  }
  return c;
}

UnmetNeed need_from(const sql::Row& r) {
  UnmetNeed n;
  n.order = r.integer(0);
  n.at = r.integer(1);
  n.why = parse_unmet(r.view(2)).value_or(Unmet::none);
  n.township = r.integer(3);
  n.community = r.integer(4);
  n.department = r.integer(5);
  n.service = r.integer(6);
  n.kind = r.text(7);
  return n;
}

constexpr std::string_view kColumns = "township, community, department, service, kind";

}  // namespace

std::vector<UnmetNeed> UnmetStore::needs(Id tenant, const UnmetQuery& q) {
  const Condition c = condition_of(tenant, q);
  auto out = orders_.parts().db.read([&](sql::Session& s) {
    std::vector<UnmetNeed> found;
    const auto take = [&](const sql::Row& r) { found.push_back(need_from(r)); };
    if (q.why != Unmet::late) {
      sql::Args args = c.args;
      args.emplace_back("why", q.why ? to_text(*q.why) : to_text(Unmet::outside));
      s.each(
          fmt::format("select id, created_at, unmet, {} from {} where {} and unmet <> '' and unmet {} :why",
                      kColumns, orders_by(s, "orders_order_unmet"), c.sql, q.why ? "=" : "<>"),
          args, take);
    }
    if (!q.why || q.why == Unmet::late) {
      sql::Args args = c.args;
      args.emplace_back("now", orders_.now());
      s.each(fmt::format("select id, created_at, 'late', {} from {} where {} and closed_at = 0 and due <> 0 "
                         "and due < :now and state in ('placed', 'dispatched', 'claimed')",
                         kColumns, orders_by(s, "orders_order_open"), c.sql),
             args, take);
    }
    if (!q.words.empty()) {
      std::vector<Id> ids;
      for (const auto& n : found) ids.push_back(n.order);
      std::map<Id, bool> holds;
      const std::string wanted = id_array(s, ids);
      s.each(fmt::format("select id, title from orders_order where tenant = :tenant and {}", id_in(s)),
             {{"tenant", tenant}, {"ids", wanted}},
             [&](const sql::Row& r) { holds[r.integer(0)] = base::contains(r.text(1), q.words); });
      found.erase(std::remove_if(found.begin(), found.end(), [&](const auto& n) { return !holds[n.order]; }),
                  found.end());
    }
    return found;
  });
  std::sort(out.begin(), out.end(), [](const UnmetNeed& a, const UnmetNeed& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  });
  return out;
}

std::vector<std::string> UnmetStore::own_words(Id tenant, UnmetQuery query, std::size_t most) {
  query.service = 0;
  auto found = needs(tenant, query);
  if (found.size() > most) found.resize(most);
  std::vector<Id> ids;
  for (const auto& n : found) ids.push_back(n.order);
  return orders_.parts().db.read([&](sql::Session& s) {
    const std::string wanted = id_array(s, ids);
    return s.rows(fmt::format("select title from orders_order where tenant = :tenant and {}", id_in(s)),
                  {{"tenant", tenant}, {"ids", wanted}}, [](const sql::Row& r) { return r.text(0); });
  });
}

Unmet UnmetStore::of(Id tenant, Id order) {
  return orders_.parts().db.read([&](sql::Session& s) {
    return s
        .one("select unmet from orders_order where tenant = :tenant and id = :id",
             {{"tenant", tenant}, {"id", order}},
             [](const sql::Row& r) { return parse_unmet(r.view(0)).value_or(Unmet::none); })
        .value_or(Unmet::none);
  });
}

Done UnmetStore::leave_out(const By& by, Id order, std::int64_t revision, const std::string& reason) {
  return mark(by, order, revision, true, reason);
}
Done UnmetStore::count_again(const By& by, Id order, std::int64_t revision, const std::string& reason) {
  return mark(by, order, revision, false, reason);
}

Done UnmetStore::mark(const By& by, Id id, std::int64_t revision, bool outside, const std::string& typed) {
  if (!by.actor.may_everywhere(kSettle))
    return refuse(Code::forbidden, "order.not_yours", "算不算没满足的需求，由县科协核对。");
  const std::string reason = base::trim(typed);
  if (reason.empty() || base::length(reason) > 200)
    return refuse(Code::invalid, "order.reason", "请写明理由，不超过 200 字。", "reason");
  const Id tenant = by.actor.tenant;
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::refused)
      return refuse(Code::conflict, "order.not_in_state",
                    fmt::format("订单现在是“{}”。只有不予受理的订单要核对。", title_of(o.state)));
    const Unmet counted = o.service == 0 ? Unmet::no_service : Unmet::no_supply;
    const auto changed = s.run(
        "update orders_order set unmet = :unmet, revision = revision + 1 where tenant = :tenant and id = :id "
        "and revision = :revision",
        {{"unmet", to_text(outside ? Unmet::outside : counted)},
         {"tenant", tenant},
         {"id", id},
         {"revision", revision}});
    if (changed == 0)
      return refuse(Code::conflict, "order.changed_meanwhile",
                    "订单刚被别人核对过。请刷新页面，看清现在的情况。");
    auto e = entry_of(
        by, orders_.now(), outside ? "order.unmet_left_out" : "order.unmet_counted", subject_of(id),
        fmt::format("{} {}：{}", o.number, outside ? "不算没满足的需求" : "仍算没满足的需求", reason));
    e.on_behalf_of = by.actor.on_behalf_of(kSettle, 0);
    audit::append(s, tenant, std::move(e));
    return {};
  });
}

}  // namespace kepu::orders
