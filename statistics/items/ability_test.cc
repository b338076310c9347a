#include "statistics/items/ability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "statistics/items/lsat6_testing.h"
#include "statistics/items/test_curve.h"

namespace kepu::statistics::items {
namespace {

Responses responses_of(const TestColumns& columns, const std::vector<Item>& items) {
  return Responses::make(spans(columns), categories_of(items)).value();
}

TEST(Ability, NothingAnswered_IsThePrior) {
  const auto items = mixed_items();
  const auto responses = responses_of(TestColumns(items.size(), {std::nan("")}), items);
  const auto eap = eap_scores(responses, items, normal_quadrature(), 0.0).value();
  EXPECT_NEAR(eap.theta[0], 0, 1e-12);
  EXPECT_NEAR(eap.sd[0], 1, 1e-6);
  EXPECT_NEAR(eap.p_reach[0], 0.5, 0.05);
  EXPECT_NEAR(map_scores(responses, items).value().theta[0], 0, 1e-9);
  EXPECT_TRUE(std::isnan(wle_scores(responses, items).value().theta[0]));
}

// For n Rasch items of one difficulty Warm's estimate is b + log((r + 1/2)/(n - r + 1/2)).
TEST(Ability, WarmsEstimateOfEqualRaschItems_HasItsClosedForm) {
  const std::vector<Item> items(6, Item{Model::one_pl, 1, {-0.3}});
  for (int r = 0; r <= 6; ++r) {
    TestColumns columns(6);
    for (int j = 0; j < 6; ++j) columns[static_cast<std::size_t>(j)] = {j < r ? 1.0 : 0.0};
    const auto wle = wle_scores(responses_of(columns, items), items).value();
    EXPECT_NEAR(wle.theta[0], 0.3 + std::log((r + 0.5) / (6 - r + 0.5)), 1e-11);
  }
}

TEST(Ability, EapAndMap_AreMeanAndModeOfThePosterior) {
  const auto items = mixed_items();
  const auto responses = responses_of(simulate(items, 40, 0.2), items);
  const auto eap = eap_scores(responses, items, normal_quadrature()).value();
  const auto fine = eap_scores(responses, items, normal_quadrature(601)).value();
  const auto map = map_scores(responses, items).value();
  std::vector<CategoryCurve> curves;
  const auto log_posterior = [&](int person, double theta) {
    double sum = -theta * theta / 2;
    for (std::size_t j = 0; j < items.size(); ++j) {
      const auto code = responses.row(person)[j];
      if (code == Responses::kMissing) continue;
      category_curves(items[j], theta, curves);
      sum += std::log(curves[code].p);
    }
    return sum;
  };
  for (int i = 0; i < 40; ++i) {
    const auto n = static_cast<std::size_t>(i);
    EXPECT_NEAR(eap.theta[n], fine.theta[n], 1e-6);
    EXPECT_NEAR(eap.sd[n], fine.sd[n], 1e-6);
    const double top = log_posterior(i, map.theta[n]);
    for (double theta = -4; theta <= 4; theta += 0.05) EXPECT_LE(log_posterior(i, theta), top + 1e-12);
    const double h = 1e-4;
    const double bend =
        (log_posterior(i, map.theta[n] + h) - 2 * top + log_posterior(i, map.theta[n] - h)) / (h * h);
    EXPECT_NEAR(map.se[n], 1 / std::sqrt(-bend), 1e-5);
  }
}

TEST(Ability, PlausibleValues_ComeFromThePosteriorAndFollowTheSeed) {
  const auto items = mixed_items();
  const auto responses = responses_of(simulate(items, 5), items);
  const auto eap = eap_scores(responses, items, normal_quadrature()).value();
  const auto values = plausible_values(responses, items, 1000, 42).value();
  ASSERT_EQ(values.size(), 1000u);
  for (std::size_t i = 0; i < 5; ++i) {
    double mean = 0, square = 0;
    for (const auto& draw : values) mean += draw[i] / 1000, square += draw[i] * draw[i] / 1000;
    EXPECT_NEAR(mean, eap.theta[i], 4 * eap.sd[i] / std::sqrt(1000));
    EXPECT_NEAR(std::sqrt(square - mean * mean), eap.sd[i], 0.1 * eap.sd[i]);
  }
  EXPECT_EQ(values, plausible_values(responses, items, 1000, 42).value());
  EXPECT_NE(values[0], plausible_values(responses, items, 1, 43).value()[0]);
  EXPECT_FALSE(plausible_values(responses, items, 0, 1));
}

TEST(Ability, LongTest_DoesNotUnderflow) {
  const std::vector<Item> items(900, Item{Model::two_pl, 1.5, {0}});
  const auto responses = responses_of(simulate(items, 3), items);
  const auto eap = eap_scores(responses, items, normal_quadrature()).value();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::isfinite(eap.theta[i]));
    EXPECT_LT(eap.sd[i], 0.2);
  }
}

TEST(Ability, ItemsThatDoNotFitTheAnswers_AreRefused) {
  const auto items = mixed_items();
  const auto responses = responses_of(simulate(items, 3), items);
  const std::vector<Item> fewer(items.begin(), items.end() - 1);
  EXPECT_EQ(eap_scores(responses, fewer, normal_quadrature()).error().rule, "irt.items");
  auto other = items;
  other[5].d.pop_back();
  EXPECT_EQ(map_scores(responses, other).error().rule, "irt.items");
  EXPECT_EQ(wle_scores(responses, other).error().rule, "irt.items");
}

}  // namespace
}  // namespace kepu::statistics::items
