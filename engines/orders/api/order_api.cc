// The operations and events as they are declared.
#include "engines/orders/api/order_api.h"

#include "engines/orders/api/order_calls.h"
#include "engines/orders/api/order_json.h"

namespace kepu::orders {

using api::Call;
using api::Operation;
using api::Parameter;
using api::Schema;
using api::Type;
using http::Method;

namespace {

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
  Schema limit{.type = Type::integer, .about = "一页几条，默认 50", .min = 1, .max = kLongestPage};
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
  menu.handler = [&store](const Call& c) { return answer_services(c, store); };
  gate.add(std::move(menu));
  Operation places;
  places.path = "/api/v1/areas";
  places.id = "listAreas";
  places.group = "服务菜单";
  places.summary = "可以点单的村、社区和乡镇街道";
  places.about = "只列这个密钥可以点单的地方。";
  places.right = kPlace;
  places.replies = {{200, "地方，乡镇街道后面是它的村、社区", list_of("areas", "Area")}};
  places.handler = [&store](const Call& c) { return answer_areas(c, store); };
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
  all.handler = [&store](const Call& c) { return answer_list(c, store); };
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
  one.handler = [&store](const Call& c) { return answer_order(c, store); };
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
  op.handler = [&store](const Call& c) { return answer_place(c, store); };
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
