#include "statistics/items/item.h"

#include <gtest/gtest.h>

#include <limits>

#include "statistics/items/lsat6_testing.h"
#include "statistics/items/test_curve.h"

namespace kepu::statistics::items {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Item, ProbabilitiesSumToOneAndDerivativesAreThoseOfDifferences) {
  std::vector<CategoryCurve> at, before, after;
  for (const Item& item : mixed_items()) {
    for (const double theta : {-4.0, -0.3, 0.0, 1.7, 5.0}) {
      const double h = 1e-4;
      category_curves(item, theta, at);
      category_curves(item, theta - h, before);
      category_curves(item, theta + h, after);
      double sum = 0;
      for (std::size_t k = 0; k < at.size(); ++k) {
        sum += at[k].p;
        EXPECT_NEAR(at[k].dp, (after[k].p - before[k].p) / (2 * h), 1e-8);
        EXPECT_NEAR(at[k].d2p, (after[k].dp - before[k].dp) / (2 * h), 1e-8);
      }
      EXPECT_NEAR(sum, 1, 1e-14);
    }
  }
}

TEST(Item, GradedAndPartialCreditOfTwoCategoriesAre2PL) {
  for (const double theta : {-2.0, 0.4, 3.0}) {
    const double want = expected_score({Model::two_pl, 1.3, {0.7}}, theta);
    EXPECT_NEAR(expected_score({Model::graded, 1.3, {0.7}}, theta), want, 1e-15);
    EXPECT_NEAR(expected_score({Model::partial_credit, 1.3, {0.7}}, theta), want, 1e-15);
  }
}

TEST(Item, CategoryNobodyChose_HasProbabilityZeroAndNoNaN) {
  std::vector<CategoryCurve> curves;
  category_curves({Model::graded, 1, {kInfinity, 0.5, 0.5, -kInfinity}}, 0.3, curves);
  EXPECT_EQ(curves[0].p, 0);
  EXPECT_EQ(curves[2].p, 0);
  EXPECT_EQ(curves[4].p, 0);
  EXPECT_NEAR(curves[1].p + curves[3].p, 1, 1e-15);
  category_curves({Model::partial_credit, 1, {-kInfinity, 0.5}}, 0.3, curves);
  EXPECT_EQ(curves[1].p, 0);
  EXPECT_NEAR(curves[0].p + curves[2].p, 1, 1e-15);
}

TEST(Item, OnAnotherScale_IsTheSameItem) {
  for (const Item& item : mixed_items()) {
    const Item other = rescaled(item, 1.7, -0.4);
    EXPECT_NEAR(expected_score(other, 1.7 * 0.8 - 0.4), expected_score(item, 0.8), 1e-14);
    EXPECT_NEAR(difficulties(other)[0], 1.7 * difficulties(item)[0] - 0.4, 1e-14);
  }
}

TEST(Item, WhatNoItemHas_IsRefused) {
  EXPECT_FALSE(check_item({Model::two_pl, std::nan(""), {0}}));
  EXPECT_FALSE(check_item({Model::two_pl, 1, {}}));
  EXPECT_FALSE(check_item({Model::two_pl, 1, {0, 1}}));
  EXPECT_FALSE(check_item({Model::two_pl, 1, {kInfinity}}));
  EXPECT_FALSE(check_item({Model::graded, 1, {0, 1}}));
  EXPECT_FALSE(model_of("4PL"));
  for (const Item& item : mixed_items()) EXPECT_TRUE(check_item(item));
}

TEST(TestCurve, ThetaOfACutGivesThatScoreBack) {
  const auto items = mixed_items();
  const auto theta = theta_at_percent(items, 70);
  ASSERT_TRUE(theta);
  EXPECT_NEAR(expected_percent(items, *theta), 70, 1e-9);
  EXPECT_FALSE(theta_at_percent(items, 99.999));
  EXPECT_FALSE(theta_at_percent(std::vector<Item>{{Model::three_pl, 1, {0}, 0}}, 40));  // guessing gives 50
}

TEST(TestCurve, ScoreDistribution_OfEqualItemsIsBinomial) {
  const std::vector<Item> items(4, Item{Model::two_pl, 1, {0}});
  const auto p = score_distribution(items, 0);
  ASSERT_EQ(p.size(), 5u);
  EXPECT_NEAR(p[0], 1 / 16.0, 1e-15);
  EXPECT_NEAR(p[2], 6 / 16.0, 1e-15);
  double mean = 0, sum = 0;
  const auto mixed = score_distribution(mixed_items(), 0.6);
  for (std::size_t s = 0; s < mixed.size(); ++s) mean += static_cast<double>(s) * mixed[s], sum += mixed[s];
  EXPECT_NEAR(sum, 1, 1e-14);
  EXPECT_NEAR(100 * mean / static_cast<double>(mixed.size() - 1), expected_percent(mixed_items(), 0.6),
              1e-11);
}

}  // namespace
}  // namespace kepu::statistics::items
