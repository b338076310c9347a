#include "statistics/items/dif.h"

#include <gtest/gtest.h>

#include "statistics/items/lsat6_testing.h"
#include "statistics/items/rasch_conditional.h"

namespace kepu::statistics::items {
namespace {

TEST(Dif, ItemHarderForOneGroup_IsLargeAndOthersAreNot) {
  std::vector<Item> items;
  for (int j = 0; j < 12; ++j) items.push_back({Model::two_pl, 1, {0.25 * j - 1.4}});
  auto first = simulate(items, 1500, 0, 5);
  items[4].d[0] -= 1;
  const auto second = simulate(items, 1500, 0, 6);
  std::vector<std::int32_t> group(3000, 0), swapped(3000, 1);
  std::fill(group.begin() + 1500, group.end(), 1);
  std::fill(swapped.begin() + 1500, swapped.end(), 0);
  for (std::size_t j = 0; j < first.size(); ++j)
    first[j].insert(first[j].end(), second[j].begin(), second[j].end());
  const auto dif = item_dif(spans(first), group).value(), mirrored = item_dif(spans(first), swapped).value();
  for (std::size_t j = 0; j < dif.size(); ++j) {
    EXPECT_EQ(dif[j].mantel_haenszel->ets_class, j == 4 ? 'C' : 'A') << j;
    EXPECT_EQ(dif[j].logistic->p_uniform < 1e-6, j == 4);
    EXPECT_NEAR(mirrored[j].mantel_haenszel->ets_delta, -dif[j].mantel_haenszel->ets_delta, 1e-12);
    EXPECT_NEAR(mirrored[j].logistic->lr_total, dif[j].logistic->lr_total, 1e-9);
  }
  // Odds of a wrong answer are lower in the first group.
  EXPECT_LT(dif[4].mantel_haenszel->odds_ratio, 1);
}

TEST(Dif, WhatCannotBeCompared_IsRefused) {
  const auto columns = lsat6();
  EXPECT_EQ(item_dif(spans(columns), std::vector<std::int32_t>(1000, 0)).error().rule, "dif.groups");
  EXPECT_EQ(item_dif(spans(columns), std::vector<std::int32_t>(9, 0)).error().rule, "items.columns");
  auto graded = columns;
  graded[0][3] = 2;
  std::vector<std::int32_t> group(1000);
  for (std::size_t i = 0; i < 1000; ++i) group[i] = static_cast<std::int32_t>(i % 3);
  EXPECT_EQ(item_dif(spans(graded), group).error().rule, "dif.binary");
  EXPECT_EQ(item_dif(spans(columns), group, false).value()[0].logistic.error().rule, "dif.not_asked");
  const auto three = item_dif(spans(columns), group).value();
  EXPECT_EQ(three[0].mantel_haenszel.error().rule, "dif.two_groups");
  EXPECT_TRUE(three[0].logistic);
  auto same = columns;
  std::fill(same[0].begin(), same[0].end(), 1);
  EXPECT_EQ(item_dif(spans(same), group).value()[0].logistic.error().rule, "dif.no_information");
}

// Of two items only those who solved one of them tell: the difference is the log odds.
TEST(RaschConditional, TwoItems_HaveTheirClosedForm) {
  TestColumns columns(2);
  const auto add = [&](double x, double y, int n) {
    for (int i = 0; i < n; ++i) columns[0].push_back(x), columns[1].push_back(y);
  };
  add(1, 0, 30), add(0, 1, 12), add(1, 1, 50), add(0, 0, 8), add(std::nan(""), 1, 5);
  const auto out = rasch_conditional(spans(columns)).value();
  EXPECT_NEAR(out.difficulty[1] - out.difficulty[0], std::log(30.0 / 12), 1e-10);
  EXPECT_NEAR(2 * out.se[0], std::sqrt(1 / 30.0 + 1 / 12.0), 1e-10);
  EXPECT_NEAR(out.log_likelihood, 30 * std::log(30 / 42.0) + 12 * std::log(12 / 42.0), 1e-10);
  EXPECT_EQ(out.n, 105u);
}

// As psychotools 0.7-2 (raschmodel) gives it, to three digits.
TEST(RaschConditional, Lsat6) {
  const auto columns = lsat6();
  const auto out = rasch_conditional(spans(columns)).value();
  const double b[] = {-1.256, 0.475, 1.236, 0.168, -0.623};
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(out.difficulty[j], b[j], 5e-4);
}

TEST(RaschConditional, ItemsThatNothingTies_AreRefused) {
  const double none = std::nan("");
  // Items 1, 2 and items 3, 4 were never answered by the same person.
  TestColumns apart(4);
  for (int i = 0; i < 40; ++i) {
    const bool left = i < 20;
    const double x = i % 2;
    apart[0].push_back(left ? x : none), apart[1].push_back(left ? 1 - x : none);
    apart[2].push_back(left ? none : x), apart[3].push_back(left ? none : 1 - x);
  }
  EXPECT_EQ(rasch_conditional(spans(apart)).error().rule, "rasch.not_identified");
  auto all = lsat6();
  std::fill(all[1].begin(), all[1].end(), 1);
  EXPECT_EQ(rasch_conditional(spans(all)).error().rule, "rasch.extreme");
  all[1][0] = 3;
  EXPECT_EQ(rasch_conditional(spans(all)).error().rule, "rasch.binary");
}

}  // namespace
}  // namespace kepu::statistics::items
