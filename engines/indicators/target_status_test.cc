#include "engines/indicators/target_status.h"

#include <gtest/gtest.h>

#include <random>

namespace kepu::indicators {
namespace {

using base::Date;
using plan::Operator;

constexpr Date kFirst{2026, 1, 1}, kLast{2030, 12, 31};

plan::TargetItem target(Operator op, std::optional<double> value, std::optional<double> baseline = {}) {
  plan::TargetItem t;
  t.op = op;
  t.value = value;
  t.baseline = baseline;
  if (baseline) t.baseline_year = 2025;
  t.unit = "名";
  t.year = 2030;
  return t;
}
Effective plain(const plan::TargetItem& t) { return effective_target(t, {}, kFirst); }
Frame on(Date today, Span span = Span::total) { return {kFirst, kLast, today, span, {}}; }
Measured value(double v) { return {v, {}, {}, false, ""}; }

TEST(Meets, EachOperator_AtItsEdge) {
  EXPECT_TRUE(*meets(plain(target(Operator::at_least, 200)), 200, {}));
  EXPECT_TRUE(*meets(plain(target(Operator::equal, 200)), 210, {}));
  EXPECT_FALSE(*meets(plain(target(Operator::greater, 15)), 15, {}));
  EXPECT_TRUE(*meets(plain(target(Operator::at_most, 8)), 8, {}));
  EXPECT_FALSE(*meets(plain(target(Operator::at_most, 8)), 8.1, {}));
  EXPECT_TRUE(*meets(plain(target(Operator::relative, {})), 12.9, 12.9));
  EXPECT_FALSE(meets(plain(target(Operator::relative, {})), 12.9, {}));
  EXPECT_FALSE(meets(plain(target(Operator::at_least, {})), 1, {}));
}

TEST(Share, CountsFromTheBaseline) {
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_least, 18, 12)), 15, {}), 0.5);
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_least, 18, 12)), 11, {}), 0);
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_least, 200)), 50, {}), 0.25);
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_most, 4, 8)), 6, {}), 0.5);
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_most, 4)), 6, {}), 0);
  EXPECT_DOUBLE_EQ(*share_of(plain(target(Operator::at_least, 10, 12)), 11, {}), 1);
}

TEST(Share, OfRisingValues_NeverFallsAndStaysWithinItsBounds) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> real(-50, 200);
  for (int round = 0; round < 2000; ++round) {
    const auto op = static_cast<Operator>(random() % 4);
    const auto t = plain(target(op, real(random), random() % 2 ? std::optional(real(random)) : std::nullopt));
    double a = real(random), b = real(random);
    if (a > b) std::swap(a, b);
    const double low = *share_of(t, a, {}), high = *share_of(t, b, {});
    EXPECT_GE(std::min(low, high), 0);
    EXPECT_LE(std::max(low, high), 1);
    if (op == Operator::at_most) {
      EXPECT_GE(low, high);
    } else {
      EXPECT_LE(low, high);
    }
    if (*meets(t, b, {})) EXPECT_DOUBLE_EQ(*share_of(t, b, {}), 1);
  }
}

TEST(Due, FollowsTheMilestones) {
  auto t = target(Operator::at_least, 18, 12);
  t.milestones = {{2027, 13}, {2030, 18}};
  EXPECT_DOUBLE_EQ(*due_by(plain(t), on({2025, 12, 31})), 12);
  EXPECT_DOUBLE_EQ(*due_by(plain(t), on({2027, 12, 31})), 13);
  EXPECT_DOUBLE_EQ(*due_by(plain(t), on(kLast)), 18);
  EXPECT_NEAR(*due_by(plain(t), on({2026, 12, 31})), 12.5, 0.01);
  EXPECT_DOUBLE_EQ(*due_by(plain(target(Operator::at_least, 24)), on({2026, 12, 31}, Span::yearly)), 24);
}

TEST(Judge, FollowsThePublishedRule) {
  const auto t = plain(target(Operator::at_least, 100));
  // 40 % of the five years are gone on 31 December 2027.
  const Date day{2027, 12, 31};
  EXPECT_EQ(judge(t, value(40), on(day)).state, TargetState::on_the_way);
  EXPECT_EQ(judge(t, value(31), on(day)).state, TargetState::on_the_way);
  EXPECT_EQ(judge(t, value(29), on(day)).light, plan::Light::watch);
  EXPECT_EQ(judge(t, value(14), on(day)).light, plan::Light::late);
  EXPECT_EQ(judge(t, value(14), on(day)).state, TargetState::behind);
  EXPECT_EQ(judge(t, value(100), on(day)).state, TargetState::reached);
  EXPECT_EQ(judge(t, value(99), on(kLast)).state, TargetState::failed);
  EXPECT_EQ(judge(t, value(99), on({2025, 3, 1})).state, TargetState::not_due);
}

TEST(Judge, MissingIsNotZero) {
  const auto t = plain(target(Operator::at_least, 100));
  const auto missing = judge(t, {}, on({2027, 12, 31}));
  EXPECT_EQ(missing.state, TargetState::missing);
  EXPECT_FALSE(missing.value);
  EXPECT_FALSE(missing.share);
  EXPECT_EQ(judge(t, value(0), on({2027, 12, 31})).state, TargetState::behind);
}

TEST(Judge, AnIntervalOverTheGoal_DecidesNothing) {
  auto t = target(Operator::greater, 15);
  t.year = 2026;
  const Date end{2026, 12, 31};
  EXPECT_EQ(judge(plain(t), {15.4, 14.1, 16.7, true, ""}, on(end)).state, TargetState::undecided);
  EXPECT_EQ(judge(plain(t), {17.0, 15.7, 18.3, true, ""}, on(end)).state, TargetState::reached);
  EXPECT_EQ(judge(plain(t), {12.0, 10.7, 13.3, true, ""}, on(end)).state, TargetState::failed);
  EXPECT_EQ(judge(plain(t), {17.0, {}, {}, true, ""}, on(end)).state, TargetState::undecided);
}

TEST(Judge, ALimit_IsOnlyKeptAtItsEnd) {
  const auto t = plain(target(Operator::at_most, 8));
  EXPECT_EQ(judge(t, value(3), on({2027, 6, 1})).state, TargetState::on_the_way);
  EXPECT_EQ(judge(t, value(9), on({2027, 6, 1})).state, TargetState::behind);
  EXPECT_EQ(judge(t, value(3), on(kLast)).state, TargetState::reached);
}

TEST(Judge, MilestoneOfTheYear_IsToldWhenItCanBe) {
  auto t = target(Operator::at_least, 100);
  t.milestones = {{2026, 20}};
  EXPECT_EQ(judge(plain(t), value(25), on({2026, 6, 1})).milestone_met, std::optional(true));
  EXPECT_FALSE(judge(plain(t), value(15), on({2026, 6, 1})).milestone_met);
  EXPECT_EQ(judge(plain(t), value(15), on({2026, 12, 31})).milestone_met, std::optional(false));
}

Change to(double new_value, Date from) {
  Change c;
  c.from = from;
  c.old_value = 100;
  c.value = new_value;
  c.old_year = 2030;
  c.year = 2030;
  return c;
}

TEST(Effective, AnOldYear_IsJudgedByTheOldTarget) {
  auto t = target(Operator::at_least, 100);
  t.milestones = {{2026, 20}, {2027, 40}, {2028, 60}};
  auto change = to(50, {2028, 1, 1});
  change.milestones = {{2028, 40}, {2029, 45}};
  const std::vector<Change> changes = {change};
  const auto before = effective_target(t, changes, {2027, 12, 31});
  EXPECT_EQ(before.value, 100);
  EXPECT_TRUE(before.changes.empty());
  const auto after = effective_target(t, changes, {2028, 1, 1});
  EXPECT_EQ(after.value, 50);
  EXPECT_EQ(after.milestones, (std::map<int, double>{{2026, 20}, {2027, 40}, {2028, 40}, {2029, 45}}));
  EXPECT_NE(text_of(after).find("原目标 100"), std::string::npos);
  EXPECT_EQ(text_of(before).find("原目标"), std::string::npos);
}

TEST(Effective, TheLatestInEffect_Wins) {
  const auto t = target(Operator::at_least, 100);
  const std::vector<Change> changes = {to(70, {2029, 1, 1}), to(80, {2028, 1, 1})};
  EXPECT_EQ(effective_target(t, changes, {2028, 6, 1}).value, 80);
  EXPECT_EQ(effective_target(t, changes, {2029, 6, 1}).value, 70);
}

TEST(Outlook, IsGivenOnlyWhereItMeansSomething) {
  const auto t = plain(target(Operator::at_least, 100));
  EXPECT_FALSE(outlook(t, value(30), on({2026, 3, 1})).value);
  const auto later = outlook(t, value(30), on({2027, 12, 31}));
  ASSERT_TRUE(later.value);
  EXPECT_NEAR(*later.value, 75, 0.2);
  EXPECT_EQ(later.meets, std::optional(false));
  EXPECT_FALSE(outlook(t, {}, on({2027, 12, 31})).value);
  EXPECT_FALSE(outlook(t, value(30), on({2027, 12, 31}, Span::at_date)).value);
}

}  // namespace
}  // namespace kepu::indicators
