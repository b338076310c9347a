#include "engines/indicators/indicators_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/indicators/evaluation.h"
#include "engines/indicators/indicators_samples_test.h"

namespace kepu::indicators {
namespace {

using auth::ScopeKind;
using auth::testing::must;
using base::Date;

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
purpose = "办理"
scope = "tenant"
rights = ["indicators.read", "indicators.edit", "indicators.fill", "indicators.confirm"]
[[role]]
id = "head"
title = "负责人"
purpose = "审批"
scope = "tenant"
rights = ["indicators.read", "indicators.confirm", "indicators.approve"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "填报"
scope = "unit"
rights = ["indicators.read", "indicators.fill"]
)";

class IndicatorStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    std::vector<sql::Migration> steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    lan = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<auth::testing::County>(*world, "yun", "云溪县");
    east = lan->unit("东渡镇", 0, auth::UnitKind::township);
    west = lan->unit("柳溪镇", 0, auth::UnitKind::township);
    bureau = lan->unit("县农业农村局");
    clerk = lan->actor("clerk", lan->root, ScopeKind::tenant);
    other_clerk = lan->actor("clerk", lan->root, ScopeKind::tenant);
    head = lan->actor("head", lan->root, ScopeKind::tenant);
    liaison = lan->actor("liaison", east, ScopeKind::unit);
    catalog = std::make_unique<metric::Catalog>();
    store = std::make_unique<IndicatorStore>(database, world->clock, world->ids, world->directory, *catalog);
    const metric::Source fixed = {
        [](const metric::Question&) {
          return metric::Answer{150, "", 3};
        },
        [](const metric::Question&, std::int64_t, std::int64_t) { return std::vector<metric::Record>{}; },
        {}};
    catalog->add({.id = "training.attendances",
                  .title = "培训人次",
                  .unit = "人次",
                  .counting = metric::Counting::person_times},
                 fixed);
    catalog->add(
        {.id = "training.people", .title = "培训人数", .unit = "人", .counting = metric::Counting::people},
        fixed);
    catalog->add(
        {.id = "contests.pass_rate", .title = "答题合格率", .unit = "%", .nature = metric::Nature::stock},
        fixed);
    catalog->add_changing([this](Id tenant) { return manual_metrics(*store, tenant); },
                          manual_source(*store));
    running = samples::running(samples::plan(), world->directory.units(lan->tenant));
  }
  void TearDown() override {
    catalog.reset();
    store.reset();
    yun.reset();
    lan.reset();
    world.reset();
    EngineTest::TearDown();
  }

  const plan::TargetItem& target(Id id) const { return *running.plan->target(id); }
  Binding binding(std::string metric, std::int64_t revision = 0) const {
    Binding b;
    b.metric = std::move(metric);
    b.revision = revision;
    return b;
  }
  Id quarterly(Fillers fillers = Fillers::townships) {
    ManualMetric m;
    m.title = "科普读物发放";
    m.unit = "份";
    m.definition = "纸质";
    m.frequency = Frequency::quarter;
    m.fillers = fillers;
    m.from = {2025, 1, 1};
    return must(store->add_metric(clerk, m));
  }
  ManualValue value(Id metric, Id unit, double amount, int number = 0, Date last = {2025, 12, 31}) const {
    ManualValue v;
    v.metric = metric;
    v.unit = unit;
    v.last = last;
    v.value = amount;
    v.source = "台账";
    v.number = number;
    if (number > 0) v.reason = "重新核对";
    return v;
  }
  Change change(double to) const {
    Change c;
    c.from = {2026, 6, 1};
    c.value = to;
    c.year = 2030;
    c.reason = "撤并村社区";
    c.basis = "联席会议纪要";
    return c;
  }
  std::string rule(const base::Done& done) const { return done ? "" : done.error().rule; }
  template <class T>
  std::string rule(const base::Result<T>& result) const {
    return result ? "" : result.error().rule;
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> lan, yun;
  std::unique_ptr<metric::Catalog> catalog;
  std::unique_ptr<IndicatorStore> store;
  Id east = 0, west = 0, bureau = 0;
  auth::Actor clerk, other_clerk, head, liaison;
  plan::Running running;
};
KEPU_STORE_TEST_SUITE(IndicatorStoreTest);

TEST_P(IndicatorStoreTest, ABinding_FollowsItsTargetIntoARevision) {
  must(store->bind(clerk, running, target(21), binding("training.attendances")));
  const auto later = samples::running(samples::revised(*running.plan), running.units);
  Evaluation evaluation(db(), *store, *catalog);
  const auto statuses = evaluation.statuses(lan->tenant, later, {2026, 12, 31});
  ASSERT_EQ(statuses.size(), 3u);
  EXPECT_EQ(statuses[0].value, 150);
  EXPECT_EQ(statuses[0].metric, "training.attendances");
  EXPECT_EQ(statuses[1].state, TargetState::unbound);
  EXPECT_EQ(statuses[2].state, TargetState::missing) << "no reading yet";
  EXPECT_TRUE(evaluation.statuses(yun->tenant, later, {2026, 12, 31})[0].metric.empty());
}

TEST_P(IndicatorStoreTest, WrongBindings_AreRefused) {
  EXPECT_EQ(rule(store->bind(liaison, running, target(21), binding("training.attendances"))), "auth.right");
  EXPECT_EQ(rule(store->bind(clerk, running, target(21), binding("training.none"))), "indicators.metric");
  EXPECT_EQ(rule(store->bind(clerk, running, target(21), binding("training.people"))), "indicators.counting");
  EXPECT_EQ(rule(store->bind(clerk, running, target(22), binding("training.attendances"))),
            "indicators.counting");
  EXPECT_EQ(rule(store->bind(clerk, running, target(22), binding("contests.pass_rate"))), "indicators.unit");
  EXPECT_EQ(rule(store->bind(clerk, running, target(23), binding("contests.pass_rate"))),
            "indicators.quiz_is_not_literacy");
  EXPECT_EQ(rule(store->bind(clerk, running, target(23), binding("training.people"))), "indicators.headline");
  auto of_day = binding("training.attendances");
  of_day.span = Span::at_date;
  EXPECT_EQ(rule(store->bind(clerk, running, target(21), of_day)), "indicators.span");
}

TEST_P(IndicatorStoreTest, TwoBindings_TheSecondIsTold) {
  must(store->bind(clerk, running, target(21), binding("training.attendances")));
  EXPECT_EQ(rule(store->bind(other_clerk, running, target(21), binding("training.attendances"))),
            "indicators.changed_meanwhile");
  EXPECT_EQ(rule(store->unbind(other_clerk, running, target(21), 1, " ")), "indicators.reason");
  must(store->unbind(other_clerk, running, target(21), 1, "换口径"));
  EXPECT_EQ(rule(store->unbind(clerk, running, target(21), 1, "换口径")), "indicators.changed_meanwhile");
}

TEST_P(IndicatorStoreTest, AChange_NeedsAnotherPerson_AndKeepsTheOldTarget) {
  const Id asked = must(store->ask_change(clerk, running, target(22), change(150)));
  EXPECT_EQ(rule(store->ask_change(other_clerk, running, target(22), change(120))),
            "indicators.change_waiting");
  EXPECT_EQ(rule(store->decide_change(clerk, asked, true, "")), "auth.right");
  EXPECT_EQ(rule(store->decide_change(head, asked, false, "")), "indicators.note");
  Evaluation evaluation(db(), *store, *catalog);
  EXPECT_EQ(evaluation.effective(lan->tenant, running, target(22), {2027, 1, 1}).value, 200)
      << "not decided yet";
  must(store->decide_change(head, asked, true, "同意"));
  EXPECT_EQ(rule(store->decide_change(head, asked, false, "再议")), "indicators.decided");
  EXPECT_EQ(evaluation.effective(lan->tenant, running, target(22), {2026, 5, 31}).value, 200);
  const auto now = evaluation.effective(lan->tenant, running, target(22), {2026, 6, 1});
  EXPECT_EQ(now.value, 150);
  ASSERT_EQ(now.changes.size(), 1u);
  EXPECT_EQ(now.changes[0].old_value, 200);
  EXPECT_EQ(now.changes[0].decided_by, head.name);
}

TEST_P(IndicatorStoreTest, WhoAsked_DoesNotApprove_NeitherDoesHisDeputy) {
  auto both = clerk;
  both.reaches.push_back({"indicators.approve", true, false, {}, 0});
  const Id asked = must(store->ask_change(clerk, running, target(22), change(150)));
  EXPECT_EQ(rule(store->decide_change(both, asked, true, "")), "indicators.same_person");
  auto deputy = other_clerk;
  deputy.reaches.push_back({"indicators.approve", true, false, {}, clerk.person});
  EXPECT_EQ(rule(store->decide_change(deputy, asked, true, "")), "indicators.same_person");
  EXPECT_EQ(rule(store->withdraw_change(other_clerk, asked)), "indicators.not_asker");
  must(store->withdraw_change(clerk, asked));
  EXPECT_EQ(store->changes_waiting(lan->tenant), 0);
}

TEST_P(IndicatorStoreTest, AChange_NeverReachesBackIntoAnOldYear) {
  auto c = change(150);
  c.from = {2025, 12, 31};
  EXPECT_EQ(rule(store->ask_change(clerk, running, target(22), c)), "indicators.date");
  c = change(200);
  EXPECT_EQ(rule(store->ask_change(clerk, running, target(22), c)), "indicators.change_empty");
  c = change(150);
  c.basis = " ";
  EXPECT_EQ(rule(store->ask_change(clerk, running, target(22), c)), "indicators.basis");
}

TEST_P(IndicatorStoreTest, TwoDecisionsAtOnce_OneWins) {
  const Id asked = must(store->ask_change(clerk, running, target(22), change(150)));
  auto second = other_clerk;
  second.reaches.push_back({"indicators.approve", true, false, {}, 0});
  base::Done a, b;
  std::thread one([&] { a = store->decide_change(head, asked, true, ""); });
  std::thread two([&] { b = store->decide_change(second, asked, false, "不同意"); });
  one.join();
  two.join();
  EXPECT_NE(a.has_value(), b.has_value());
  EXPECT_EQ(a ? rule(b) : rule(a), "indicators.decided");
}

TEST_P(IndicatorStoreTest, Values_CountWhenAnotherPersonConfirmed) {
  const Id metric = quarterly();
  const metric::Question q{lan->tenant, "manual." + std::to_string(metric), {}, {2025, 1, 1}, {2025, 12, 31}};
  must(store->enter(liaison, value(metric, east, 30)));
  EXPECT_FALSE(catalog->answer(q)->value);
  EXPECT_EQ(store->values_waiting(lan->tenant, std::nullopt), 1);
  EXPECT_EQ(rule(store->decide(liaison, {{metric, east, {2025, 12, 31}, 1}}, true, "")), "auth.right");
  must(store->decide(clerk, {{metric, east, {2025, 12, 31}, 1}}, true, ""));
  EXPECT_EQ(catalog->answer(q)->value, 30);
  EXPECT_EQ(catalog->by_unit({q.tenant, q.metric, {east, west}, q.from, q.to})->at(east).value, 30);
  EXPECT_FALSE(catalog->by_unit({q.tenant, q.metric, {east, west}, q.from, q.to})->at(west).value);
  EXPECT_EQ(catalog->records(q, 0, 10)->size(), 1u);
  EXPECT_FALSE(catalog->answer({yun->tenant, q.metric, {}, q.from, q.to}));
}

TEST_P(IndicatorStoreTest, ACorrection_KeepsTheOldValue_AndIsConfirmedAnew) {
  const Id metric = quarterly();
  const Date last{2025, 12, 31};
  must(store->enter(liaison, value(metric, east, 30)));
  must(store->decide(clerk, {{metric, east, last, 1}}, true, ""));
  EXPECT_EQ(rule(store->enter(liaison, value(metric, east, 40))), "indicators.changed_meanwhile");
  auto silent = value(metric, east, 40, 1);
  silent.reason.clear();
  EXPECT_EQ(rule(store->enter(liaison, silent)), "indicators.reason");
  must(store->enter(liaison, value(metric, east, 40, 1)));
  const auto history = store->history(lan->tenant, metric, east, last);
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].value, 40);
  EXPECT_EQ(history[0].state, ValueState::submitted);
  EXPECT_EQ(history[1].value, 30);
  EXPECT_EQ(history[1].state, ValueState::confirmed);
  EXPECT_EQ(rule(store->decide(clerk, {{metric, east, last, 1}}, true, "")), "indicators.changed_meanwhile");
}

TEST_P(IndicatorStoreTest, Values_OutsideOnesScopeOrTime_AreRefused) {
  const Id metric = quarterly();
  EXPECT_EQ(store->enter(liaison, value(metric, west, 1)).error().code, base::Code::forbidden);
  EXPECT_EQ(rule(store->enter(clerk, value(metric, bureau, 1))), "indicators.not_filler");
  EXPECT_EQ(rule(store->enter(liaison, value(metric, east, 1, 0, {2026, 3, 31}))), "indicators.period");
  EXPECT_EQ(rule(store->enter(liaison, value(metric, east, 1, 0, {2025, 12, 30}))), "indicators.period");
  EXPECT_EQ(rule(store->enter(liaison, value(metric, east, 1, 0, {2024, 12, 31}))), "indicators.period");
  auto no_source = value(metric, east, 1);
  no_source.source = " ";
  EXPECT_EQ(rule(store->enter(liaison, no_source)), "indicators.source");
  const auto of_yun = yun->actor("clerk", yun->root, ScopeKind::tenant);
  EXPECT_EQ(rule(store->enter(of_yun, value(metric, east, 1))), "indicators.metric");
}

TEST_P(IndicatorStoreTest, OnesOwnValue_IsConfirmedByAnother) {
  const Id metric = quarterly(Fillers::county);
  const Date last{2025, 12, 31};
  must(store->enter(clerk, value(metric, 0, 5)));
  EXPECT_EQ(rule(store->decide(clerk, {{metric, 0, last, 1}}, true, "")), "indicators.same_person");
  must(store->decide(head, {{metric, 0, last, 1}}, true, ""));
  EXPECT_EQ(rule(store->decide(other_clerk, {{metric, 0, last, 1}}, true, "")), "indicators.decided");
}

TEST_P(IndicatorStoreTest, AReturnedValue_IsToldToWhoEntered) {
  const Id metric = quarterly();
  must(store->enter(liaison, value(metric, east, 30)));
  EXPECT_EQ(rule(store->decide(clerk, {{metric, east, {2025, 12, 31}, 1}}, false, "")), "indicators.note");
  must(store->decide(clerk, {{metric, east, {2025, 12, 31}, 1}}, false, "请核对"));
  const auto notices = db().read(
      [&](sql::Session& s) { return notify::of_person(s, lan->tenant, liaison.person, true, 0, 10); });
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_NE(notices[0].notice.text.find("请核对"), std::string::npos);
}

TEST_P(IndicatorStoreTest, TwoFirstValuesAtOnce_OneStays) {
  const Id metric = quarterly();
  base::Done a, b;
  std::thread one([&] { a = store->enter(liaison, value(metric, east, 1)); });
  std::thread two([&] { b = store->enter(clerk, value(metric, east, 2)); });
  one.join();
  two.join();
  EXPECT_NE(a.has_value(), b.has_value());
  EXPECT_EQ(store->history(lan->tenant, metric, east, {2025, 12, 31}).size(), 1u);
}

TEST_P(IndicatorStoreTest, AMetricWithValues_KeepsItsMeaning) {
  const Id id = quarterly();
  auto m = *store->find_metric(lan->tenant, id);
  m.unit = "册";
  must(store->change_metric(clerk, m));
  EXPECT_EQ(rule(store->change_metric(clerk, m)), "indicators.changed_meanwhile");
  must(store->enter(liaison, value(id, east, 30)));
  m = *store->find_metric(lan->tenant, id);
  m.unit = "份";
  EXPECT_EQ(rule(store->change_metric(clerk, m)), "indicators.has_values");
  m.unit = "册";
  m.active = false;
  must(store->change_metric(clerk, m));
  EXPECT_TRUE(store->metrics(lan->tenant).empty());
  EXPECT_EQ(rule(store->enter(liaison, value(id, east, 31, 1))), "indicators.metric");
}

TEST_P(IndicatorStoreTest, FoundValues_AreThoseOfTheScope) {
  const Id metric = quarterly();
  must(store->enter(clerk, value(metric, east, 1)));
  must(store->enter(clerk, value(metric, west, 2)));
  ValueQuery query;
  query.limit = 10;
  EXPECT_EQ(store->find_values(lan->tenant, query).total, 2);
  query.units = std::vector<Id>{east};
  EXPECT_EQ(store->find_values(lan->tenant, query).total, 1);
  query.text = "没有这样的来源";
  EXPECT_EQ(store->find_values(lan->tenant, query).total, 0);
  EXPECT_EQ(store->find_values(yun->tenant, {}).total, 0);
}

TEST_P(IndicatorStoreTest, AReading_IsCorrectedByAFurtherOne) {
  Reading r;
  r.year = 2025;
  r.value = 12.6;
  r.low = 11.1;
  r.high = 14.1;
  r.source = "抽样调查公报";
  EXPECT_TRUE(must(store->enter_reading(clerk, r)).empty());
  EXPECT_EQ(rule(store->enter_reading(other_clerk, r)), "indicators.changed_meanwhile");
  r.number = 1;
  EXPECT_EQ(must(store->enter_reading(clerk, r)).at(0).rule, "indicators.reason");
  r.reason = "公报更正";
  r.value = 12.4;
  EXPECT_TRUE(must(store->enter_reading(clerk, r)).empty());
  ASSERT_EQ(store->readings(lan->tenant).size(), 1u);
  EXPECT_EQ(store->readings(lan->tenant)[0].value, 12.4);
  EXPECT_EQ(store->reading_history(lan->tenant).size(), 2u);
  EXPECT_EQ(rule(store->enter_reading(liaison, r)), "auth.right");
  Evaluation evaluation(db(), *store, *catalog);
  EXPECT_EQ(evaluation.statuses(lan->tenant, running, {2026, 12, 31})[2].value, 12.4);
}

TEST_P(IndicatorStoreTest, Weights_KeepTheirHistory) {
  Weighting w;
  w.weight = 2;
  EXPECT_EQ(rule(store->set_weight(clerk, running, SubjectKind::task, 11, w, 0)), "indicators.reason");
  w.reason = "重点";
  must(store->set_weight(clerk, running, SubjectKind::task, 11, w, 0));
  EXPECT_EQ(rule(store->set_weight(clerk, running, SubjectKind::task, 11, w, 0)),
            "indicators.changed_meanwhile");
  w.weight = -1;
  EXPECT_EQ(rule(store->set_weight(clerk, running, SubjectKind::task, 11, w, 1)), "indicators.weight");
  w.weight.reset();
  w.state = metric::PartState::cancelled;
  must(store->set_weight(clerk, running, SubjectKind::task, 11, w, 1));
  const auto all = store->weights(lan->tenant);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.begin()->second.weighting.state, metric::PartState::cancelled);
  EXPECT_EQ(store->weight_history(lan->tenant, all.begin()->first).size(), 2u);
  EXPECT_EQ(rule(store->set_weight(clerk, running, SubjectKind::task, 99, w, 0)), "indicators.item");
}

TEST_P(IndicatorStoreTest, WhatWasHandedIn_StaysWhateverComesAfter) {
  MetricSet set;
  set.title = "公共文化测评";
  EXPECT_EQ(rule(store->save_set(clerk, set)), "indicators.recipient");
  set.recipient = "县文明办";
  set.items = {{0, "Ⅲ-12", "", "training.none", Span::yearly}};
  EXPECT_EQ(rule(store->save_set(clerk, set)), "indicators.metric");
  set.items[0].metric = "training.attendances";
  EXPECT_EQ(rule(store->save_set(liaison, set)), "auth.right");
  const Id id = must(store->save_set(clerk, set));
  auto now = *store->find_set(lan->tenant, id);
  ASSERT_EQ(now.items.size(), 1u);
  Submission s;
  s.set = id;
  s.year = 2025;
  s.values = {{"Ⅲ-12", "培训人次", "training.attendances", "人次", 0, 150, ""},
              {"Ⅲ-13", "没有数的", "training.people", "人", 0, {}, "没有记录"}};
  const Id handed_in = must(store->submit_set(clerk, s));
  EXPECT_EQ(rule(store->submit_set(clerk, s)), "indicators.reason");
  now.items.clear();
  must(store->save_set(clerk, now));
  EXPECT_EQ(rule(store->save_set(other_clerk, now)), "indicators.changed_meanwhile");
  const auto kept = store->find_submission(lan->tenant, handed_in);
  ASSERT_EQ(kept->values.size(), 2u);
  EXPECT_EQ(kept->values[0].value, 150);
  EXPECT_FALSE(kept->values[1].value) << "missing stays missing";
  EXPECT_FALSE(store->find_submission(yun->tenant, handed_in));
  EXPECT_FALSE(store->find_set(yun->tenant, id));
}

}  // namespace
}  // namespace kepu::indicators
