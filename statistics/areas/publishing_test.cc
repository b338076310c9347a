// Benchmarking, the arcsine scale, smoothing of variances and the rule of publication.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "statistics/areas/arcsine.h"
#include "statistics/areas/benchmark.h"
#include "statistics/areas/publication.h"
#include "statistics/areas/variance_smoothing.h"

namespace kepu::statistics::areas {
namespace {

TEST(Benchmark, WeightedSumIsTheTarget) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(0.01, 0.9);
  for (int turn = 0; turn < 100; ++turn) {
    std::vector<double> estimates(15), shares(15);
    for (double& e : estimates) e = uniform(random);
    for (double& s : shares) s = uniform(random);
    const double target = uniform(random);
    for (const auto kind : {BenchmarkKind::ratio, BenchmarkKind::difference}) {
      const auto moved = benchmark(estimates, shares, target, kind);
      ASSERT_TRUE(moved);
      double sum = 0;
      for (std::size_t i = 0; i < shares.size(); ++i) sum += shares[i] * (*moved)[i];
      EXPECT_NEAR(sum, target, 1e-13);
    }
  }
}

TEST(Benchmark, NothingToMove_IsRefused) {
  using enum BenchmarkKind;
  EXPECT_EQ(benchmark(std::vector{1.0, -1.0}, std::vector{0.5, 0.5}, 1, ratio).error().rule,
            "areas.benchmark");
  EXPECT_TRUE(benchmark(std::vector{1.0, -1.0}, std::vector{0.5, 0.5}, 1, difference));
  EXPECT_EQ(benchmark(std::vector{1.0}, std::vector{0.0}, 1, difference).error().rule, "areas.benchmark");
  EXPECT_EQ(benchmark({}, {}, 1, ratio).error().rule, "areas.shape");
}

TEST(Arcsine, BackIsTheInverse_AndTheCorrectedOneTheExpectation) {
  const std::vector<double> p{0, 0.1, 0.5, 1}, n{20, 30, 40, 50};
  const auto data = to_arcsine(p, n);
  ASSERT_TRUE(data);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(back_naive(data->estimates[i]), p[i], 1e-15);
    EXPECT_NEAR(back_corrected(data->estimates[i], 0), p[i], 1e-15);
    EXPECT_EQ(data->variances[i], 1 / (4 * n[i]));
  }
  // ∫ sin²θ dN(m, s²) by the trapezoidal rule.
  const double m = 0.4, s = 0.1;
  double sum = 0;
  for (int k = -800; k <= 800; ++k) {
    const double z = k / 100.0;
    sum += back_naive(m + s * z) * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) / 100;
  }
  EXPECT_NEAR(back_corrected(m, s * s), sum, 1e-12);
  EXPECT_EQ(to_arcsine(std::vector{1.2}, std::vector{3.0}).error().rule, "areas.value");
}

TEST(Arcsine, IntervalStaysInsideProportions) {
  AreaEstimate area{.sampled = true, .estimate = 0.05, .mse = 0.01};
  EXPECT_EQ(back_interval(area)->low, 0);
  area.estimate = 1.55;
  EXPECT_EQ(back_interval(area)->high, 1);
  EXPECT_LT(back_interval(area)->low, 1);
}

ProportionData zeros_and_others(const std::vector<double>& p, const std::vector<double>& v,
                                const std::vector<double>& n) {
  return {p, v, n};
}

TEST(Smoothing, ProportionsWithoutSpread_GetAVariance) {
  std::vector<double> p{0, 0.1, 0.2, 0.15, 1, 0.3, 0.12, 0.22}, n{20, 40, 60, 30, 15, 80, 50, 25}, v;
  for (std::size_t i = 0; i < p.size(); ++i) v.push_back(1.5 * p[i] * (1 - p[i]) / n[i]);
  p.push_back(std::numeric_limits<double>::quiet_NaN()), n.push_back(0), v.push_back(0);
  for (const auto model : {SmoothingModel::common_deff, SmoothingModel::log_linear}) {
    const auto smooth = smooth_variances(zeros_and_others(p, v, n), model);
    ASSERT_TRUE(smooth);
    EXPECT_EQ(smooth->fitted, 6);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_GT(smooth->variances[i], 0);
    EXPECT_TRUE(std::isnan(smooth->variances[8]));
    EXPECT_GT(smooth->variances[0], smooth->variances[2] / 10);
  }
}

// Where direct variances follow the function exactly, it gives them back.
TEST(Smoothing, ExactFunction_IsRecovered) {
  const std::vector<double> p(6, 0.25), n{10, 20, 30, 40, 50, 60};
  std::vector<double> v;
  for (const double size : n) v.push_back(1.7 * 0.25 * 0.75 / size);
  const auto smooth = smooth_variances(zeros_and_others(p, v, n), SmoothingModel::common_deff);
  ASSERT_TRUE(smooth);
  EXPECT_NEAR(smooth->design_effect, 1.7, 1e-12);
  for (std::size_t i = 0; i < n.size(); ++i) EXPECT_NEAR(smooth->variances[i], v[i], 1e-14);
  EXPECT_EQ(smooth_variances(zeros_and_others(p, v, n), SmoothingModel::log_linear).error().rule,
            "areas.few");
  const std::vector<double> none(6, 0.0);
  EXPECT_EQ(smooth_variances(zeros_and_others(none, v, n), SmoothingModel::common_deff).error().rule,
            "areas.level");
}

TEST(Publication, FollowsTheRule) {
  const PublicationRule rule;
  AreaEstimate area{.sampled = true, .estimate = 0.2, .shrinkage = 0.5, .mse = 0.0004};  // width 0.078
  EXPECT_EQ(judge(area, rule), Publication::publish);
  EXPECT_EQ(judge(area, rule, 29.0), Publication::few_respondents);
  area.mse = 0.01;
  EXPECT_EQ(judge(area, rule), Publication::too_wide);
  area.estimate = 0.05, area.mse = 0.0009;  // low end cut at 0: width 0.1088 > 1.3 × 0.05
  EXPECT_EQ(judge(area, rule), Publication::too_wide_relative);
  area.estimate = 0.01, area.mse = 0.0001;  // width 0.03
  EXPECT_EQ(judge(area, rule), Publication::publish);
  area.mse.reset();
  EXPECT_EQ(judge(area, rule), Publication::no_error);
  area.shrinkage = 0;
  EXPECT_EQ(judge(area, rule), Publication::synthetic);
}

}  // namespace
}  // namespace kepu::statistics::areas
