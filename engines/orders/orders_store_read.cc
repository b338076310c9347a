// Single orders, and what happened to them.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using base::Result;

namespace {

auto not_found() {
  return refuse(Code::not_found, "order.not_found", "没有这个订单。请核对订单号或查询码。");
}

}  // namespace

Result<Order> OrderStore::load_order(sql::Session& s, Id tenant, Id id, bool open_phone) {
  auto o = s.one(
      fmt::format("select {} from orders_order where tenant = :tenant and id = :id", kOrderColumns),
      {{"tenant", tenant}, {"id", id}}, [&](const sql::Row& r) { return order_from(r, tenant, open_phone); });
  if (!o) return not_found();
  return std::move(*o);
}

Result<Order> OrderStore::load(sql::Session& s, Id tenant, Id id) {
  // Touching the row locks it on PostgreSQL; SQLite has one writer anyway.
  s.run("update orders_order set revision = revision where tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", id}});
  return load_order(s, tenant, id, false);
}

Result<Order> OrderStore::order(Id tenant, Id id) {
  return p_.db.read([&](sql::Session& s) { return load_order(s, tenant, id, false); });
}

Result<Order> OrderStore::by_number(Id tenant, std::string_view number) {
  return p_.db.read([&](sql::Session& s) -> Result<Order> {
    auto o = s.one(
        fmt::format("select {} from orders_order where tenant = :tenant and number = :number", kOrderColumns),
        {{"tenant", tenant}, {"number", number}},
        [&](const sql::Row& r) { return order_from(r, tenant, false); });
    if (!o) return not_found();
    return std::move(*o);
  });
}

Result<Order> OrderStore::by_code(Id tenant, std::string_view code) {
  return p_.db.read([&](sql::Session& s) -> Result<Order> {
    auto o = s.one(
        fmt::format("select {} from orders_order where tenant = :tenant and code = :code", kOrderColumns),
        {{"tenant", tenant}, {"code", code}},
        [&](const sql::Row& r) { return order_from(r, tenant, false); });
    if (!o)
      return refuse(Code::not_found, "order.code", "没有找到这个查询码。请核对 10 位查询码，不分大小写。",
                    "code");
    return std::move(*o);
  });
}

std::vector<HistoryStep> OrderStore::history(Id tenant, Id order) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        "select number, at, action, person_name, unit_name, words, before_state, after_state, for_resident, "
        "minutes "
        "from orders_step where tenant = :tenant and order_id = :order_id order by number",
        {{"tenant", tenant}, {"order_id", order}}, [](const sql::Row& r) {
          HistoryStep h;
          h.number = static_cast<int>(r.integer(0));
          h.at = r.integer(1);
          h.action = r.text(2);
          h.by = r.text(3);
          h.unit = r.text(4);
          h.words = r.text(5);
          h.before = parse_state(r.view(6)).value_or(State::placed);
          h.after = parse_state(r.view(7)).value_or(State::placed);
          h.open_to_resident = r.flag(8);
          h.working_minutes = static_cast<int>(r.integer(9));
          return h;
        });
  });
}

std::vector<Order> OrderStore::children(Id tenant, Id order) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from orders_order where tenant = :tenant and parent = :parent and parent <> 0 "
                    "order by id",
                    kOrderColumns),
        {{"tenant", tenant}, {"parent", order}},
        [&](const sql::Row& r) { return order_from(r, tenant, false); });
  });
}

Result<std::string> OrderStore::open_phone(const By& by, Id id, const std::vector<Id>& own_teams) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(order(tenant, id));
  const Id in_turn = unit_in_turn(seen);
  std::string_view right;
  const bool own_team =
      seen.team != 0 && std::count(own_teams.begin(), own_teams.end(), seen.team) != 0 &&
      (seen.state == State::accepted || seen.state == State::serving || seen.state == State::served);
  if (own_team) {
    right = kServe;
  } else if (is_open(seen.state) && seen.community != 0 && in_turn == seen.community &&
             by.actor.may(kCheck, seen.community)) {
    right = kCheck;
  } else if (is_open(seen.state) && seen.department != 0 && by.actor.may(kClaim, seen.department)) {
    right = kClaim;
  } else if (is_open(seen.state) && by.actor.may_everywhere(kSettle)) {
    right = kSettle;
  } else {
    return refuse(Code::forbidden, "order.phone",
                  "只有正在办理的单位和已接单的队伍能看联系电话，订单办结后不再显示。");
  }
  return p_.db.write([&](sql::Session& s) -> Result<std::string> {
    const Order o = TRY(load_order(s, tenant, id, true));
    if (o.phone.empty()) return refuse(Code::not_found, "order.phone", "联系电话已按保存期限删除。");
    log(s, by, right, in_turn, "order.phone", o, "查看订单的联系电话");
    return o.phone;
  });
}

Result<OrderStore::Contact> OrderStore::contact(const By& by, Id id) {
  const Id tenant = by.actor.tenant;
  const Order seen = TRY(order(tenant, id));
  const bool own = by.actor.may(kContact, seen.community);
  if (!own && (seen.department == 0 || !by.actor.may(kContact, seen.department)))
    return tl::unexpected(by.actor.require(kContact, seen.community).error());
  return p_.db.write([&](sql::Session& s) -> Result<Contact> {
    const Order o = TRY(load_order(s, tenant, id, true));
    log(s, by, kContact, own ? o.community : o.department, "order.contact", o, "读取点单人的称呼和电话");
    return Contact{o.name, o.phone};
  });
}

}  // namespace kepu::orders
