#include "statistics/items/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "statistics/items/design_errors.h"
#include "statistics/items/likelihood.h"
#include "statistics/items/lsat6_testing.h"

namespace kepu::statistics::items {
namespace {

Responses responses_of(const TestColumns& columns, const std::vector<int>& categories) {
  return Responses::make(spans(columns), categories).value();
}

struct Form {
  std::vector<ItemKind> kinds;
  std::vector<int> categories;
};
Form test_of(const std::vector<Item>& items) {
  Form out{{}, categories_of(items)};
  for (const Item& item : items) out.kinds.push_back({item.model, item.categories()});
  return out;
}

const CalibrationOptions kWithPrior = {.priors = {.logit_c = NormalPrior{-1.4, 0.5}}};

Outcome<Calibration> fit(const TestColumns& columns, const Form& test, std::span<const double> weights = {},
                         const CalibrationOptions& options = kWithPrior) {
  return calibrate(responses_of(columns, test.categories), test.kinds, weights, options);
}

void expect_equal(const Calibration& x, const Calibration& y, double tolerance) {
  ASSERT_EQ(x.parameters, y.parameters);
  for (std::size_t j = 0; j < x.items.size(); ++j) {
    EXPECT_NEAR(x.items[j].a, y.items[j].a, tolerance);
    for (std::size_t k = 0; k < x.items[j].d.size(); ++k) {
      EXPECT_NEAR(x.items[j].d[k], y.items[j].d[k], tolerance);
    }
  }
}

// Rizopoulos (2006), Journal of Statistical Software 17(5), section 4.1: ltm on LSAT; its numbers have four
// digits, its maximum stops a little early.
TEST(Calibration, Lsat6_AsPublished) {
  const auto rasch =
      fit(lsat6(), {std::vector<ItemKind>(5, {Model::one_pl, 2}), std::vector<int>(5, 2)}).value();
  EXPECT_NEAR(rasch.log_likelihood, -2466.938, 5e-4);
  EXPECT_NEAR(rasch.items[0].a, 0.7551, 1e-4);
  const double b[] = {-3.6153, -1.3224, -0.3176, -1.7301, -2.7802};
  const double se[] = {0.3266, 0.1422, 0.0977, 0.1691, 0.2510};
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(difficulties(rasch.items[j])[0], b[j], 2e-4);
    EXPECT_NEAR(difficulty_error(rasch, static_cast<int>(j)), se[j], 2e-4);
  }
  const auto two = fit(lsat6(), {std::vector<ItemKind>(5), std::vector<int>(5, 2)}).value();
  EXPECT_NEAR(two.log_likelihood, -2466.653, 5e-4);
  EXPECT_EQ(two.parameters, 10);
  const double a[] = {0.8254, 0.7229, 0.8905, 0.6886, 0.6575};
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(two.items[j].a, a[j], 1e-3);
}

TEST(Calibration, GradientAndInformation_AreThoseOfDifferences) {
  const auto items = mixed_items();
  auto columns = simulate(items, 400, 0.15, 3);
  for (double& answer : columns[5])
    answer = answer == 2 ? 1 : answer;  // a category of the graded item is not used
  std::vector<double> weights;
  for (int i = 0; i < 400; ++i) weights.push_back(0.5 + i % 7);
  std::vector<FreeItem> free;
  for (const Item& item : items) {
    std::vector<int> used;
    for (int k = 0; k < item.categories(); ++k) {
      if (item.model != Model::graded || k != 2) used.push_back(k);
    }
    free.emplace_back(ItemKind{item.model, item.categories()}, used);
  }
  CalibrationOptions options = kWithPrior;
  options.priors.log_a = NormalPrior{0, 0.5};
  options.priors.d = NormalPrior{0, 2};
  const MarginalLikelihood likelihood(
      kernel::make_cells(responses_of(columns, categories_of(items)), weights, true), free, options);
  Eigen::VectorXd x = likelihood.start();
  for (Eigen::Index p = 0; p < x.size(); ++p) x[p] += 0.05 * static_cast<double>(p % 3);
  const auto value = likelihood.at(x);
  const Eigen::MatrixXd information = likelihood.observed_information(value);
  const double h = 1e-4;
  for (Eigen::Index p = 0; p < x.size(); ++p) {
    Eigen::VectorXd up = x, down = x;
    up[p] += h, down[p] -= h;
    const auto above = likelihood.at(up), below = likelihood.at(down);
    EXPECT_NEAR(value.gradient[p], (above.log_likelihood - below.log_likelihood) / (2 * h), 1e-4);
    const Eigen::VectorXd column = -(above.gradient - below.gradient) / (2 * h);
    EXPECT_LT((information.col(p) - column).lpNorm<Eigen::Infinity>(), 1e-4) << p;
  }
  // The scores of the persons sum to the gradient without the prior.
  const auto plain = MarginalLikelihood(
      kernel::make_cells(responses_of(columns, categories_of(items)), {}, false), free, CalibrationOptions{});
  EXPECT_LT(
      (plain.person_scores(x).colwise().sum().transpose() - plain.at(x).gradient).lpNorm<Eigen::Infinity>(),
      1e-9);
}

TEST(Calibration, OrderOfPersonsThreadsAndRepetitionAgainstWeights_ChangeNothing) {
  const auto items = mixed_items();
  const auto test = test_of(items);
  const auto columns = simulate(items, 1500, 0.1);
  const auto whole = fit(columns, test).value();
  EXPECT_LT(whole.distance, 1e-8);
  TestColumns reversed = columns, twice = columns;
  for (auto& column : reversed) std::reverse(column.begin(), column.end());
  for (auto& column : twice) column.insert(column.end(), column.begin(), column.begin() + 500);
  expect_equal(whole, fit(reversed, test).value(), 1e-7);
  CalibrationOptions one_thread = kWithPrior;
  one_thread.threads = 1;
  expect_equal(whole, fit(columns, test, {}, one_thread).value(), 1e-7);
  std::vector<double> weights(1500, 1);
  std::fill_n(weights.begin(), 500, 2.0);
  const auto weighted = fit(columns, test, weights).value(), repeated = fit(twice, test).value();
  expect_equal(weighted, repeated, 1e-7);
  EXPECT_NEAR(weighted.log_likelihood, repeated.log_likelihood, 1e-7);
  EXPECT_LT((weighted.covariance - repeated.covariance).lpNorm<Eigen::Infinity>(), 1e-7);
}

TEST(Calibration, ManyPersons_EndsAtTheSameMaximumAsWithoutAPartFirst) {
  std::vector<Item> items;
  for (int j = 0; j < 16; ++j) items.push_back({Model::two_pl, 0.6 + 0.1 * j, {1.5 - 0.2 * j}});
  const auto columns = simulate(items, 12000);
  const auto test = test_of(items);
  const auto many = fit(columns, test).value();
  // In halves of the weight each person twice: grouped, and again many.
  const MarginalLikelihood likelihood(kernel::make_cells(responses_of(columns, test.categories), {}, false),
                                      std::vector<FreeItem>(16, FreeItem({Model::two_pl, 2}, {0, 1})),
                                      CalibrationOptions{});
  Eigen::VectorXd x(32);
  for (std::size_t j = 0; j < 16; ++j) {
    x[static_cast<Eigen::Index>(2 * j)] = many.items[j].a;
    x[static_cast<Eigen::Index>(2 * j + 1)] = many.items[j].d[0];
  }
  const auto gradient = likelihood.at(x).gradient;
  EXPECT_LT(gradient.dot(many.covariance * gradient), 1e-14);
}

TEST(Calibration, CategoryNobodyChose_IsALimitAndIsNamed) {
  const auto items = mixed_items();
  auto columns = simulate(items, 800);
  for (double& answer : columns[5]) answer = answer == 3 ? 2 : answer;
  for (double& answer : columns[6]) answer = answer == 1 ? 0 : answer;
  const auto out = fit(columns, test_of(items)).value();
  ASSERT_EQ(out.unused.size(), 2u);
  EXPECT_EQ(out.unused[0], std::pair(5, 3));
  EXPECT_EQ(out.items[5].d[2], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(out.places[5].d[2], -1);
  EXPECT_EQ(out.items[6].d[0], -std::numeric_limits<double>::infinity());
  // With the empty top category taken away it is the same fit.
  auto fewer = test_of(items);
  fewer.kinds[5].categories = fewer.categories[5] = 3;
  EXPECT_NEAR(fit(columns, fewer).value().log_likelihood, out.log_likelihood, 1e-9);
}

TEST(Calibration, WhatTellsNothing_IsRefusedByName) {
  const Form test{std::vector<ItemKind>(5), std::vector<int>(5, 2)};
  auto columns = lsat6();
  std::fill(columns[2].begin(), columns[2].end(), 1);
  EXPECT_EQ(fit(columns, test).error().rule, "irt.constant_item");
  std::fill(columns[2].begin(), columns[2].end(), std::nan(""));
  EXPECT_EQ(fit(columns, test).error().rule, "irt.constant_item");
  std::vector<double> weights(1000, 1);
  weights[7] = -1;
  EXPECT_EQ(fit(lsat6(), test, weights).error().rule, "irt.weights");
  EXPECT_EQ(fit(lsat6(), test, std::vector<double>(1000, 0)).error().rule, "irt.weights");
  EXPECT_EQ(fit(lsat6(), test, std::vector<double>(3, 1)).error().rule, "irt.weights");
  EXPECT_EQ(fit(lsat6(), {std::vector<ItemKind>(4), std::vector<int>(5, 2)}).error().rule, "irt.kinds");
  CalibrationOptions options;
  options.quadrature.weight[3] += 1;
  EXPECT_EQ(fit(lsat6(), test, {}, options).error().rule, "irt.options");
  // Two items that always agree: the slope has no maximum.
  auto equal = lsat6();
  equal[1] = equal[0];
  EXPECT_EQ(fit({equal[0], equal[1]}, {std::vector<ItemKind>(2), std::vector<int>(2, 2)}).error().rule,
            "irt.not_identified");
  EXPECT_FALSE(Responses::make(spans({{0, 1, 2}}), std::vector<int>{2}));
  EXPECT_FALSE(Responses::make(spans({{0, 1, 0.5}}), std::vector<int>{2}));
  EXPECT_FALSE(Responses::make(spans({{0, 1}, {1}}), std::vector<int>{2, 2}));
}

TEST(DesignErrors, EveryPersonAUnit_IsNearTheInformationWhereTheModelHolds) {
  const auto items = mixed_items();
  const auto test = test_of(items);
  const auto columns = simulate(items, 3000);
  const auto responses = responses_of(columns, test.categories);
  const auto out = calibrate(responses, test.kinds, {}, kWithPrior).value();
  const auto sandwich = design_covariance(out, responses, {}, {}, kWithPrior).value();
  EXPECT_NEAR(std::sqrt(sandwich(3, 3) / out.covariance(3, 3)), 1, 0.1);
  // Weights of one size change nothing.
  const std::vector<double> weights(3000, 7);
  const auto weighted = calibrate(responses, test.kinds, weights, {}).value();
  const auto plain = calibrate(responses, test.kinds, {}, {}).value();
  const auto x = design_covariance(weighted, responses, weights, {}, {}).value();
  const auto y = design_covariance(plain, responses, {}, {}, {}).value();
  EXPECT_LT((x - y).lpNorm<Eigen::Infinity>(), 1e-6 * y.lpNorm<Eigen::Infinity>());
}

TEST(DesignErrors, TotalsOverStrataByHand_AndALonelyUnitIsRefused) {
  Eigen::MatrixXd x(5, 1);
  x << 1, 2, 4, 7, 3;
  const std::vector<std::int32_t> stratum{0, 0, 0, 1, 1}, cluster{0, 0, 1, 0, 1};
  // Stratum 0: totals 3 and 4; stratum 1: 7 and 3.
  EXPECT_NEAR(design_covariance_of_totals(x, {stratum, cluster}).value()(0, 0), 2 * 0.5 + 2 * 8, 1e-14);
  EXPECT_EQ(design_degrees_of_freedom({stratum, cluster}, 5), 2);
  const std::vector<std::int32_t> lonely{0, 0, 0, 0, 1};
  EXPECT_EQ(design_covariance_of_totals(x, {lonely, cluster}).error().rule, "irt.lonely_unit");
}

}  // namespace
}  // namespace kepu::statistics::items
