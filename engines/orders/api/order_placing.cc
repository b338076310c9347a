// Placing an order for another system: the same request is one order, however often and when it comes.
#include <fmt/format.h>

#include <algorithm>

#include "core/api/gate.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/orders/api/order_calls.h"
#include "engines/orders/api/order_json.h"

namespace kepu::orders {

using api::Call;
using base::Code;
using base::refuse;
using base::Result;

namespace {

// One system's keys of requests do not meet those of another.
std::string scoped_key(const Call& call) {
  const std::string given(call.request.header("idempotency-key"));
  return "api-" + base::sha256_hex(fmt::format("{}:{}", call.actor.person, given)).substr(0, 40);
}

Request request_of(const Call& call, const auth::UnitTree& units) {
  const auto& body = call.body;
  Request r;
  r.service = base::parse_id(body.text("service_code")).value_or(0);
  r.title = body.text("title");
  for (const auto& day : body.texts("wished_dates")) {
    if (const auto date = base::parse_date(day)) r.days.push_back(*date);
  }
  r.time = body.text("time_of_day");
  const auto* place = place_of(units, body.text("address_id"));
  r.area = place == nullptr ? 0 : place->id;
  r.place = body.text("address_string");
  r.people = static_cast<int>(body.integer("people"));
  r.name = body.text("first_name");
  r.phone = body.text("phone");
  r.words = body.text("description");
  r.minor = body.flag("minor");
  r.guardian = body.text("guardian");
  r.consent = body.flag("consent");
  r.channel = Channel::api;
  r.key = scoped_key(call);
  return r;
}

// Whether the order was made of this request; what was erased since is not compared.
bool is_same(const Order& o, const Request& r, const std::vector<Service>& services) {
  std::string title = base::trim(r.title);
  for (const auto& s : services) {
    if (s.id == r.service) title = s.title;
  }
  auto days = r.days;
  std::sort(days.begin(), days.end());
  // A step may have brought more people together, or given the order another name; these stay.
  const bool same = o.service == r.service && (r.service != 0 || o.title == title) && o.area == r.area &&
                    o.days == days && o.time == r.time && o.words == base::trim(r.words);
  if (o.name.empty()) return same;
  return same && o.name == base::trim(r.name) &&
         o.phone == auth::mask_phone(auth::normal_phone(r.phone).value_or(""));
}

http::Response placed_answer(const Call& call, const Placed& placed) {
  base::Json j;
  j.object()
      .field("service_request_id", placed.number)
      .field("token", placed.code)
      .field("service_notice", "已经收到，村、社区核实后派单。请把查询码交给点单的人。")
      .field("url", order_path(placed.number))
      .field("track_url", fmt::format("/p/{}/order/{}", call.tenant.code, placed.code))
      .end();
  http::Response r = json_of(j, placed.again ? 200 : 201);
  r.set("Location", order_path(placed.number));
  if (placed.again) r.set("Idempotency-Replayed", "true");
  return r;
}

Result<http::Response> again(const Call& call, OrderStore& store, const Request& request,
                             const Placed& placed) {
  const Order o = TRY(store.order(call.tenant.id, placed.id));
  if (!is_same(o, request, store.services(call.tenant.id, true)))
    return refuse(Code::invalid, "api.key_reused",
                  "这个 Idempotency-Key 已用于另一个点单。每个点单请用新的值，重送同一个点单时内容不要改。",
                  "Idempotency-Key");
  return placed_answer(call, placed);
}

base::Errors problems_of(const Call& call, OrderStore& store, const Request& r) {
  base::Errors errors;
  const bool coded = !call.body.text("service_code").empty();
  std::optional<Service> service;
  if (coded) {
    if (auto found = store.service(call.tenant.id, r.service); found && found->active) {
      service = std::move(*found);
    } else {
      errors.push_back({Code::invalid, "order.no_service", "service",
                        "服务菜单里没有这一项，或已停办。请用 GET /api/v1/services 里的代码。"});
    }
  }
  if (coded && !r.title.empty())
    errors.push_back({Code::invalid, "order.title", "title", "service_code 和 title 只能写一个。"});
  const bool unknown = coded && !service;
  for (auto& e : check_request(r, service ? &*service : nullptr, store.today())) {
    if (!(unknown && e.field == "title")) errors.push_back(std::move(e));
  }
  for (auto& e : errors) e.field = pointer_of(e.field);
  return errors;
}

}  // namespace

Result<http::Response> answer_place(const Call& call, OrderStore& store) {
  const auto units = store.parts().directory.units(call.tenant.id);
  const Request request = request_of(call, *units);
  // Known before anything is checked: the same request stays good when its days have passed.
  if (const auto known = store.placed_with(call.tenant.id, request.key))
    return again(call, store, request, *known);
  if (const auto errors = problems_of(call, store, request); !errors.empty())
    return api::problem_of(errors, call.request.id);
  auto placed = store.place(by_of(call), request);
  if (!placed) {
    base::Error error = placed.error();
    if (!error.field.empty()) error.field = pointer_of(error.field);
    return tl::unexpected(std::move(error));
  }
  if (placed->again) return again(call, store, request, *placed);
  return placed_answer(call, *placed);
}

}  // namespace kepu::orders
