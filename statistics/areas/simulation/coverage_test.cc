// Simulated counties whose truth is known: do the intervals of townships hold it as often as they say, is the
// error that is stated the error that is made, and how often does a covariate without any effect look
// significant?
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "statistics/areas/arcsine.h"
#include "statistics/areas/fay_herriot.h"

namespace kepu::statistics::areas {
namespace {

// Box and Muller on the bare generator: the same numbers with every compiler.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : random_(seed) {}
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1.0p-53; }
  double operator()() {
    return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::mt19937_64 random_;
};

struct Tally {
  double areas = 0, covered = 0, stated = 0, made = 0, direct = 0, counties = 0, rejected = 0, zero = 0;
  void print(const char* what) const {
    fmt::print(
        "{}: coverage {:.4f}, stated/made error {:.3f}, error of EBLUP/direct {:.3f}, type I {:.4f}, A=0 "
        "{:.3f}\n",
        what, covered / areas, stated / made, made / direct, rejected / counties, zero / counties);
  }
};

// m townships with 20 to 80 respondents each; `ratio` is A over the mean sampling variance. The second
// covariate has no effect.
Tally simulate(VarianceMethod method, int m, double ratio, int counties, std::uint64_t seed) {
  Normal normal(seed);
  Tally tally;
  std::vector<double> y(static_cast<std::size_t>(m)), d(y.size()), x(y.size()), idle(y.size()),
      truth(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    d[i] = 30.0 / (20 + 60.0 * static_cast<double>(i) / m);
    x[i] = normal();
    idle[i] = normal();
  }
  for (int county = 0; county < counties; ++county) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      truth[i] = 10 + x[i] + std::sqrt(ratio * 0.7) * normal();
      y[i] = truth[i] + std::sqrt(d[i]) * normal();
    }
    const auto fit = fit_fay_herriot({y, d, {x, idle}, true}, method);
    if (!fit) ADD_FAILURE() << fit.error().detail;
    if (!fit) return tally;
    tally.counties += 1;
    tally.zero += fit->zero_variance ? 1 : 0;
    tally.rejected += std::abs(fit->coefficients[2]) > 1.959964 * fit->coefficient_errors[2] ? 1 : 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const auto interval = interval_of(fit->areas[i]);
      tally.areas += 1;
      tally.covered += interval && interval->low <= truth[i] && truth[i] <= interval->high ? 1 : 0;
      tally.stated += *fit->areas[i].mse;
      tally.made += std::pow(fit->areas[i].estimate - truth[i], 2);
      tally.direct += std::pow(y[i] - truth[i], 2);
    }
  }
  return tally;
}

// The standard error of a coverage from 2,000 counties of 30 townships is about 0.001.
TEST(Simulation, Reml_IntervalsHoldTheTruth) {
  for (const double ratio : {0.5, 1.0, 4.0}) {
    const Tally tally = simulate(VarianceMethod::reml, 30, ratio, 2000, 20260101);
    tally.print(fmt::format("REML, 30 townships, A/D {}", ratio).c_str());
    EXPECT_NEAR(tally.covered / tally.areas, 0.95, 0.02);
    EXPECT_NEAR(tally.stated / tally.made, 1, ratio < 1 ? 0.20 : 0.08);
    EXPECT_LT(tally.made, tally.direct);
    EXPECT_NEAR(tally.rejected / tally.counties, 0.05, 0.03);
  }
}

TEST(Simulation, OtherMethods_StateTheErrorTheyMake) {
  for (const auto method :
       {VarianceMethod::ml, VarianceMethod::moment, VarianceMethod::prasad_rao, VarianceMethod::amrl_yl}) {
    const Tally tally = simulate(method, 30, 1, 2000, 20260102);
    tally.print(fmt::format("{}, 30 townships, A/D 1", name_of(method)).c_str());
    EXPECT_NEAR(tally.covered / tally.areas, 0.95, 0.025);
    EXPECT_NEAR(tally.stated / tally.made, 1, 0.15);
    EXPECT_NEAR(tally.rejected / tally.counties, 0.05, 0.035);
  }
}

// Few townships and little between them: A is often estimated as 0. The adjusted likelihood never is.
TEST(Simulation, FewTownships_ZeroVarianceOnlyWithoutAdjustment) {
  const Tally plain = simulate(VarianceMethod::reml, 12, 0.3, 2000, 20260103);
  const Tally adjusted = simulate(VarianceMethod::amrl_yl, 12, 0.3, 2000, 20260103);
  plain.print("REML, 12 townships, A/D 0.3");
  adjusted.print("AMRL_YL, 12 townships, A/D 0.3");
  EXPECT_GT(plain.zero, 0);
  EXPECT_EQ(adjusted.zero, 0);
  EXPECT_GT(adjusted.covered / adjusted.areas, 0.92);
}

// Proportions near 12 % on the arcsine scale, taken back: 20 to 80 binomial answers a township, some with
// none.
TEST(Simulation, Arcsine_IntervalsHoldTheProportion) {
  Normal normal(20260104);
  const std::size_t m = 30;
  double covered = 0, areas = 0, bias_naive = 0, bias_corrected = 0;
  for (int county = 0; county < 1000; ++county) {
    std::vector<double> p(m), n(m), x(m), truth(m);
    for (std::size_t i = 0; i < m; ++i) {
      n[i] = 20 + 2 * static_cast<double>(i);
      x[i] = normal();
      truth[i] = back_naive(0.36 + 0.04 * x[i] + 0.06 * normal());
      for (int j = 0; j < static_cast<int>(n[i]); ++j) p[i] += normal.uniform() < truth[i] ? 1 / n[i] : 0;
    }
    const auto data = to_arcsine(p, n);
    ASSERT_TRUE(data);
    const auto fit = fit_fay_herriot({data->estimates, data->variances, {x}, true}, VarianceMethod::amrl_yl);
    ASSERT_TRUE(fit);
    for (std::size_t i = 0; i < m; ++i) {
      const auto interval = back_interval(fit->areas[i]);
      areas += 1;
      covered += interval && interval->low <= truth[i] && truth[i] <= interval->high ? 1 : 0;
      bias_naive += back_naive(fit->areas[i].estimate) - truth[i];
      bias_corrected += back_corrected(fit->areas[i].estimate, fit->areas[i].g1) - truth[i];
    }
  }
  fmt::print("arcsine, 30 townships: coverage {:.4f}, bias naive {:.5f}, corrected {:.5f}\n", covered / areas,
             bias_naive / areas, bias_corrected / areas);
  EXPECT_NEAR(covered / areas, 0.95, 0.03);
  EXPECT_LT(std::abs(bias_corrected), std::abs(bias_naive));
}

}  // namespace
}  // namespace kepu::statistics::areas
