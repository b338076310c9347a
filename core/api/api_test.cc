// Schemas and bodies, the gate, and its document.
#include <boost/json.hpp>

#include "core/api/gate.h"
#include "core/auth/testing.h"
#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::api {
namespace {

using auth::testing::must;

Schema text(std::int64_t min, std::int64_t max) { return {.about = "文字", .min = min, .max = max}; }

Schema example_body() {
  Schema days{.type = Type::list, .about = "日子", .min = 1, .max = 2};
  days.items.push_back({.about = "日期", .format = "date"});
  Schema out{.type = Type::object, .about = "样例"};
  out.properties = {{"name", text(1, 5), true},
                    {"count", {.type = Type::integer, .about = "几个", .min = 0, .max = 9}},
                    {"days", days},
                    {"sure", {.type = Type::flag, .about = "真假"}}};
  return out;
}

std::vector<std::string> wrong(std::string_view json) {
  std::vector<std::string> out;
  const auto read = Body::read(json, example_body());
  if (!read) {
    for (const auto& e : read.error()) out.push_back(e.rule + " " + e.field);
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(ApiBody, WhatFits_IsRead) {
  const auto body =
      Body::read(R"({"name":"大坪村","count":3,"days":["2026-03-10"],"sure":true})", example_body());
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text("name"), "大坪村");
  EXPECT_EQ(body->integer("count"), 3);
  EXPECT_EQ(body->texts("days"), (Lines{"2026-03-10"}));
  EXPECT_TRUE(body->flag("sure"));
  EXPECT_EQ(body->text("count"), "") << "of another type";
  EXPECT_TRUE(wrong(R"({"name":"甲","count":null})").empty()) << "null says nothing";
}

TEST(ApiBody, AllThatIsWrong_IsToldWithItsPlace) {
  EXPECT_EQ(wrong(R"({"count":10,"days":["2026-02-30",7],"sure":"yes","more":1})"),
            (Lines{"api.range /count", "api.format /days/0", "api.type /days/1", "api.type /sure",
                   "api.unknown /more", "api.required /name"}));
  EXPECT_EQ(wrong(R"({"name":"一二三四五六"})"), (Lines{"api.range /name"}));
  EXPECT_EQ(wrong(R"({"name":"a\u0000b"})"), (Lines{"api.format /name"}));
  EXPECT_EQ(wrong(R"({"name":"a","days":[]})"), (Lines{"api.range /days"}));
  EXPECT_EQ(wrong(R"({"name":"a","count":1.5})"), (Lines{"api.type /count"}));
  EXPECT_EQ(wrong(R"({"name":"a","count":99999999999999999999})"), (Lines{"api.type /count"}));
}

TEST(ApiBody, WhatIsNoObject_IsRefused) {
  for (const std::string_view json :
       {"", "{", "[]", "null", "\"a\"", "{\"name\":\"a\"}x", "{\"name\":\"\xff\"}", "{name:1}"})
    EXPECT_EQ(wrong(json), (Lines{"api.json "})) << json;
  std::string deep = "{\"name\":";
  for (int i = 0; i < 5000; ++i) deep += "[";
  EXPECT_EQ(wrong(deep), (Lines{"api.json "})) << "depth is bounded";
}

class Site final : public http::Application {
 public:
  http::BodyPolicy body_policy(const http::Head&) override { return {}; }
  void handle(http::Request, std::function<void(http::Response)> reply) override {
    reply(http::text("site"));
  }
  http::Response failure(int status, std::string_view) override { return http::text("", status); }
};

class GateTest : public ::testing::Test {
 protected:
  GateTest()
      : database(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database->db()),
        keys({world.db,
              world.clock,
              world.ids,
              world.directory,
              {{"order.read", "查看订单"}, {"order.place", "点单"}}}),
        gate({site, keys, world.clock, "测试", "1", "https://kepu.example"}),
        lan(world, "lan", "岚江县") {
    sql::migrate(world.db, auth::api_migrations());
    Operation read;
    read.path = "/api/v1/things/{thing}";
    read.id = "getThing";
    read.group = "东西";
    read.summary = "看一个";
    read.right = "order.read";
    read.parameters = {{"thing", Parameter::In::path, {.about = "编号"}},
                       {"size", Parameter::In::query, {.type = Type::integer, .about = "大小", .max = 9}}};
    Schema thing{.type = Type::object, .about = "东西"};
    thing.properties = {{"name", {.about = "名称", .example = "甲"}, true}};
    gate.add_schema("Thing", thing);
    Schema ref;
    ref.ref = "Thing";
    read.replies = {{200, "好", ref}};
    read.refusals = {404};
    read.handler = [](const Call& c) -> base::Result<http::Response> {
      return http::json(fmt::format("{{\"name\":\"{}\"}}", c.variable("thing")));
    };
    gate.add(read);
    Operation write;
    write.method = http::Method::post;
    write.path = "/api/v1/things";
    write.id = "addThing";
    write.group = "东西";
    write.summary = "加一个";
    write.right = "order.place";
    write.body = example_body();
    write.replies = {{201, "好", ref}};
    write.handler = [](const Call& c) -> base::Result<http::Response> {
      return http::json(fmt::format("{{\"name\":\"{}\"}}", c.body.text("name")), 201);
    };
    gate.add(write);
    gate.add(Told{"thing.made", "有了东西", ref});
    secret = key({"order.read", "order.place"}, 100, 1000);
  }
  std::string key(std::vector<std::string> rights, int per_minute, int per_day) {
    auth::ApiKey k;
    k.holder = "某系统";
    k.rights = std::move(rights);
    k.everything = true;
    k.quota = {per_minute, per_day};
    k.until = "2026-12-31";
    return must(keys.make(lan.actor("administrator", lan.root, auth::ScopeKind::tenant), k)).secret;
  }
  http::Response ask(http::Method method, const std::string& target, const std::string& with,
                     std::string body = {}, http::Pairs more = {}) {
    http::Request r;
    r.method = method;
    r.target = target;
    const auto mark = target.find('?');
    r.path = target.substr(0, mark);
    if (mark != std::string::npos) r.query = http::parse_query(target.substr(mark + 1));
    r.headers = std::move(more);
    if (!with.empty()) r.headers.emplace_back("authorization", "Bearer " + with);
    if (!body.empty()) r.headers.emplace_back("content-type", "application/json");
    r.body = std::move(body);
    r.id = "req-1";
    return gate.answer(r);
  }
  http::Response get(const std::string& target) { return ask(http::Method::get, target, secret); }

  std::unique_ptr<sql::testing::TestDatabase> database;
  auth::testing::World world;
  auth::ApiKeys keys;
  Site site;
  Gate gate;
  auth::testing::County lan;
  std::string secret;
};

TEST_F(GateTest, WithAKey_TheHandlerAnswers) {
  const auto r = get("/api/v1/things/7?size=3");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.body, R"({"name":"7"})");
  EXPECT_EQ(*r.get("RateLimit-Policy"), "\"minute\";q=100;w=60, \"day\";q=1000;w=86400");
  EXPECT_TRUE(base::starts_with(*r.get("RateLimit"), "\"minute\";r=99;t="));
  EXPECT_EQ(*r.get("Cache-Control"), "no-store");
  EXPECT_EQ(r.get("Set-Cookie"), nullptr);
  EXPECT_EQ(ask(http::Method::post, "/api/v1/things", secret, R"({"name":"乙"})").status, 201)
      << "no form token is asked for";
}

TEST_F(GateTest, WithoutAKey_401_AndCookiesAreNotLookedAt) {
  const auto none = ask(http::Method::get, "/api/v1/things/7", "", "", {{"cookie", "kp_session=x"}});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(*none.get("WWW-Authenticate"), "Bearer realm=\"kepu\"");
  EXPECT_TRUE(base::contains(*none.get("Content-Type"), "application/problem+json"));
  const auto wrong_key = ask(http::Method::get, "/api/v1/things/7", secret + "x");
  EXPECT_EQ(wrong_key.status, 401);
  EXPECT_TRUE(base::contains(*wrong_key.get("WWW-Authenticate"), "invalid_token"));
  http::Request basic;
  basic.path = "/api/v1/things/7";
  basic.headers = {{"authorization", "Basic " + secret}};
  EXPECT_EQ(gate.answer(basic).status, 401);
  basic.headers = {{"authorization", "bearer " + secret}};
  EXPECT_EQ(gate.answer(basic).status, 200) << "the scheme in any case";
}

TEST_F(GateTest, WithoutTheRight_403) {
  const auto reader = key({"order.read"}, 10, 10);
  const auto r = ask(http::Method::post, "/api/v1/things", reader, R"({"name":"乙"})");
  EXPECT_EQ(r.status, 403);
  EXPECT_TRUE(base::contains(r.body, "点单"));
}

TEST_F(GateTest, OverTheQuota_429WithRetryAfter) {
  const auto small = key({"order.read"}, 2, 3);
  EXPECT_EQ(ask(http::Method::get, "/api/v1/things/7", small).status, 200);
  EXPECT_EQ(ask(http::Method::get, "/api/v1/things/7", small).status, 200);
  auto r = ask(http::Method::get, "/api/v1/things/7", small);
  EXPECT_EQ(r.status, 429);
  EXPECT_EQ(*r.get("Retry-After"), "60");
  EXPECT_TRUE(base::contains(r.body, "api.minute_quota"));
  world.clock.set(world.clock.now() + 60'000);
  EXPECT_EQ(ask(http::Method::get, "/api/v1/things/7", small).status, 200);
  r = ask(http::Method::get, "/api/v1/things/7", small);
  EXPECT_EQ(r.status, 429);
  EXPECT_TRUE(base::contains(r.body, "api.day_quota"));
  EXPECT_TRUE(base::contains(*r.get("RateLimit"), "\"day\";r=0"));
  EXPECT_EQ(get("/api/v1/things/7").status, 200) << "another key has its own";
}

TEST_F(GateTest, WhatIsSent_IsCheckedBeforeTheHandler) {
  auto r = get("/api/v1/things/7?size=10&colour=red&size=1");
  EXPECT_EQ(r.status, 422);
  const auto json = boost::json::parse(r.body).as_object();
  EXPECT_EQ(json.at("errors").as_array().size(), 3U);
  EXPECT_EQ(json.at("status").as_int64(), 422);
  EXPECT_EQ(json.at("request_id").as_string(), "req-1");
  EXPECT_EQ(ask(http::Method::post, "/api/v1/things", secret, "{").status, 422);
  EXPECT_EQ(ask(http::Method::post, "/api/v1/things", secret).status, 415) << "no body";
  const std::string large = "{\"name\":\"" + std::string(kMostBody, 'x') + "\"}";
  EXPECT_EQ(ask(http::Method::post, "/api/v1/things", secret, large).status, 413);
}

TEST_F(GateTest, UnknownAddressesAndMethods_AreProblems) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  const auto r = ask(http::Method::del, "/api/v1/things/7", secret);
  EXPECT_EQ(r.status, 405);
  EXPECT_TRUE(base::contains(*r.get("Allow"), "GET"));
  EXPECT_TRUE(base::contains(*r.get("Content-Type"), "problem+json"));
  EXPECT_TRUE(is_api_path("/api/v1/x"));
  EXPECT_FALSE(is_api_path("/api")) << "a page of the site";
  Operation again = gate.operations().front();
  EXPECT_THROW(gate.add(again), std::logic_error);
  again.id = "other";
  again.path = "/elsewhere";
  EXPECT_THROW(gate.add(again), std::logic_error);
}

TEST_F(GateTest, WhatShouldNotHappen_IsAProblemToo_WithoutDetail) {
  Operation broken = gate.operations().front();
  broken.id = "broken";
  broken.path = "/api/v1/broken/{thing}";
  broken.handler = [](const Call&) -> base::Result<http::Response> { throw std::runtime_error("secret"); };
  gate.add(broken);
  http::Request r;
  r.path = "/api/v1/broken/7";
  r.id = "req-9";
  r.headers = {{"authorization", "Bearer " + secret}};
  http::Response said;
  gate.handle(r, [&](http::Response answer) { said = std::move(answer); });
  EXPECT_EQ(said.status, 500);
  EXPECT_TRUE(base::contains(*said.get("Content-Type"), "problem+json"));
  EXPECT_TRUE(base::contains(said.body, "req-9"));
  EXPECT_FALSE(base::contains(said.body, "secret"));
}

TEST_F(GateTest, EverythingElse_IsTheSites) {
  http::Request r;
  r.path = "/work";
  std::string said;
  gate.handle(r, [&](http::Response answer) { said = answer.body; });
  EXPECT_EQ(said, "site");
}

TEST_F(GateTest, TheDocument_FollowsFromWhatWasDeclared) {
  const auto r = ask(http::Method::get, "/api/openapi.json", "");
  ASSERT_EQ(r.status, 200);
  const auto doc = boost::json::parse(r.body).as_object();
  EXPECT_EQ(doc.at("openapi").as_string(), "3.1.0");
  const auto& paths = doc.at("paths").as_object();
  const auto& get_thing = paths.at("/api/v1/things/{thing}").as_object().at("get").as_object();
  EXPECT_EQ(get_thing.at("operationId").as_string(), "getThing");
  EXPECT_TRUE(get_thing.at("responses").as_object().contains("404"));
  const auto& post = paths.at("/api/v1/things").as_object().at("post").as_object();
  const auto& schema = post.at("requestBody").as_object().at("content").as_object().at("application/json");
  EXPECT_EQ(schema.at("schema").at("required").as_array().size(), 1U);
  EXPECT_EQ(schema.at("schema").at("properties").at("days").at("items").at("format").as_string(), "date");
  EXPECT_TRUE(doc.at("webhooks").as_object().contains("thing.made"));
  base::Json example;
  Schema ref;
  ref.ref = "Thing";
  write_example(example, ref, gate.schemas());
  EXPECT_EQ(std::move(example).text(), R"({"name":"甲"})");
}

}  // namespace
}  // namespace kepu::api
