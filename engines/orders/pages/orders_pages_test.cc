// A resident who asks, and the desks that his order goes over.
#include "engines/orders/pages/orders_pages_testing.h"

namespace kepu::orders {
namespace {

TEST_F(OrdersPages, AResident_AsksFollowsAndRates) {
  const Order o = placed();
  EXPECT_EQ(o.state, State::placed);
  const std::string track = "/p/lan/order/" + o.code;
  auto page = as_nobody(http::Method::get, track + "?new=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, o.code));
  EXPECT_FALSE(base::contains(page.body, "13800000000"));
  EXPECT_EQ(as_nobody(http::Method::get, "/p/lan/order/find?code=" + o.code).status, 303);
  EXPECT_EQ(as_nobody(http::Method::get, "/p/lan/order/find?code=ZZZZ").status, 422);
  EXPECT_EQ(as_nobody(http::Method::get, "/p/yun/order/" + o.code).status, 404) << "another county";
  EXPECT_EQ(act(town, o, "dispatch").status, 303);
  EXPECT_EQ(act(bureau, o, "claim").status, 303);
  EXPECT_EQ(
      act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-10"}, {"from", "9:30"}, {"to", "11：00"}})
          .status,
      303);
  EXPECT_EQ(act(bureau, o, "finish", {{"people", "52"}}).status, 303);
  page = as_nobody(http::Method::get, track);
  EXPECT_TRUE(base::contains(page.body, "请您评价"));
  page = as_nobody(http::Method::post, track + "/rate",
                   {{"revision", std::to_string(now_is(o.id).revision)}, {"text", "很好"}});
  EXPECT_EQ(page.status, 422) << "no stars";
  EXPECT_TRUE(base::contains(page.body, "很好")) << "nothing typed is lost";
  EXPECT_EQ(
      as_nobody(http::Method::post, track + "/rate",
                {{"revision", std::to_string(now_is(o.id).revision)}, {"rating", "5"}, {"text", "很好"}})
          .status,
      303);
  EXPECT_EQ(now_is(o.id).state, State::closed);
  const auto rate = must(metrics.answer({tenant, "orders.closure_rate", {}, {2026, 1, 1}, {2026, 12, 31}}));
  EXPECT_DOUBLE_EQ(rate.value.value_or(0), 100);
  EXPECT_EQ(must(metrics.records({tenant, "orders.people", {}, {2026, 1, 1}, {2026, 12, 31}}, 0, 10)).size(),
            1u);
}

TEST_F(OrdersPages, APhoneIsProven_ByACodeSentToIt_AndFindsItsOrders) {
  const Order o = placed();
  const std::string track = "/p/lan/order/" + o.code;
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, track).body, "验证电话号码"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/phone").status, 303);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].phone, "13800000000");
  auto page = as_nobody(http::Method::post, track + "/prove", {{"text", "12"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "验证码不对"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/prove", {{"text", texts[0].code}}).status, 303);
  EXPECT_TRUE(now_is(o.id).phone_proven);
  EXPECT_TRUE(base::contains(get(town, "/orders/" + std::to_string(o.id)).body, "（已验证）"));
  EXPECT_FALSE(base::contains(as_nobody(http::Method::get, track).body, "验证电话号码"));
  const std::string find = "/p/lan/order/find";
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, find).body, "查询码找不到了"));
  page = as_nobody(http::Method::post, find + "/send", {{"phone", "很久"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "很久"));
  page = as_nobody(http::Method::post, find + "/send", {{"phone", "13800000000"}});
  EXPECT_EQ(page.status, 200);
  ASSERT_EQ(texts.size(), 2u);
  page = as_nobody(http::Method::post, find + "/list", {{"phone", "13800000000"}, {"code", "1"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_FALSE(base::contains(page.body, o.number));
  page = as_nobody(http::Method::post, find + "/list", {{"phone", "13800000000"}, {"code", texts[1].code}});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, o.number));
  EXPECT_EQ(as_nobody(http::Method::post, "/p/yun/order/find/list", {{"phone", "13800000000"}, {"code", "1"}})
                .status,
            422);
}

TEST_F(OrdersPages, WhoTriesManyCodes_HasToWait) {
  const Order o = placed();
  const auto from = [&](const std::string& address, const std::string& path, http::Pairs query = {}) {
    http::Request request;
    request.path = path;
    request.query = std::move(query);
    request.remote = address;
    return site.answer(std::move(request)).status;
  };
  const std::string track = "/p/lan/order/" + o.code;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(from("10.0.0.1", fmt::format("/p/lan/order/{:010}", i)), 404);
    EXPECT_EQ(from("10.0.0.1", "/p/lan/order/find", {{"code", fmt::format("X{:09}", i)}}), 422);
    EXPECT_EQ(from("10.0.0.1", track), i < 29 ? 200 : 429) << "the sixtieth miss was one too many";
  }
  EXPECT_EQ(from("10.0.0.1", "/p/lan/order/find", {{"code", o.code}}), 429);
  EXPECT_EQ(from("10.0.0.2", track), 200) << "somebody else";
  clock.set(clock.now() + 60'000);
  EXPECT_EQ(from("10.0.0.1", track), 200);
}

TEST_F(OrdersPages, WrongFields_AreToldBesideThem_AndKept) {
  auto fields = form();
  fields[5].second = "1380000000";
  fields[1].second = "2026-03-03";  // too soon
  fields[3].second = "很多";
  fields.push_back({"words", "请<b>讲</b>本地话"});
  const auto page = as_nobody(http::Method::post, "/p/lan/order", fields);
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "现在是 10 位"));
  EXPECT_TRUE(base::contains(page.body, "要提前 3 天预约"));
  EXPECT_TRUE(base::contains(page.body, "大约人数要在"));
  EXPECT_TRUE(base::contains(page.body, "冉大姐"));
  EXPECT_TRUE(base::contains(page.body, "很多"));
  EXPECT_TRUE(base::contains(page.body, "请&lt;b&gt;讲&lt;/b&gt;本地话"));
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 0);
}

TEST_F(OrdersPages, TheSameForm_Twice_IsOneOrder_AndANearOne_IsAskedAbout) {
  placed();
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", form()).status, 303) << "a double click";
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 1);
  auto fields = form();
  fields.back().second = "test-key-0002";
  auto page = as_nobody(http::Method::post, "/p/lan/order", fields);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, "仍要提交"));
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 1);
  fields.push_back({"again", "1"});
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", fields).status, 303);
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 2);
}

TEST_F(OrdersPages, AnOrderInParts_IsFollowedFromItsOwnPage_AndWhatIsSaidThereReachesThem) {
  const Order o = placed();
  EXPECT_EQ(act(town, o, "split", {{"title1", "量血压"}, {"title2", "讲用药"}}).status, 303);
  const auto parts = engine->store().children(tenant, o.id);
  ASSERT_EQ(parts.size(), 2u);
  const std::string track = "/p/lan/order/" + o.code;
  auto page = as_nobody(http::Method::get, track);
  EXPECT_TRUE(base::contains(page.body, "/p/lan/order/" + parts[0].code));
  EXPECT_TRUE(base::contains(page.body, "讲用药"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/message", {{"message", "两件都请上午来"}}).status, 303);
  for (const auto& part : parts) {
    EXPECT_TRUE(base::contains(get(town, "/orders/" + std::to_string(part.id)).body, "两件都请上午来"));
    EXPECT_TRUE(
        base::contains(as_nobody(http::Method::get, "/p/lan/order/" + part.code).body, "两件都请上午来"));
  }
  EXPECT_EQ(
      post(town, "/orders/" + std::to_string(parts[0].id) + "/message", {{"message", "上午九点到"}}).status,
      303);
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, track).body, "上午九点到"));
  EXPECT_FALSE(
      base::contains(as_nobody(http::Method::get, "/p/lan/order/" + parts[1].code).body, "上午九点到"))
      << "the other part's business";
}

TEST_F(OrdersPages, EachSeesAndDoesItsOwn) {
  const Order o = placed();
  const std::string url = "/orders/" + std::to_string(o.id);
  EXPECT_EQ(get(town, url).status, 200);
  EXPECT_EQ(get(office, url).status, 200);
  EXPECT_EQ(get(bureau, url).status, 404) << "not dispatched yet";
  EXPECT_EQ(get(stranger, url).status, 404);
  EXPECT_EQ(get(leader, url).status, 404);
  EXPECT_EQ(act(bureau, o, "claim").status, 404);
  EXPECT_EQ(act(stranger, o, "dispatch").status, 404);
  EXPECT_EQ(post(town, url + "/act", {{"do", "refuse"}, {"revision", "1"}}).status, 422);
  EXPECT_EQ(act(town, o, "dispatch").status, 303);
  EXPECT_EQ(get(bureau, url).status, 200);
  EXPECT_EQ(get(school, url).status, 404);
  EXPECT_EQ(act(school, o, "claim").status, 404);
  EXPECT_EQ(post(town, url + "/phone").status, 403) << "out of its hands";
  EXPECT_EQ(post(bureau, url + "/phone").status, 303);
  EXPECT_EQ(get(school, "/orders").status, 200);
  EXPECT_FALSE(base::contains(get(school, "/orders").body, o.title));
  EXPECT_EQ(get(leader, "/orders").status, 403);
  EXPECT_EQ(get(town, "/orders/setup").status, 403);
}

TEST_F(OrdersPages, SeveralAreDispatchedAtOnce_EachTold) {
  const Order one = placed();
  auto fields = form();
  fields[0].second = "3";
  fields.back().second = "test-key-0003";
  as_nobody(http::Method::post, "/p/lan/order", fields);
  const Order other = engine->store().orders(tenant, {}).orders.at(0);
  EXPECT_EQ(get(town, "/orders/check").status, 200);
  EXPECT_EQ(post(town, "/orders/check",
                 {{"order", fmt::format("{}:{}", one.id, one.revision)},
                  {"order", fmt::format("{}:{}", other.id, 99)}})
                .status,
            303);
  EXPECT_EQ(now_is(one.id).state, State::dispatched);
  EXPECT_EQ(now_is(other.id).state, State::placed) << "no department of that name here, or changed meanwhile";
}

TEST_F(OrdersPages, MenuAndRules_AreChangedByTheOffice) {
  EXPECT_EQ(get(office, "/orders/setup").status, 200);
  auto page = post(office, "/orders/services/new",
                   {{"title", "讲"}, {"kind", "health"}, {"minutes", "60"}, {"notice", "2"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_EQ(
      post(office, "/orders/services/new",
           {{"title", "认识蘑菇"}, {"kind", "ecology"}, {"minutes", "60"}, {"notice", "2"}, {"active", "1"}})
          .status,
      303);
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, "/p/lan/order").body, "认识蘑菇"));
  EXPECT_EQ(post(office, "/orders/setup/routes",
                 {{"revision", "0"}, {"department1", std::to_string(education)}, {"kind1", "ecology"}})
                .status,
            303);
  EXPECT_EQ(engine->store().settings(tenant)->department_for("ecology", willow), education);
  page = post(office, "/orders/setup/routes", {{"revision", "0"}, {"department1", std::to_string(health)}});
  EXPECT_EQ(page.status, 422) << "somebody saved meanwhile";
  EXPECT_EQ(post(office, "/orders/setup/terms",
                 {{"revision", "1"},
                  {"check", "4"},
                  {"claim", "8"},
                  {"find_team", "16"},
                  {"confirm", "24"},
                  {"review", "40"},
                  {"offer", "2"},
                  {"offer_urgent", "0.5"},
                  {"erase_days", "30"},
                  {"travel", "45"},
                  {"telephone", "0990-7000012"}})
                .status,
            303);
  EXPECT_FALSE(engine->store().settings(tenant)->open);
  EXPECT_EQ(engine->store().settings(tenant)->terms.travel, 45);
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", form()).status, 409);
}

TEST_F(OrdersPages, TheWorkTellsWhatWaits) {
  placed();
  EXPECT_EQ(get(town, "/orders/need").status, 200);
  EXPECT_EQ(get(office, "/orders?as=json").status, 200);
  EXPECT_EQ(get(office, "/orders?f.state=late").status, 200);
  EXPECT_TRUE(base::contains(get(office, "/orders?q=" + std::string("%E8%A1%80%E5%8E%8B")).body, "血压"));
}

}  // namespace
}  // namespace kepu::orders
