#include "statistics/survey/survey.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "statistics/survey/estimate.h"
#include "statistics/survey/table.h"

namespace kepu::statistics {
namespace {

// The eight hogs of Stata's manual [SVY] variance estimation (fpc): published: mean 5.448148, standard error
// .6160407 with and .7412683 without the finite population.
DesignColumns hogs(bool with_population) {
  DesignColumns c;
  c.rows = 8;
  c.strata = {0, 0, 0, 0, 0, 1, 1, 1};
  c.clusters = {{1, 2, 3, 4, 5, 1, 2, 3}};
  c.nested = true;
  c.weights = {3, 3, 3, 3, 3, 4, 4, 4};
  if (with_population) c.population = {{15, 15, 15, 15, 15, 12, 12, 12}};
  return c;
}
Eigen::MatrixXd hog_values() {
  Eigen::MatrixXd x(8, 1);
  x << 2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2;
  return x;
}

Survey survey_of(DesignColumns columns, const VarianceRules& rules = {}) {
  auto design = Design::make(std::move(columns), rules);
  EXPECT_TRUE(design) << (design ? "" : design.error().detail);
  return Survey(std::move(*design));
}

Estimates mean_estimate(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y) {
  const auto s = mean_of(survey, domain, y);
  EXPECT_TRUE(s) << (s ? "" : s.error().detail);
  const auto e = survey.estimate(domain, *s);
  EXPECT_TRUE(e) << (e ? "" : e.error().detail);
  return *e;
}

TEST(Mean, OfStatasHogs_IsAsPublished) {
  const auto with = mean_estimate(survey_of(hogs(true)), Domain::all(8), hog_values());
  EXPECT_NEAR(with.value[0], 5.448148, 5e-7);
  EXPECT_NEAR(with.se()[0], 0.6160407, 5e-8);
  const auto without = mean_estimate(survey_of(hogs(false)), Domain::all(8), hog_values());
  EXPECT_NEAR(without.se()[0], 0.7412683, 5e-8);
  EXPECT_EQ(survey_of(hogs(true)).degrees_of_freedom(Domain::all(8)), 6);
}

TEST(Mean, WeightsWithoutPopulationCountsAreWorkedOut) {
  auto c = hogs(true);
  c.weights.clear();
  const auto d = Design::make(c);
  ASSERT_TRUE(d);
  EXPECT_NEAR(d->weights()[0], 3, 1e-12);
  EXPECT_NEAR(d->weights()[7], 4, 1e-12);
}

TEST(Mean, ScaledWeightsChangeNothing_AndRowsMayComeInAnyOrder) {
  auto scaled = hogs(false), shuffled = hogs(false);
  for (auto& w : scaled.weights) w *= 1000;
  const std::vector<std::size_t> order{7, 3, 0, 5, 1, 6, 2, 4};
  Eigen::MatrixXd y(8, 1);
  for (std::size_t i = 0; i < 8; ++i) {
    shuffled.strata[i] = hogs(false).strata[order[i]];
    shuffled.clusters[0][i] = hogs(false).clusters[0][order[i]];
    shuffled.weights[i] = hogs(false).weights[order[i]];
    y(static_cast<int>(i), 0) = hog_values()(static_cast<int>(order[i]), 0);
  }
  const auto plain = mean_estimate(survey_of(hogs(false)), Domain::all(8), hog_values());
  EXPECT_NEAR(mean_estimate(survey_of(scaled), Domain::all(8), hog_values()).se()[0], plain.se()[0], 1e-14);
  EXPECT_NEAR(mean_estimate(survey_of(shuffled), Domain::all(8), y).se()[0], plain.se()[0], 1e-14);
}

TEST(Ratio, OfHalfSamples_IsAsInLevyAndLemeshow) {
  // Ambulance runs of Levy and Lemeshow (1991); R's manual page of svrepdesign prints 0.1535064, 0.009418401
  // for these halves.
  Eigen::MatrixXd weights(6, 4);
  weights << 2, 2, 0, 0, 0, 0, 2, 2, 2, 0, 2, 0, 0, 2, 0, 2, 2, 0, 0, 2, 0, 2, 2, 0;
  auto halves = Replicates::of_columns(weights);
  halves.scale = 0.25;
  const Survey survey(std::vector<double>(6, 1.0), halves);
  Eigen::MatrixXd alive(6, 1), arrests(6, 1);
  alive << 25, 24, 30, 49, 80, 70;
  arrests << 120, 78, 185, 228, 670, 530;
  const auto r = ratio_of(survey, Domain::all(6), alive, arrests);
  ASSERT_TRUE(r);
  const auto e = survey.estimate(Domain::all(6), *r);
  ASSERT_TRUE(e);
  EXPECT_NEAR(e->value[0], 0.1535064, 5e-8);
  EXPECT_NEAR(e->se()[0], 0.009418401, 5e-10);
  EXPECT_EQ(survey.degrees_of_freedom(Domain::all(6)), 3);
}

TEST(Design, RefusesByName) {
  const auto rule = [](DesignColumns c) {
    const auto d = Design::make(std::move(c));
    return d ? std::string("made") : d.error().rule;
  };
  EXPECT_EQ(rule(hogs(true)), "made");
  auto c = hogs(true);
  c.nested = false;
  EXPECT_EQ(rule(c), "survey.psu_in_two_strata");
  c = hogs(true);
  c.weights[2] = -1;
  EXPECT_EQ(rule(c), "survey.negative_weight");
  c.weights[2] = std::nan("");
  EXPECT_EQ(rule(c), "survey.missing");
  c = hogs(true);
  c.strata[4] = -1;
  EXPECT_EQ(rule(c), "survey.missing");
  c = hogs(true);
  c.population[0][0] = 4;
  EXPECT_EQ(rule(c), "survey.population");
  c.population[0][0] = 0.5;
  EXPECT_EQ(rule(c), "survey.population");
  c = hogs(false);
  c.strata[7] = 2;
  EXPECT_EQ(rule(c), "survey.lonely_psu");
  c.check_lonely = false;
  EXPECT_EQ(rule(c), "made");
  c = hogs(true);
  c.weights.pop_back();
  EXPECT_EQ(rule(c), "survey.columns");
  c = hogs(true);
  c.rows = 0;
  EXPECT_EQ(rule(c), "survey.columns");
  c = hogs(false);
  c.strata.clear();
  c.clusters = {std::vector<std::int32_t>(8, 1)};
  EXPECT_EQ(rule(c), "survey.one_psu");
}

TEST(LonelyUnit, RefusesOnlyWhereAVarianceMeetsIt) {
  auto c = hogs(false);
  c.strata[7] = 2;
  c.check_lonely = false;
  const Survey survey = survey_of(c);
  const auto s = mean_of(survey, Domain::all(8), hog_values());
  const auto v = survey.covariance(Domain::all(8), *s);
  ASSERT_FALSE(v);
  EXPECT_EQ(v.error().rule, "survey.lonely_psu");
  Domain first{{1, 1, 1, 1, 1, 0, 0, 0}};
  EXPECT_TRUE(survey.covariance(first, *mean_of(survey, first, hog_values())));
  double remove = 0;
  for (const auto lonely : {LonelyUnit::remove, LonelyUnit::average, LonelyUnit::adjust}) {
    const auto with = *survey.with({lonely, false, false});
    const double variance =
        (*with.covariance(Domain::all(8), *mean_of(with, Domain::all(8), hog_values())))(0, 0);
    if (lonely == LonelyUnit::remove)
      remove = variance;
    else
      EXPECT_GT(variance, remove);
  }
}

TEST(LonelyUnit, AverageOfNoOtherStratum_IsUnknown) {
  // R: options(survey.lonely.psu = "average"); svymean(~x, subset(d, st == 3)) has SE NaN, not 0.
  auto c = hogs(false);
  c.strata[7] = 2;
  const Survey survey = survey_of(c, {LonelyUnit::average, false, false});
  const Domain alone{{0, 0, 0, 0, 0, 0, 0, 1}};
  const auto v = survey.covariance(alone, *mean_of(survey, alone, hog_values()));
  ASSERT_TRUE(v);
  EXPECT_TRUE(std::isnan((*v)(0, 0)));
}

TEST(Degrees, OfReplicates_AreLeftByCalibration_AndCountedAgainAfterPoststrata) {
  // R: d <- as.svrepdesign(svydesign(~1, data, weights = ~w), "JK1"); degf(calibrate(d, ~x, totals)) stays 7.
  DesignColumns c = hogs(false);
  c.strata.clear();
  c.clusters.clear();
  const auto design = Design::make(c);
  const Survey survey(design->weights(), *jackknife(*design, false));
  ASSERT_EQ(survey.degrees_of_freedom(Domain::all(8)), 7);
  Calibration calibration;
  calibration.auxiliary.resize(8, 2);
  calibration.auxiliary << Eigen::VectorXd::Ones(8), hog_values();
  calibration.totals = Eigen::Vector2d(27, 140);
  calibration.names = {"(Intercept)", "x"};
  const std::vector<WeightingStep> calibrate{CalibrateStep{calibration}};
  const auto calibrated = survey.reweighted(calibrate);
  ASSERT_TRUE(calibrated) << calibrated.error().detail;
  EXPECT_EQ(calibrated->degrees_of_freedom(Domain::all(8)), 7);
}

TEST(Domain, KeepsItsEmptyUnits) {
  // Two units of a stratum, one without a row of the domain: it counts as a total of 0, the variance is not
  // 0.
  DesignColumns c;
  c.rows = 4;
  c.strata = {0, 0, 0, 0};
  c.clusters = {{1, 1, 2, 2}};
  c.weights = {1, 1, 1, 1};
  const Survey survey = survey_of(c);
  Eigen::MatrixXd y(4, 1);
  y << 1, 0, 5, 7;
  const Domain domain{{1, 1, 0, 0}};
  const auto total = total_of(survey, domain, y);
  EXPECT_DOUBLE_EQ((*survey.covariance(domain, *total))(0, 0), 2 * (0.25 + 0.25));
  EXPECT_EQ(survey.degrees_of_freedom(domain), 0);
}

TEST(Missing, InsideTheDomainIsRefused_OutsideItIsNotRead) {
  const Survey survey = survey_of(hogs(false));
  auto y = hog_values();
  y(0, 0) = std::nan("");
  EXPECT_EQ(mean_of(survey, Domain::all(8), y).error().rule, "survey.missing");
  Domain rest = Domain::all(8);
  rest.in[0] = 0;
  EXPECT_TRUE(mean_of(survey, rest, y));
  EXPECT_EQ(mean_of(survey, Domain{std::vector<std::uint8_t>(8, 0)}, y).error().rule, "survey.empty");
}

TEST(Jackknife, OfATotal_EqualsLinearisation) {
  const auto design = Design::make(hogs(true));
  const Survey linear(*design);
  auto replicates = jackknife(*design, true);
  ASSERT_TRUE(replicates);
  EXPECT_EQ(replicates->count(), 8);
  const Survey repeated(design->weights(), *replicates);
  const auto t = total_of(linear, Domain::all(8), hog_values());
  EXPECT_NEAR((*linear.covariance(Domain::all(8), *t))(0, 0),
              (*repeated.covariance(Domain::all(8), *t))(0, 0), 1e-9);
  EXPECT_EQ(repeated.degrees_of_freedom(Domain::all(8)), 6);
  EXPECT_EQ(jackknife(*design, false).error().rule, "survey.jackknife");
}

TEST(BalancedHalves, AreBalanced) {
  DesignColumns c;
  c.rows = 10;
  for (int i = 0; i < 10; ++i) c.strata.push_back(i / 2);
  c.weights.assign(10, 1.0);
  const auto design = Design::make(c);
  const auto halves = balanced_halves(*design, 0.3);
  ASSERT_TRUE(halves);
  EXPECT_EQ(halves->count(), 8);
  // Each unit is taken half of the time, two strata agree half of the time; a total's variance is exact.
  EXPECT_NEAR(halves->factors().rowwise().mean().maxCoeff(), 1, 1e-12);
  Eigen::MatrixXd y(10, 1);
  y << 3, 8, 1, 1, 7, 2, 9, 4, 5, 5;
  const Survey linear(*design), repeated(design->weights(), *halves);
  const auto t = total_of(linear, Domain::all(10), y);
  EXPECT_NEAR((*linear.covariance(Domain::all(10), *t))(0, 0),
              (*repeated.covariance(Domain::all(10), *t))(0, 0), 1e-9);
  EXPECT_EQ(balanced_halves(*Design::make(hogs(true))).error().rule, "survey.balanced");
}

TEST(Bootstrap, SeedReproduces_AndVarianceComesNearLinearisation) {
  DesignColumns c;
  std::mt19937_64 random(7);
  c.rows = 400;
  for (int i = 0; i < 400; ++i) {
    c.strata.push_back(i / 100);
    c.weights.push_back(1 + static_cast<double>(random() % 5));
  }
  Eigen::MatrixXd y(400, 1);
  for (int i = 0; i < 400; ++i) y(i, 0) = static_cast<double>(random() % 100);
  const auto design = Design::make(c);
  const auto a = bootstrap(*design, 800, 11), b = bootstrap(*design, 800, 11),
             other = bootstrap(*design, 800, 12);
  EXPECT_EQ(a->factors(), b->factors());
  EXPECT_NE(a->factors(), other->factors());
  const Survey linear(*design), repeated(design->weights(), *a);
  const auto m = mean_of(linear, Domain::all(400), y);
  const double ratio =
      (*repeated.covariance(Domain::all(400), *m))(0, 0) / (*linear.covariance(Domain::all(400), *m))(0, 0);
  EXPECT_NEAR(ratio, 1, 0.2);
}

TEST(TwoStages, AddTheSecondOnlyWithItsPopulation) {
  DesignColumns c;
  c.rows = 8;
  c.clusters = {{1, 1, 1, 1, 2, 2, 2, 2}, {1, 2, 3, 4, 1, 2, 3, 4}};
  c.population = {std::vector<double>(8, 10), std::vector<double>(8, 40)};
  const auto both = mean_estimate(survey_of(c), Domain::all(8), hog_values());
  const auto ultimate =
      mean_estimate(survey_of(c, {LonelyUnit::refuse, false, true}), Domain::all(8), hog_values());
  // Särndal, Swensson and Wretman (1992), (4.3.21): V = N²(1−f)s²_b/n + (N/n) Σ M²(1−g)s²_w/m, over (Σw)².
  const auto y = hog_values();
  double within = 0, mean[2];
  for (int u = 0; u < 2; ++u) {
    mean[u] = y.block(4 * u, 0, 4, 1).mean();
    within += 40.0 * 40 * (1 - 0.1) * (y.block(4 * u, 0, 4, 1).array() - mean[u]).square().sum() / 3 / 4;
  }
  const double grand = (mean[0] + mean[1]) / 2;
  const double between =
      100.0 * 0.8 / 2 * (std::pow(40 * (mean[0] - grand), 2) + std::pow(40 * (mean[1] - grand), 2));
  EXPECT_NEAR(both.covariance(0, 0), (between + 10.0 / 2 * within) / (400.0 * 400), 1e-12);
  EXPECT_NEAR(ultimate.covariance(0, 0), between / (400.0 * 400), 1e-12);
}

TEST(Pps, SimpleRandomSamplingIsASpecialCase) {
  // With equal probabilities n/N and π_ij = n(n−1)/(N(N−1)) all methods give the textbook variance.
  const int n = 8, population = 20;
  const double pi = 0.4, pair = 8.0 * 7 / (20.0 * 19);
  DesignColumns c;
  c.rows = n;
  c.population = {std::vector<double>(n, pi)};
  c.joint = Eigen::MatrixXd::Constant(n, n, pair);
  c.joint.diagonal().setConstant(pi);
  const auto y = hog_values();
  const double s2 = (y.array() - y.mean()).square().sum() / (n - 1);
  const double textbook = population * population * (1 - pi) * s2 / n;
  for (const auto method :
       {PpsMethod::brewer, PpsMethod::joint_yates_grundy, PpsMethod::joint_horvitz_thompson}) {
    c.pps = method;
    const Survey survey = survey_of(c);
    const auto t = total_of(survey, Domain::all(8), y);
    EXPECT_NEAR((*survey.covariance(Domain::all(8), *t))(0, 0), textbook, 1e-9 * textbook);
  }
  c.joint = Eigen::MatrixXd();
  EXPECT_EQ(Design::make(c).error().rule, "survey.pps");
}

TEST(SimpleVariance, SampleLargerThanPopulation_IsRefused) {
  auto c = hogs(false);
  for (auto& w : c.weights) w = 0.5;
  const Survey survey = survey_of(c);
  EXPECT_EQ(simple_variance(survey, Domain::all(8), hog_values(), false, false).error().rule,
            "survey.sample_exceeds_population");
  EXPECT_TRUE(simple_variance(survey, Domain::all(8), hog_values(), true, false));
}

TEST(Alpha, OfIdenticalItemsIsOne) {
  const Survey survey = survey_of(hogs(false));
  Eigen::MatrixXd items(8, 2);
  items << hog_values(), hog_values();
  EXPECT_NEAR(*cronbach_alpha(survey, Domain::all(8), items), 1, 1e-12);
  EXPECT_FALSE(cronbach_alpha(survey, Domain::all(8), hog_values()));
}

}  // namespace
}  // namespace kepu::statistics
