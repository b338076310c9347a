// For tests of the pages as people use them, without a script: a resident, a community, two departments, a
// team, another county.
#pragma once

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/site/testing.h"
#include "engines/orders/orders_engine.h"
#include "engines/orders/testing.h"
#include "engines/registers/testing.h"

namespace kepu::orders {
using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;

inline constexpr std::string_view kPageRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "科协经办"
purpose = "统筹"
scope = "tenant"
rights = ["order.read", "order.place", "order.check", "order.claim", "order.dispatch", "order.settle", "order.setup"]
[[role]]
id = "community"
title = "社区"
purpose = "核实"
scope = "subtree"
rights = ["order.read", "order.place", "order.check"]
[[role]]
id = "bureau"
title = "部门"
purpose = "领单"
scope = "unit"
rights = ["order.read", "order.claim", "order.dispatch"]
[[role]]
id = "leader"
title = "队长"
purpose = "接单"
scope = "unit"
rights = ["order.serve", "order.join"]
[[role]]
id = "member"
title = "志愿者"
purpose = "服务"
scope = "own"
rights = ["order.join"]
)";

class OrdersPages : public site::testing::PageTest {
 protected:
  OrdersPages()
      : PageTest(kPageRoles, {notify::migrations(), calendar::migrations(), search::migrations(),
                              migrations(), resident_migrations(), offers_migrations(), serve_migrations(),
                              phone_migrations(), feed_migrations()}),
        calendars(database->db(), {}) {
    engine =
        std::make_unique<OrdersEngine>(services, cipher, calendars, teams, orders::testing::catalog_text(),
                                       OrdersEngine::Options{"", [this](const notify::Text& t) -> base::Done {
                                                               texts.push_back(t);
                                                               return {};
                                                             }});
    engine->add_metrics(metrics);
    engine->add_to(site);
    tenant = make_county("lan", "岚江县");
    willow = unit("柳溪镇", UnitKind::township);
    health = unit("县卫生健康局");
    education = unit("县教育局");
    volunteers = unit("科技志愿总队");
    office = session("office", "office");
    town = session("zhen", "community", willow, ScopeKind::subtree);
    bureau = session("weijian", "bureau", health, ScopeKind::unit);
    school = session("jiaoyu", "bureau", education, ScopeKind::unit);
    leader = session("duizhang", "leader", volunteers, ScopeKind::unit);
    rival = session("bie", "leader", volunteers, ScopeKind::unit);
    const Id other = make_county("yun", "云溪县");
    stranger = session("admin", "administrator", 0, ScopeKind::tenant, other);
    teams.add(1, "健康服务队", volunteers, 3, {"健康义诊"});
    teams.of_account[leader.person] = {1};
    teams.of_account[rival.person] = {};
  }

  http::Pairs form() {
    return {{"service", "1"}, {"days", "2026-03-10"},  {"area", std::to_string(willow)},
            {"people", "40"}, {"name", "冉大姐"},      {"phone", "13800000000"},
            {"consent", "1"}, {"key", "test-key-0001"}};
  }
  // As a browser that is not signed in: its form carries the token of its own cookie.
  http::Response as_nobody(http::Method method, const std::string& target, http::Pairs fields = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = {{"kp_form", std::string(32, 'a')}};
    fields.emplace_back("csrf", std::string(32, 'a'));
    request.form = std::move(fields);
    return site.answer(std::move(request));
  }
  Order placed() {
    const auto answer = as_nobody(http::Method::post, "/p/lan/order", form());
    EXPECT_EQ(answer.status, 303) << answer.body.substr(0, 300);
    return engine->store().orders(tenant, {}).orders.at(0);
  }
  Order now_is(Id id) { return must(engine->store().order(tenant, id)); }
  using Session = site::testing::Session;
  http::Response act(const Session& who, const Order& o, const std::string& what, http::Pairs more = {}) {
    more.emplace_back("do", what);
    more.emplace_back("revision", std::to_string(now_is(o.id).revision));
    return post(who, "/orders/" + std::to_string(o.id) + "/act", more);
  }

  calendar::CalendarStore calendars;
  registers::testing::Teams teams;
  std::vector<notify::Text> texts;
  metric::Catalog metrics;
  std::unique_ptr<OrdersEngine> engine;
  Id willow = 0, health = 0, education = 0, volunteers = 0;
  Session office, town, bureau, school, leader, rival, stranger;
};

}  // namespace kepu::orders
