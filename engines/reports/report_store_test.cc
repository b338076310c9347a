#include "engines/reports/report_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/audit/audit.h"
#include "engines/reports/testing.h"

namespace kepu::reports {
namespace {

class ReportStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override {
    world = std::make_unique<auth::testing::World>(db, testing::kRoles);
    g = std::make_unique<testing::Ground>(*world);
    g->begin_reporting();
  }
  std::string rule_of(const ReportStore::Written& written) {
    return written.errors.empty() ? "" : written.errors[0].rule;
  }
  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<testing::Ground> g;
};
KEPU_STORE_TEST_SUITE(ReportStoreTest);

using testing::Ground;

TEST_P(ReportStoreTest, ADraft_IsKept_AndSubmittedWithItsDueDate) {
  const auto draft = g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.4, ""), false);
  ASSERT_TRUE(draft.errors.empty());
  const Id id = draft.reports.at(0);
  EXPECT_EQ(g->store->report(g->lan.tenant, id)->state, State::draft);
  EXPECT_TRUE(g->store->latest(g->lan.tenant, {2026, 12, 31}).empty());  // a draft says nothing yet
  Content content = Ground::doing(0.4);
  content.figures = {{g->task(0) + 1000, "", "", "", 120.0, ""}};
  ASSERT_TRUE(g->write(g->farmer, g->farming, 0, 1, content, true).errors.empty());
  const auto report = g->store->report(g->lan.tenant, id).value();
  EXPECT_EQ(report.state, State::submitted);
  EXPECT_EQ(report.revision, 2);
  EXPECT_EQ(report.content.figures.at(0).value, 120.0);
  EXPECT_EQ(report.content.figures.at(0).unit, "人");
  EXPECT_EQ(base::to_iso(*report.due), "2026-10-14");  // ten weekdays: no holidays are known here
  EXPECT_TRUE(report.on_time());
  EXPECT_EQ(g->store->latest(g->lan.tenant, {2026, 12, 31}).size(), 1u);
  EXPECT_EQ(g->store->latest(g->lan.tenant, {2026, 9, 30}).at(0).id, id);
  EXPECT_TRUE(g->store->latest(g->lan.tenant, {2026, 6, 30}).empty());
  EXPECT_EQ(g->store->history(g->lan.tenant, id).size(), 1u);
}

TEST_P(ReportStoreTest, OfAllErrors_NothingIsSaved) {
  const auto written =
      g->store->write(Ground::by(g->farmer), "2026Q3", g->farming,
                      {{g->task(0), 0, Ground::doing(0.4)}, {g->task(1), 0, Ground::doing(0.4, "")}}, true);
  ASSERT_EQ(written.errors.size(), 1u);
  EXPECT_EQ(written.errors[0].field, fmt::format("{}-narrative", g->task(1)));
  EXPECT_TRUE(g->store->of_window(g->lan.tenant, "2026Q3").empty());
}

TEST_P(ReportStoreTest, AUnit_ReportsItsOwnTasksOnly) {
  EXPECT_EQ(rule_of(g->write(g->farmer, g->education, 2, 0, Ground::doing(0.4), false)), "auth.scope");
  EXPECT_EQ(rule_of(g->write(g->farmer, g->farming, 2, 0, Ground::doing(0.4), false)), "report.not_assigned");
  EXPECT_FALSE(g->write(g->stranger, g->farming, 0, 0, Ground::doing(0.4), false).errors.empty());
  const auto report = g->submitted(g->farmer, g->farming, 0, 0.4);
  EXPECT_FALSE(g->store->decide(Ground::by(g->teacher), report.id, report.revision, Deed::accept, ""));
  EXPECT_EQ(
      g->store->decide(Ground::by(g->stranger), report.id, report.revision, Deed::accept, "").error().rule,
      "report.not_found");
  EXPECT_TRUE(g->store->of_window(g->yun.tenant, "2026Q3").empty());
}

TEST_P(ReportStoreTest, TwoFirstSaves_OneWins) {
  ASSERT_TRUE(g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.4), false).errors.empty());
  const auto second = g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.5), false);
  EXPECT_EQ(rule_of(second), "report.changed_meanwhile");
}

TEST_P(ReportStoreTest, TwoPeopleDecidingAtOnce_OneWins_AndTheOtherIsTold) {
  const auto report = g->submitted(g->farmer, g->farming, 0, 0.4);
  base::Done a, b;
  std::thread first(
      [&] { a = g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::accept, ""); });
  std::thread second([&] {
    b = g->store->decide(Ground::by(g->head), report.id, report.revision, Deed::send_back, "缺数字");
  });
  first.join();
  second.join();
  EXPECT_NE(a.has_value(), b.has_value());
  const auto& refused = a ? b : a;
  EXPECT_EQ(refused.error().rule, "report.changed_meanwhile");
  EXPECT_NE(refused.error().message.find(a ? g->office.name : g->head.name), std::string::npos)
      << refused.error().message;
}

TEST_P(ReportStoreTest, WhatIsReturned_GoesRoundAgain_WithItsHistory) {
  auto report = g->submitted(g->farmer, g->farming, 0, 0.4);
  EXPECT_EQ(
      g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::send_back, " ").error().rule,
      "report.reason");
  testing::must(g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::send_back,
                                 "人数与上期相同，请核实"));
  EXPECT_TRUE(g->store->latest(g->lan.tenant, {2026, 12, 31}).empty());
  ASSERT_EQ(g->store->returned(g->lan.tenant, g->farming).size(), 1u);
  const auto notices = g->world.db.read(
      [&](sql::Session& s) { return notify::of_person(s, g->lan.tenant, g->farmer.person, true, 0, 9); });
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_NE(notices[0].notice.text.find("请核实"), std::string::npos);
  // Also long after the window has closed.
  g->world.clock.set(base::start_of({2027, 3, 1}));
  ASSERT_TRUE(
      g->write(g->farmer, g->farming, 0, report.revision + 1, Ground::doing(0.45), true).errors.empty());
  report = g->store->report(g->lan.tenant, report.id).value();
  EXPECT_TRUE(report.on_time());  // by its first submission
  testing::must(g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::accept, ""));
  EXPECT_EQ(rule_of(g->write(g->farmer, g->farming, 0, report.revision + 1, Ground::doing(0.5), false)),
            "report.not_in_state");
  const auto events = g->store->history(g->lan.tenant, report.id);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[2].note, "人数与上期相同，请核实");
  EXPECT_EQ(events[3].share, 0.4);
}

TEST_P(ReportStoreTest, NobodyAcceptsWhatHeSubmittedHimself) {
  const auto report = g->submitted(g->office, g->farming, 0, 0.4);
  EXPECT_EQ(
      g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::accept, "").error().rule,
      "report.own");
  testing::must(g->store->accept(Ground::by(g->head), {{report.id, report.revision}}));
}

TEST_P(ReportStoreTest, BulkAcceptance_IsAllOrNone) {
  const auto a = g->submitted(g->farmer, g->farming, 0, 0.4), b = g->submitted(g->farmer, g->farming, 1, 0.2);
  EXPECT_FALSE(g->store->accept(Ground::by(g->office), {{a.id, a.revision}, {b.id, b.revision + 5}}));
  EXPECT_EQ(g->store->waiting(g->lan.tenant).size(), 2u);
  testing::must(g->store->accept(Ground::by(g->office), {{a.id, a.revision}, {b.id, b.revision}}));
  EXPECT_TRUE(g->store->waiting(g->lan.tenant).empty());
  EXPECT_EQ(g->store->accept(Ground::by(g->office), {}).error().rule, "report.none_chosen");
}

TEST_P(ReportStoreTest, OutsideItsTime_NothingIsTaken_ButWithAnExtensionItIs) {
  EXPECT_EQ(rule_of(g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.4), false, "2026Q4")),
            "report.not_open");
  EXPECT_EQ(rule_of(g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.4), false, "2026Q9")),
            "window.not_found");
  const auto by_farmer = Ground::by(g->farmer);
  EXPECT_EQ(g->store->ask_extension(by_farmer, "2026Q3", g->farming, {2026, 10, 1}, "汛期").error().rule,
            "extension.date");
  EXPECT_EQ(g->store->ask_extension(by_farmer, "2026Q3", g->farming, {2026, 12, 25}, " ").error().rule,
            "extension.reason");
  EXPECT_FALSE(g->store->ask_extension(by_farmer, "2026Q3", g->education, {2026, 12, 25}, "汛期"));
  const Id asked =
      testing::must(g->store->ask_extension(by_farmer, "2026Q3", g->farming, {2026, 12, 25}, "汛期抢险"));
  EXPECT_EQ(g->store->ask_extension(by_farmer, "2026Q3", g->farming, {2026, 12, 26}, "又").error().rule,
            "extension.asked_already");
  EXPECT_FALSE(g->store->decide_extension(by_farmer, asked, 1, Date{2026, 12, 25}, "自批"));
  testing::must(g->store->decide_extension(Ground::by(g->office), asked, 1, Date{2026, 12, 20}, "情况属实"));
  const auto late = g->store->decide_extension(Ground::by(g->head), asked, 1, std::nullopt, "不同意");
  EXPECT_EQ(late.error().rule, "extension.decided");
  const auto kept = g->store->extensions(g->lan.tenant, "2026Q3", g->farming).at(0);
  EXPECT_EQ(base::to_iso(kept.old_due), "2026-10-14");
  g->world.clock.set(base::start_of({2026, 12, 20}) + 3'600'000);
  EXPECT_EQ(rule_of(g->write(g->teacher, g->education, 2, 0, Ground::doing(0.4), true)), "report.closed");
  EXPECT_TRUE(g->submitted(g->farmer, g->farming, 0, 0.4).on_time());
}

TEST_P(ReportStoreTest, AFigureThatThePlatformHas_IsNotTyped) {
  g->metrics.add(
      {"training.people", "培训人数", "人", "参加培训的人", metric::Nature::flow, metric::Counting::people, 0,
       true, false},
      {[&](const metric::Question& q) {
         EXPECT_EQ(q.units, std::vector<Id>{g->farming});
         EXPECT_EQ(base::to_iso(q.to), "2026-09-30");
         return metric::Answer{321, "", 7};
       },
       [](const metric::Question&, std::int64_t, std::int64_t) { return std::vector<metric::Record>{}; },
       {}});
  g->bound[g->task(0) + 1000] = "training.people";
  Content content = Ground::doing(0.4);
  content.figures = {{g->task(0) + 1000, "", "", "", 99999.0, ""}};
  const auto written = g->write(g->farmer, g->farming, 0, 0, content, true);
  ASSERT_TRUE(written.errors.empty());
  const auto figure = g->store->report(g->lan.tenant, written.reports[0])->content.figures.at(0);
  EXPECT_EQ(figure.value, 321.0);
  EXPECT_EQ(figure.metric, "training.people");
  EXPECT_NE(figure.note.find("7 条记录"), std::string::npos);
}

TEST_P(ReportStoreTest, AfterARevisionOfThePlan_TheThreadIsKept) {
  const auto report = g->submitted(g->farmer, g->farming, 0, 0.4);
  g->set_plan(2'000'000, {"科技下乡", "培育高素质农民", "办好科技节"});  // fresh ids, other order
  const auto now = g->plans.running(g->lan.tenant).value();
  const auto last = g->store->latest(g->lan.tenant, {2026, 12, 31});
  const Latest latest(last, *now->plan);
  ASSERT_NE(latest.of(g->farming, g->task(1)), nullptr);
  EXPECT_EQ(latest.of(g->farming, g->task(1))->id, report.id);
  EXPECT_EQ(latest.of(g->farming, g->task(0)), nullptr);
  testing::must(
      g->store->decide(Ground::by(g->office), report.id, report.revision, Deed::send_back, "补数字"));
  const auto again = g->write(g->farmer, g->farming, 1, report.revision + 1, Ground::doing(0.5), true);
  ASSERT_TRUE(again.errors.empty()) << again.errors[0].message;
  EXPECT_EQ(again.reports[0], report.id);
  EXPECT_EQ(g->store->of_task(g->lan.tenant, *now->plan->task(g->task(1))).size(), 1u);
}

TEST_P(ReportStoreTest, WhatIsDoneAndAccepted_IsNotAskedForAgain) {
  const Id proof = g->file(g->farmer, g->farming, "验收报告", std::string(64, 'a'));
  const auto draft = g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.9), false);
  Content done = Ground::doing(0.9);
  done.status = Status::done;
  EXPECT_EQ(rule_of(g->write(g->farmer, g->farming, 0, 1, done, true)), "report.evidence");
  testing::must(g->evidence->attach(Ground::by(g->farmer), draft.reports[0], proof));
  ASSERT_TRUE(g->write(g->farmer, g->farming, 0, 1, done, true).errors.empty());
  const auto rows = [&](const char* key) {
    const auto now = g->plans.running(g->lan.tenant).value();
    const auto last = g->store->latest(g->lan.tenant, {2027, 12, 31});
    const auto made = g->store->of_window(g->lan.tenant, key);
    return obligations(*now, testing::must(g->store->window(g->lan.tenant, key)), Latest(last, *now->plan),
                       made, {})
        .size();
  };
  EXPECT_EQ(rows("2026Q3"), 4u);
  EXPECT_EQ(rows("2026Q4"), 4u);  // not accepted yet
  testing::must(g->store->decide(Ground::by(g->office), draft.reports[0], 2, Deed::accept, ""));
  EXPECT_EQ(rows("2026Q4"), 3u);
  EXPECT_EQ(rows("2026Q3"), 4u);
}

TEST_P(ReportStoreTest, Rules_NeedTheRight_AndEveryChangeIsInTheLog) {
  Rule rule = proposed_rule(Period::year);
  rule.since = {2026, 1, 1};
  EXPECT_EQ(g->store->save_rule(Ground::by(g->farmer), rule).at(0).rule, "auth.right");
  EXPECT_TRUE(g->store->save_rule(Ground::by(g->office), rule).empty());
  LightRule lights;
  lights.late_lag = 0.04;
  EXPECT_EQ(g->store->save_light_rule(Ground::by(g->office), lights).at(0).field, "late_lag");
  lights.late_lag = 0.3;
  EXPECT_TRUE(g->store->save_light_rule(Ground::by(g->office), lights).empty());
  EXPECT_EQ(g->store->save_light_rule(Ground::by(g->head), lights).at(0).rule, "light.changed_meanwhile");
  EXPECT_EQ(g->store->light_rule(g->lan.tenant).late_lag, 0.3);
  EXPECT_EQ(g->store->light_rule(g->yun.tenant).late_lag, LightRule{}.late_lag);
  g->world.db.read([&](sql::Session& s) {
    audit::Query query;
    query.action_prefix = "report.";
    EXPECT_EQ(audit::find(s, g->lan.tenant, query).total, 3);
  });
}

}  // namespace
}  // namespace kepu::reports
