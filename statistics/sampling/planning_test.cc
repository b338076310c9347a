// Sizes, power, design effects and allocation.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "statistics/sampling/allocation.h"
#include "statistics/sampling/design_effect.h"
#include "statistics/sampling/sample_size.h"

namespace kepu::statistics::sampling {
namespace {

TEST(SampleSize, HalfWithFivePoints_Is384_AsInEveryTextbook) {
  const auto size = size_for_precision({0.5, 0.05});
  ASSERT_TRUE(size);
  EXPECT_NEAR(size->simple, 384.1459, 1e-4);
  EXPECT_EQ(size->in_field, 385);
  const auto small = size_for_precision({0.5, 0.05, 2000, 1.5, 0.8});
  EXPECT_NEAR(small->finite, 384.1459 / (1 + 383.1459 / 2000), 1e-3);
  EXPECT_EQ(small->in_field, std::ceil(small->finite * 1.5 / 0.8));
}

TEST(SampleSize, MarginIsTheInverse) {
  for (const double p : {0.05, 0.12, 0.5}) {
    for (const std::optional<double> population : {std::optional<double>(), std::optional<double>(3000.0)}) {
      const auto size = size_for_precision({p, 0.04, population, 1.6});
      EXPECT_NEAR(*margin_of(size->with_design, p, 1.6, population), 0.04, 1e-12);
    }
  }
}

TEST(SampleSize, OutOfRange_IsRefusedByName) {
  EXPECT_NE(size_for_precision({0.0, 0.05}).error().detail.find("proportion"), std::string::npos);
  EXPECT_NE(size_for_precision({0.5, 0.05, {}, 1, 0}).error().detail.find("response"), std::string::npos);
  EXPECT_FALSE(size_for_change({0.2, 0.2}, 0.8));
  EXPECT_FALSE(size_for_change({0.2, 0.3}, 0.04));
  EXPECT_FALSE(power_of_change({0.2, 0.3}, std::nan("")));
}

// R, help page of power.prop.test: p1 = .50, p2 = .75, power = .90 gives n = 76.7; n = 50 gives power =
// 0.740.
TEST(Power, IsThatOfTheReference) {
  EXPECT_NEAR(*size_for_change({0.5, 0.75}, 0.9), 76.7, 0.05);
  EXPECT_NEAR(*power_of_change({0.5, 0.75}, 50), 0.740, 0.0005);
}

TEST(Power, SizePowerAndSmallestChangeAgree) {
  for (const double p1 : {0.05, 0.12, 0.6}) {
    for (const bool two_sided : {true, false}) {
      const ChangeTest test{p1, p1 + 0.04, 0.05, two_sided, 1.7};
      const double n = *size_for_change(test, 0.85);
      EXPECT_NEAR(*power_of_change(test, n), 0.85, 1e-12);
      EXPECT_NEAR(*smallest_rise(test, n, 0.85), p1 + 0.04, 1e-12);
      const ChangeTest down{p1, p1 - 0.04, 0.05, two_sided, 1.7};
      EXPECT_NEAR(*smallest_fall(down, *size_for_change(down, 0.85), 0.85), p1 - 0.04, 1e-12);
      EXPECT_GT(*power_of_change(test, n, true), *power_of_change(test, n) - 1e-15);
    }
  }
  EXPECT_EQ(smallest_rise({0.9, 0}, 10, 0.9).error().rule, "sampling.unreachable");
}

// A county that rises by one point a year: far more people in one year than in four.
TEST(Power, YearlyRiseOfOnePoint) {
  const double one = *size_for_yearly_rise(0.12, 0.01, 1, 0.8),
               four = *size_for_yearly_rise(0.12, 0.01, 4, 0.8);
  EXPECT_NEAR(one, 17169, 1);
  EXPECT_NEAR(four, 1180.0768, 1e-3);
}

// The share of rejections under equal proportions is alpha, and under a difference the power (simulated by
// the exact binomial distribution of two rounds).
TEST(Power, HoldsUnderExactBinomials) {
  const int n = 300;
  const auto rejected = [&](double p1, double p2) {
    const auto binomial = [&](int x, double p) {
      return std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(p) +
                      (n - x) * std::log1p(-p));
    };
    double sum = 0;
    for (int x = 0; x <= n; ++x) {
      for (int y = 0; y <= n; ++y) {
        const double p = (x + y) / (2.0 * n), spread = std::sqrt(2 * p * (1 - p) / n);
        if (spread > 0 && std::abs(x - y) / static_cast<double>(n) > 1.959963984540054 * spread) {
          sum += binomial(x, p1) * binomial(y, p2);
        }
      }
    }
    return sum;
  };
  EXPECT_NEAR(rejected(0.3, 0.3), 0.05, 0.003);
  EXPECT_NEAR(rejected(0.3, 0.4), *power_of_change({0.3, 0.4}, n, true), 0.01);
}

TEST(DesignEffects, ClosedForms) {
  const auto effect = design_effect(10, 0.05, 0.4);
  EXPECT_NEAR(effect->whole, 1.45 * 1.16, 1e-12);
  EXPECT_NEAR(*weight_effect(std::vector{1.0, 1.0, 4.0}), 3 * 18.0 / 36, 1e-12);
  EXPECT_NEAR(*weight_effect(std::vector{1e300, 1e300}), 1, 1e-12);
  EXPECT_EQ(*best_take(400, 4, 0.5), 10);
  EXPECT_FALSE(best_take(400, 4, 0));
  EXPECT_FALSE(design_effect(0.5, 0.1, 0));
  EXPECT_FALSE(weight_effect(std::vector{0.0}));
}

std::vector<Stratum> townships(unsigned seed, int count) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0.05, 1);
  std::vector<Stratum> out;
  for (int h = 0; h < count; ++h) {
    out.push_back(
        {std::ceil(30000 * uniform(random)), uniform(random), uniform(random), 1 + uniform(random)});
  }
  return out;
}

constexpr std::array kKinds{AllocationKind::proportional, AllocationKind::neyman,
                            AllocationKind::optimum_cost, AllocationKind::power};

TEST(Allocation, SumsToTheTotal_WholeAndReal) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const auto strata = townships(seed, 3 + static_cast<int>(seed) % 20);
    for (const auto kind : kKinds) {
      const auto sizes = allocate(strata, 1234, kind);
      EXPECT_NEAR(std::accumulate(sizes->begin(), sizes->end(), 0.0), 1234, 1e-9);
      const auto whole = largest_remainder(*sizes);
      EXPECT_EQ(std::accumulate(whole->begin(), whole->end(), std::int64_t{0}), 1234);
      for (std::size_t h = 0; h < strata.size(); ++h) {
        EXPECT_LT(std::abs(static_cast<double>((*whole)[h]) - (*sizes)[h]), 1);
      }
    }
  }
}

TEST(Allocation, NeymanHasTheLeastVariance_CostTheLeastForItsCost) {
  const auto strata = townships(4, 9);
  const auto cost = [&](const std::vector<double>& sizes) {
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) sum += strata[h].cost * sizes[h];
    return sum;
  };
  const auto neyman = *allocate(strata, 1000, AllocationKind::neyman);
  const auto cheap = *allocate(strata, 1000, AllocationKind::optimum_cost);
  for (const auto kind : kKinds) {
    const auto sizes = *allocate(strata, 1000, kind);
    EXPECT_GE(*variance_of_mean(strata, sizes), *variance_of_mean(strata, neyman) - 1e-15);
    auto paid = cheap;
    for (double& n : paid) n *= cost(sizes) / cost(cheap);
    EXPECT_GE(*variance_of_mean(strata, sizes), *variance_of_mean(strata, paid) - 1e-15);
  }
}

TEST(Allocation, PowerAllocation_LiesBetweenEqualPrecisionAndNeyman) {
  auto strata = townships(6, 8);
  for (Stratum& s : strata) s.mean = 1;
  const auto at_one = *allocate(strata, 500, AllocationKind::power, 1);
  const auto neyman = *allocate(strata, 500, AllocationKind::neyman);
  for (std::size_t h = 0; h < strata.size(); ++h) EXPECT_NEAR(at_one[h], neyman[h], 1e-9);
  const auto at_zero = *allocate(strata, 500, AllocationKind::power, 0);
  EXPECT_NEAR(at_zero[0] / at_zero[1], strata[0].deviation / strata[1].deviation, 1e-12);
}

TEST(Allocation, BoundsAreKept_AndTheSum) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    auto strata = townships(seed, 12);
    strata[0].population = 40, strata[1].population = 25;
    for (const auto kind : kKinds) {
      const auto sizes = allocate_bounded(strata, 2000, kind, 60);
      ASSERT_TRUE(sizes);
      EXPECT_NEAR(std::accumulate(sizes->begin(), sizes->end(), 0.0), 2000, 1e-8);
      for (std::size_t h = 0; h < strata.size(); ++h) {
        EXPECT_LE((*sizes)[h], strata[h].population);
        EXPECT_GE((*sizes)[h], std::min(60.0, strata[h].population));
      }
    }
  }
  const std::vector<Stratum> tiny{{10, 1, 1, 1}, {20, 1, 1, 1}};
  EXPECT_EQ(allocate_bounded(tiny, 31, AllocationKind::neyman, 0).error().rule, "sampling.bounds");
  EXPECT_EQ(allocate_bounded(tiny, 10, AllocationKind::neyman, 8).error().rule, "sampling.bounds");
  EXPECT_NEAR((*allocate_bounded(tiny, 30, AllocationKind::neyman, 0))[1], 20, 1e-12);
}

TEST(Allocation, OfEqualFractionsTheEarlierIsRaised) {
  EXPECT_EQ(*largest_remainder(std::vector{1.5, 1.5, 2.0}), (std::vector<std::int64_t>{2, 1, 2}));
  EXPECT_EQ(*largest_remainder(std::vector{2.9999999999999996, 7.0}), (std::vector<std::int64_t>{3, 7}));
  EXPECT_FALSE(largest_remainder(std::vector{-1.0}));
}

}  // namespace
}  // namespace kepu::statistics::sampling
