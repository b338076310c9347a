// What was asked for and not met.
#include "engines/orders/pages/orders_pages_testing.h"

namespace kepu::orders {
namespace {

TEST_F(OrdersPages, UnmetNeeds_OpenIntoTheirOrders) {
  const Order o = placed();
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026").body, "没满足 0 单"));
  EXPECT_EQ(act(town, o, "refuse", {{"text", "没有队伍"}}).status, 303);
  const auto need = get(office, "/orders/need");
  EXPECT_EQ(need.status, 200);
  EXPECT_TRUE(base::contains(need.body, "没满足 1 单"));
  const std::string records =
      "/orders/need/2026/unmet?f.township=" + std::to_string(willow) + "&amp;f.kind=health";
  EXPECT_TRUE(base::contains(need.body, records)) << "every figure has its records behind it";
  const auto list = get(office, base::replace_all(records, "&amp;", "&"));
  EXPECT_TRUE(base::contains(list.body, o.number));
  EXPECT_TRUE(base::contains(list.body, "安排不了"));
  EXPECT_FALSE(base::contains(list.body, "冉大姐")) << "no word of who asked";
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2026/unmet?f.why=late").body, o.number));
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2026/unmet?f.month=1").body, o.number));
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2025/unmet").body, o.number));
  EXPECT_TRUE(base::contains(get(town, "/orders/need/2026/unmet").body, o.number));
  EXPECT_FALSE(base::contains(get(school, "/orders/need/2026/unmet").body, o.number)) << "of other units";
  EXPECT_FALSE(base::contains(get(stranger, "/orders/need/2026/unmet").body, o.number));
  EXPECT_EQ(get(leader, "/orders/need").status, 403);
  EXPECT_EQ(get(leader, "/orders/need/2026/missing").status, 403);
  const auto missing = get(office, "/orders/need/2026/missing");
  EXPECT_TRUE(base::contains(missing.body, o.title));
  EXPECT_TRUE(base::contains(missing.body, "f.service=1"));
  EXPECT_FALSE(base::contains(missing.body, "冉大姐"));
  EXPECT_EQ(get(office, "/orders/need/2026/missing?as=csv").status, 200);
}

TEST_F(OrdersPages, TheOfficeSays_WhatIsNoNeedOfThisKind) {
  const Order o = placed();
  const std::string url = "/orders/" + std::to_string(o.id) + "/unmet";
  EXPECT_EQ(get(office, url).status, 409) << "not refused";
  EXPECT_EQ(act(town, o, "refuse", {{"text", "经营性培训"}}).status, 303);
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026/unmet").body, url));
  EXPECT_FALSE(base::contains(get(town, "/orders/need/2026/unmet").body, url));
  EXPECT_EQ(get(office, url).status, 200);
  const auto revision = [&] { return std::to_string(now_is(o.id).revision); };
  const std::string seen = revision();
  EXPECT_EQ(post(town, url, {{"revision", seen}, {"reason", "不是"}}).status, 403);
  EXPECT_EQ(post(stranger, url, {{"revision", seen}, {"reason", "不是"}}).status, 404);
  EXPECT_EQ(post(office, url, {{"revision", seen}, {"reason", "不是"}}, {}, {.token = false}).status, 403);
  const auto empty = post(office, url, {{"revision", seen}, {"reason", ""}});
  EXPECT_EQ(empty.status, 422);
  EXPECT_EQ(post(office, url, {{"revision", seen}, {"reason", "经营性培训"}}).status, 303);
  const auto late = post(office, url, {{"revision", seen}, {"reason", "我也看过了"}});
  EXPECT_EQ(late.status, 422) << "two at once: one is told";
  EXPECT_TRUE(base::contains(late.body, "我也看过了")) << "what was typed is kept";
  EXPECT_TRUE(base::contains(get(office, "/orders/need").body, "没满足 0 单"));
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026/unmet?f.why=outside").body, o.number));
  EXPECT_EQ(post(office, url, {{"revision", revision()}, {"reason", "核对后算"}}).status, 303);
  EXPECT_TRUE(base::contains(get(office, "/orders/need").body, "没满足 1 单"));
}

TEST_F(OrdersPages, TheMetricOfUnmetNeeds_IsTheNumberOfItsRecords) {
  const Order o = placed();
  EXPECT_EQ(act(town, o, "refuse", {{"text", "没有队伍"}}).status, 303);
  metric::Question q{tenant, "orders.unmet", {}, {2026, 1, 1}, {2026, 12, 31}};
  EXPECT_EQ(*must(metrics.answer(q)).value, 1);
  const auto records = must(metrics.records(q, 0, 10));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].url, "/orders/" + std::to_string(o.id));
  EXPECT_EQ(records[0].note, "安排不了");
  EXPECT_EQ(must(metrics.by_unit(q)).at(willow).value, 1);
  q.units = {education};
  EXPECT_EQ(*must(metrics.answer(q)).value, 0);
  q.units = {willow};
  EXPECT_EQ(*must(metrics.answer(q)).value, 1);
  q.units = {};
  q.to = {2026, 1, 31};
  EXPECT_EQ(*must(metrics.answer(q)).value, 0);
}

}  // namespace
}  // namespace kepu::orders
