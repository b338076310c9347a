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
      " and id not in (select parent from orders_order child where child.tenant = :tenant and child.parent "
      "<> "
      "0)";
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

Date first_of_month(Date day) { return {day.year, day.month, 1}; }
Date next_month(Date day) {
  return day.month == 12 ? Date{day.year + 1, 1, 1} : Date{day.year, day.month + 1, 1};
}
Date day_before(Date day) { return base::from_days(base::to_days(day) - 1); }

using Need = std::map<std::pair<Id, std::string>, OrderStore::Count>;

void add_tallies(sql::Session& s, Id tenant, std::string_view table, std::string_view key,
                 const std::string& from, const std::string& to, Need& out) {
  s.each(fmt::format(
             "select township, kind, cast(sum(placed) as bigint), cast(sum(closed) as bigint), "
             "cast(sum(refused) as bigint), cast(sum(cancelled) as bigint), cast(sum(rated) as bigint), "
             "cast(sum(rating_sum) as bigint), cast(sum(people) as bigint) from {0} where tenant = :tenant "
             "and {1} >= :from_key and {1} <= :to_key group by township, kind",
             table, key),
         {{"tenant", tenant}, {"from_key", from}, {"to_key", to}}, [&](const sql::Row& r) {
           auto& c = out[{r.integer(0), r.text(1)}];
           c.placed += r.integer(2);
           c.closed += r.integer(3);
           c.refused += r.integer(4);
           c.cancelled += r.integer(5);
           c.rated += r.integer(6);
           c.rating_sum += r.integer(7);
           c.people += r.integer(8);
         });
}

}  // namespace

// Whole months from their own table, the days before and after them by day.
std::map<std::pair<Id, std::string>, OrderStore::Count> OrderStore::need(Id tenant, Date from, Date to) {
  return p_.db.read([&](sql::Session& s) {
    Need out;
    const auto days = [&](Date first, Date last) {
      if (!(last < first))
        add_tallies(s, tenant, "orders_tally", "day", base::to_iso(first), base::to_iso(last), out);
    };
    const Date first_month = from.day == 1 ? from : next_month(from);
    const Date after = first_of_month(base::from_days(base::to_days(to) + 1));  // the month after whole ones
    if (first_month < after) {
      days(from, day_before(first_month));
      add_tallies(s, tenant, "orders_month", "month", base::to_iso(first_month).substr(0, 7),
                  base::to_iso(day_before(after)).substr(0, 7), out);
      days(after, to);
    } else {
      days(from, to);
    }
    for (auto at = out.begin(); at != out.end();)
      at = at->second.placed == 0 && at->second.closed == 0 ? out.erase(at) : std::next(at);
    s.each(fmt::format("select township, kind, count(*) from {} where tenant = :tenant and closed_at = 0 and "
                       "due <> 0 and due < :now and state in ('placed', 'dispatched', 'claimed') and "
                       "created_at >= :from_at and created_at < :to_at group by township, kind",
                       orders_by(s, "orders_order_open")),
           {{"tenant", tenant},
            {"now", now()},
            {"from_at", base::start_of(from)},
            {"to_at", base::start_of(base::from_days(base::to_days(to) + 1))}},
           [&](const sql::Row& r) {
             out[{r.integer(0), r.text(1)}].overdue = r.integer(2);
           });
    return out;
  });
}

// Several metrics of one page are of the same orders.
OrderStore::Figure OrderStore::figure(const FigureQuery& q) {
  const std::string key = fmt::format("{} {} {} {} {}", q.tenant, in_list(q.units), base::to_iso(q.from),
                                      base::to_iso(q.to), q.closed);
  return *kept_figures_.get(p_.db.stamp(), key, [&] {
    const Condition c = condition_of(q);
    return p_.db.read([&](sql::Session& s) {
      auto found = s.one(fmt::format("select {} from orders_order where {}", kSums, c.sql), c.args,
                         [](const sql::Row& r) { return r.integer(0) == 0 ? Figure{} : figure_from(r, 0); });
      return std::make_shared<const Figure>(found.value_or(Figure{}));
    });
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
