#include "app/demo_paper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/demo_testing.h"
#include "app/demo_text.h"
#include "core/doc/extract.h"
#include "engines/plan/reading/reading.h"

namespace kepu::app::demo {
namespace {

plan::Reading reading_of(const std::string& docx) { return plan::read_plan(must(doc::extract(docx)).lines); }

std::size_t tasks_of(const plan::Reading& reading) {
  std::size_t n = 0;
  for (const auto& i : reading.initiatives) n += i.tasks.size();
  return n;
}

std::vector<std::string> titles_of(const plan::Reading& reading) {
  std::vector<std::string> titles;
  for (const auto& i : reading.initiatives) {
    for (const auto& t : i.tasks) titles.push_back(t.title);
  }
  return titles;
}

TEST(DemoPaper, TheIssuedPlanIsReadAsItIsWritten) {
  const auto text = issued_text();
  const auto reading = reading_of(docx_of(text, Numbers::typed));
  EXPECT_EQ(reading.title, "岚江县全民科学素质行动规划纲要实施方案（2026—2030年）");
  EXPECT_EQ(reading.doc_number, "岚府办发〔2026〕12号");
  EXPECT_EQ(reading.issuer, "岚江县人民政府办公室");
  EXPECT_EQ(reading.issue_date, "2026-03-18");
  EXPECT_EQ(reading.region, "岚江县");
  EXPECT_EQ(reading.from, 2026);
  EXPECT_EQ(reading.to, 2030);
  ASSERT_EQ(reading.initiatives.size(), 10u);
  EXPECT_EQ(titles_of(reading), titles_in(text));
  for (const auto& initiative : reading.initiatives) {
    EXPECT_FALSE(initiative.lead.empty()) << initiative.title;
    EXPECT_FALSE(initiative.responsible.empty()) << initiative.title;
    for (const auto& task : initiative.tasks) EXPECT_EQ(task.lead.size(), 1u) << task.title;
  }
  EXPECT_EQ(reading.phases.size(), 3u);
  EXPECT_GE(reading.safeguards.size(), 3u);
  ASSERT_TRUE(reading.headline);
  EXPECT_EQ(reading.headline->value, 18);
  EXPECT_EQ(reading.headline->op, plan::Operator::at_least);
}

TEST(DemoPaper, TheIssuedPlanHasQuantitiesOfEveryKind) {
  const auto reading = reading_of(docx_of(issued_text(), Numbers::typed));
  std::map<plan::QuantityKind, int> kinds;
  for (const auto& q : reading.quantities) ++kinds[q.kind];
  EXPECT_GE(kinds[plan::QuantityKind::target], 15);
  EXPECT_GE(kinds[plan::QuantityKind::frequency], 3);
  const auto has = [&](double value, std::string_view unit) {
    return std::any_of(reading.quantities.begin(), reading.quantities.end(),
                       [&](const plan::Quantity& q) { return q.value == value && q.unit == unit; });
  };
  EXPECT_TRUE(has(12'000, "人次"));
  EXPECT_TRUE(has(3'000, "课时"));
  EXPECT_TRUE(has(5'000, "平方米"));
  EXPECT_TRUE(has(90, "%"));
  EXPECT_EQ(kinds[plan::QuantityKind::blank], 2);
  EXPECT_EQ(kinds[plan::QuantityKind::baseline], 1);
}

TEST(DemoPaper, WordNumbersAndTypedNumbersReadTheSame) {
  const auto typed = reading_of(docx_of(superior_text(), Numbers::typed));
  const auto automatic = reading_of(docx_of(superior_text(), Numbers::automatic));
  EXPECT_EQ(titles_of(automatic), titles_in(superior_text()));
  EXPECT_EQ(titles_of(automatic), titles_of(typed));
  EXPECT_EQ(must(doc::extract(docx_of(superior_text(), Numbers::automatic))).lines,
            must(doc::extract(docx_of(superior_text(), Numbers::typed))).lines);
}

TEST(DemoPaper, TheDraftDiffersInTasksUnitsAndTargets) {
  const auto draft = reading_of(docx_of(draft_text(), Numbers::typed));
  EXPECT_EQ(draft.status, "征求意见稿");
  EXPECT_EQ(tasks_of(draft), tasks_in(issued_text()) - 4);
  ASSERT_TRUE(draft.headline);
  EXPECT_EQ(draft.headline->value, 17);
}

TEST(DemoPaper, SameTextSameBytes) {
  EXPECT_EQ(docx_of(issued_text(), Numbers::typed), docx_of(issued_text(), Numbers::typed));
  EXPECT_EQ(docx_of(superior_text(), Numbers::automatic), docx_of(superior_text(), Numbers::automatic));
  EXPECT_EQ(county_text("霁棠浦县", -5, {1, 2}), county_text("霁棠浦县", -5, {2, 1}));
}

TEST(DemoText, AChangeThatDoesNotFitIsRefused) {
  EXPECT_EQ(with_changes("甲\n乙\n丙", "- 乙\n- 丙\n+ 丁"), "甲\n丁");
  EXPECT_THROW(with_changes("甲\n乙", "- 丙\n+ 丁"), std::runtime_error);
  EXPECT_THROW(with_changes("甲乙\n甲", "- 甲\n+ 丁"), std::runtime_error);
  EXPECT_THROW(with_changes("甲", "乙"), std::runtime_error);
}

TEST(DemoText, AFurtherCountyIsAnotherCounty) {
  const auto text = county_text("霁棠浦县", -5, {0});
  EXPECT_EQ(text.find("岚"), std::string::npos);
  EXPECT_EQ(text.find("2030"), std::string::npos);
  EXPECT_NE(text.find("霁府办发〔2021〕12号"), std::string::npos);
  EXPECT_NE(text.find("规划纲要（2021—2035年）"), std::string::npos);
  EXPECT_EQ(tasks_in(text), tasks_in(issued_text()) - 1);
  std::set<std::string> names;
  for (int i = 0; i < kCounties; ++i) names.insert(county_name(i));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCounties));
}

}  // namespace
}  // namespace kepu::app::demo
