#include "statistics/survey/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "statistics/survey/estimate.h"

namespace kepu::statistics {
namespace {

struct County {
  DesignColumns columns;
  Cells sex{{}, 2}, age{{}, 4};
  std::vector<double> y;
  RakePlan plan() const {
    return *RakePlan::make({{"sex", sex, {520, 480}, {}}, {"age", age, {300, 250, 250, 200}, {}}});
  }
  TableRequest request() const { return {y, {&sex, &age}, IntervalMethod::logit, 0.95, {}}; }
};

County county(bool with_missing) {
  std::mt19937_64 random(5);
  County c;
  c.columns.rows = 600;
  c.columns.clusters = {{}};
  for (int i = 0; i < 600; ++i) {
    const int unit = i % 24;
    c.columns.clusters[0].push_back(unit);
    c.columns.strata.push_back(unit / 8);
    c.columns.weights.push_back(1 + static_cast<double>(random() % 100) / 50);
    c.sex.of.push_back(static_cast<std::int32_t>(random() % 2));
    c.age.of.push_back(with_missing && random() % 20 == 0 ? -1 : static_cast<std::int32_t>(random() % 4));
    c.y.push_back(with_missing && random() % 15 == 0
                      ? std::nan("")
                      : static_cast<double>(random() % 5 < static_cast<unsigned>(1 + unit % 3)));
  }
  return c;
}

// Domain by domain through the general estimators.
void expect_equal(const std::vector<TableRow>& rows, const Survey& survey, const County& c) {
  ASSERT_EQ(rows.size(), 7u);
  for (const auto& row : rows) {
    Domain domain = Domain::all(600);
    for (std::size_t i = 0; i < 600; ++i) {
      const Cells* by = row.variable < 0 ? nullptr : row.variable == 0 ? &c.sex : &c.age;
      if (std::isnan(c.y[i]) || (by && by->of[i] != row.category)) domain.in[i] = 0;
    }
    const auto p = proportion(survey, domain, c.y);
    ASSERT_TRUE(p);
    EXPECT_NEAR(row.estimate, p->estimate, 1e-12);
    EXPECT_NEAR(row.se, p->se(), 1e-12);
    EXPECT_EQ(row.degrees, p->degrees);
    EXPECT_EQ(row.n, domain.size());
    const auto i = interval_of(*p, IntervalMethod::logit);
    ASSERT_TRUE(i && row.interval);
    EXPECT_NEAR(row.interval->lower, i->lower, 1e-10);
    const Eigen::MatrixXd y = Eigen::Map<const Eigen::VectorXd>(c.y.data(), 600);
    EXPECT_NEAR(row.deff, p->variance / (*simple_variance(survey, domain, y, false, false))[0], 1e-9);
    EXPECT_NEAR(row.effective_n, p->effective_n(), 1e-6);
  }
}

TEST(DomainTable, EqualsTheGeneralEstimators_AlsoWithMissingAnswers) {
  for (const bool missing : {false, true}) {
    const County c = county(missing);
    const Survey survey(*Design::make(c.columns));
    const auto rows = domain_table(survey, c.request());
    ASSERT_TRUE(rows);
    expect_equal(*rows, survey, c);
  }
}

TEST(DomainTable, OfARakedSample_KnowsOfTheCalibration) {
  County c = county(false);
  const Survey survey(*Design::make(c.columns));
  const std::vector<WeightingStep> steps{RakeStep{c.plan(), {1e-12, 500, 1e-9}}};
  const auto raked = survey.reweighted(steps);
  ASSERT_TRUE(raked);
  const auto rows = domain_table(*raked, c.request());
  ASSERT_TRUE(rows);
  expect_equal(*rows, *raked, c);
  // A margin itself is certain.
  std::vector<double> woman(c.sex.of.begin(), c.sex.of.end());
  c.y = woman;
  const auto certain = domain_table(*raked, {c.y, {}, IntervalMethod::logit, 0.95, {}});
  ASSERT_TRUE(certain);
  EXPECT_NEAR(certain->at(0).estimate, 0.48, 1e-9);
  EXPECT_LT(certain->at(0).se, 1e-5);
}

TEST(ReplicateTable, CellsAndRowsGiveTheSame_AsDoesTheSurveyOfColumns) {
  const County c = county(true);
  County known = c;  // raking needs a category for everybody
  for (auto& a : known.age.of) a = a < 0 ? 3 : a;
  const auto design = Design::make(c.columns);
  const auto replicates = bootstrap(*design, 40, 9);
  const RakeStep rake{known.plan(), {1e-10, 100, 1e-6}};
  const std::vector<WeightingStep> one{rake},
      two{rake, TrimStep{{}}};  // a trim without bounds: the way by rows
  const auto cells = replicate_table(*design, *replicates, one, c.request(), 2);
  const auto rows = replicate_table(*design, *replicates, two, c.request(), 1);
  ASSERT_TRUE(cells && rows);
  const auto columns = Survey(design->weights(), *replicates).reweighted(one);
  ASSERT_TRUE(columns);
  const auto third = domain_table(*columns, c.request());
  ASSERT_TRUE(third);
  ASSERT_EQ(cells->size(), 7u);
  for (std::size_t k = 0; k < cells->size(); ++k) {
    EXPECT_NEAR(cells->at(k).se, rows->at(k).se, 1e-12);
    EXPECT_NEAR(cells->at(k).se, third->at(k).se, 1e-12);
    EXPECT_NEAR(cells->at(k).estimate, third->at(k).estimate, 1e-12);
    EXPECT_NEAR(cells->at(k).interval->upper, rows->at(k).interval->upper, 1e-10);
  }
}

TEST(ReplicateTable, Poststratified_EqualsTheSurveyOfColumns) {
  const County c = county(false);
  const auto design = Design::make(c.columns);
  const auto replicates = jackknife(*design, true);
  const std::vector<WeightingStep> steps{PoststratifyStep{{"age", c.age, {300, 250, 250, 200}, {}}, false}};
  const auto cells = replicate_table(*design, *replicates, steps, c.request());
  const auto columns = Survey(design->weights(), *replicates).reweighted(steps);
  ASSERT_TRUE(cells && columns);
  const auto table = domain_table(*columns, c.request());
  for (std::size_t k = 0; k < cells->size(); ++k) EXPECT_NEAR(cells->at(k).se, table->at(k).se, 1e-12);
}

TEST(Publication, SmallOrWideIsSuppressed_FewUnitsAreLookedAt) {
  County c = county(false);
  const Survey survey(*Design::make(c.columns));
  const auto rows = domain_table(survey, c.request());
  EXPECT_EQ(rows->at(0).publication, Publication::publish);
  for (std::size_t i = 20; i < 600; ++i) c.y[i] = std::nan("");  // twenty answers
  const auto few = domain_table(survey, c.request());
  EXPECT_EQ(few->at(0).publication, Publication::suppress);
  auto request = c.request();
  const County full = county(false);
  request.y = full.y;
  request.rule.least_degrees = 100;
  EXPECT_EQ(domain_table(survey, request)->at(0).publication, Publication::review);
}

TEST(Publication, NobodyHasIt_StillHasAnUpperLimit) {
  County c = county(false);
  std::fill(c.y.begin(), c.y.end(), 0.0);
  const Survey survey(*Design::make(c.columns));
  const auto rows = domain_table(survey, c.request());
  ASSERT_TRUE(rows);
  ASSERT_TRUE(rows->at(0).interval);
  EXPECT_EQ(rows->at(0).interval->lower, 0);
  EXPECT_GT(rows->at(0).interval->upper, 0.003);
  EXPECT_LT(rows->at(0).interval->upper, 0.02);
}

TEST(Table, RefusesWhatDoesNotFit) {
  County c = county(false);
  const Survey survey(*Design::make(c.columns));
  auto request = c.request();
  request.y = std::span<const double>(c.y).first(10);
  EXPECT_EQ(domain_table(survey, request).error().rule, "survey.columns");
  std::fill(c.y.begin(), c.y.end(), std::nan(""));
  EXPECT_EQ(domain_table(survey, c.request()).error().rule, "survey.empty");
  const auto by_column = Replicates::of_columns(Eigen::MatrixXd::Ones(600, 3));
  EXPECT_EQ(replicate_table(*survey.design(), by_column, {}, c.request()).error().rule, "survey.replicates");
}

}  // namespace
}  // namespace kepu::statistics
