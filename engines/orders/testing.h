// For tests of the engine's stores, on the tables of all of them: a county with two townships, a village and
// two departments, people of each, and a neighbouring county.
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/search/search.h"
#include "core/sql/testing.h"
#include "engines/orders/feeds_store.h"
#include "engines/orders/phone_store.h"
#include "engines/orders/serve_store.h"

namespace kepu::orders::testing {

using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;

inline constexpr std::string_view kRoles = R"(
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
rights = ["order.read", "order.place", "order.settle", "order.setup"]
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

inline std::string catalog_text() {
  std::ifstream in("catalog/orders.toml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
inline Catalog shipped() { return must(parse_catalog(catalog_text(), "catalog/orders.toml")); }

class OrdersTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    std::vector<sql::Migration> steps = notify::migrations();
    for (const auto* more :
         {&calendar::migrations(), &search::migrations(), &migrations(), &resident_migrations(),
          &offers_migrations(), &serve_migrations(), &feed_migrations(), &phone_migrations()})
      steps.insert(steps.end(), more->begin(), more->end());
    sql::migrate(database, steps);
    calendars = std::make_unique<calendar::CalendarStore>(database, std::vector<calendar::Year>{});
    lan = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<auth::testing::County>(*world, "yun", "云溪县");
    willow = lan->unit("柳溪镇", 0, UnitKind::township);
    village = lan->unit("大坪村", willow, UnitKind::village);
    egret = lan->unit("白鹭乡", 0, UnitKind::township);
    health = lan->unit("县卫生健康局");
    farming = lan->unit("县农业农村局");
    store = std::make_unique<OrderStore>(OrderStore::Parts{
        world->db, world->clock, world->ids, world->directory, world->cipher, *calendars, shipped()});
    office = lan->actor("office", lan->root, ScopeKind::tenant);
    town = lan->actor("community", willow, ScopeKind::subtree);
    neighbour = lan->actor("community", egret, ScopeKind::subtree);
    bureau = lan->actor("bureau", health, ScopeKind::unit);
    fields = lan->actor("bureau", farming, ScopeKind::unit);
    stranger = yun->actor("administrator", yun->root, ScopeKind::tenant);
    boss = lan->actor("administrator", lan->root, ScopeKind::tenant);
    nobody.tenant = lan->tenant;
  }

  Request request(int service = 1) {
    Request r;
    r.service = service;
    r.days = {base::from_days(base::to_days(store->today()) + 7)};
    r.area = village;
    r.people = 40;
    r.name = "冉大姐";
    r.phone = "13800000000";
    r.consent = true;
    return r;
  }
  Id place(const Request& r) { return must(store->place({nobody, "1.2.3.4"}, r)).id; }
  Order now_is(Id id) { return must(store->order(lan->tenant, id)); }
  base::Result<Order> act(const auth::Actor& actor, Id id, Action action, Act more = {}) {
    more.action = action;
    more.revision = now_is(id).revision;
    return store->act({actor, ""}, id, more);
  }
  Act with(std::string text, int rating = 0) {
    Act a;
    a.text = std::move(text);
    a.rating = rating;
    return a;
  }
  Act team() {
    Act a;
    a.team = 77;
    a.team_name = "健康服务队";
    a.day = base::from_days(base::to_days(store->today()) + 7);
    a.from = 540;
    a.to = 630;
    return a;
  }
  Id served() {
    const Id id = place(request());
    must(act(town, id, Action::dispatch));
    must(act(bureau, id, Action::claim));
    must(act(bureau, id, Action::accept, team()));
    must(act(bureau, id, Action::finish));
    return id;
  }
  // In people's own words, accepted by team 1 for these minutes of `day`; `service` 0: none of the menu.
  Order accepted(Date day, int from, int to, Id service = 0) {
    Request r = request(0);
    r.title = "讲座";
    r.service = service;
    const Id id = place(r);
    Act to_root;
    to_root.unit = lan->root;
    must(act(boss, id, Action::dispatch, to_root));
    must(act(boss, id, Action::claim));
    return accept(id, day, from, to);
  }
  Order accept(Id id, Date day, int from, int to) {
    Act a;
    a.team = 1;
    a.team_name = "健康服务队";
    a.day = day;
    a.from = from;
    a.to = to;
    return must(act(boss, id, Action::accept, a));
  }
  std::string rule_of(const base::Done& d) { return d ? "ok" : d.error().rule; }
  std::string rule_of(const base::Result<Order>& r) { return r ? "ok" : r.error().rule; }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> lan, yun;
  std::unique_ptr<calendar::CalendarStore> calendars;
  std::unique_ptr<OrderStore> store;
  Id willow = 0, village = 0, egret = 0, health = 0, farming = 0;
  auth::Actor office, town, neighbour, bureau, fields, stranger, boss, nobody;
};

}  // namespace kepu::orders::testing
