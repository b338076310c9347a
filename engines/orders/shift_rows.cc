#include "engines/orders/shift_rows.h"

#include <fmt/format.h>

#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::string_view kDuties =
    "select d.shift, d.order_id, d.person, s.role, s.from_at, s.to_at, d.name, d.put_in_by from orders_duty "
    "d "
    "join orders_shift s on s.tenant = d.tenant and s.id = d.shift ";

Duty duty_from(const sql::Row& r) {
  Duty d;
  d.shift = r.integer(0);
  d.order = r.integer(1);
  d.person = r.integer(2);
  d.role = parse_role(r.view(3)).value_or(Role::help);
  d.from = r.integer(4);
  d.to = r.integer(5);
  d.name = r.text(6);
  d.put_in_by = r.text(7);
  return d;
}

}  // namespace

std::vector<Duty> duties_at(sql::Session& s, Id tenant, const std::vector<Id>& orders) {
  return s.rows(
      fmt::format("{} where d.tenant = :tenant and d.order_id in {} order by s.from_at, d.shift, d.made_at, "
                  "d.person",
                  kDuties, in_list(orders)),
      {{"tenant", tenant}}, duty_from);
}

std::vector<Duty> duties_of_person(sql::Session& s, Id tenant, Id person, Millis after) {
  return s.rows(
      fmt::format(
          "{} join orders_order o on o.tenant = d.tenant and o.id = d.order_id where d.tenant = :tenant "
          "and d.person = :person and s.to_at > :after and o.state in ('accepted', 'serving') order by "
          "s.from_at, d.shift",
          kDuties),
      {{"tenant", tenant}, {"person", person}, {"after", after}}, duty_from);
}

}  // namespace kepu::orders
