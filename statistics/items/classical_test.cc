#include "statistics/items/classical.h"

#include <gtest/gtest.h>

#include "statistics/items/literacy_rule.h"
#include "statistics/items/lsat6_testing.h"
#include "statistics/items/reliability.h"

namespace kepu::statistics::items {
namespace {

// Rizopoulos (2006), section 4.1: descript(LSAT).
TEST(Alpha, Lsat6_AsPublished) {
  const auto columns = lsat6();
  const auto alpha = alpha_analysis(spans(columns)).value();
  EXPECT_NEAR(alpha.total.raw, 0.2950, 5e-5);
  const double dropped[] = {0.2754, 0.2376, 0.2168, 0.2459, 0.2663};
  const double with_total[] = {0.3620, 0.5668, 0.6184, 0.5344, 0.4354};
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(alpha.items[j].dropped.raw, dropped[j], 5e-5);
    EXPECT_NEAR(alpha.items[j].raw_r, with_total[j], 5e-5);
  }
}

TEST(Alpha, OfTheAnalysisAndOfCompleteCases_IsTheSameWithoutMissing) {
  const auto columns = lsat6();
  const auto classical = classical_test(spans(columns)).value();
  const auto alpha = alpha_analysis(spans(columns)).value();
  EXPECT_NEAR(classical.alpha, alpha.total.raw, 1e-14);
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(classical.items[j].item_rest, alpha.items[j].r_drop, 1e-14);
  EXPECT_EQ(classical.group, 270u);
}

TEST(Alpha, ConstantItem_IsLeftOutAndPairsWithoutOverlapAreRefused) {
  auto columns = lsat6();
  columns.insert(columns.begin() + 1, std::vector<double>(1000, 1));
  const auto alpha = alpha_analysis(spans(columns)).value();
  ASSERT_EQ(alpha.items.size(), 5u);
  EXPECT_EQ(alpha.items[1].item, 2);
  EXPECT_NEAR(alpha.total.raw, 0.2950, 5e-5);
  const double none = std::nan("");
  const TestColumns apart{{0, 1, none, none}, {none, none, 0, 1}, {0, 1, 1, 0}};
  EXPECT_EQ(alpha_analysis(spans(apart)).error().rule, "items.no_overlap");
  EXPECT_EQ(alpha_analysis({}).error().rule, "items.columns");
  EXPECT_EQ(alpha_analysis(spans({{1, 1, 1}, {0, 1, 1}})).error().rule, "items.few");
}

TEST(Classical, WeightsAreLikeRepetition) {
  const auto columns = lsat6();
  std::vector<double> weights(1000, 1);
  auto twice = columns;
  for (std::size_t i = 0; i < 300; ++i) {
    weights[i] = 2;
    for (std::size_t j = 0; j < 5; ++j) twice[j].push_back(columns[j][i]);
  }
  const auto weighted = classical_test(spans(columns), weights).value(),
             repeated = classical_test(spans(twice)).value();
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(weighted.items[j].facility, repeated.items[j].facility, 1e-14);
    EXPECT_NEAR(weighted.items[j].item_rest, repeated.items[j].item_rest, 1e-12);
  }
  EXPECT_NEAR(weighted.alpha, repeated.alpha, 1e-12);
  EXPECT_EQ(classical_test(spans(columns), std::vector<double>(1000, -1)).error().rule, "items.weights");
}

// Simple random sampling: the variance of a mean by its formula.
TEST(Classical, WeightedFacilityOfEqualWeights_IsTheMeanWithItsError) {
  const auto columns = lsat6();
  const auto out = weighted_facility(spans(columns), std::vector<double>(1000, 3), {}).value();
  EXPECT_NEAR(out.mean[0], 0.924, 1e-14);
  EXPECT_NEAR(out.se[0], std::sqrt(0.924 * 0.076 / 999), 1e-12);
  EXPECT_EQ(out.degrees_of_freedom, 999);
}

TEST(Distractors, OptionThatAttractsTheAble_IsSuspicious) {
  std::vector<std::int32_t> choice;
  std::vector<double> rest;
  for (int i = 0; i < 100; ++i) {
    choice.push_back(i % 10 == 0 ? -1 : i < 50 ? 1 : i < 80 ? 0 : 2);
    rest.push_back(i);
  }
  const auto out = distractors(choice, rest, 4, 0).value();
  EXPECT_TRUE(out.suspicious);  // option 2 draws the best
  EXPECT_NEAR(out.missing_share, 0.1, 1e-14);
  EXPECT_NEAR(out.options[0].share + out.options[1].share + out.options[2].share, 1, 1e-14);
  EXPECT_EQ(out.options[3].share, 0);
  EXPECT_TRUE(std::isnan(out.options[3].rest_correlation));
  EXPECT_EQ(out.options[1].lower, 1);
  EXPECT_FALSE(distractors(choice, rest, 4, 2)->suspicious);
  EXPECT_FALSE(distractors(choice, rest, 2, 0));
}

TEST(LiteracyRule, CutsAreConfiguration) {
  LiteracyRule rule = official_literacy_rule();
  ASSERT_TRUE(check_rule(rule));
  EXPECT_TRUE(literate(rule, 70));
  EXPECT_EQ(level_of(rule, 85), LiteracyLevel::high);
  EXPECT_EQ(level_of(rule, 69.99), LiteracyLevel::basic);
  EXPECT_EQ(level_of(rule, 54.99), LiteracyLevel::below_basic);
  rule.at_cut = AtCut::not_reached;
  EXPECT_FALSE(literate(rule, 70));
  EXPECT_EQ(level_of(rule, 85), LiteracyLevel::literate);
  rule.basic_cut = 80;
  EXPECT_EQ(check_rule(rule).error().rule, "rule.cuts");
  rule = official_literacy_rule();
  rule.parts[0].points = 41;
  EXPECT_EQ(check_rule(rule).error().rule, "rule.cuts");
  rule.valid_from = "2026/01/01";
  EXPECT_EQ(check_rule(rule).error().rule, "rule.date");
}

TEST(LiteracyRule, SumsOfPointsDecideAsOnPaper) {
  LiteracyRule rule = official_literacy_rule();
  rule.parts = {{"甲", 14.1}, {"乙", 28.2}, {"丙", 57.7}};
  EXPECT_TRUE(check_rule(rule));
  for (int items = 20; items <= 240; items += 20) {  // 55, 70 and 85 % are whole numbers of items
    double sum = 0;
    for (int right = 0; right <= items; ++right, sum += 100.0 / items) {
      for (const AtCut at : {AtCut::reached, AtCut::not_reached}) {
        rule.at_cut = at;
        const bool more = 100 * right > 70 * items, equal = 100 * right == 70 * items;
        EXPECT_EQ(literate(rule, sum), more || (equal && at == AtCut::reached)) << right << " of " << items;
      }
    }
  }
  EXPECT_FALSE(literate(official_literacy_rule(), 69.5));
  EXPECT_FALSE(literate(official_literacy_rule(), 69.999));
}

TEST(LiteracyRule, EachRoundHasTheRuleOfItsTime) {
  LiteracyRule old = official_literacy_rule(), later = old;
  later.valid_from = "2027-01-01";
  later.literate_cut = 72;
  const std::vector<LiteracyRule> rules{later, old};
  EXPECT_EQ(rule_on(rules, "2026-12-31")->literate_cut, 70);
  EXPECT_EQ(rule_on(rules, "2027-01-01")->literate_cut, 72);
  EXPECT_EQ(rule_on(rules, "1999-01-01").error().rule, "rule.none");
}

}  // namespace
}  // namespace kepu::statistics::items
