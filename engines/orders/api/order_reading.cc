// The menu, the places, lists and single orders.
#include <fmt/format.h>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/orders/api/order_calls.h"
#include "engines/orders/api/order_json.h"

namespace kepu::orders {

using api::Call;
using base::Code;
using base::refuse;
using base::Result;

By by_of(const Call& call) { return {call.actor, call.request.remote}; }

bool is_own(const Call& call, const Order& o) { return o.placed_by == call.actor.person; }

http::Response json_of(base::Json& j, int status) { return http::json(std::move(j).text(), status); }

const auth::Unit* place_of(const auth::UnitTree& units, std::string_view given) {
  const auto id = base::parse_id(given);
  for (const auto& u : units.all()) {
    const bool place = u.kind == auth::UnitKind::village || u.kind == auth::UnitKind::township;
    if (place && u.active && (u.area_code == given || (id && u.id == *id))) return &u;
  }
  return nullptr;
}

Result<http::Response> answer_services(const Call& call, OrderStore& store) {
  const auto settings = store.settings(call.tenant.id);
  base::Json j;
  j.object().key("services").array();
  for (const auto& s : store.services(call.tenant.id)) write_service(j, s, *settings);
  j.end().end();
  return json_of(j);
}

Result<http::Response> answer_areas(const Call& call, OrderStore& store) {
  const auto units = store.parts().directory.units(call.tenant.id);
  base::Json j;
  j.object().key("areas").array();
  for (const auto& u : units->all()) {
    const bool place = u.kind == auth::UnitKind::village || u.kind == auth::UnitKind::township;
    if (place && u.active && call.actor.may(kPlace, u.id)) write_area(j, *units, u);
  }
  j.end().end();
  return json_of(j);
}

namespace {

std::string cursor_of(Id last) { return base::base64url(fmt::format("before:{}", last)); }

std::optional<Id> order_of(std::string_view cursor) {
  const auto text = base::from_base64url(cursor);
  if (!text || !base::starts_with(*text, "before:")) return std::nullopt;
  return base::parse_id(std::string_view(*text).substr(7));
}

Result<OrderQuery> query_of(const Call& call, const auth::UnitTree& units) {
  OrderQuery q;
  q.units = call.actor.units_of(kRead);
  q.open_only = call.param("status") == "open";
  q.ended_only = call.param("status") == "closed";
  if (const auto state = call.param("state"); !state.empty()) q.state = parse_state(state);
  if (const auto code = call.param("service_code"); !code.empty()) {
    const auto id = base::parse_id(code);
    if (!id) return refuse(Code::invalid, "api.service_code", "没有这个服务代码。", "service_code");
    q.service = *id;
  }
  if (const auto given = call.param("address_id"); !given.empty()) {
    const auto* place = place_of(units, given);
    if (place == nullptr)
      return refuse(Code::invalid, "api.address_id", "没有这个地方，见 GET /api/v1/areas。", "address_id");
    (place->kind == auth::UnitKind::township ? q.township : q.community) = place->id;
  }
  q.from = base::parse_date(call.param("start_date"));
  q.to = base::parse_date(call.param("end_date"));
  if (const auto cursor = call.param("cursor"); !cursor.empty()) {
    const auto last = order_of(cursor);
    if (!last)
      return refuse(Code::invalid, "api.cursor", "cursor 不对，请原样用上一页的 next_cursor。", "cursor");
    q.before = *last;
  }
  const std::int64_t limit = base::parse_int(call.param("limit")).value_or(kUsualPage);
  q.limit = limit + 1;  // one more tells whether there is another page
  q.counted = false;
  return q;
}

}  // namespace

Result<http::Response> answer_list(const Call& call, OrderStore& store) {
  const auto units = store.parts().directory.units(call.tenant.id);
  const OrderQuery q = TRY(query_of(call, *units));
  auto orders = store.orders(call.tenant.id, q).orders;
  const bool more = static_cast<std::int64_t>(orders.size()) == q.limit;
  if (more) orders.pop_back();
  base::Json j;
  j.object().key("orders").array();
  for (const auto& o : orders) {
    j.object();
    write_order(j, o, *units, is_own(call, o));
    j.end();
  }
  j.end().key("next_cursor");
  more ? j.value(cursor_of(orders.back().id)) : j.null();
  j.end();
  return json_of(j);
}

Result<http::Response> answer_order(const Call& call, OrderStore& store) {
  std::string number(call.variable("number"));
  if (!base::starts_with(number, kNumberMark)) number = std::string(kNumberMark) + number;
  const auto missing = refuse(Code::not_found, "order.not_found", "没有这个订单，或不在这个密钥的范围内。");
  const auto found = store.by_number(call.tenant.id, number);
  if (!found || !store.may_see(call.actor, *found)) return missing;
  std::optional<OrderStore::Contact> contact;
  if (call.param("contact") == "true") contact = TRY(store.contact(by_of(call), found->id));
  const auto units = store.parts().directory.units(call.tenant.id);
  base::Json j;
  j.object();
  const bool words = contact || is_own(call, *found);
  write_order(j, *found, *units, words);
  j.key("contact");
  contact ? write_contact(j, *contact) : static_cast<void>(j.null());
  j.key("steps");
  write_steps(j, store.history(call.tenant.id, found->id), words);
  j.end();
  return json_of(j);
}

}  // namespace kepu::orders
