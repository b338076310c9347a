#include "engines/orders/api/order_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/orders/api/order_json.h"

namespace kepu::orders {

using api::Call;
using api::Operation;
using api::Parameter;
using api::Schema;
using api::Type;
using base::Code;
using base::refuse;
using base::Result;
using http::Method;

namespace {

constexpr std::int64_t kUsual = 50, kMost = 200;

// Placed by this system, which knows then what was written.
bool is_own(const Call& call, const Order& o) { return o.placed_by == call.actor.person; }

By by_of(const Call& call) { return {call.actor, call.request.remote}; }

http::Response json_of(base::Json& j, int status = 200) { return http::json(std::move(j).text(), status); }

// A place by the code of its division, or by its unit's id.
const auth::Unit* place_of(const auth::UnitTree& units, std::string_view given) {
  const auto id = base::parse_id(given);
  for (const auto& u : units.all()) {
    const bool place = u.kind == auth::UnitKind::village || u.kind == auth::UnitKind::township;
    if (place && u.active && (u.area_code == given || (id && u.id == *id))) return &u;
  }
  return nullptr;
}

// ---------------------------------------------------------------- menu and places

Result<http::Response> services(const Call& call, OrderStore& store) {
  const auto settings = store.settings(call.tenant.id);
  base::Json j;
  j.object().key("services").array();
  for (const auto& s : store.services(call.tenant.id)) write_service(j, s, *settings);
  j.end().end();
  return json_of(j);
}

Result<http::Response> areas(const Call& call, OrderStore& store) {
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

// ---------------------------------------------------------------- placing

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

Result<http::Response> place(const Call& call, OrderStore& store) {
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

// ---------------------------------------------------------------- reading

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
  const std::int64_t limit = base::parse_int(call.param("limit")).value_or(kUsual);
  q.limit = limit + 1;  // one more tells whether there is another page
  q.counted = false;
  return q;
}

Result<http::Response> list(const Call& call, OrderStore& store) {
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

Result<http::Response> show(const Call& call, OrderStore& store) {
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

Schema list_of(std::string name, std::string item) {
  Schema items;
  items.ref = std::move(item);
  Schema list_schema{.type = Type::list};
  list_schema.items.push_back(std::move(items));
  Schema out{.type = Type::object};
  out.properties.push_back({std::move(name), std::move(list_schema), true});
  return out;
}
Schema ref_to(std::string name) {
  Schema out;
  out.ref = std::move(name);
  return out;
}

std::vector<Parameter> filters() {
  Schema status{.about = "办理中还是已结束", .words = {"open", "closed"}};
  Schema state{.about = "平台的环节，如 dispatched"};
  for (const auto& p : order_schema().properties) {
    if (p.name == "state") state.words = p.schema.words;
  }
  Schema limit{.type = Type::integer, .about = "一页几条，默认 50", .min = 1, .max = kMost};
  Schema cursor{.about = "上一页的 next_cursor，从新到旧接着取", .max = 100};
  using In = Parameter::In;
  return {{"status", In::query, status},
          {"state", In::query, state},
          {"service_code", In::query, {.about = "某项服务", .max = 20}},
          {"address_id", In::query, {.about = "某个乡镇街道（连同村、社区），或某个村、社区", .max = 20}},
          {"start_date", In::query, {.about = "这一天起点的单（北京时间）", .format = "date"}},
          {"end_date", In::query, {.about = "到这一天为止点的单", .format = "date"}},
          {"limit", In::query, limit},
          {"cursor", In::query, cursor}};
}

void add_reading(api::Gate& gate, OrderStore& store) {
  Operation menu;
  menu.path = "/api/v1/services";
  menu.id = "listServices";
  menu.group = "服务菜单";
  menu.summary = "服务菜单";
  menu.about = "现在可以点的服务。字段同 GeoReport v2 的 GET Service List，另有时长、人数和提前天数。";
  menu.right = kRead;
  menu.replies = {{200, "服务事项，按菜单的次序", list_of("services", "Service")}};
  menu.handler = [&store](const Call& c) { return services(c, store); };
  gate.add(std::move(menu));
  Operation places;
  places.path = "/api/v1/areas";
  places.id = "listAreas";
  places.group = "服务菜单";
  places.summary = "可以点单的村、社区和乡镇街道";
  places.about = "只列这个密钥可以点单的地方。";
  places.right = kPlace;
  places.replies = {{200, "地方，乡镇街道后面是它的村、社区", list_of("areas", "Area")}};
  places.handler = [&store](const Call& c) { return areas(c, store); };
  gate.add(std::move(places));
  Operation all;
  all.path = "/api/v1/orders";
  all.id = "listOrders";
  all.group = "订单";
  all.summary = "订单清单";
  all.about = "从新到旧。只有密钥范围内的单位在办、办过或所在的订单，不含称呼和电话。";
  all.right = kRead;
  all.parameters = filters();
  Schema page = list_of("orders", "Order");
  page.properties.push_back({"next_cursor", {.about = "下一页；没有了为 null", .nullable = true}, true});
  all.replies = {{200, "一页订单", std::move(page)}};
  all.handler = [&store](const Call& c) { return list(c, store); };
  gate.add(std::move(all));
  Operation one;
  one.path = "/api/v1/orders/{number}";
  one.id = "getOrder";
  one.group = "订单";
  one.summary = "一个订单和办理经过";
  one.about = "number 是订单号，“单”字可以省去。";
  one.right = kRead;
  one.parameters = {
      {"number", Parameter::In::path, {.about = "订单号，如 2026-000123", .example = "2026-000123"}},
      {"contact",
       Parameter::In::query,
       {.type = Type::flag, .about = "连同称呼和电话：密钥要有这项权限，每次读取都记入日志"}}};
  one.replies = {{200, "订单", ref_to("OrderDetail")}};
  one.refusals = {404};
  one.handler = [&store](const Call& c) { return show(c, store); };
  gate.add(std::move(one));
}

}  // namespace

void add_operations(api::Gate& gate, OrderStore& store) {
  gate.add_schema("Service", service_schema());
  gate.add_schema("Area", area_schema());
  gate.add_schema("Order", order_schema());
  gate.add_schema("OrderDetail", detail_schema());
  gate.add_schema("Placing", placing_schema());
  gate.add_schema("Placed", placed_schema());
  add_reading(gate, store);
  Operation op;
  op.method = Method::post;
  op.path = "/api/v1/orders";
  op.id = "placeOrder";
  op.group = "订单";
  op.summary = "点单";
  op.about =
      "请求头 Idempotency-Key "
      "由对方系统为每个点单生成一个新值：网络中断后用同一个值重送，不会变成两个单（答复 200 "
      "和 Idempotency-Replayed: true）；同一个值配另一份内容答复 422。";
  op.right = kPlace;
  op.parameters = {{"Idempotency-Key",
                    Parameter::In::header,
                    {.about = "这个点单的编号，8 到 64 个字符，建议用 UUID",
                     .min = 8,
                     .max = 64,
                     .example = "5f0c3a52-9d5e-4b0e-9a57-0b6f2c1d7e10"},
                    true}};
  op.body = placing_schema();
  op.replies = {{201, "已经收到，答复时已写入磁盘", ref_to("Placed")},
                {200, "同一个点单以前收到过，没有再点", ref_to("Placed")}};
  op.refusals = {409};
  op.handler = [&store](const Call& c) { return place(c, store); };
  gate.add(std::move(op));
}

std::vector<auth::Right> api_rights() {
  std::vector<auth::Right> out;
  for (const auto& right : rights()) {
    if (right.id == kRead || right.id == kPlace || right.id == kContact) out.push_back(right);
  }
  for (auto& right : out) {
    if (right.id == kPlace) right.title = "点单";
    if (right.id == kContact) right.title = "读取点单人的称呼和电话";
  }
  return out;
}

std::vector<api::EventKind> event_kinds() {
  return {{"order.placed", "有人点单"}, {"order.state_changed", "订单到了新的环节"}};
}

void add_events(api::Gate& gate) {
  for (const auto& kind : event_kinds()) gate.add(api::Told{kind.name, kind.title, event_schema()});
}

void tell_events(OrderStore& store, api::Webhooks& hooks) {
  store.add_listener([&hooks](sql::Session& s, Id tenant, const Event& event) {
    hooks.tell(s, tenant, event.name, [&](base::Json& j) { write_event(j, event); });
  });
}

}  // namespace kepu::orders
