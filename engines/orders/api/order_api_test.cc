// Orders as another system asks for them: keys of two counties and two units, one request one order, bad
// input, pages of a list, personal data, events.
#include "engines/orders/api/order_api.h"

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "core/search/search.h"
#include "core/sql/testing.h"

namespace kepu::orders {
namespace {

namespace json = boost::json;
using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;
using http::Method;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "community"
title = "社区"
purpose = "核实"
scope = "subtree"
rights = ["order.read", "order.place", "order.check", "order.contact"]
)";

Catalog shipped() {
  std::ifstream in("catalog/orders.toml");
  std::stringstream text;
  text << in.rdbuf();
  return must(parse_catalog(text.str(), "catalog/orders.toml"));
}

class NoSite final : public http::Application {
 public:
  http::BodyPolicy body_policy(const http::Head&) override { return {}; }
  void handle(http::Request, std::function<void(http::Response)> reply) override { reply({}); }
  http::Response failure(int status, std::string_view) override { return http::text("", status); }
};

class OrderApi : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    std::vector<sql::Migration> steps = notify::migrations();
    for (const auto* more : {&calendar::migrations(), &search::migrations(), &migrations(),
                             &auth::api_migrations(), &api::webhook_migrations()})
      steps.insert(steps.end(), more->begin(), more->end());
    sql::migrate(database, steps);
    calendars = std::make_unique<calendar::CalendarStore>(database, std::vector<calendar::Year>{});
    store = std::make_unique<OrderStore>(OrderStore::Parts{
        world->db, world->clock, world->ids, world->directory, world->cipher, *calendars, shipped()});
    keys = std::make_unique<auth::ApiKeys>(
        auth::ApiKeys::Parts{world->db, world->clock, world->ids, world->directory, api_rights()});
    hooks = std::make_unique<api::Webhooks>(
        api::Webhooks::Parts{world->db, world->clock, world->ids, world->directory, world->cipher,
                             [this](const notify::Post& post) -> base::Result<int> {
                               sent.push_back(post.body);
                               return 200;
                             },
                             false, event_kinds()});
    tell_events(*store, *hooks);
    gate = std::make_unique<api::Gate>(api::Gate::Parts{site, *keys, world->clock, "科普行动平台", "1", ""});
    add_operations(*gate, *store);
    add_events(*gate);
    lan = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<auth::testing::County>(*world, "yun", "云溪县");
    willow = lan->unit("柳溪镇", 0, UnitKind::township);
    village = lan->unit("大坪村", willow, UnitKind::village);
    egret = lan->unit("白鹭乡", 0, UnitKind::township);
    far = yun->unit("云溪镇", 0, UnitKind::township);
    health = lan->unit("县卫生健康局");
    boss = lan->actor("administrator", lan->root, ScopeKind::tenant);
    town = lan->actor("community", willow, ScopeKind::subtree);
    all = key(*lan, {"order.read", "order.place", "order.contact"}, {});
    local = key(*lan, {"order.read", "order.place"}, {willow});
    other_local = key(*lan, {"order.read", "order.place"}, {egret});
    foreign = key(*yun, {"order.read", "order.place", "order.contact"}, {});
  }
  void TearDown() override {
    keys.reset();  // writes its counts for the last time
    EngineTest::TearDown();
  }
  std::string key(auth::testing::County& county, std::vector<std::string> rights, std::vector<Id> units) {
    auth::ApiKey k;
    k.holder = "县政务服务平台";
    k.rights = std::move(rights);
    k.everything = units.empty();
    k.units = std::move(units);
    k.quota = {60'000, 10'000'000};
    k.until = "2026-12-31";
    return must(keys->make(county.actor("administrator", county.root, ScopeKind::tenant), k)).secret;
  }

  struct Got {
    int status = 0;
    json::object body;
    http::Response raw;
    std::string at(std::string_view name) const {
      const auto* v = body.if_contains(name);
      return v == nullptr || !v->is_string() ? std::string() : std::string(v->get_string());
    }
    // pointer or parameter of each error
    std::set<std::string> wrong() const {
      std::set<std::string> out;
      if (const auto* errors = body.if_contains("errors")) {
        for (const auto& e : errors->as_array()) {
          const auto& one = e.as_object();
          const auto* p = one.if_contains("pointer");
          out.emplace(p != nullptr ? p->as_string() : one.at("parameter").as_string());
        }
      }
      return out;
    }
  };
  Got ask(const std::string& secret, Method method, const std::string& target, std::string body = {},
          const std::string& idempotency_key = {}) {
    http::Request r;
    r.method = method;
    r.target = target;
    const auto mark = target.find('?');
    r.path = http::url_decode(target.substr(0, mark), false).value_or("");
    if (mark != std::string::npos) r.query = http::parse_query(target.substr(mark + 1));
    r.headers = {{"authorization", "Bearer " + secret}, {"content-type", "application/json"}};
    if (!idempotency_key.empty()) r.headers.emplace_back("idempotency-key", idempotency_key);
    r.body = std::move(body);
    r.remote = "10.1.2.3";
    Got got;
    got.raw = gate->answer(r);
    got.status = got.raw.status;
    boost::system::error_code error;
    auto value = json::parse(got.raw.body, error);
    if (!error && value.is_object()) got.body = std::move(value.get_object());
    return got;
  }
  Got get(const std::string& secret, const std::string& target) { return ask(secret, Method::get, target); }
  json::object placing(Id area) {
    return {{"service_code", "1"},
            {"address_id", std::to_string(area)},
            {"wished_dates", {"2026-03-10", "2026-03-12"}},
            {"people", 40},
            {"first_name", "冉大姐"},
            {"phone", "138 0000 0000"},
            {"description", "老人多"},
            {"address_string", "院坝"},
            {"consent", true}};
  }
  Got place(const std::string& secret, const json::object& body, const std::string& idempotency_key) {
    return ask(secret, Method::post, "/api/v1/orders", json::serialize(body), idempotency_key);
  }
  std::int64_t orders() { return store->orders(lan->tenant, {}).total; }
  void act(const std::string& number, const auth::Actor& actor, Action action, Act more = {}) {
    const Order o = must(store->by_number(lan->tenant, number));
    more.action = action;
    more.revision = o.revision;
    must(store->act({actor, ""}, o.id, more));
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<calendar::CalendarStore> calendars;
  std::unique_ptr<OrderStore> store;
  std::unique_ptr<auth::ApiKeys> keys;
  std::unique_ptr<api::Webhooks> hooks;
  NoSite site;
  std::unique_ptr<api::Gate> gate;
  std::unique_ptr<auth::testing::County> lan, yun;
  Id willow = 0, village = 0, egret = 0, far = 0, health = 0;
  auth::Actor boss, town;
  std::string all, local, other_local, foreign;
  std::vector<std::string> sent;
};
KEPU_STORE_TEST_SUITE(OrderApi);

TEST_P(OrderApi, AnOrder_IsPlacedAndFollowed) {
  const auto placed = place(local, placing(village), "key-00000001");
  ASSERT_EQ(placed.status, 201) << placed.raw.body;
  const std::string number = placed.at("service_request_id");
  EXPECT_EQ(placed.at("token").size(), 10U);
  EXPECT_EQ(*placed.raw.get("Location"), placed.at("url"));
  auto one = get(local, placed.at("url"));
  ASSERT_EQ(one.status, 200);
  EXPECT_EQ(one.at("service_request_id"), number);
  EXPECT_EQ(one.at("status"), "open");
  EXPECT_EQ(one.at("state"), "placed");
  EXPECT_EQ(one.at("channel"), "api");
  EXPECT_EQ(one.at("agency_responsible"), "柳溪镇 大坪村");
  EXPECT_EQ(one.at("requested_datetime"), "2026-03-02T01:00:00.000Z");
  EXPECT_FALSE(base::contains(one.raw.body, "13800000000"));
  EXPECT_FALSE(base::contains(one.raw.body, "冉大姐"));
  act(number, town, Action::dispatch);
  act(number, boss, Action::claim);
  one = get(local, "/api/v1/orders/" + http::url_encode(number));
  EXPECT_EQ(one.at("state"), "claimed") << "by the whole number too";
  EXPECT_EQ(one.at("agency_responsible"), "县卫生健康局");
  EXPECT_EQ(one.body.at("steps").as_array().size(), 2U) << "claiming is not the resident's business";
  const Order o = must(store->by_number(lan->tenant, number));
  EXPECT_EQ(o.phone, "138****0000");
  EXPECT_EQ(must(store->by_code(lan->tenant, placed.at("token"))).id, o.id);
}

TEST_P(OrderApi, TheSameRequest_IsOneOrder) {
  const auto first = place(local, placing(village), "key-00000001");
  const auto again = place(local, placing(village), "key-00000001");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(*again.raw.get("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.at("token"), first.at("token"));
  EXPECT_EQ(orders(), 1);
  auto changed = placing(village);
  changed["first_name"] = "别人";
  const auto misused = place(local, changed, "key-00000001");
  EXPECT_EQ(misused.status, 422);
  EXPECT_EQ(misused.at("rule"), "api.key_reused");
  EXPECT_EQ(place(all, placing(village), "key-00000001").status, 201) << "another system's keys are its own";
  EXPECT_EQ(orders(), 2);
  world->clock.set(world->clock.now() + 30LL * 24 * 3'600'000);
  EXPECT_EQ(place(local, placing(village), "key-00000001").status, 200) << "also when its days have passed";
  EXPECT_EQ(place(local, placing(village), "key-00000002").wrong(), (std::set<std::string>{"/wished_dates"}));
}

TEST_P(OrderApi, TheSameRequestAtOnce_IsOneOrder) {
  std::vector<std::thread> threads;
  std::vector<Got> got(8);
  for (auto& one : got) threads.emplace_back([&] { one = place(local, placing(village), "key-00000001"); });
  for (auto& t : threads) t.join();
  int made = 0;
  for (const auto& one : got) {
    made += one.status == 201 ? 1 : 0;
    EXPECT_EQ(one.at("token"), got[0].at("token")) << one.raw.body;
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(orders(), 1);
}

TEST_P(OrderApi, WhatIsWrong_IsToldAllAtOnce) {
  json::object bad = placing(village);
  bad["wished_dates"] = {"2026-03-02"};
  bad["address_id"] = "000000000000";
  bad["phone"] = "1380000";
  bad["consent"] = false;
  auto got = place(all, bad, "key-00000001");
  EXPECT_EQ(got.status, 422);
  EXPECT_EQ(got.wrong(), (std::set<std::string>{"/wished_dates", "/address_id", "/phone", "/consent"}));
  bad = placing(village);
  bad["service_code"] = "999";
  EXPECT_EQ(place(all, bad, "key-00000001").wrong(), (std::set<std::string>{"/service_code"}));
  bad["service_code"] = "1";
  bad["title"] = "两个都写";
  EXPECT_EQ(place(all, bad, "key-00000001").wrong(), (std::set<std::string>{"/title"}));
  bad.erase("service_code");
  bad.erase("title");
  EXPECT_EQ(place(all, bad, "key-00000001").wrong(), (std::set<std::string>{"/title"}));
  EXPECT_EQ(place(all, placing(village), "").wrong(), (std::set<std::string>{"Idempotency-Key"}));
  EXPECT_EQ(place(all, placing(village), "short").wrong(), (std::set<std::string>{"Idempotency-Key"}));
  EXPECT_EQ(orders(), 0);
}

TEST_P(OrderApi, HostileBodies_AreRefused) {
  for (const std::string& body : {std::string("{"), std::string("[]"), std::string(3000, '['),
                                  std::string("{\"a\":") + std::string(9000, '['), std::string("\xff\xfe"),
                                  std::string("{\"first_name\":{\"$ne\":1}}")}) {
    EXPECT_EQ(ask(all, Method::post, "/api/v1/orders", body, "key-00000001").status, 422);
  }
  EXPECT_EQ(ask(all, Method::post, "/api/v1/orders", std::string(20'000, ' '), "key-00000001").status, 413);
  EXPECT_EQ(orders(), 0);
}

TEST_P(OrderApi, KeysOfOtherUnitsAndCounties_SeeAndPlaceNothingHere) {
  const auto placed = place(local, placing(village), "key-00000001");
  EXPECT_EQ(place(other_local, placing(village), "key-00000001").status, 403);
  EXPECT_EQ(place(foreign, placing(village), "key-00000001").wrong(), (std::set<std::string>{"/address_id"}));
  EXPECT_EQ(get(other_local, placed.at("url")).status, 404);
  EXPECT_EQ(get(foreign, placed.at("url")).status, 404);
  EXPECT_EQ(get(other_local, "/api/v1/orders").body.at("orders").as_array().size(), 0U);
  EXPECT_EQ(get(foreign, "/api/v1/orders").body.at("orders").as_array().size(), 0U);
  EXPECT_EQ(get(local, "/api/v1/orders").body.at("orders").as_array().size(), 1U);
  const auto areas = get(other_local, "/api/v1/areas").body.at("areas").as_array();
  ASSERT_EQ(areas.size(), 1U);
  EXPECT_EQ(areas[0].at("name").as_string(), "白鹭乡");
  const auto reader = key(*lan, {"order.read"}, {});
  EXPECT_EQ(place(reader, placing(village), "key-00000001").status, 403);
  EXPECT_EQ(get(reader, placed.at("url")).status, 200);
}

TEST_P(OrderApi, PersonalData_OnlyWithTheRight_AndEachReadIsLogged) {
  const auto placed = place(local, placing(village), "key-00000001");
  EXPECT_EQ(get(local, placed.at("url") + "?contact=true").status, 403) << "no right to it";
  EXPECT_TRUE(get(all, placed.at("url")).body.at("contact").is_null()) << "not asked for";
  const auto open = get(all, placed.at("url") + "?contact=true");
  ASSERT_EQ(open.status, 200);
  EXPECT_EQ(open.body.at("contact").at("phone").as_string(), "13800000000");
  EXPECT_EQ(open.body.at("contact").at("first_name").as_string(), "冉大姐");
  const auto log = world->db.read(
      [&](sql::Session& s) { return audit::find(s, lan->tenant, {.action_prefix = "order.contact"}); });
  ASSERT_EQ(log.total, 1);
  EXPECT_EQ(log.entries[0].person_name, "接口：县政务服务平台");
  EXPECT_EQ(log.entries[0].remote, "10.1.2.3");
  // What the resident wrote may name people: for who placed it, and with the contact.
  EXPECT_EQ(get(local, placed.at("url")).at("description"), "老人多");
  EXPECT_EQ(open.at("description"), "老人多");
  const auto plain = get(all, placed.at("url"));
  EXPECT_TRUE(plain.body.at("description").is_null());
  EXPECT_TRUE(plain.body.at("steps").at(0).at("notes").is_null());
  EXPECT_TRUE(get(all, "/api/v1/orders").body.at("orders").at(0).at("description").is_null());
  EXPECT_EQ(get(local, "/api/v1/orders").body.at("orders").at(0).at("description").as_string(), "老人多");
}

TEST_P(OrderApi, AList_IsWalkedFromNewToOld_WithFilters) {
  std::vector<std::string> made;
  for (int i = 0; i < 23; ++i) {
    auto body = placing(i % 2 == 0 ? village : egret);
    body["wished_dates"] = {fmt::format("2026-03-{:02}", 8 + i)};  // a day takes a few only
    if (i % 3 == 0) {
      body.erase("service_code");
      body["title"] = "自己写的需求";
    }
    made.push_back(place(all, body, fmt::format("key-{:08}", i)).at("service_request_id"));
  }
  act(made[0], boss, Action::cancel, [] {
    Act a;
    a.text = "不用了";
    return a;
  }());
  std::vector<std::string> seen;
  std::string next = "/api/v1/orders?limit=5";
  for (int page = 0; page < 10 && !next.empty(); ++page) {
    const auto got = get(all, next);
    ASSERT_EQ(got.status, 200);
    for (const auto& o : got.body.at("orders").as_array())
      seen.emplace_back(o.at("service_request_id").as_string());
    next = got.at("next_cursor").empty() ? "" : "/api/v1/orders?limit=5&cursor=" + got.at("next_cursor");
  }
  std::reverse(seen.begin(), seen.end());
  EXPECT_EQ(seen, made) << "each once, in order";
  const auto count = [&](const std::string& filter) {
    return get(all, "/api/v1/orders?limit=200&" + filter).body.at("orders").as_array().size();
  };
  EXPECT_EQ(count("status=open"), 22U);
  EXPECT_EQ(count("status=closed"), 1U);
  EXPECT_EQ(count("state=cancelled"), 1U);
  EXPECT_EQ(count("service_code=1"), 15U);
  EXPECT_EQ(count("address_id=" + std::to_string(willow)), 12U) << "with its villages";
  EXPECT_EQ(count("address_id=" + std::to_string(village)), 12U);
  EXPECT_EQ(count("start_date=2026-03-02&end_date=2026-03-02"), 23U);
  EXPECT_EQ(count("start_date=2026-03-03"), 0U);
  for (const char* bad : {"status=maybe", "state=x", "limit=0", "limit=201", "limit=x", "cursor=x",
                          "address_id=1", "start_date=2026-02-30", "page=2"})
    EXPECT_EQ(get(all, std::string("/api/v1/orders?") + bad).status, 422) << bad;
}

TEST_P(OrderApi, EachStep_IsToldWithoutPersonalData) {
  api::Webhook wanted;
  wanted.title = "县融媒体中心";
  wanted.url = "https://media.example.gov.cn/kepu";
  wanted.events = {"order.placed", "order.state_changed"};
  must(hooks->make(boss, wanted));
  const auto placed = place(local, placing(village), "key-00000001");
  place(local, placing(village), "key-00000001");
  act(placed.at("service_request_id"), town, Action::dispatch);
  hooks->deliver();
  ASSERT_EQ(sent.size(), 2U);
  const auto first = json::parse(sent[0]).as_object(), second = json::parse(sent[1]).as_object();
  EXPECT_EQ(first.at("event").as_string(), "order.placed");
  EXPECT_TRUE(first.at("data").at("previous_state").is_null());
  EXPECT_EQ(second.at("event").as_string(), "order.state_changed");
  EXPECT_EQ(second.at("data").at("state").as_string(), "dispatched");
  EXPECT_EQ(second.at("data").at("previous_state").as_string(), "placed");
  EXPECT_EQ(second.at("data").at("action").as_string(), "dispatch");
  EXPECT_EQ(std::string(second.at("data").at("url").as_string()), placed.at("url"));
  for (const auto& body : sent) {
    for (const char* secret : {"冉大姐", "13800000000", "138****", "老人多", "院坝"})
      EXPECT_FALSE(base::contains(body, secret)) << secret;
    EXPECT_FALSE(base::contains(body, placed.at("token")));
  }
}

// ---------------------------------------------------------------- the document

// Whether a value has the members and kinds that its schema says.
void expect_fits(const json::value& value, const json::object& schema, const json::object& doc,
                 const std::string& where) {
  if (const auto* ref = schema.if_contains("$ref")) {
    const std::string name(ref->as_string().subview(std::string("#/components/schemas/").size()));
    return expect_fits(value, doc.at("components").at("schemas").at(name).as_object(), doc, where);
  }
  std::set<std::string> types;
  const auto& type = schema.at("type");
  if (type.is_array()) {
    for (const auto& t : type.as_array()) types.emplace(t.as_string());
  } else {
    types.emplace(type.as_string());
  }
  const std::string kind = value.is_null()     ? "null"
                           : value.is_string() ? "string"
                           : value.is_int64()  ? "integer"
                           : value.is_bool()   ? "boolean"
                           : value.is_array()  ? "array"
                                               : "object";
  ASSERT_TRUE(types.count(kind)) << where << " is " << kind;
  if (kind == "array") {
    for (const auto& item : value.as_array())
      expect_fits(item, schema.at("items").as_object(), doc, where + "[]");
  }
  if (const auto* words = schema.if_contains("enum"); words != nullptr && kind == "string") {
    const auto& list = words->as_array();
    EXPECT_TRUE(std::find(list.begin(), list.end(), value) != list.end()) << where;
  }
  if (kind != "object") return;
  const auto& properties = schema.at("properties").as_object();
  for (const auto& member : value.as_object()) {
    const auto* property = properties.if_contains(member.key());
    ASSERT_NE(property, nullptr) << where << "." << member.key() << " is not documented";
    expect_fits(member.value(), property->as_object(), doc, where + "." + std::string(member.key()));
  }
  if (const auto* required = schema.if_contains("required")) {
    for (const auto& name : required->as_array())
      EXPECT_TRUE(value.as_object().contains(name.as_string())) << where << " lacks " << name;
  }
}

const json::object& reply_schema(const json::object& operation, const std::string& status) {
  return operation.at("responses").at(status).at("content").at("application/json").at("schema").as_object();
}

TEST_P(OrderApi, TheDocument_SaysWhatIsAnswered) {
  const auto doc = json::parse(gate->openapi()).as_object();
  const auto operation = [&](const std::string& path, const std::string& method) -> const json::object& {
    return doc.at("paths").at(path).at(method).as_object();
  };
  const auto placed = place(all, placing(village), "key-00000001");
  act(placed.at("service_request_id"), town, Action::dispatch);
  place(
      all,
      [&] {
        auto body = placing(egret);
        body.erase("service_code");
        body.erase("people");
        body["title"] = "自己写的需求";
        return body;
      }(),
      "key-00000002");
  expect_fits(placed.body, reply_schema(operation("/api/v1/orders", "post"), "201"), doc, "placed");
  expect_fits(get(all, "/api/v1/services").body, reply_schema(operation("/api/v1/services", "get"), "200"),
              doc, "services");
  expect_fits(get(all, "/api/v1/areas").body, reply_schema(operation("/api/v1/areas", "get"), "200"), doc,
              "areas");
  expect_fits(get(all, "/api/v1/orders").body, reply_schema(operation("/api/v1/orders", "get"), "200"), doc,
              "orders");
  expect_fits(get(all, placed.at("url") + "?contact=true").body,
              reply_schema(operation("/api/v1/orders/{number}", "get"), "200"), doc, "order");
  const auto problem = get(all, "/api/v1/orders?page=2&size=1");
  expect_fits(problem.body, doc.at("components").at("schemas").at("Problem").as_object(), doc, "problem");
}

TEST_P(OrderApi, TheDocument_IsWellFormed_AndEachOperationAnswers) {
  const auto doc = json::parse(gate->openapi()).as_object();
  for (const char* part :
       {"openapi", "info", "paths", "components", "security", "servers", "webhooks", "tags"})
    EXPECT_TRUE(doc.contains(part)) << part;
  std::set<std::string> ids;
  int operations = 0;
  for (const auto& path : doc.at("paths").as_object()) {
    for (const auto& method : path.value().as_object()) {
      const auto& op = method.value().as_object();
      ++operations;
      EXPECT_TRUE(ids.emplace(op.at("operationId").as_string()).second);
      EXPECT_FALSE(op.at("summary").as_string().empty());
      // Every variable of the path is a parameter that must be there.
      std::set<std::string> variables;
      if (const auto* parameters = op.if_contains("parameters")) {
        for (const auto& p : parameters->as_array()) {
          if (p.at("in").as_string() != "path") continue;
          EXPECT_TRUE(p.at("required").as_bool());
          variables.emplace(p.at("name").as_string());
        }
      }
      const std::string text(path.key());
      std::size_t holes = 0;
      for (auto at = text.find('{'); at != text.npos; at = text.find('{', at + 1), ++holes)
        EXPECT_TRUE(variables.count(text.substr(at + 1, text.find('}', at) - at - 1)));
      EXPECT_EQ(holes, variables.size());
      for (const auto& reply : op.at("responses").as_object()) {
        if (const auto* ref = reply.value().as_object().if_contains("$ref")) {
          EXPECT_TRUE(doc.at("components")
                          .at("responses")
                          .as_object()
                          .contains(ref->as_string().subview(std::string("#/components/responses/").size())));
        }
      }
      const auto verb = method.key() == "post" ? Method::post : Method::get;
      const std::string target = base::replace_all(text, "{number}", "2026-000001");
      const auto answer = ask(all, verb, target, verb == Method::post ? "{}" : "");
      EXPECT_TRUE(answer.status == 200 || answer.status == 404 || answer.status == 422) << text;
      if (answer.status == 404) {
        EXPECT_EQ(answer.at("rule"), "order.not_found") << "there is such a route";
      }
    }
  }
  EXPECT_EQ(operations, static_cast<int>(gate->operations().size()));
}

}  // namespace
}  // namespace kepu::orders
