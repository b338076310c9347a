#include "statistics/areas/fay_herriot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "statistics/areas/published_data.h"

namespace kepu::statistics::areas {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::array kAll{VarianceMethod::reml,       VarianceMethod::ml,      VarianceMethod::moment,
                          VarianceMethod::prasad_rao, VarianceMethod::amrl_yl, VarianceMethod::ampl_yl,
                          VarianceMethod::amrl_ll,    VarianceMethod::ampl_ll};

struct Townships {
  std::vector<double> y, d;
  std::vector<std::vector<double>> x;
  AreaData data() const { return {y, d, {x.begin(), x.end()}, true}; }
};

Townships milk() {
  Townships out{{kMilk.begin(), kMilk.end()}, {}, std::vector<std::vector<double>>(3)};
  for (std::size_t i = 0; i < kMilk.size(); ++i) {
    out.d.push_back(kMilkError[i] * kMilkError[i]);
    for (int region = 2; region <= 4; ++region) {
      out.x[static_cast<std::size_t>(region - 2)].push_back(kMilkRegion[i] == region ? 1 : 0);
    }
  }
  return out;
}

Townships invented(unsigned seed, int m, double a) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Townships out{{}, {}, {{}}};
  for (int i = 0; i < m; ++i) {
    out.x[0].push_back(normal(random));
    out.d.push_back(0.2 + std::abs(normal(random)));
    out.y.push_back(1 + 2 * out.x[0].back() + std::sqrt(a + out.d.back()) * normal(random));
  }
  return out;
}

// Documentation of the R package sae, function eblupFH: data(milk), REML.
TEST(FayHerriot, Milk_Reml_IsAsPublished) {
  const auto fit = fit_fay_herriot(milk().data(), VarianceMethod::reml);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->variance, 0.01855022, 2e-7);
  const std::array beta{0.9681890, 0.1327801, 0.2269462, -0.2413011};
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(fit->coefficients[j], beta[j], 2e-6);
  EXPECT_NEAR(fit->areas[0].estimate, 1.0219703, 2e-6);
  EXPECT_FALSE(fit->zero_variance);
}

// The likelihoods that are maximised have no higher point nearby, and the moment equation holds.
TEST(FayHerriot, MomentEquationHolds) {
  const Townships towns = invented(3, 40, 1);
  const auto fit = fit_fay_herriot(towns.data(), VarianceMethod::moment);
  ASSERT_TRUE(fit);
  double sum = 0;
  for (std::size_t i = 0; i < towns.y.size(); ++i) {
    const double r = towns.y[i] - fit->areas[i].synthetic;
    sum += r * r / (fit->variance + towns.d[i]);
  }
  EXPECT_NEAR(sum, 38, 1e-9);
}

TEST(FayHerriot, MlIsHighestOfTheUnrestrictedLikelihoods) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Townships towns = invented(seed, 15, 0.3);
    const double best = fit_fay_herriot(towns.data(), VarianceMethod::ml)->log_likelihood;
    for (const auto method : kAll)
      EXPECT_LE(fit_fay_herriot(towns.data(), method)->log_likelihood, best + 1e-10);
  }
}

TEST(FayHerriot, EqualSamplingVariances_RemlMomentAndAnovaAgree) {
  Townships towns = invented(5, 25, 1);
  std::fill(towns.d.begin(), towns.d.end(), 0.4);
  const double reml = fit_fay_herriot(towns.data(), VarianceMethod::reml)->variance;
  EXPECT_GT(reml, 0);
  EXPECT_NEAR(fit_fay_herriot(towns.data(), VarianceMethod::moment)->variance, reml, 1e-10);
  EXPECT_NEAR(fit_fay_herriot(towns.data(), VarianceMethod::prasad_rao)->variance, reml, 1e-10);
}

TEST(FayHerriot, OrderOfAreasDoesNotMatter) {
  const Townships towns = invented(9, 30, 0.5);
  std::vector<std::size_t> order(30);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  Townships turned{{}, {}, {{}}};
  for (const std::size_t i : order) {
    turned.y.push_back(towns.y[i]), turned.d.push_back(towns.d[i]), turned.x[0].push_back(towns.x[0][i]);
  }
  for (const auto method : kAll) {
    const auto one = fit_fay_herriot(towns.data(), method), other = fit_fay_herriot(turned.data(), method);
    for (std::size_t i = 0; i < order.size(); ++i) {
      EXPECT_NEAR(other->areas[i].estimate, one->areas[order[i]].estimate, 1e-9);
      EXPECT_NEAR(other->areas[i].g3, one->areas[order[i]].g3, 1e-9);
    }
  }
}

TEST(FayHerriot, UnitsOfMeasureScaleTheResult) {
  const Townships towns = invented(12, 20, 1);
  Townships scaled = towns;
  for (double& y : scaled.y) y *= 1e5;
  for (double& d : scaled.d) d *= 1e10;
  for (double& x : scaled.x[0]) x = 2e6 + 1e3 * x;
  for (const auto method : kAll) {
    const auto one = fit_fay_herriot(towns.data(), method), other = fit_fay_herriot(scaled.data(), method);
    EXPECT_NEAR(other->variance / 1e10, one->variance, 1e-8) << name_of(method);
    for (std::size_t i = 0; i < towns.y.size(); ++i) {
      EXPECT_NEAR(other->areas[i].estimate / 1e5, one->areas[i].estimate, 1e-7);
    }
  }
}

TEST(FayHerriot, EstimatesLieBetweenDirectAndSynthetic_AndErrorsArePositive) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Townships towns = invented(seed, 12, seed % 2 ? 0.0 : 0.8);
    for (const auto method : kAll) {
      const auto fit = fit_fay_herriot(towns.data(), method);
      ASSERT_TRUE(fit);
      EXPECT_EQ(fit->zero_variance, fit->variance == 0);
      for (std::size_t i = 0; i < towns.y.size(); ++i) {
        const AreaEstimate& area = fit->areas[i];
        EXPECT_GE(area.estimate, std::min(towns.y[i], area.synthetic) - 1e-12);
        EXPECT_LE(area.estimate, std::max(towns.y[i], area.synthetic) + 1e-12);
        EXPECT_EQ(area.mse.has_value(), root_mse(area).has_value());
        EXPECT_GT(root_mse(area).value_or(1), 0);
      }
    }
  }
}

TEST(FayHerriot, SmallSpread_GivesZeroForLikelihoods_AndMoreForAdjustedOnes) {
  Townships towns = invented(2, 30, 0);
  for (double& d : towns.d) d *= 9;
  for (const auto method : {VarianceMethod::reml, VarianceMethod::ml, VarianceMethod::moment}) {
    const auto fit = fit_fay_herriot(towns.data(), method);
    ASSERT_TRUE(fit);
    EXPECT_TRUE(fit->zero_variance);
    EXPECT_EQ(fit->areas[4].estimate, fit->areas[4].synthetic);
    EXPECT_EQ(fit->areas[4].g1, 0);
  }
  for (const auto method : {VarianceMethod::amrl_yl, VarianceMethod::ampl_yl, VarianceMethod::amrl_ll}) {
    EXPECT_GT(fit_fay_herriot(towns.data(), method)->variance, 0);
  }
}

TEST(FayHerriot, OutOfSample_IsSynthetic_AndDoesNotMoveTheOthers) {
  Townships towns = invented(8, 20, 1);
  const auto before = fit_fay_herriot(towns.data(), VarianceMethod::reml);
  towns.y.insert(towns.y.begin() + 3, kMissing);
  towns.d.insert(towns.d.begin() + 3, kMissing);
  towns.x[0].insert(towns.x[0].begin() + 3, 0.5);
  const auto fit = fit_fay_herriot(towns.data(), VarianceMethod::reml);
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->areas[3].sampled);
  EXPECT_NEAR(fit->areas[3].estimate, fit->coefficients[0] + 0.5 * fit->coefficients[1], 1e-12);
  EXPECT_GT(*fit->areas[3].mse, fit->variance);
  EXPECT_NEAR(fit->areas[4].estimate, before->areas[3].estimate, 1e-12);
  EXPECT_EQ(fit->sampled, 20);
}

TEST(FayHerriot, KnownExactly_IsKept_UnlessNoVarianceIsLeft) {
  Townships towns = invented(8, 20, 1);
  towns.d[0] = 0;
  const auto fit = fit_fay_herriot(towns.data(), VarianceMethod::reml);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->areas[0].estimate, towns.y[0], 1e-12);
  std::fill(towns.y.begin(), towns.y.end(), 3.0);
  for (const auto method : {VarianceMethod::reml, VarianceMethod::ml, VarianceMethod::moment}) {
    const auto refused = fit_fay_herriot(towns.data(), method);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, "areas.known_exactly");
  }
}

TEST(FayHerriot, BadData_IsRefusedWithItsPlace) {
  Townships towns = invented(8, 20, 1);
  towns.d[6] = -1;
  EXPECT_NE(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().detail.find("area 7"),
            std::string::npos);
  towns.d[6] = kMissing;
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().rule, "areas.value");
  towns = invented(8, 20, 1);
  towns.x.push_back(towns.x[0]);
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().rule, "areas.collinear");
  towns = invented(8, 2, 1);
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().rule, "areas.few");
  towns = invented(8, 4, 1);
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::amrl_ll).error().rule, "areas.few");
  towns.x[0].pop_back();
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().rule, "areas.shape");
}

// Five townships are known far better than the others: the summit of a likelihood may lie twelve decades
// below.
TEST(FayHerriot, UnlikeSamplingVariances_StillHaveASummit) {
  Townships towns = invented(4, 15, 0);
  for (std::size_t i = 0; i < towns.y.size(); ++i) {
    towns.y[i] = 1 + 2 * towns.x[0][i] + (i < 5 ? 1e-7 : 1e-2) * (i % 2 ? 1 : -1);
    towns.d[i] = i < 5 ? 1e-12 : 10;
  }
  for (const auto method : kAll) {
    const auto fit = fit_fay_herriot(towns.data(), method);
    ASSERT_TRUE(fit) << name_of(method) << fit.error().detail;
    EXPECT_TRUE(std::isfinite(fit->areas[0].estimate));
  }
  towns.y[0] = 1e300;
  EXPECT_EQ(fit_fay_herriot(towns.data(), VarianceMethod::reml).error().rule, "areas.value");
}

TEST(FayHerriot, Names_AreReadAndWritten) {
  for (const auto method : kAll) EXPECT_EQ(variance_method(name_of(method)), method);
  EXPECT_FALSE(variance_method("reml"));
}

}  // namespace
}  // namespace kepu::statistics::areas
