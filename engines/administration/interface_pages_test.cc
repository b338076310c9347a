// Keys and event addresses as the office handles them, and the page for developers.
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/site/testing.h"
#include "engines/administration/interface.h"

namespace kepu::administration {
namespace {

using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;
using base::Id;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "clerk"
title = "经办"
purpose = "办事"
scope = "tenant"
rights = ["order.read"]
[[role]]
id = "reader"
title = "只管接口"
purpose = "自己不能点单"
scope = "tenant"
rights = ["api.manage", "order.read"]
)";

class InterfacePages : public site::testing::PageTest {
 protected:
  InterfacePages()
      : PageTest(kRoles, {auth::api_migrations(), api::webhook_migrations()}),
        keys({services.db, clock, ids, directory, {{"order.read", "查看订单"}, {"order.place", "点单"}}}),
        hooks({services.db,
               clock,
               ids,
               directory,
               cipher,
               [this](const notify::Post& post) -> base::Result<int> {
                 sent.push_back(post);
                 return status;
               },
               false,
               {{"order.placed", "有人点单"}, {"order.state_changed", "订单到了新的环节"}}}),
        gate({site, keys, clock, "科普行动平台", "1", ""}) {
    api::Operation op;
    op.path = "/api/v1/things/{thing}";
    op.id = "getThing";
    op.group = "东西";
    op.summary = "看一个东西";
    op.right = "order.read";
    op.parameters = {{"thing", api::Parameter::In::path, {.about = "编号"}}};
    api::Schema thing{.type = api::Type::object, .about = "东西"};
    thing.properties = {{"name", {.about = "名称<b>", .example = "甲"}, true}};
    gate.add_schema("Thing", thing);
    op.replies = {{200, "好", thing}};
    op.handler = [](const api::Call&) -> base::Result<http::Response> { return http::json("{}"); };
    gate.add(op);
    gate.add(api::Told{"order.placed", "有人点单", thing});
    add_interface(site, {keys, hooks, gate});
    tenant = make_county("lan", "岚江县");
    willow = unit("柳溪镇", UnitKind::township);
    boss = session("boss", "administrator");
    clerk = session("clerk", "clerk");
    reader = session("reader", "reader");
    stranger = session("admin", "administrator", 0, ScopeKind::tenant, make_county("yun", "云溪县"));
  }
  http::Pairs key_form() {
    return {{"holder", "县政务服务平台"}, {"rights", "order.read"}, {"rights", "order.place"},
            {"scope", "units"},           {"units", "柳溪镇"},      {"per_minute", "60"},
            {"per_day", "5000"},          {"until", "2026-12-31"}};
  }
  static std::string secret_in(const http::Response& r, std::string_view mark) {
    const auto at = r.body.find(mark);
    return at == std::string::npos ? "" : r.body.substr(at, r.body.find('<', at) - at);
  }
  Id newest_hook() { return hooks.hooks(tenant).at(0).id; }
  Id add_hook() {
    EXPECT_EQ(post(boss, "/settings/events/new",
                   {{"title", "县融媒体中心"},
                    {"url", "https://media.example.gov.cn/kepu"},
                    {"events", "order.placed"}})
                  .status,
              200);
    return newest_hook();
  }

  auth::ApiKeys keys;
  std::vector<notify::Post> sent;
  int status = 200;
  api::Webhooks hooks;
  api::Gate gate;
  Id willow = 0;
  site::testing::Session boss, clerk, reader, stranger;
};

TEST_F(InterfacePages, AKey_IsShownOnce_Works_AndIsRevoked) {
  const auto made = post(boss, "/settings/api/new", key_form());
  EXPECT_EQ(made.status, 200);
  const std::string secret = secret_in(made, "kp_");
  EXPECT_EQ(*made.get("Cache-Control"), "no-store");
  const auto visit = must(keys.visit(secret, ""));
  EXPECT_TRUE(visit.actor.may("order.place", willow));
  EXPECT_FALSE(visit.actor.may_everywhere("order.place"));
  const std::string url = fmt::format("/settings/api/keys/{}", visit.key.id);
  for (const std::string& page : {std::string("/settings/api"), url}) {
    const auto shown = get(boss, page);
    EXPECT_EQ(shown.status, 200);
    EXPECT_TRUE(base::contains(shown.body, "县政务服务平台"));
    EXPECT_FALSE(base::contains(shown.body, secret)) << "shown once";
  }
  const auto without = post(boss, url + "/revoke", {{"reason", ""}});
  EXPECT_EQ(without.status, 422);
  EXPECT_TRUE(keys.visit(secret, ""));
  EXPECT_EQ(post(boss, url + "/revoke", {{"reason", "系统下线"}}).status, 303);
  EXPECT_FALSE(keys.visit(secret, ""));
  EXPECT_EQ(post(boss, url + "/revoke", {{"reason", "再停一次"}}).status, 409);
  EXPECT_TRUE(base::contains(get(boss, url).body, "系统下线"));
}

TEST_F(InterfacePages, WhatWasTyped_IsKept_WithItsErrors) {
  auto form = key_form();
  form[4].second = "没有的镇";
  form[5].second = "0";
  const auto answer = post(boss, "/settings/api/new", form);
  EXPECT_EQ(answer.status, 422);
  for (const char* text : {"县政务服务平台", "没有名为“没有的镇”的单位", "没有的镇", "5000"})
    EXPECT_TRUE(base::contains(answer.body, text)) << text;
  EXPECT_TRUE(keys.keys(tenant).empty());
  const auto more = post(reader, "/settings/api/new", key_form());
  EXPECT_EQ(more.status, 422) << "who may not place orders gives no key for it";
  EXPECT_TRUE(keys.keys(tenant).empty());
}

TEST_F(InterfacePages, OnlyTheOfficeOfTheCounty) {
  post(boss, "/settings/api/new", key_form());
  const Id key = keys.keys(tenant).at(0).id, hook = add_hook();
  const std::string key_url = fmt::format("/settings/api/keys/{}", key),
                    hook_url = fmt::format("/settings/events/{}", hook);
  for (const std::string& url :
       {std::string("/settings/api"), std::string("/settings/api/new"), key_url,
        std::string("/settings/events"), std::string("/settings/events/new"), hook_url})
    EXPECT_EQ(get(clerk, url).status, 403) << url;
  EXPECT_EQ(get(stranger, key_url).status, 404);
  EXPECT_EQ(get(stranger, hook_url).status, 404);
  EXPECT_EQ(post(stranger, key_url + "/revoke", {{"reason", "不是自己的"}}).status, 404);
  for (const char* deed : {"stop", "test", "secret"}) {
    EXPECT_EQ(post(stranger, hook_url + "/" + deed).status, 404) << deed;
    EXPECT_EQ(post(clerk, hook_url + "/" + deed).status, 403) << deed;
  }
  const site::testing::How no_token{.token = false};
  EXPECT_EQ(post(boss, key_url + "/revoke", {{"reason", "没有令牌"}}, {}, no_token).status, 403);
  EXPECT_EQ(post(boss, hook_url + "/stop", {}, {}, no_token).status, 403);
  EXPECT_EQ(keys.keys(tenant).at(0).revoked_at, 0);
  EXPECT_TRUE(hooks.hooks(tenant).at(0).active);
}

TEST_F(InterfacePages, AnAddress_HearsATest_AndItsLogIsShown) {
  const Id hook = add_hook();
  const std::string url = fmt::format("/settings/events/{}", hook);
  EXPECT_EQ(post(boss, url + "/test").status, 303);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(base::contains(get(boss, url).body, "已送到"));
  status = 500;
  EXPECT_EQ(post(boss, url + "/test").status, 303);
  const auto shown = get(boss, url);
  EXPECT_TRUE(base::contains(shown.body, "对方答复 500"));
  const Id delivery = hooks.deliveries(tenant, hook, std::nullopt, 0, 1).deliveries.at(0).id;
  const std::string one = fmt::format("{}/deliveries/{}", url, delivery);
  EXPECT_TRUE(base::contains(get(boss, one).body, "webhook.test"));
  EXPECT_EQ(post(boss, one).status, 409) << "it is not dead";
  EXPECT_EQ(get(boss, url + "/deliveries/7").status, 404);
  EXPECT_EQ(post(boss, url + "/nothing").status, 404);
  const auto renewed = post(boss, url + "/secret");
  EXPECT_EQ(renewed.status, 200);
  EXPECT_FALSE(secret_in(renewed, "whsec_").empty());
  EXPECT_EQ(post(boss, url + "/stop").status, 303);
  EXPECT_EQ(post(boss, url + "/stop").status, 409);
  EXPECT_EQ(post(boss, url + "/resume").status, 303);
}

TEST_F(InterfacePages, AnInternalAddress_IsRefused_WithWhatWasTyped) {
  const auto answer =
      post(boss, "/settings/events/new",
           {{"title", "内部系统"}, {"url", "http://192.168.1.1/x"}, {"events", "order.placed"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(base::contains(answer.body, "http://192.168.1.1/x"));
  EXPECT_TRUE(hooks.hooks(tenant).empty());
}

TEST_F(InterfacePages, TheOffice_IsReminded) {
  auto form = key_form();
  form.back().second = "2026-03-10";
  post(boss, "/settings/api/new", form);
  http::Request request;
  const http::Pairs none;
  const auth::Actor office = must(directory.actor_of(tenant, directory.account_of(tenant, boss.person)->id));
  const auth::Tenant county = *directory.tenant(tenant);
  const site::Context context{request, services, county, office, none, ""};
  const auto todos = site.todos(context);
  ASSERT_EQ(todos.size(), 1U);
  EXPECT_EQ(todos[0].kind, "换密钥");
  EXPECT_EQ(todos[0].due, (base::Date{2026, 3, 10}));
}

TEST_F(InterfacePages, ThePage_IsMadeOfTheDeclarations_ForEverybody) {
  const auto page = get({}, "/api");
  EXPECT_EQ(page.status, 200);
  for (const char* text : {"看一个东西", "/api/v1/things/{thing}", "查看订单", "order.placed",
                           "Kepu-Signature", "GeoReport", "Retry-After", "名称&lt;b&gt;"})
    EXPECT_TRUE(base::contains(page.body, text)) << text;
}

}  // namespace
}  // namespace kepu::administration
