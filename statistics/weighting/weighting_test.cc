#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "statistics/weighting/pipeline.h"

namespace kepu::statistics {
namespace {

Cells cells(std::vector<std::int32_t> of, std::int32_t count) { return {std::move(of), count}; }

// Eight people, two of each sex in two age groups, unequal weights.
struct People {
  Cells sex = cells({0, 0, 0, 0, 1, 1, 1, 1}, 2);
  Cells age = cells({0, 0, 1, 1, 0, 0, 1, 1}, 2);
  std::vector<double> weights{10, 12, 8, 20, 15, 5, 9, 11};
  Margin sex_margin() const { return {"sex", sex, {60, 40}, {"men", "women"}}; }
  Margin age_margin() const { return {"age", age, {55, 45}, {"young", "old"}}; }
  double sum(const std::vector<double>& w, const Cells& by, std::int32_t c) const {
    double s = 0;
    for (std::size_t i = 0; i < w.size(); ++i) s += by.of[i] == c ? w[i] : 0;
    return s;
  }
};

TEST(Cross, NumbersOnlyWhatOccurs_FirstPartFastest) {
  const Cells a = cells({1, 0, 1, -1}, 2), b = cells({2, 0, 0, 1}, 3);
  const Cells* parts[] = {&a, &b};
  const auto c = cross(parts);
  EXPECT_EQ(c.cells.count, 3);
  EXPECT_EQ(c.cells.of, (std::vector<std::int32_t>{2, 0, 1, -1}));
  EXPECT_EQ(c.parts[0], (std::vector<std::int32_t>{0, 1, 1}));
  EXPECT_EQ(c.parts[1], (std::vector<std::int32_t>{0, 0, 2}));
}

TEST(Cross, ManyCombinations_GiveTheSameNumbersAsFew) {
  // The same categories, once in few and once in so many possible ones that keys are sorted instead.
  std::vector<std::int32_t> of;
  for (int i = 0; i < 200; ++i) of.push_back((i * 7) % 13);
  const Cells few = cells(of, 13), many = cells(of, 1000000), other = cells(of, 1000000);
  const Cells* narrow[] = {&few, &few};
  const Cells* wide[] = {&many, &other};
  EXPECT_EQ(cross(narrow).cells.of, cross(wide).cells.of);
}

TEST(Poststratify, MeetsTheCounts_AndRefusesAnEmptyCategoryWithAHint) {
  const People p;
  const auto fitted = poststratify(p.sex_margin(), p.weights);
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(p.sum(fitted->weights, p.sex, 0), 60, 1e-12);
  EXPECT_NEAR(p.sum(fitted->weights, p.sex, 1), 40, 1e-12);
  Margin wide = p.sex_margin();
  wide.cells.count = 3;
  wide.population.push_back(5);
  wide.names.push_back("unknown");
  const auto refused = poststratify(wide, p.weights);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "weighting.empty_category");
  EXPECT_NE(refused.error().detail.find("unknown"), std::string::npos);
  EXPECT_TRUE(poststratify(wide, p.weights, true));
  Margin none = p.sex_margin();
  none.population[1] = 0;
  EXPECT_EQ(poststratify(none, p.weights).error().rule, "weighting.not_in_population");
  Margin missing = p.sex_margin();
  missing.cells.of[3] = -1;
  EXPECT_EQ(poststratify(missing, p.weights).error().rule, "weighting.missing");
}

TEST(Rake, MeetsAllMargins_WhateverTheirOrder) {
  const People p;
  const auto one = RakePlan::make({p.sex_margin(), p.age_margin()})->rake(p.weights, {1e-12, 500, 1e-9});
  const auto two = RakePlan::make({p.age_margin(), p.sex_margin()})->rake(p.weights, {1e-12, 500, 1e-9});
  ASSERT_TRUE(one && two);
  EXPECT_NEAR(p.sum(one->weights, p.sex, 0), 60, 1e-8);
  EXPECT_NEAR(p.sum(one->weights, p.age, 1), 45, 1e-8);
  for (std::size_t i = 0; i < p.weights.size(); ++i) EXPECT_NEAR(one->weights[i], two->weights[i], 1e-8);
}

TEST(Rake, EqualsRakingCalibration_InWeights) {
  const People p;
  const auto raked = RakePlan::make({p.sex_margin(), p.age_margin()})->rake(p.weights, {1e-13, 500, 1e-9});
  Calibration c;
  c.auxiliary = Eigen::MatrixXd::Ones(8, 3);
  for (int i = 0; i < 8; ++i) {
    c.auxiliary(i, 1) = p.sex.of[static_cast<std::size_t>(i)];
    c.auxiliary(i, 2) = p.age.of[static_cast<std::size_t>(i)];
  }
  c.totals = Eigen::Vector3d(100, 40, 45);
  c.kind = CalibrationKind::raking;
  const auto calibrated = calibrate(c, p.weights);
  ASSERT_TRUE(raked && calibrated);
  for (std::size_t i = 0; i < p.weights.size(); ++i)
    EXPECT_NEAR(raked->weights[i], calibrated->weights[i], 1e-8);
}

TEST(Rake, ContradictingMargins_AreNamed) {
  // All young people are men: 55 young cannot fit with 40 men.
  Margin sex{"sex", cells({0, 0, 1, 1}, 2), {40, 60}, {"men", "women"}};
  Margin age{"age", cells({0, 0, 1, 1}, 2), {55, 45}, {"young", "old"}};
  const auto refused = RakePlan::make({sex, age})->rake(std::vector<double>{1, 1, 1, 1}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "weighting.margins_missed");
  EXPECT_NE(refused.error().detail.find("sex"), std::string::npos);
  age.population = {550, 450};
  EXPECT_EQ(RakePlan::make({sex, age}).error().rule, "weighting.margins");
  EXPECT_EQ(RakePlan::make({}).error().rule, "weighting.margins");
}

Calibration age_totals(CalibrationKind kind, double lower, double upper, double total) {
  Calibration c;
  c.auxiliary = Eigen::MatrixXd::Ones(4, 2);
  c.auxiliary.col(1) << 20, 30, 40, 70;
  c.names = {"(Intercept)", "age"};
  c.totals = Eigen::Vector2d(40, total);
  c.kind = kind;
  c.lower = lower;
  c.upper = upper;
  return c;
}

TEST(Calibrate, AllDistancesMeetTheTotals_WithinTheirBounds) {
  const std::vector<double> w{10, 10, 10, 10};
  const double inf = std::numeric_limits<double>::infinity();
  for (const auto& c : {age_totals(CalibrationKind::linear, -inf, inf, 1700),
                        age_totals(CalibrationKind::raking, -inf, inf, 1700),
                        age_totals(CalibrationKind::logit, 0.5, 2, 1700),
                        age_totals(CalibrationKind::linear, 0.8, 1.4, 1700)}) {
    const auto fitted = calibrate(c, w);
    ASSERT_TRUE(fitted) << fitted.error().detail;
    double people = 0, years = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      people += fitted->weights[i];
      years += fitted->weights[i] * c.auxiliary(static_cast<int>(i), 1);
      EXPECT_GE(fitted->weights[i], 10 * c.lower - 1e-9);
      EXPECT_LE(fitted->weights[i], 10 * c.upper + 1e-9);
    }
    EXPECT_NEAR(people, 40, 1e-5);
    EXPECT_NEAR(years, 1700, 1e-4);
  }
}

TEST(Calibrate, UnreachableTotal_IsNamedWithWhatCanBeReached) {
  const std::vector<double> w{10, 10, 10, 10};
  const auto refused = calibrate(age_totals(CalibrationKind::logit, 0.95, 1.05, 2500), w);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().rule == "weighting.diverged" ||
              refused.error().rule == "weighting.not_converged");
  EXPECT_NE(refused.error().detail.find("age"), std::string::npos);
  EXPECT_EQ(calibrate(age_totals(CalibrationKind::logit, 1.2, 2, 1700), w).error().rule,
            "weighting.calibration");
  auto collinear = age_totals(CalibrationKind::linear, -1e9, 1e9, 1700);
  collinear.lower = -std::numeric_limits<double>::infinity();
  collinear.upper = std::numeric_limits<double>::infinity();
  collinear.auxiliary.col(1).setConstant(2);
  EXPECT_EQ(calibrate(collinear, w).error().rule, "weighting.collinear");
  collinear.totals[1] = 80;  // agrees with the first: harmless
  EXPECT_TRUE(calibrate(collinear, w));
}

TEST(Projection, TakesOutWhatTheMarginsExplain) {
  const People p;
  Eigen::MatrixXd x(8, 1);
  const auto raked = RakePlan::make({p.sex_margin(), p.age_margin()})->rake(p.weights, {1e-13, 500, 1e-9});
  ASSERT_TRUE(raked);
  // The influence of a margin's own total vanishes.
  for (int i = 0; i < 8; ++i)
    x(i, 0) = raked->weights[static_cast<std::size_t>(i)] * p.sex.of[static_cast<std::size_t>(i)];
  raked->projection->apply(x);
  EXPECT_LT(x.cwiseAbs().maxCoeff(), 1e-3);
  const auto post = poststratify(p.sex_margin(), p.weights);
  for (int i = 0; i < 8; ++i)
    x(i, 0) = post->weights[static_cast<std::size_t>(i)] * p.sex.of[static_cast<std::size_t>(i)];
  post->projection->apply(x);
  EXPECT_LT(x.cwiseAbs().maxCoeff(), 1e-12);
}

TEST(Trim, KeepsTheSum_AndStrictLeavesNothingOutside) {
  const std::vector<double> w{1, 2, 3, 4, 40};
  const auto once = trim(w, {0, 12, false});
  ASSERT_TRUE(once);
  EXPECT_NEAR(std::accumulate(once->begin(), once->end(), 0.0), 50, 1e-12);
  const auto strict = trim(w, {2, 15, true});
  ASSERT_TRUE(strict);
  for (const double v : *strict) EXPECT_TRUE(v >= 2 && v <= 15);
  EXPECT_EQ(trim(w, {0, 9, true}).error().rule, "weighting.trim");
  EXPECT_EQ(trim(std::vector<double>{0, 1, 4, 9}, {2, 8, false})->at(0), 0);  // nobody: not lifted
  EXPECT_EQ(trim(w, {5, 4, false}).error().rule, "weighting.trim");
}

TEST(Nonresponse, ClassesKeepTheirWeight) {
  const std::vector<double> w{10, 20, 30, 40};
  const Cells classes = cells({0, 0, 1, 1}, 2);
  const std::vector<std::uint8_t> answered{1, 0, 1, 1}, nobody{0, 0, 1, 1};
  const auto adjusted = adjust_for_nonresponse(w, classes, answered);
  ASSERT_TRUE(adjusted);
  EXPECT_EQ(*adjusted, (std::vector<double>{30, 0, 30, 40}));
  EXPECT_EQ(adjust_for_nonresponse(w, classes, nobody).error().rule, "weighting.no_respondents");
  EXPECT_EQ(adjust_for_nonresponse(w, classes, answered, 2).error().rule, "weighting.factor");
}

TEST(Pipeline, LogsEveryStep_AndRerunsTheFullSampleToItself) {
  const People p;
  const std::vector<WeightingStep> steps{
      NonresponseStep{p.age, {1, 1, 1, 1, 1, 0, 1, 1}},
      RakeStep{*RakePlan::make({p.sex_margin(), p.age_margin()}), {1e-12, 500, 1e-9}},
      TrimStep{{5, 25, false}}};
  const auto done = run_weighting(steps, p.weights);
  ASSERT_TRUE(done);
  ASSERT_EQ(done->log.size(), 4u);
  EXPECT_EQ(done->log[0].step, "base");
  EXPECT_EQ(done->log[2].step, "rake");
  EXPECT_GT(done->log[2].sweeps, 1);
  EXPECT_EQ(done->log[1].weights.count, 7u);
  EXPECT_NEAR(done->log[3].weights.effective_n * done->log[3].weights.kish_deff, 7, 1e-12);
  auto again = p.weights;
  ASSERT_TRUE(rerun_weighting(steps, *done, again));
  for (std::size_t i = 0; i < again.size(); ++i) EXPECT_NEAR(again[i], done->weights[i], 1e-9);
}

}  // namespace
}  // namespace kepu::statistics
