#include "engines/reports/year_plan_store.h"

#include <gtest/gtest.h>

#include "engines/reports/testing.h"

namespace kepu::reports {
namespace {

using testing::Ground;
using testing::must;

class YearPlanStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override {
    world = std::make_unique<auth::testing::World>(db, testing::kRoles);
    g = std::make_unique<Ground>(*world);
    plans = std::make_unique<YearPlanStore>(
        YearPlanStore::Parts{db, g->world.clock, g->world.ids, g->world.directory, g->plans});
  }
  std::vector<YearItem> filled() {
    auto items = derived(*g->plans.running(g->lan.tenant).value(), g->farming, 2026, {});
    for (auto& item : items) item.measures = "举办培训班两期";
    return items;
  }
  std::string rule_of(const base::Errors& errors) { return errors.empty() ? "" : errors[0].rule; }
  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<Ground> g;
  std::unique_ptr<YearPlanStore> plans;
};
KEPU_STORE_TEST_SUITE(YearPlanStoreTest);

TEST_P(YearPlanStoreTest, APlan_IsDerivedFromEveryAssignedTask_AndMustHoldThemAll) {
  const auto items = filled();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].goal, "培训500人");
  EXPECT_EQ(base::to_iso(*items[0].due), "2026-12-31");
  const auto now = g->plans.running(g->lan.tenant).value();
  EXPECT_EQ(rule_of(check(*now, g->farming, 2026, {items[0]})), "year.missing");
  auto skipped = items;
  skipped[1].skipped = true;
  EXPECT_EQ(rule_of(check(*now, g->farming, 2026, skipped)), "year.reason");
  auto outside = items;
  outside[0].due = Date{2027, 1, 1};
  EXPECT_EQ(rule_of(check(*now, g->farming, 2026, outside)), "year.dates");
  EXPECT_TRUE(check(*now, g->farming, 2026, items).empty());
  EXPECT_TRUE(tasks_of_year(*now, g->farming, 2031).empty());
}

TEST_P(YearPlanStoreTest, SubmittedReturnedApproved_WithReasonsAndNotices) {
  const auto by = Ground::by(g->farmer);
  auto draft = filled();
  draft[1].measures.clear();
  EXPECT_TRUE(plans->write(by, 2026, g->farming, 0, draft, false).empty());
  EXPECT_EQ(rule_of(plans->write(by, 2026, g->farming, 1, draft, true)), "year.measures");
  EXPECT_TRUE(plans->write(by, 2026, g->farming, 1, filled(), true).empty());
  EXPECT_EQ(plans->waiting(g->lan.tenant).size(), 1u);
  EXPECT_EQ(rule_of(plans->write(by, 2026, g->farming, 2, filled(), false)), "year.not_in_state");
  EXPECT_FALSE(plans->decide(by, 2026, g->farming, 2, Deed::accept, ""));
  EXPECT_FALSE(plans->decide(Ground::by(g->office), 2026, g->farming, 2, Deed::send_back, ""));
  must(plans->decide(Ground::by(g->office), 2026, g->farming, 2, Deed::send_back, "措施太笼统"));
  EXPECT_EQ(plans->decide(Ground::by(g->head), 2026, g->farming, 2, Deed::accept, "").error().rule,
            "year.changed_meanwhile");
  EXPECT_EQ(plans->returned(g->lan.tenant, g->farming).at(0).decision, "措施太笼统");
  EXPECT_TRUE(plans->write(by, 2026, g->farming, 3, filled(), true).empty());
  must(plans->decide(Ground::by(g->head), 2026, g->farming, 4, Deed::accept, ""));
  EXPECT_EQ(plans->find(g->lan.tenant, 2026, g->farming)->state, State::accepted);
  EXPECT_EQ(plans->with_items(g->lan.tenant, 2026).at(0).items.size(), 2u);
  const auto notices = g->world.db.read(
      [&](sql::Session& s) { return notify::of_person(s, g->lan.tenant, g->farmer.person, true, 0, 9); });
  EXPECT_EQ(notices.size(), 2u);
}

TEST_P(YearPlanStoreTest, OthersPlans_AreNotTouched_AndTwoSavesAreNotMixed) {
  EXPECT_EQ(rule_of(plans->write(Ground::by(g->teacher), 2026, g->farming, 0, filled(), false)),
            "auth.scope");
  EXPECT_TRUE(plans->write(Ground::by(g->farmer), 2026, g->farming, 0, filled(), false).empty());
  EXPECT_EQ(rule_of(plans->write(Ground::by(g->office), 2026, g->farming, 0, filled(), false)),
            "year.changed_meanwhile");
  EXPECT_FALSE(plans->find(g->yun.tenant, 2026, g->farming));
  EXPECT_EQ(plans->decide(Ground::by(g->office), 2026, g->farming, 1, Deed::accept, "").error().rule,
            "year.not_in_state");
}

}  // namespace
}  // namespace kepu::reports
