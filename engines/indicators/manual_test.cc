#include "engines/indicators/manual.h"

#include <gtest/gtest.h>

namespace kepu::indicators {
namespace {

using base::Date;

ManualMetric metric(Frequency frequency, metric::Nature nature = metric::Nature::flow) {
  ManualMetric m;
  m.id = 7;
  m.title = "科普报刊订阅";
  m.unit = "份";
  m.definition = "当年征订";
  m.frequency = frequency;
  m.nature = nature;
  m.from = {2026, 1, 1};
  return m;
}
ManualValue value(Id unit, Date last, double amount, ValueState state = ValueState::confirmed) {
  ManualValue v;
  v.metric = 7;
  v.unit = unit;
  v.last = last;
  v.value = amount;
  v.state = state;
  return v;
}
constexpr Date kQ1{2026, 3, 31}, kQ2{2026, 6, 30}, kFirst{2026, 1, 1};

TEST(Periods, AreWholeAndCoverEveryDayOnce) {
  for (const auto f : {Frequency::month, Frequency::quarter, Frequency::half_year, Frequency::year}) {
    const auto all = periods_between(f, {2024, 1, 1}, {2027, 12, 31});
    EXPECT_EQ(all.front().first, (Date{2024, 1, 1}));
    EXPECT_EQ(all.back().last, (Date{2027, 12, 31}));
    for (std::size_t i = 1; i < all.size(); ++i) {
      EXPECT_EQ(base::to_days(all[i].first), base::to_days(all[i - 1].last) + 1);
    }
    for (const auto& p : all) EXPECT_EQ(period_ending(f, p.last), std::optional(p));
  }
  EXPECT_EQ(periods_between(Frequency::quarter, {2026, 1, 2}, {2026, 9, 29}).size(), 1u);
  EXPECT_EQ(title_of(Frequency::quarter, period_of(Frequency::quarter, {2026, 5, 1})), "2026年二季度");
  EXPECT_FALSE(period_ending(Frequency::month, {2026, 2, 27}));
}

TEST(Answer, AddsConfirmedValues_AndSaysWhatLacks) {
  const auto m = metric(Frequency::quarter);
  const auto a = answer_of(m, {value(1, kQ1, 10), value(1, kQ2, 5), value(2, kQ1, 3, ValueState::submitted)},
                           {1, 2}, kFirst, kQ2);
  EXPECT_EQ(a.value, 15);
  EXPECT_EQ(a.records, 2);
  EXPECT_NE(a.why.find("1 个数没有填报"), std::string::npos);
  EXPECT_NE(a.why.find("1 个数待确认"), std::string::npos);
}

TEST(Answer, WithoutConfirmedValues_IsMissingNotZero) {
  const auto m = metric(Frequency::quarter);
  EXPECT_FALSE(answer_of(m, {}, {1}, kFirst, kQ2).value);
  EXPECT_FALSE(answer_of(m, {value(1, kQ1, 10, ValueState::returned)}, {1}, kFirst, kQ2).value);
  EXPECT_FALSE(answer_of(m, {value(1, kQ1, 10)}, {}, kFirst, kQ2).value);
  EXPECT_FALSE(answer_of(m, {value(1, kQ1, 10)}, {1}, {2026, 2, 1}, {2026, 5, 1}).value) << "no whole period";
}

TEST(Answer, OfAStock_IsTheNewestPeriodOfAll) {
  const auto m = metric(Frequency::quarter, metric::Nature::stock);
  const std::vector<ManualValue> values = {value(1, kQ1, 10), value(2, kQ1, 20), value(1, kQ2, 12)};
  EXPECT_EQ(answer_of(m, values, {1, 2}, kFirst, {2026, 5, 1}).value, 30);
  const auto later = answer_of(m, values, {1, 2}, kFirst, {2026, 11, 1});
  EXPECT_EQ(later.value, 12) << "values of two periods are not mixed";
  EXPECT_NE(later.why.find("1 个数没有填报"), std::string::npos);
  EXPECT_NE(later.why.find("2026年6月30日"), std::string::npos);
}

TEST(Answer, PeopleAndShares_AreNeverAdded) {
  for (const bool share : {false, true}) {
    auto m = metric(Frequency::quarter);
    if (share) {
      m.unit = "%";
    } else {
      m.counting = metric::Counting::people;
    }
    const std::vector<ManualValue> values = {value(1, kQ1, 10), value(2, kQ1, 20), value(1, kQ2, 12)};
    EXPECT_FALSE(answer_of(m, values, {1, 2}, kFirst, kQ1).value);
    EXPECT_FALSE(answer_of(m, values, {1}, kFirst, kQ2).value);
    EXPECT_EQ(answer_of(m, values, {1}, kFirst, kQ1).value, 10);
  }
}

TEST(Check, TellsAllAtOnce) {
  ManualMetric m;
  m.fillers = Fillers::listed;
  m.decimals = 9;
  EXPECT_EQ(check(m).size(), 5u);
  EXPECT_TRUE(check(metric(Frequency::month)).empty());
}

}  // namespace
}  // namespace kepu::indicators
