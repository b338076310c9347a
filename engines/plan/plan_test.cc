#include "engines/plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engines/plan/mapping.h"
#include "engines/plan/plan_samples_test.h"

namespace kepu::plan {
namespace {

std::vector<OpenItem> of_kind(const std::vector<OpenItem>& items, OpenKind kind) {
  std::vector<OpenItem> found;
  std::copy_if(items.begin(), items.end(), std::back_inserter(found),
               [&](const OpenItem& each) { return each.kind == kind; });
  return found;
}

TEST(FromReading, GivesIdsCodesPositionsAndTiesQuantities) {
  const auto plan = samples::plan(samples::Counter());
  ASSERT_EQ(plan.living_tasks().size(), 7u);
  EXPECT_EQ(plan.living_tasks()[0]->code, "青-01");
  EXPECT_EQ(plan.living_tasks()[4]->code, "农-02");
  EXPECT_EQ(plan.living_tasks()[6]->code, "信-02");
  EXPECT_EQ(plan.living_tasks()[4]->position, 1);
  EXPECT_EQ(plan.initiatives[2].position, 2);
  EXPECT_EQ(plan.targets[1].task, plan.initiatives[1].tasks[0].id);
  EXPECT_EQ(plan.targets[1].initiative, plan.initiatives[1].id);
  ASSERT_NE(plan.headline(), nullptr);
  EXPECT_EQ(plan.headline()->value, 14);
  EXPECT_EQ(std::count_if(plan.targets.begin(), plan.targets.end(), [](const auto& t) { return t.headline; }),
            1);
}

TEST(FromReading, TakesTheHeadlineThatStandsInNoQuantity) {
  auto read = samples::reading();
  read.quantities.clear();
  Quantity before;
  before.kind = QuantityKind::baseline;
  before.headline = true;
  before.value = 9.05;
  before.year = 2020;
  read.quantities.push_back(before);
  const auto plan = from_reading(read, {}, {}, samples::Counter());
  ASSERT_NE(plan.headline(), nullptr);
  EXPECT_EQ(plan.headline()->baseline, 9.05);
  EXPECT_EQ(plan.headline()->baseline_year, 2020);
}

TEST(Marks, AreOneCharacterEachAndNeverTwice) {
  std::vector<InitiativeItem> list;
  for (const auto* title :
       {"青少年科学素质提升行动", "农民科学素质提升行动", "产业工人科学素质提升行动",
        "老年人科学素质提升行动", "领导干部和公务员科学素质提升行动", "科技资源科普化工程",
        "科普信息化提升工程", "科普基础设施工程", "基层科普能力提升工程", "科学素质合作工程"}) {
    InitiativeItem item;
    item.title = title;
    list.push_back(item);
  }
  const std::vector<std::string> expected = {"青", "农", "产", "老", "领", "资", "信", "设", "基", "合"};
  EXPECT_EQ(initiative_marks(list), expected);
  list.assign(60, list.front());
  const auto marks = initiative_marks(list);
  EXPECT_EQ(std::set<std::string>(marks.begin(), marks.end()).size(), 60u);
}

TEST(PartiesOf, TakesEachRoleFromTheTaskElseFromTheInitiative) {
  const auto plan = samples::plan(samples::Counter());
  const auto& farmers = plan.initiatives[1];
  EXPECT_EQ(parties_of(farmers, farmers.tasks[0], Role::lead), std::vector<std::string>{"县农业农村局"});
  EXPECT_EQ(parties_of(farmers, farmers.tasks[0], Role::responsible),
            (std::vector<std::string>{"县农业农村局", "县科协"}));
  const auto& young = plan.initiatives[0];
  EXPECT_EQ(parties_of(young, young.tasks[0], Role::responsible),
            (std::vector<std::string>{"县科协", "团县委"}));
}

TEST(Living, LeavesOutWhatStandsUnderDroppedItems) {
  auto plan = samples::plan(samples::Counter());
  plan.initiatives[1].dropped = true;
  EXPECT_EQ(plan.living_tasks().size(), 5u);
  EXPECT_EQ(plan.living_initiatives().size(), 2u);
  EXPECT_FALSE(plan.is_living(plan.initiatives[1].tasks[0]));
  EXPECT_EQ(plan.living_targets().size(), 2u);  // the one of the dropped initiative's task is gone
}

TEST(OpenItems, BlocksOnNamesPeriodTasksAndDuplicatesOnly) {
  auto plan = samples::plan(samples::Counter());
  const auto none_blocks = open_items(plan, {});
  EXPECT_FALSE(none_blocks.empty());
  EXPECT_TRUE(
      std::none_of(none_blocks.begin(), none_blocks.end(), [](const OpenItem& each) { return each.blocks; }));
  plan.version.metadata.from = 0;
  plan.initiatives[0].tasks[1].title = plan.initiatives[0].tasks[0].title;
  const auto items = open_items(plan, {"县科协"});
  std::set<OpenKind> blocking;
  for (const auto& each : items)
    if (each.blocks) blocking.insert(each.kind);
  EXPECT_EQ(blocking,
            (std::set<OpenKind>{OpenKind::unmapped_name, OpenKind::no_period, OpenKind::duplicate}));
  EXPECT_TRUE(items[0].blocks && items[1].blocks && items[2].blocks && !items[3].blocks);
  EXPECT_EQ(of_kind(items, OpenKind::unmapped_name)[0].subject, "name:县科协");
  EXPECT_EQ(of_kind(items, OpenKind::unmapped_name)[0].line, 10);

  for (auto& each : plan.initiatives) each.dropped = true;
  const auto none = of_kind(open_items(plan, {}), OpenKind::no_task);
  ASSERT_EQ(none.size(), 1u);
  EXPECT_TRUE(none[0].blocks);
}

TEST(OpenItems, WarnsOfWhatAClerkShouldLookAt) {
  auto plan = samples::plan(samples::Counter());
  auto& task = plan.initiatives[0].tasks[0];
  task.confidence = 0.5;
  task.duties = {{"A4-01"}, {"A4-02"}, {"A4-03", DutyState::rejected}};
  plan.initiatives[0].tasks[1].duties = {{"A4-03", DutyState::rejected}};
  plan.initiatives[0].tasks[2].duties = {{"A4-04", DutyState::confirmed}};
  plan.initiatives[1].lead.clear();
  plan.anomalies.push_back({77, "blank", "第 21 行留空", 21});
  plan.anomalies.push_back({78, "blank", "已处理", 22, true});
  plan.elsewhere = {{"A1-01", 50}, {"A1-02", 51}};
  const auto items = open_items(plan, {});
  EXPECT_EQ(of_kind(items, OpenKind::low_confidence).size(), 1u);
  const auto proposed = of_kind(items, OpenKind::duty_proposed);
  ASSERT_EQ(proposed.size(), 2u);
  EXPECT_NE(proposed[0].message.find(" 2 项"), std::string::npos);
  EXPECT_EQ(proposed[1].subject, "elsewhere");
  EXPECT_EQ(of_kind(items, OpenKind::no_duty).size(), 5u);
  ASSERT_EQ(of_kind(items, OpenKind::no_lead).size(), 1u);  // one for the initiative, not one a task
  EXPECT_EQ(of_kind(items, OpenKind::no_lead)[0].subject,
            fmt::format("initiative:{}", plan.initiatives[1].id));
  EXPECT_EQ(of_kind(items, OpenKind::anomaly).size(), 1u);
  EXPECT_EQ(of_kind(items, OpenKind::blank).size(), 1u);
  EXPECT_EQ(of_kind(items, OpenKind::no_baseline).size(), 1u);
}

TEST(Time, GoneIsTheShareOfDaysBeforeToday) {
  Metadata data;
  EXPECT_FALSE(time_gone(data, {2023, 1, 1}));
  data.from = 2021;
  data.to = 2025;
  EXPECT_EQ(time_gone(data, {2020, 12, 31}), 0);
  EXPECT_EQ(time_gone(data, {2021, 1, 1}), 0);
  EXPECT_NEAR(*time_gone(data, {2023, 7, 2}), 0.5, 0.001);
  EXPECT_LT(*time_gone(data, {2025, 12, 31}), 1);
  EXPECT_EQ(time_gone(data, {2026, 1, 1}), 1);
}

TEST(Time, SpanComesFromTheTaskOrThePeriod) {
  auto plan = samples::plan(samples::Counter());
  auto task = plan.initiatives[0].tasks[0];
  EXPECT_EQ(span_of(plan, task)->last, (base::Date{2025, 12, 31}));
  EXPECT_EQ(span_of(plan, task)->first, (base::Date{2021, 1, 1}));
  task.due = "2020-06-30";
  EXPECT_EQ(span_of(plan, task)->first, (base::Date{2020, 6, 30}));
  plan.version.metadata.to = 0;
  EXPECT_FALSE(span_of(plan, task));
  task.start = "2020-06-01";
  EXPECT_EQ(span_of(plan, task)->first, (base::Date{2020, 6, 1}));
}

TEST(Wording, OfNumbersAndTargets) {
  EXPECT_EQ(number_text(100000), "100,000");
  EXPECT_EQ(number_text(14), "14");
  EXPECT_EQ(number_text(9.05), "9.05");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(-1234567.5), "-1,234,567.5");
  EXPECT_EQ(number_text(999), "999");
  TargetItem target;
  target.value = 200;
  target.unit = "名";
  target.op = Operator::at_least;
  EXPECT_EQ(target_text(target), "≥ 200 名");
  target.value = 15;
  target.unit = "%";
  target.op = Operator::greater;
  EXPECT_EQ(target_text(target), "超过 15%");
  target.op = Operator::relative;
  target.relative_to = "全市平均水平";
  EXPECT_EQ(target_text(target), "达到全市平均水平");
  target.kind = QuantityKind::blank;
  target.unit = "人次";
  EXPECT_EQ(target_text(target), "（留空）人次");
}

}  // namespace
}  // namespace kepu::plan
