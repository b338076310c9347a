// Nobody gets more than he has: by granting, by governing accounts, by moving, by standing in; and tenants
// never meet.
#include "core/auth/import.h"
#include "core/auth/testing.h"
#include "core/sql/testing.h"

namespace kepu::auth {
namespace {

using base::Code;
using testing::County;
using testing::must;
using testing::World;

class ElevationTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<World>(database);
    county = std::make_unique<County>(*world, "lan", "岚江县");
    town = county->unit("青石镇", 0, UnitKind::township);
    village = county->unit("红旗村", town, UnitKind::village);
    bureau = county->unit("县农业农村局");
    admin = county->actor("administrator", county->root, ScopeKind::tenant);
    head = county->actor("head", town, ScopeKind::subtree);
  }
  void TearDown() override {
    county.reset();
    world.reset();
    EngineTest::TearDown();
  }
  Directory& directory() { return world->directory; }
  template <class T>
  static std::string rule(const Result<T>& result) {
    return result ? std::string("done") : result.error().rule;
  }
  Result<Id> give(const Actor& by, Id person, std::string role, ScopeKind scope, std::vector<Id> units = {}) {
    return directory().give(by, {0, person, std::move(role), scope, std::move(units), ""});
  }
  Result<Id> stand_in(const Actor& by, Id principal, Id deputy, std::string from, std::string until) {
    return directory().add_stand_in(by, {0, principal, deputy, std::move(from), std::move(until), "出差"});
  }

  std::unique_ptr<World> world;
  std::unique_ptr<County> county;
  Id town = 0, village = 0, bureau = 0;
  Actor admin, head;
};
KEPU_STORE_TEST_SUITE(ElevationTest);

TEST_P(ElevationTest, GrantsStayWithinTheGiver) {
  const Id worker = county->person("村干部", village);
  const Id outside = county->person("局干部", bureau);
  EXPECT_EQ(rule(give(head, worker, "reader", ScopeKind::unit)), "done");
  EXPECT_EQ(rule(give(head, worker, "reader", ScopeKind::unit)), "auth.grant_exists");
  EXPECT_EQ(rule(give(head, worker, "head", ScopeKind::unit)), "done");
  EXPECT_EQ(rule(give(head, worker, "reader", ScopeKind::listed, {town, village})), "done");
  EXPECT_EQ(rule(give(head, worker, "clerk", ScopeKind::unit)), "auth.elevation") << "plan.edit is not his";
  EXPECT_EQ(rule(give(head, worker, "head", ScopeKind::tenant)), "auth.elevation");
  EXPECT_EQ(rule(give(head, worker, "reader", ScopeKind::listed, {village, bureau})), "auth.elevation");
  EXPECT_EQ(rule(give(head, worker, "administrator", ScopeKind::own)), "auth.elevation");
  EXPECT_EQ(rule(give(head, head.person, "clerk", ScopeKind::subtree)), "auth.elevation");
  EXPECT_EQ(rule(give(head, outside, "reader", ScopeKind::unit)), "auth.scope");
  EXPECT_EQ(rule(give(head, worker, "no_such", ScopeKind::unit)), "auth.role");
  EXPECT_EQ(rule(give(head, worker, "reader", ScopeKind::listed)), "auth.grant_units");
  EXPECT_EQ(directory().give(head, {0, worker, "reader", ScopeKind::own, {}, "2026-03-01"}).error().field,
            "until");
}

TEST_P(ElevationTest, NobodyTakesFromHisBetters) {
  const Id boss = county->person("镇长", town);
  county->account(boss, "boss");
  const Id grant = county->grant(boss, "administrator", ScopeKind::tenant);
  EXPECT_EQ(rule(directory().end_grant(head, grant)), "auth.elevation");
  EXPECT_EQ(rule(directory().issue_password(head, boss)), "auth.elevation");
  EXPECT_EQ(rule(directory().set_password(head, boss, "水稻 螺丝 月亮 七")), "auth.elevation");
  EXPECT_EQ(rule(directory().reset_second_factor(head, boss)), "auth.elevation");
  EXPECT_EQ(rule(directory().disable_account(head, boss, "无故")), "auth.elevation");
  EXPECT_EQ(rule(directory().deactivate_person(head, boss, "无故")), "auth.elevation");
  EXPECT_EQ(rule(directory().issue_password(admin, boss)), "done");
}

TEST_P(ElevationTest, ADeputysAccountIsWorthThePrincipals) {
  const Id deputy = county->person("副手", village);
  county->account(deputy, "deputy");
  EXPECT_EQ(rule(directory().issue_password(head, deputy)), "done");
  must(stand_in(admin, admin.person, deputy, "2026-03-05", "2026-03-09"));
  EXPECT_EQ(rule(directory().issue_password(head, deputy)), "auth.elevation");
}

TEST_P(ElevationTest, MovingAPersonDoesNotWidenHisReach) {
  const Id worker = county->person("村干部", village);
  county->grant(worker, "clerk", ScopeKind::subtree);
  EXPECT_EQ(rule(directory().move_person(head, worker, town, 1)), "auth.elevation");
  EXPECT_EQ(rule(directory().move_person(head, worker, bureau, 1)), "auth.scope");
  EXPECT_EQ(rule(directory().move_person(admin, worker, town, 1)), "done");
}

TEST_P(ElevationTest, TheLastAdministratorStays) {
  const auto grants = must(directory().grants_of(admin, admin.person));
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(rule(directory().end_grant(admin, grants[0].id)), "auth.last_administrator");
  EXPECT_EQ(rule(directory().disable_account(admin, admin.person, "试一试")), "auth.last_administrator");
  EXPECT_EQ(rule(directory().deactivate_person(admin, admin.person, "试一试")), "auth.last_administrator");
  EXPECT_TRUE(directory().actor_of(county->tenant, admin.account)) << "nothing was half done";
  // A second one counts only when he can sign in and for good.
  const Id second = county->person("人员乙", bureau);
  must(directory().give(admin, {0, second, "administrator", ScopeKind::tenant, {}, "2026-12-31"}));
  EXPECT_EQ(rule(directory().end_grant(admin, grants[0].id)), "auth.last_administrator");
  must(give(admin, second, "administrator", ScopeKind::tenant));
  EXPECT_EQ(rule(directory().end_grant(admin, grants[0].id)), "auth.last_administrator");
  county->account(second, "second");
  EXPECT_EQ(rule(directory().end_grant(admin, grants[0].id)), "done");
}

TEST_P(ElevationTest, StandingInHoldsForItsDaysOnly) {
  const Id deputy = county->person("副手", village);
  county->account(deputy, "deputy");
  must(stand_in(head, head.person, deputy, "2026-03-03", "2026-03-04"));
  const auto on = [&](base::Date day) {
    world->clock.set(base::start_of(day) + 1000);
    return county->actor_of(deputy);
  };
  EXPECT_FALSE(on({2026, 3, 2}).may("role.grant", town));
  const Actor acting = on({2026, 3, 3});
  EXPECT_TRUE(acting.may("plan.read", town));
  EXPECT_EQ(acting.on_behalf_of("plan.read", town), head.person);
  EXPECT_TRUE(on({2026, 3, 4}).may("plan.read", town));
  EXPECT_FALSE(on({2026, 3, 5}).may("plan.read", town));
  // While standing in: no roles for anybody, least of all for himself.
  world->clock.set(base::start_of({2026, 3, 4}));
  EXPECT_EQ(rule(give(acting, deputy, "head", ScopeKind::subtree)), "auth.grant_as_deputy");
}

TEST_P(ElevationTest, WhatOneHoldsAsADeputyIsNotOnesOwn) {
  const Id deputy = county->person("副手", village), other = county->person("人员乙", bureau);
  county->account(deputy, "deputy");
  county->account(other, "other");
  county->grant(other, "administrator", ScopeKind::tenant);
  must(stand_in(admin, admin.person, deputy, "2026-03-02", "2026-03-04"));
  const Actor acting = county->actor_of(deputy);
  ASSERT_TRUE(acting.may("person.manage", bureau));
  EXPECT_EQ(rule(directory().issue_password(acting, other)), "auth.elevation");
  EXPECT_EQ(rule(stand_in(acting, other, deputy, "2026-03-05", "2026-03-06")), "auth.elevation");
}

TEST_P(ElevationTest, AGrantEndsAfterItsLastDay) {
  const Id worker = county->person("村干部", village);
  county->account(worker, "worker");
  must(directory().give(admin, {0, worker, "clerk", ScopeKind::unit, {}, "2026-03-03"}));
  EXPECT_TRUE(county->actor_of(worker).may("plan.edit", village));
  world->clock.set(base::start_of({2026, 3, 4}) - 1);
  EXPECT_TRUE(county->actor_of(worker).may("plan.edit", village));
  world->clock.set(base::start_of({2026, 3, 4}));
  EXPECT_FALSE(county->actor_of(worker).may("plan.edit"));
  EXPECT_TRUE(must(directory().grants_of(admin, worker)).empty());
}

TEST_P(ElevationTest, StandInsNeitherChainNorOverlap) {
  const Id a = head.person, b = county->person("乙某", village), c = county->person("丙某", village);
  EXPECT_EQ(rule(stand_in(head, a, a, "2026-03-03", "2026-03-04")), "auth.stand_in_self");
  EXPECT_EQ(rule(stand_in(head, a, b, "2026-03-04", "2026-03-03")), "auth.stand_in_dates");
  EXPECT_EQ(rule(stand_in(head, a, b, "2026-03-01", "2026-03-03")), "auth.stand_in_dates");
  EXPECT_EQ(rule(stand_in(head, a, b, "2026-02-30", "2026-03-03")), "auth.stand_in_dates");
  EXPECT_EQ(rule(stand_in(head, a, b, "2026-03-03", "2027-06-03")), "auth.stand_in_dates");
  const Id first = must(stand_in(head, a, b, "2026-03-03", "2026-03-10"));
  EXPECT_EQ(rule(stand_in(head, a, c, "2026-03-10", "2026-03-11")), "auth.stand_in_overlap");
  EXPECT_EQ(rule(stand_in(admin, b, c, "2026-03-05", "2026-03-06")), "auth.stand_in_overlap");
  EXPECT_EQ(rule(stand_in(admin, c, a, "2026-03-05", "2026-03-06")), "auth.stand_in_overlap");
  EXPECT_EQ(rule(stand_in(head, a, c, "2026-03-11", "2026-03-12")), "done");
  // Ending early, from the day itself.
  world->clock.set(base::start_of({2026, 3, 5}));
  must(directory().end_stand_in(head, first));
  EXPECT_EQ(rule(stand_in(head, a, c, "2026-03-05", "2026-03-06")), "done");
}

TEST_P(ElevationTest, NobodyMakesHimselfTheDeputyOfHisBetters) {
  const Id boss = county->person("镇长", town);
  county->grant(boss, "administrator", ScopeKind::tenant);
  EXPECT_EQ(rule(stand_in(head, boss, head.person, "2026-03-03", "2026-03-04")), "auth.elevation");
  EXPECT_EQ(rule(stand_in(head, admin.person, head.person, "2026-03-03", "2026-03-04")), "auth.scope");
}

// Every function, tried from another tenant that has the same names and logins.
TEST_P(ElevationTest, TenantsNeverMeet) {
  const Id who = county->person("村干部", village, "13800135678");
  county->account(who, "same");
  const Id grant = county->grant(who, "reader", ScopeKind::own);
  const Id stands = must(stand_in(admin, head.person, who, "2026-03-03", "2026-03-04"));

  County other(*world, "shan", "山北县");
  const Id other_town = other.unit("青石镇", 0, UnitKind::township);
  const Id other_who = other.person("村干部", other_town, "13800135678");
  other.account(other_who, "same");
  const Actor by = other.actor("administrator", other.root, ScopeKind::tenant);
  const auto& d = *directory().units(county->tenant)->find(village);
  Person person;
  person.id = who, person.name = "改名", person.revision = 1;
  Person added;
  added.name = "某人", added.unit = village;
  Unit below;
  below.name = "新村", below.parent = town;

  const auto code = [](const auto& result) { return result ? Code::invalid : result.error().code; };
  EXPECT_EQ(code(directory().change_tenant(by, {county->tenant, "lan", "改名", "", ""})), Code::not_found);
  EXPECT_EQ(code(directory().add_unit(by, below)), Code::not_found);
  EXPECT_EQ(code(directory().change_unit(by, d)), Code::not_found);
  EXPECT_EQ(code(directory().move_unit(by, village, other_town, 1)), Code::not_found);
  EXPECT_EQ(code(directory().move_unit(by, other_town, town, 1)), Code::not_found);
  EXPECT_EQ(code(directory().deactivate_unit(by, village, "撤并")), Code::not_found);
  EXPECT_EQ(code(directory().reactivate_unit(by, village)), Code::not_found);
  EXPECT_EQ(code(directory().delete_unit(by, village)), Code::not_found);
  EXPECT_EQ(code(directory().find_people(by, {.unit = village})), Code::not_found);
  EXPECT_EQ(code(directory().person(by, who)), Code::not_found);
  EXPECT_EQ(code(directory().add_person(by, added)), Code::not_found);
  EXPECT_EQ(code(directory().change_person(by, person)), Code::not_found);
  EXPECT_EQ(code(directory().move_person(by, who, other_town, 1)), Code::not_found);
  EXPECT_EQ(code(directory().move_person(by, other_who, village, 1)), Code::not_found);
  EXPECT_EQ(code(directory().deactivate_person(by, who, "调离")), Code::not_found);
  EXPECT_EQ(code(directory().reactivate_person(by, who)), Code::not_found);
  EXPECT_EQ(code(directory().create_account(by, who, "x-y", "水稻 螺丝 月亮 七")), Code::not_found);
  EXPECT_EQ(code(directory().set_password(by, who, "水稻 螺丝 月亮 七")), Code::not_found);
  EXPECT_EQ(code(directory().issue_password(by, who)), Code::not_found);
  EXPECT_EQ(code(directory().disable_account(by, who, "调离")), Code::not_found);
  EXPECT_EQ(code(directory().enable_account(by, who)), Code::not_found);
  EXPECT_EQ(code(directory().reset_second_factor(by, who)), Code::not_found);
  EXPECT_EQ(code(directory().grants_of(by, who)), Code::not_found);
  EXPECT_EQ(code(give(by, who, "reader", ScopeKind::own)), Code::not_found);
  EXPECT_EQ(code(give(by, other_who, "reader", ScopeKind::listed, {village})), Code::not_found);
  EXPECT_EQ(code(directory().end_grant(by, grant)), Code::not_found);
  EXPECT_EQ(code(directory().stand_ins(by, who)), Code::not_found);
  EXPECT_EQ(code(stand_in(by, who, other_who, "2026-03-05", "2026-03-06")), Code::not_found);
  EXPECT_EQ(code(stand_in(by, other_who, who, "2026-03-05", "2026-03-06")), Code::not_found);
  EXPECT_EQ(code(directory().end_stand_in(by, stands)), Code::not_found);
  const Id account = directory().account_of(county->tenant, who)->id;
  EXPECT_EQ(code(directory().actor_of(other.tenant, account)), Code::not_found);
  EXPECT_FALSE(directory().account_of(other.tenant, who));
  EXPECT_TRUE(directory().names(other.tenant, {who}).empty());
  EXPECT_TRUE(must(directory().stand_ins(by)).empty());
  EXPECT_EQ(must(directory().find_people(by, {.text = "13800135678"})).people.at(0).id, other_who);
  for (Id id : directory().holders(other.tenant, "plan.read", village)) EXPECT_NE(id, who);
}

}  // namespace
}  // namespace kepu::auth
