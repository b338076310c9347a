// Figures of orders over days and units, and the orders behind them.
#include <fmt/format.h>

#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::string_view kSums =
    "count(*), sum(case when state = 'closed' then 1 else 0 end), sum(case when state = 'cancelled' then 1 "
    "else 0 end), "
    "sum(people), sum(case when rating <> 0 then 1 else 0 end), sum(case when rating >= 4 then 1 else 0 end)";

struct Condition {
  std::string sql;
  sql::Args args;
};
Condition condition_of(const OrderStore::FigureQuery& q) {
  const std::string_view column = q.closed ? "closed_at" : "created_at";
  Condition c;
  c.sql =
      fmt::format("tenant = :tenant and {} >= :from_at and {} < :to_at and state not in ('merged', 'split')",
                  column, column);
  if (q.closed) c.sql += " and closed_at <> 0 and state = 'closed'";
  // A split order that has closed is told by its children.
  c.sql +=
      " and not exists (select 1 from orders_order child where child.tenant = orders_order.tenant and "
      "child.parent <> 0 "
      "and child.parent = orders_order.id)";
  if (!q.units.empty()) {
    const std::string units = in_list(q.units);
    c.sql += fmt::format(" and (community in {} or township in {} or department in {})", units, units, units);
  }
  c.args = {{"tenant", q.tenant},
            {"from_at", base::start_of(q.from)},
            {"to_at", base::start_of(base::from_days(base::to_days(q.to) + 1))}};
  return c;
}

OrderStore::Figure figure_from(const sql::Row& r, int first) {
  OrderStore::Figure f;
  f.orders = r.integer(first);
  f.closed = r.integer(first + 1);
  f.cancelled = r.integer(first + 2);
  f.people = r.integer(first + 3);
  f.rated = r.integer(first + 4);
  f.satisfied = r.integer(first + 5);
  return f;
}

}  // namespace

OrderStore::Figure OrderStore::figure(const FigureQuery& q) {
  const Condition c = condition_of(q);
  return p_.db.read([&](sql::Session& s) {
    return s
        .one(fmt::format("select {} from orders_order where {}", kSums, c.sql), c.args,
             [](const sql::Row& r) { return r.integer(0) == 0 ? Figure{} : figure_from(r, 0); })
        .value_or(Figure{});
  });
}

std::map<Id, OrderStore::Figure> OrderStore::figure_by_unit(const FigureQuery& q) {
  const Condition c = condition_of(q);
  return p_.db.read([&](sql::Session& s) {
    std::map<Id, Figure> out;
    for (const std::string_view unit : {"township", "department"}) {
      s.each(fmt::format("select {}, {} from orders_order where {} and {} <> 0 group by {}", unit, kSums,
                         c.sql, unit, unit),
             c.args, [&](const sql::Row& r) { out[r.integer(0)] = figure_from(r, 1); });
    }
    return out;
  });
}

std::vector<Order> OrderStore::figure_orders(const FigureQuery& q, std::int64_t offset, std::int64_t limit) {
  Condition c = condition_of(q);
  c.args.emplace_back("offset", offset);
  c.args.emplace_back("limit", limit);
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from orders_order where {} order by id desc limit :limit offset :offset",
                    kOrderColumns, c.sql),
        c.args, [&](const sql::Row& r) { return order_from(r, q.tenant, false); });
  });
}

}  // namespace kepu::orders
