#include "statistics/areas/unit_model.h"

#include <gtest/gtest.h>

#include <random>

#include "statistics/areas/published_data.h"

namespace kepu::statistics::areas {
namespace {

struct Persons {
  std::vector<double> y, x, mean;
  std::vector<std::int32_t> area;
  UnitData data() const { return {y, area, {x}, true, {mean}, mean.size()}; }
};

Persons invented(unsigned seed, int areas, double between) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Persons out;
  for (std::int32_t a = 0; a < areas; ++a) {
    const double u = between * normal(random);
    out.mean.push_back(normal(random));
    for (int j = 0; j < 2 + a % 4; ++j) {
      out.area.push_back(a);
      out.x.push_back(normal(random));
      out.y.push_back(3 + out.x.back() + u + normal(random));
    }
  }
  return out;
}

// Battese, Harter and Fuller (1988) give σu² = 140 and σe² = 147 for corn; the digits are those of REML in R
// (lme4).
TEST(UnitModel, Corn_IsAsPublished) {
  const auto model =
      fit_unit_model({kCorn, kCornCounty, {kCornPixels, kSoyPixels}, true, {kCornMean, kSoyMean}, 12});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->between_variance, 140.0239, 1e-3);
  EXPECT_NEAR(model->within_variance, 147.2686, 1e-3);
  EXPECT_NEAR(model->coefficients[0], 51.07040, 1e-4);
  EXPECT_NEAR(model->areas[0].estimate, 122.19620, 1e-4);
  EXPECT_NEAR(model->areas[0].mse, 99.34048, 1e-4);
}

TEST(UnitModel, AreaWithoutPersons_IsSynthetic) {
  Persons persons = invented(1, 12, 1);
  persons.mean.push_back(0.25);
  const auto model = fit_unit_model(persons.data());
  ASSERT_TRUE(model);
  const UnitAreaEstimate& last = model->areas.back();
  EXPECT_EQ(last.sampled, 0);
  EXPECT_NEAR(last.estimate, model->coefficients[0] + 0.25 * model->coefficients[1], 1e-12);
  EXPECT_GE(last.mse, model->between_variance);
}

TEST(UnitModel, OriginAndScaleOfCovariatesDoNotMatter) {
  const Persons persons = invented(4, 15, 1);
  Persons moved = persons;
  for (double& x : moved.x) x = 2026 + x / 1000;
  for (double& x : moved.mean) x = 2026 + x / 1000;
  const auto one = fit_unit_model(persons.data()), other = fit_unit_model(moved.data());
  EXPECT_NEAR(other->between_variance, one->between_variance, 1e-8);
  for (std::size_t a = 0; a < one->areas.size(); ++a) {
    EXPECT_NEAR(other->areas[a].estimate, one->areas[a].estimate, 1e-7);
    EXPECT_NEAR(other->areas[a].mse, one->areas[a].mse, 1e-7);
  }
}

TEST(UnitModel, ErrorsArePositive_AndZeroVarianceIsSaid) {
  int zero = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    const auto model = fit_unit_model(invented(seed, 8, seed % 2 ? 0 : 0.7).data());
    ASSERT_TRUE(model);
    zero += model->zero_variance ? 1 : 0;
    for (const UnitAreaEstimate& area : model->areas) {
      EXPECT_GT(area.mse, 0);
      EXPECT_TRUE(!model->zero_variance || area.random_effect == 0);
    }
  }
  EXPECT_GT(zero, 3);
  EXPECT_LT(zero, 37);
}

TEST(UnitModel, HighestWhereNothingIsLeftWithinAreas_IsRefused) {
  // Six persons, two pairs, two covariates. The REML profile over σu²/σe² has a maximum of −3.363 at 0, but
  // rises to −2.551 without end: R's optimize() runs to the end of any interval. The 0 was reported before.
  const std::vector<double> y{1.8054641448359492, -0.7795646328089441, -0.7792950526665631,
                              3.8644010325478058, 3.936025570833128,   -2.916959131960346};
  const std::vector<double> x{2.7833515859461575, 0.8515651903109894, 0.7060214552694528,
                              0.4532283221924189, 1.0468344753818801, 0.8135313635521788};
  const std::vector<double> z{0.9990260699867223, 1.54711533835001,   2.015506097749594,
                              1.6523623726578152, 1.4517581634193482, 1.893202896386308};
  const std::vector<std::int32_t> area{0, 1, 1, 2, 2, 3};
  const std::vector<double> means(4, 1.0);
  const auto model = fit_unit_model({y, area, {x, z}, true, {means, means}, 4});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().rule, "areas.no_residual");
}

TEST(UnitModel, WhatCannotBeFitted_IsRefused) {
  Persons persons = invented(2, 6, 1);
  persons.area[3] = 6;
  EXPECT_EQ(fit_unit_model(persons.data()).error().rule, "areas.value");
  persons = invented(2, 6, 1);
  persons.y = persons.x;
  EXPECT_EQ(fit_unit_model(persons.data()).error().rule, "areas.no_residual");
  const std::vector<double> y{1, 2, 4, 3}, means(4, 1.0);
  const std::vector<std::int32_t> alone{0, 1, 2, 3};
  EXPECT_EQ(fit_unit_model({y, alone, {}, true, {}, 4}).error().rule, "areas.few");
}

}  // namespace
}  // namespace kepu::statistics::areas
