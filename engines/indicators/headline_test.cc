#include "engines/indicators/headline.h"

#include <gtest/gtest.h>

namespace kepu::indicators {
namespace {

Reading reading(int year, double value, std::optional<double> half = {}, std::string area = "") {
  Reading r;
  r.year = year;
  r.value = value;
  if (half) {
    r.low = value - *half;
    r.high = value + *half;
  }
  r.area = std::move(area);
  r.source = "中国公民科学素质抽样调查";
  return r;
}

bool refused(const Reading& r, std::string_view rule) {
  for (const auto& e : check(r, 2026)) {
    if (e.rule == rule) return true;
  }
  return false;
}

TEST(Check, OfAReading) {
  EXPECT_TRUE(check(reading(2025, 12.6, 1.2), 2026).empty());
  EXPECT_TRUE(refused(reading(2027, 12.6), "indicators.year"));
  EXPECT_TRUE(refused(reading(2025, 120), "indicators.value"));
  auto r = reading(2025, 12.6, 1.2);
  r.high.reset();
  EXPECT_TRUE(refused(r, "indicators.interval"));
  r = reading(2025, 12.6);
  r.low = 13;
  r.high = 14;
  EXPECT_TRUE(refused(r, "indicators.interval"));
  r = reading(2025, 88);
  r.source = "全县科学素质竞赛答题合格率";
  EXPECT_TRUE(refused(r, "indicators.quiz"));
  r.source = " ";
  EXPECT_TRUE(refused(r, "indicators.source"));
}

TEST(Compare, DecidesOnlyOutsideTheError) {
  EXPECT_EQ(compare(reading(2025, 12.6, 1.2), reading(2025, 13.0, 0.5, "澄州市")).result,
            Compared::undecided);
  EXPECT_EQ(compare(reading(2025, 12.6, 1.2), reading(2025, 15.5, 0.5, "澄州市")).result, Compared::below);
  EXPECT_EQ(compare(reading(2025, 17.6, 1.2), reading(2025, 15.5, 0.5, "澄州市")).result, Compared::above);
  EXPECT_EQ(compare(reading(2025, 17.6), reading(2025, 15.5, 0.5, "澄州市")).result, Compared::undecided);
  EXPECT_EQ(compare(reading(2025, 17.6, 0.1), reading(2024, 10, 0.1, "澄州市")).result, Compared::undecided);
}

TEST(Trend, NeedsThreeReadingsWithIntervals) {
  EXPECT_FALSE(trend_to({reading(2021, 9), reading(2023, 10), reading(2025, 12)}, 2030).value);
  EXPECT_FALSE(trend_to({reading(2023, 10, 1), reading(2025, 12, 1)}, 2030).value);
  EXPECT_FALSE(
      trend_to({reading(2021, 10, 1, "澄州市"), reading(2023, 10, 1), reading(2025, 12, 1)}, 2030).value);
}

// By hand: equal errors, so ordinary least squares; half-widths 1.959964 make standard errors of 1.
TEST(Trend, IsTheWeightedLine) {
  const double half = 1.959964;
  const auto t = trend_to({reading(2021, 9, half), reading(2023, 11, half), reading(2025, 13, half)}, 2030);
  ASSERT_TRUE(t.value);
  EXPECT_NEAR(*t.slope, 1, 1e-9);
  EXPECT_NEAR(*t.value, 18, 1e-9);
  // Var = 1/3 + 7²/8; 80 %: 1.281552 standard errors.
  EXPECT_NEAR(*t.high - *t.value, 1.281552 * std::sqrt(1.0 / 3 + 49.0 / 8), 1e-6);
  EXPECT_NEAR(*t.slope_high - 1, half / std::sqrt(8.0), 1e-6);
}

TEST(Reference, IsOfTheAreaThatTheTargetNames) {
  const std::vector<Reading> all = {reading(2025, 15, 1, "江南省"), reading(2025, 13, 1, "澄州市"),
                                    reading(2024, 12, 1, "澄州市")};
  EXPECT_EQ(reference_for(all, "全市平均水平", 2025)->value, 13);
  EXPECT_EQ(reference_for(all, "全省平均水平", 2025)->value, 15);
  EXPECT_EQ(reference_for(all, "全国平均水平", 2025), nullptr);
  EXPECT_EQ(reference_for(all, "全市平均水平", 2023), nullptr);
}

}  // namespace
}  // namespace kepu::indicators
