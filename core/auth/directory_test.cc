#include "core/auth/directory.h"

#include "core/auth/testing.h"
#include "core/sql/testing.h"

namespace kepu::auth {
namespace {

using base::Code;
using testing::County;
using testing::must;
using testing::World;

class DirectoryTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<World>(database);
    county = std::make_unique<County>(*world, "lan", "岚江县");
    bureau = county->unit("县农业农村局");
    town = county->unit("青石镇", 0, UnitKind::township);
    village = county->unit("红旗村", town, UnitKind::village);
  }
  void TearDown() override {
    county.reset();
    world.reset();
    EngineTest::TearDown();
  }
  Directory& directory() { return world->directory; }
  Unit unit_now(Id id) { return *directory().units(county->tenant)->find(id); }
  std::vector<audit::Entry> log(const std::string& prefix) {
    audit::Query query;
    query.action_prefix = prefix;
    return db().read([&](sql::Session& s) { return audit::find(s, county->tenant, query); }).entries;
  }

  std::unique_ptr<World> world;
  std::unique_ptr<County> county;
  Id bureau = 0, town = 0, village = 0;
};
KEPU_STORE_TEST_SUITE(DirectoryTest);

TEST_P(DirectoryTest, Tenants_AreFoundByCode_AndACodeIsTakenOnce) {
  EXPECT_EQ(directory().tenant_by_code("lan")->name, "岚江县");
  EXPECT_FALSE(directory().tenant_by_code("nan"));
  const Actor operating = program_actor(0, "命令行", world->roles);
  EXPECT_EQ(directory().create_tenant(operating, {0, "lan", "别县", "", ""}).error().code, Code::conflict);
  EXPECT_EQ(directory().create_tenant(operating, {0, "Lan", "别县", "", ""}).error().field, "code");
  EXPECT_EQ(directory().create_tenant(operating, {0, "bie", "别县", "12", ""}).error().field, "area_code");
  EXPECT_EQ(directory().create_tenant(county->program, {0, "bie", "别县", "", ""}).error().code,
            Code::forbidden);
  EXPECT_EQ(directory().tenants().size(), 1u);
}

TEST_P(DirectoryTest, Units_MoveWithoutCircles) {
  EXPECT_EQ(directory().move_unit(county->program, town, village, 1).error().rule, "auth.unit_circle");
  EXPECT_EQ(directory().move_unit(county->program, town, town, 1).error().rule, "auth.unit_circle");
  EXPECT_EQ(directory().move_unit(county->program, county->root, town, 1).error().rule, "auth.unit_root");
  must(directory().move_unit(county->program, village, bureau, 1));
  EXPECT_TRUE(directory().units(county->tenant)->is_within(village, bureau));
  EXPECT_EQ(log("unit.move").size(), 1u);
}

TEST_P(DirectoryTest, Units_OfOneSuperiorHaveDifferentNames) {
  Unit again;
  again.name = " 红旗村 ";
  again.parent = town;
  EXPECT_EQ(directory().add_unit(county->program, again).error().rule, "auth.unit_name");
  again.parent = bureau;
  EXPECT_TRUE(directory().add_unit(county->program, again));
}

TEST_P(DirectoryTest, Units_OneOfTwoEditsWins_TheOtherIsTold) {
  Unit first = unit_now(bureau), second = first;
  first.name = "县农业局";
  second.name = "县农村局";
  must(directory().change_unit(county->program, first));
  const auto refused = directory().change_unit(county->program, second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_NE(refused.error().message.find("2026-03-02 09:00"), std::string::npos);
  EXPECT_NE(refused.error().message.find("测试"), std::string::npos);
  EXPECT_EQ(unit_now(bureau).name, "县农业局");
}

TEST_P(DirectoryTest, Units_InUseAreNeitherDeactivatedNorDeleted) {
  const Id who = county->person("人员甲", village);
  EXPECT_EQ(directory().deactivate_unit(county->program, town, "撤并").error().rule, "auth.unit_in_use");
  EXPECT_EQ(directory().deactivate_unit(county->program, village, "撤并").error().rule, "auth.unit_in_use");
  EXPECT_EQ(directory().delete_unit(county->program, village).error().rule, "auth.unit_in_use");
  must(directory().deactivate_person(county->program, who, "调离"));
  EXPECT_EQ(directory().deactivate_unit(county->program, village, "").error().field, "reason");
  must(directory().deactivate_unit(county->program, village, "撤并"));
  EXPECT_FALSE(unit_now(village).active);
  EXPECT_EQ(directory().delete_unit(county->program, village).error().rule, "auth.unit_in_use");
  must(directory().deactivate_unit(county->program, town, "撤并"));
  EXPECT_EQ(directory().reactivate_unit(county->program, village).error().rule, "auth.unit_parent");
  EXPECT_TRUE(directory().delete_unit(county->program, bureau));
}

TEST_P(DirectoryTest, Units_ThatAnEngineUsesAreNotDeleted) {
  directory().add_use_check([&](sql::Session&, Id, Id unit) -> std::optional<std::string> {
    return unit == bureau ? std::optional<std::string>("有3项任务由其牵头") : std::nullopt;
  });
  const auto refused = directory().delete_unit(county->program, bureau);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("有3项任务由其牵头"), std::string::npos);
  EXPECT_TRUE(directory().delete_unit(county->program, village));
}

TEST_P(DirectoryTest, Units_OnlyWithinTheReach) {
  const Actor clerk = county->actor("clerk", town, ScopeKind::subtree);
  Unit fresh;
  fresh.name = "新村";
  fresh.parent = town;
  EXPECT_TRUE(directory().add_unit(clerk, fresh));
  fresh.parent = county->root;
  EXPECT_EQ(directory().add_unit(clerk, fresh).error().code, Code::forbidden);
  EXPECT_EQ(directory().move_unit(clerk, village, bureau, 1).error().code, Code::forbidden);
  EXPECT_EQ(directory().move_unit(clerk, bureau, town, 1).error().code, Code::forbidden);
  EXPECT_EQ(directory().change_unit(clerk, unit_now(bureau)).error().code, Code::forbidden);
  EXPECT_EQ(directory().add_unit(Actor{.tenant = county->tenant}, fresh).error().code, Code::unauthenticated);
}

TEST_P(DirectoryTest, People_PhonesAreSealedAndMasked) {
  const Id who = county->person("人员甲", bureau, "138 0013 5678");
  const std::string stored = db().read([&](sql::Session& s) {
    return s
        .one("select phone from auth_person where person = :id", {{"id", who}},
             [](const sql::Row& row) { return row.text(0); })
        .value();
  });
  EXPECT_EQ(stored.find("138"), std::string::npos);
  const Actor clerk = county->actor("clerk", bureau, ScopeKind::unit);
  const Actor head = county->actor("head", bureau, ScopeKind::unit);  // without person.contact
  EXPECT_EQ(must(directory().person(head, who)).phone, "138****5678");
  EXPECT_EQ(log("person.contact").size(), 0u);
  EXPECT_EQ(must(directory().person(clerk, who)).phone, "13800135678");
  EXPECT_EQ(log("person.contact").size(), 1u);
  const auto found = must(directory().find_people(clerk, {.text = "13800135678"}));
  ASSERT_EQ(found.total, 1);
  EXPECT_EQ(found.people[0].phone, "138****5678");
  EXPECT_EQ(must(directory().find_people(head, {.text = "13800135678"})).total, 0);
  EXPECT_EQ(must(directory().export_people(clerk, {.text = "人员甲"})).at(0).phone, "13800135678");
  EXPECT_EQ(directory().export_people(head, {}).error().code, Code::forbidden);
  Person edited = must(directory().person(head, who));
  edited.post = "主任";
  must(directory().change_person(head, edited));
  EXPECT_EQ(must(directory().person(clerk, who)).phone, "13800135678") << "a masked phone is no new phone";
}

TEST_P(DirectoryTest, People_AreFoundWithinTheReachInTheOrderOfTheTree) {
  county->person("周一", village);
  county->person("安二", village);
  county->person("郑三", bureau);
  const Actor clerk = county->actor("clerk", town, ScopeKind::subtree);
  const auto all = must(directory().find_people(clerk, {}));
  ASSERT_EQ(all.total, 3);
  EXPECT_EQ(all.people[1].name, "安二");
  EXPECT_EQ(all.people[2].name, "周一");
  EXPECT_EQ(must(directory().find_people(clerk, {.unit = village})).total, 2);
  EXPECT_EQ(must(directory().find_people(clerk, {.role = "clerk"})).total, 1);
  const auto second = must(directory().find_people(clerk, {.offset = 1, .limit = 1}));
  EXPECT_EQ(second.people.size(), 1u);
  EXPECT_EQ(second.people[0].name, "安二");
}

TEST_P(DirectoryTest, People_OneOfTwoEditsWins) {
  const Id who = county->person("人员甲", bureau);
  Person first = must(directory().person(county->program, who)), second = first;
  first.post = "主任";
  second.post = "副主任";
  must(directory().change_person(county->program, first));
  EXPECT_EQ(directory().change_person(county->program, second).error().rule, "auth.changed_meanwhile");
  EXPECT_EQ(directory().move_person(county->program, who, town, second.revision).error().code,
            Code::conflict);
}

TEST_P(DirectoryTest, People_BadFieldsAreRefusedBesideTheField) {
  const auto field = [&](const Person& p) {
    const auto added = directory().add_person(county->program, p);
    return added ? std::string("-") : added.error().field;
  };
  Person p;
  p.unit = bureau;
  EXPECT_EQ(field(p), "name");
  p.name = "人员甲";
  p.phone = "12345";
  EXPECT_EQ(field(p), "phone");
  p.phone = "13800135678";
  p.email = "a@b";
  EXPECT_EQ(field(p), "email");
  p.email = "a@b.cn";
  EXPECT_EQ(field(p), "-");
  p.name = "人员乙";
  EXPECT_EQ(field(p), "phone") << "the number is another's";
  p.unit = 12345;
  EXPECT_EQ(field(p), "unit");
}

TEST_P(DirectoryTest, Logins_AreTakenOncePerTenant) {
  const Id a = county->person("人员甲", bureau), b = county->person("人员乙", bureau);
  county->account(a, "Alpha");
  EXPECT_EQ(directory().account_of(county->tenant, a)->login, "alpha");
  EXPECT_EQ(directory().issue_password(county->program, b, "ALPHA").error().rule, "auth.login_taken");
  EXPECT_EQ(directory().issue_password(county->program, b, "a b").error().field, "login");
  EXPECT_EQ(directory().issue_password(county->program, b).error().rule, "auth.no_account");
  EXPECT_EQ(directory().create_account(county->program, b, "beta", "short").error().field, "password");
  EXPECT_EQ(directory().create_account(county->program, b, "beta-beta-beta", "Beta-Beta-Beta").error().field,
            "password");
  EXPECT_TRUE(directory().create_account(county->program, b, "beta", "水稻 螺丝 月亮 七"));
}

TEST_P(DirectoryTest, ActorIsLoadedAgainWhenSomethingChanged) {
  const Actor before = county->actor("clerk", town, ScopeKind::subtree);
  const auto reads = db().counters().reads;
  must(directory().actor_of(county->tenant, before.account));
  EXPECT_EQ(db().counters().reads - reads, 1);
  const Id fresh = county->unit("新村", town, UnitKind::village);
  const Actor after = must(directory().actor_of(county->tenant, before.account));
  EXPECT_FALSE(before.may("plan.edit", fresh));
  EXPECT_TRUE(after.may("plan.edit", fresh));
  must(directory().disable_account(county->program, before.person, "离岗"));
  EXPECT_EQ(directory().actor_of(county->tenant, before.account).error().code, Code::not_found);
}

TEST_P(DirectoryTest, Holders_AreThoseWithTheRightOverTheUnit) {
  const Actor near = county->actor("clerk", town, ScopeKind::subtree);
  const Actor all = county->actor("clerk", bureau, ScopeKind::tenant);
  county->actor("reader", village, ScopeKind::unit);
  EXPECT_EQ(directory().holders(county->tenant, "plan.edit", village),
            (std::vector<Id>{near.person, all.person}));
  EXPECT_EQ(directory().holders(county->tenant, "plan.edit", bureau), (std::vector<Id>{all.person}));
}

}  // namespace
}  // namespace kepu::auth
