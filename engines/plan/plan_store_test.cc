#include "engines/plan/plan_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/sql/testing.h"

namespace kepu::plan {
namespace {

constexpr std::string_view kRoles = R"(
[[role]]
id = "office"
title = "科协经办"
purpose = "办理"
scope = "tenant"
rights = ["*"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "确认"
scope = "unit"
rights = ["plan.read", "plan.assign", "person.read"]
)";

const std::vector<std::string> kText = {
    "岚江县全民科学素质行动规划纲要实施方案（2026—2030年）",
    "一、提升行动",
    "（一）青少年科学素质提升行动。提高兴趣。〔牵头部门：县教育局〕",
    "1.办好科技节。每年举办科技节，覆盖全部学校。〔县科协、县教育局按职责分工负责〕",
    "2.培训科学教师。到2030年培训科学教师200名以上。〔县科协按职责分工负责〕",
    "（二）农民科学素质提升行动。提高技能。〔牵头部门：县农业农村局〕",
    "1.培育高素质农民。开展培训。〔各乡镇（街道）按职责分工负责〕",
};

class PlanStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override {
    world = std::make_unique<auth::testing::World>(db, kRoles);
    sql::migrate(db, migrations());
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    education = county->unit("县教育局");
    science = county->unit("县科协");
    farming = county->unit("县农业农村局");
    town_a = county->unit("安岭镇", 0, auth::UnitKind::township);
    town_b = county->unit("白河乡", 0, auth::UnitKind::township);
    clerk = county->actor("office", science, auth::ScopeKind::tenant);
    liaison = county->actor("liaison", education, auth::ScopeKind::unit);
    store = std::make_unique<PlanStore>(db, world->clock, world->ids, world->directory);
  }

  By by(const auth::Actor& actor) { return {actor, "127.0.0.1"}; }

  Id import(Id plan = 0, std::vector<std::string> text = kText) {
    NewDocument document;
    document.plan = plan;
    document.file_name = "方案.txt";
    document.plan_content = from_reading(read_plan(text), text, {}, [&] { return world->ids.next(); });
    return auth::testing::must(store->import(by(clerk), std::move(document)));
  }
  std::shared_ptr<const Plan> load(Id version) {
    return auth::testing::must(store->load(county->tenant, version));
  }
  std::int64_t edit(Id version, const Edit& e) {
    return auth::testing::must(store->edit(by(clerk), version, load(version)->version.revision, e));
  }
  void decide_all() {
    auth::testing::must(store->decide_names(by(clerk), {{"县教育局", Meaning::unit, education},
                                                        {"县科协", Meaning::unit, science},
                                                        {"县农业农村局", Meaning::unit, farming},
                                                        {"各乡镇（街道）", Meaning::townships, 0}}));
  }
  void adopt(Id version) {
    auth::testing::must(store->adopt(by(clerk), version, load(version)->version.revision));
  }
  const Assignment* assignment(Id version, Id task, Id unit) {
    kept = store->assignments(county->tenant, version);
    for (const auto& a : *kept) {
      if (a.task == task && a.unit == unit) return &a;
    }
    return nullptr;
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<PlanStore> store;
  std::shared_ptr<const std::vector<Assignment>> kept;
  auth::Actor clerk, liaison;
  Id education = 0, science = 0, farming = 0, town_a = 0, town_b = 0;
};
KEPU_STORE_TEST_SUITE(PlanStoreTest);

TEST_P(PlanStoreTest, Import_IsLoadedBackAsItWasRead) {
  const Id version = import();
  const auto plan = load(version);
  ASSERT_EQ(plan->living_initiatives().size(), 2u);
  ASSERT_EQ(plan->living_tasks().size(), 3u);
  EXPECT_EQ(plan->initiatives[0].title, "青少年科学素质提升行动");
  EXPECT_EQ(plan->initiatives[0].lead, std::vector<std::string>{"县教育局"});
  EXPECT_EQ(plan->initiatives[0].tasks[1].title, "培训科学教师");
  EXPECT_EQ(*plan->lines, kText);
  EXPECT_EQ(plan->version.metadata.from, 2026);
  ASSERT_FALSE(plan->targets.empty());
  // The stored form equals the read one in every item.
  const Plan direct = from_reading(read_plan(kText), kText, {}, [n = Id{0}]() mutable { return ++n; });
  ASSERT_EQ(direct.targets.size(), plan->targets.size());
  for (std::size_t i = 0; i < direct.targets.size(); ++i) {
    EXPECT_EQ(direct.targets[i].value, plan->targets[i].value);
    EXPECT_EQ(direct.targets[i].unit, plan->targets[i].unit);
    EXPECT_EQ(direct.targets[i].op, plan->targets[i].op);
  }
}

TEST_P(PlanStoreTest, Edits_AreSavedAndLogged) {
  const Id version = import();
  const Id task = load(version)->initiatives[0].tasks[0].id;
  edit(version,
       edit::ChangeTask{
           task, "办好科技节和科普月", "内容。", {"县科协"}, {"县教育局"}, "2026-09-01", "2026-09-30"});
  const auto plan = load(version);
  EXPECT_EQ(plan->task(task)->title, "办好科技节和科普月");
  EXPECT_EQ(plan->task(task)->lead, std::vector<std::string>{"县科协"});
  EXPECT_EQ(plan->task(task)->due, "2026-09-30");
  EXPECT_EQ(plan->version.revision, 2);
  db().read([&](sql::Session& session) {
    audit::Query query;
    query.subject = "task:" + std::to_string(task);
    EXPECT_EQ(audit::find(session, county->tenant, query).total, 1);
  });
  EXPECT_FALSE(audit::verify(db(), county->tenant).broken_at);
}

TEST_P(PlanStoreTest, DropAndRestore_KeepTheItem) {
  const Id version = import();
  const Id task = load(version)->initiatives[0].tasks[0].id;
  edit(version, edit::Drop{task});
  EXPECT_EQ(load(version)->living_tasks().size(), 2u);
  edit(version, edit::Restore{task});
  EXPECT_EQ(load(version)->living_tasks().size(), 3u);
  EXPECT_EQ(load(version)->task(task)->title, "办好科技节");
}

TEST_P(PlanStoreTest, AStaleEdit_IsAConflict_AndChangesNothing) {
  const Id version = import();
  const Id task = load(version)->initiatives[0].tasks[0].id;
  edit(version, edit::ChangeTask{task, "先到的", "", {}, {}, "", ""});
  const auto late = store->edit(by(clerk), version, 1, edit::ChangeTask{task, "后到的", "", {}, {}, "", ""});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().rule, "plan.changed_meanwhile");
  EXPECT_EQ(load(version)->task(task)->title, "先到的");
}

TEST_P(PlanStoreTest, OfManyEditsAtOnce_OneWins) {
  const Id version = import();
  const Id task = load(version)->initiatives[0].tasks[0].id;
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      if (store->edit(by(clerk), version, 1,
                      edit::ChangeTask{task, fmt::format("第{}个", i), "", {}, {}, "", ""}))
        ++won;
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(load(version)->version.revision, 2);
}

TEST_P(PlanStoreTest, AdoptingAndEditingAtOnce_NeverAdoptsAnOldText) {
  decide_all();
  for (int round = 0; round < 5; ++round) {
    const Id version = import();
    const Id task = load(version)->initiatives[0].tasks[0].id;
    std::thread editor([&] { (void)store->edit(by(clerk), version, 1, edit::Drop{task}); });
    const bool adopted = store->adopt(by(clerk), version, 1).has_value();
    editor.join();
    const auto plan = load(version);
    EXPECT_NE(adopted, plan->living_tasks().size() == 2);  // one of the two won
    EXPECT_EQ(adopted, plan->version.state == VersionState::adopted);
  }
  int adopted = 0;
  for (const auto& head : store->plans(county->tenant)) {
    for (const auto& v : head.versions) adopted += v.state == VersionState::adopted ? 1 : 0;
  }
  EXPECT_LE(adopted, 1);
}

TEST_P(PlanStoreTest, Adoption_NeedsEveryNameDecided) {
  const Id version = import();
  const auto refused = store->adopt(by(clerk), version, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "plan.open_items");
  EXPECT_FALSE(store->current(county->tenant));
}

TEST_P(PlanStoreTest, Adopted_GroupsExpand_AndTheLeadOfTheInitiativeCounts) {
  const Id version = import();
  decide_all();
  adopt(version);
  const auto plan = auth::testing::must(store->current(county->tenant));
  EXPECT_EQ(plan->version.id, version);
  EXPECT_EQ(plan->version.state, VersionState::adopted);
  const Id festival = plan->initiatives[0].tasks[0].id, farmers = plan->initiatives[1].tasks[0].id;
  ASSERT_NE(assignment(version, festival, education), nullptr);
  EXPECT_EQ(assignment(version, festival, education)->role, Role::lead);
  EXPECT_EQ(assignment(version, festival, science)->role, Role::responsible);
  EXPECT_TRUE(assignment(version, farmers, town_a)->from_group);
  EXPECT_NE(assignment(version, farmers, town_b), nullptr);
  EXPECT_EQ(assignment(version, festival, town_a), nullptr);
  db().write([&](sql::Session& session) { EXPECT_TRUE(unit_in_use(session, county->tenant, education)); });
}

TEST_P(PlanStoreTest, AnAdoptedVersion_IsNotEdited_ButRunsOn) {
  const Id version = import();
  decide_all();
  adopt(version);
  const Id task = load(version)->initiatives[0].tasks[0].id;
  const auto refused = store->edit(by(clerk), version, load(version)->version.revision, edit::Drop{task});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "plan.not_in_state");
  EXPECT_FALSE(store->set_dates(by(clerk), version, task, "2026-09-01", "2026-09-30", " "));
  auth::testing::must(store->set_dates(by(clerk), version, task, "2026-09-01", "2026-09-30", "联席会议纪要"));
  EXPECT_EQ(load(version)->task(task)->due, "2026-09-30");
  auth::testing::must(
      store->change_assignment(by(clerk), version, {task, farming, Role::responsible, "来函"}));
  EXPECT_NE(assignment(version, task, farming), nullptr);
  auth::testing::must(store->change_assignment(by(clerk), version, {task, farming, std::nullopt, "来函"}));
  EXPECT_EQ(assignment(version, task, farming), nullptr);
}

TEST_P(PlanStoreTest, AUnitConfirmsItsOwnTasksOnly) {
  const Id version = import();
  decide_all();
  adopt(version);
  const Id task = load(version)->initiatives[0].tasks[0].id;
  EXPECT_FALSE(store->confirm(by(liaison), version, science, {task}, 0));
  auth::testing::must(store->confirm(by(liaison), version, education, {task}, liaison.person));
  EXPECT_EQ(assignment(version, task, education)->contact, liaison.person);
  EXPECT_NE(assignment(version, task, education)->confirmed_at, 0);
  EXPECT_FALSE(
      store->confirm(by(liaison), version, education, {load(version)->initiatives[1].tasks[0].id}, 0));
  EXPECT_FALSE(store->edit(by(liaison), version, 1, edit::Drop{task}));
}

TEST_P(PlanStoreTest, ANewVersion_TakesOver_WithContacts) {
  const Id first = import();
  decide_all();
  adopt(first);
  const Id task = load(first)->initiatives[0].tasks[0].id;
  auth::testing::must(store->confirm(by(liaison), first, education, {task}, liaison.person));
  auto text = kText;
  text[4] = "2.培训科学教师。到2030年培训科学教师300名以上。〔县科协按职责分工负责〕";
  const Id second = import(load(first)->version.plan, text);
  EXPECT_EQ(load(second)->version.number, 2);
  adopt(second);
  EXPECT_EQ(load(first)->version.state, VersionState::superseded);
  const Id same = load(second)->initiatives[0].tasks[0].id;
  ASSERT_NE(assignment(second, same, education), nullptr);
  EXPECT_EQ(assignment(second, same, education)->contact, liaison.person);
  EXPECT_NE(assignment(second, same, education)->confirmed_at, 0);
}

TEST_P(PlanStoreTest, ARevisionCopy_HasFreshIds_AndTheSameContent) {
  const Id version = import();
  const Id copy = auth::testing::must(store->copy_for_revision(by(clerk), version));
  const auto a = load(version), b = load(copy);
  EXPECT_NE(a->initiatives[0].id, b->initiatives[0].id);
  const auto difference = compare(*a, *b);
  EXPECT_EQ(difference.added + difference.dropped + difference.reworded + difference.handed_over, 0);
  for (const auto& t : b->targets) {
    EXPECT_TRUE(t.task == 0 || b->task(t.task) != nullptr);
  }
}

TEST_P(PlanStoreTest, AnotherTenant_SeesNothing) {
  const Id version = import();
  auth::testing::County other(*world, "other", "他县");
  const auto stranger = other.actor("office", other.root, auth::ScopeKind::tenant);
  EXPECT_FALSE(store->load(other.tenant, version));
  EXPECT_TRUE(store->plans(other.tenant).empty());
  EXPECT_FALSE(store->edit(by(stranger), version, 1, edit::Drop{load(version)->initiatives[0].tasks[0].id}));
  EXPECT_FALSE(store->adopt(by(stranger), version, 1));
  EXPECT_FALSE(store->withdraw(by(stranger), version, "试"));
  EXPECT_EQ(load(version)->version.revision, 1);
}

TEST_P(PlanStoreTest, AStandIn_IsLoggedWithWhomHeActsFor) {
  const auto deputy = county->actor("liaison", science, auth::ScopeKind::unit);
  auth::StandIn stand_in;
  stand_in.principal = clerk.person;
  stand_in.deputy = deputy.person;
  stand_in.from = "2026-03-02";
  stand_in.until = "2026-03-31";
  stand_in.reason = "出差";
  auth::testing::must(world->directory.add_stand_in(county->program, stand_in));
  const auto acting = county->actor_of(deputy.person);
  NewDocument document;
  document.file_name = "方案.txt";
  document.plan_content = from_reading(read_plan(kText), kText, {}, [&] { return world->ids.next(); });
  EXPECT_FALSE(store->import(by(deputy), document));
  auth::testing::must(store->import(by(acting), document));
  db().read([&](sql::Session& session) {
    audit::Query query;
    query.action_prefix = "plan.import";
    const auto page = audit::find(session, county->tenant, query);
    ASSERT_EQ(page.total, 1);
    EXPECT_EQ(page.entries[0].person, deputy.person);
    EXPECT_EQ(page.entries[0].on_behalf_of, clerk.person);
  });
}

TEST_P(PlanStoreTest, NewUnits_AreMadeForNames_Once) {
  import();
  EXPECT_EQ(auth::testing::must(store->make_units(by(clerk), {"县文旅局", "县科协"})), 1);
  EXPECT_EQ(auth::testing::must(store->make_units(by(clerk), {"县文旅局"})), 0);
  const Names names = store->names(county->tenant);
  ASSERT_NE(names.find("县文旅局"), nullptr);
  EXPECT_EQ(names.find("县科协")->unit, science);
}

}  // namespace
}  // namespace kepu::plan
