#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/secret.h"
#include "engines/appraisal/sample_test.h"

namespace kepu::appraisal {
namespace {

using namespace testing;  // NOLINT: the samples of this folder

Points total_of(const Inputs& in, Id unit = 1) { return score(in).unit(unit)->final.total.value_or(-1); }

Inputs one_unit() {
  Inputs in;
  in.table = table();
  in.units = {{1, "县教育局", "member", 1}};
  return in;
}

TEST(Rule, EachKind_GivesWhatItSays) {
  Item i = automatic("1", 5 * kPoint, 0, 3 * kOne);
  EXPECT_EQ(by_rule(i, kOne), 167) << "a third of 5, rounded half up";
  EXPECT_EQ(by_rule(i, 0), 0);
  EXPECT_EQ(by_rule(i, 99 * kOne), 500);
  EXPECT_EQ(by_rule(i, -kOne), 0);
  EXPECT_EQ(by_rule(i, std::nullopt), std::nullopt);
  std::swap(i.rule.empty_at, i.rule.full_at);
  EXPECT_EQ(by_rule(i, kOne), 333) << "less is better";
  i.rule.kind = Rule::Kind::steps;
  i.rule.steps = {{kOne, 100}, {5 * kOne, 500}};
  EXPECT_EQ(by_rule(i, kOne - 1), 0);
  EXPECT_EQ(by_rule(i, kOne), 100);
  EXPECT_EQ(by_rule(i, 5 * kOne), 500);
  i.rule.kind = Rule::Kind::per_piece;
  i.rule.piece = 10 * kOne;
  i.rule.per_piece = 150;
  EXPECT_EQ(by_rule(i, 39 * kOne), 450) << "whole pieces only";
  EXPECT_EQ(by_rule(i, kMostAmount), 500) << "capped, without overflow";
  i.rule.kind = Rule::Kind::yes_no;
  i.rule.at_least = 2 * kOne;
  EXPECT_EQ(by_rule(i, 2 * kOne), 500);
  EXPECT_EQ(by_rule(i, 2 * kOne - 1), 0);
  i.rule.kind = Rule::Kind::manual;
  EXPECT_EQ(by_rule(i, kOne), std::nullopt);
}

TEST(Score, PutsMetricMarksBonusAndDeductionTogether) {
  Inputs in = one_unit();
  in.figures = {figure(1, "2", 5 * kOne)};
  in.marks = {mark(Mark::Kind::assessor, 1, "1", 48 * kPoint, 7),
              mark(Mark::Kind::reviewed, 1, "3", 5 * kPoint), mark(Mark::Kind::reviewed, 1, "4", 2 * kPoint)};
  const auto unit = *score(in).unit(1);
  EXPECT_EQ(unit.final.basic, 68 * kPoint);
  EXPECT_EQ(unit.final.bonus, 3 * kPoint) << "5 given, 3 is the cap of all";
  EXPECT_EQ(unit.final.deduction, 2 * kPoint);
  EXPECT_EQ(unit.final.total, 69 * kPoint);
  EXPECT_EQ(unit.grade, "不合格");
  EXPECT_EQ(unit.missing, 0);
}

TEST(Score, AMissingMetric_IsScoredByItsRuleAndToldApart) {
  Inputs in = one_unit();
  in.marks = {mark(Mark::Kind::reviewed, 1, "1", 60 * kPoint)};
  EXPECT_EQ(total_of(in), 60 * kPoint);
  EXPECT_EQ(score(in).units[0].missing, 1);
  in.table.items[1].rule.missing = Missing::not_applicable;
  EXPECT_EQ(total_of(in), 100 * kPoint) << "60 of 60";
  EXPECT_EQ(score(in).units[0].missing, 0);
  in.table.items[1].rule.missing = Missing::manual;
  EXPECT_EQ(total_of(in), 60 * kPoint);
  in.marks.push_back(mark(Mark::Kind::assessor, 1, "2", 20 * kPoint, 7));
  EXPECT_EQ(total_of(in), 80 * kPoint);
}

TEST(Score, WhatDoesNotApply_NeitherHelpsNorHarms) {
  Inputs in = one_unit();
  in.figures = {figure(1, "2", 5 * kOne)};
  in.marks = {mark(Mark::Kind::reviewed, 1, "1", std::nullopt)};
  EXPECT_EQ(total_of(in), 50 * kPoint) << "20 of 40";
  in.table.items[1].rule.missing = Missing::not_applicable;
  in.figures.clear();
  EXPECT_EQ(total_of(in), -1) << "nothing applies: no total";
  EXPECT_EQ(score(in).units[0].grade, "");
}

TEST(Score, TheMedianOfTheAssessors_CountsAndOutliersAreShown) {
  Inputs in = one_unit();
  in.marks = {mark(Mark::Kind::assessor, 1, "1", 50 * kPoint, 7),
              mark(Mark::Kind::assessor, 1, "1", 52 * kPoint, 8)};
  EXPECT_EQ(score(in).units[0].items[0].assessors, 51 * kPoint);
  in.marks.push_back(mark(Mark::Kind::assessor, 1, "1", 20 * kPoint, 9));
  const auto item = score(in).units[0].items[0];
  EXPECT_EQ(item.assessors, 50 * kPoint);
  EXPECT_EQ(item.outliers, std::vector<Id>{9}) << "30 from the median, more than 20 % of 60";
  in.marks[2].points = 38 * kPoint;
  EXPECT_TRUE(score(in).units[0].items[0].outliers.empty()) << "12 is just 20 %";
  in.marks[0].points = in.marks[1].points = std::nullopt;
  EXPECT_TRUE(score(in).units[0].items[0].not_applicable) << "two of three say so";
}

TEST(Score, TheAppealCountsBeforeTheReview) {
  Inputs in = one_unit();
  in.marks = {mark(Mark::Kind::reviewed, 1, "1", 30 * kPoint), mark(Mark::Kind::appeal, 1, "1", 40 * kPoint),
              mark(Mark::Kind::assessor, 1, "1", 10 * kPoint, 7)};
  const auto item = score(in).units[0].items[0];
  EXPECT_EQ(item.decided, 40 * kPoint);
  EXPECT_EQ(item.origin, Origin::appeal);
  EXPECT_EQ(item.reviewed, 30 * kPoint);
}

class ScoreProperty : public ::testing::TestWithParam<int> {
 protected:
  std::mt19937_64 random{static_cast<std::uint64_t>(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Seeds, ScoreProperty, ::testing::Range(1, 60));

TEST_P(ScoreProperty, CapsHold) {
  const Inputs in = random_inputs(random);
  for (const auto& u : score(in).units) {
    for (const auto* t : {&u.self, &u.assessed, &u.final}) {
      EXPECT_LE(t->bonus, in.table.bonus_cap);
      EXPECT_LE(t->deduction, in.table.deduction_cap);
      EXPECT_GE(t->reached, 0);
      EXPECT_LE(t->reached, t->applicable);
      EXPECT_LE(t->basic, in.table.full);
      if (t->total) {
        EXPECT_GE(*t->total, 0);
        EXPECT_LE(*t->total, in.table.full + in.table.bonus_cap);
      }
    }
    for (const auto& i : u.items) {
      EXPECT_GE(i.decided.value_or(0), 0);
      EXPECT_LE(i.decided.value_or(0), in.table.item(i.item)->points);
      EXPECT_FALSE(i.decided && i.not_applicable);
    }
  }
}

TEST_P(ScoreProperty, TheOrderOfAnything_DoesNotMatter) {
  const Inputs in = random_inputs(random);
  Inputs mixed = in;
  std::shuffle(mixed.table.items.begin(), mixed.table.items.end(), random);
  std::shuffle(mixed.units.begin(), mixed.units.end(), random);
  std::shuffle(mixed.figures.begin(), mixed.figures.end(), random);
  std::shuffle(mixed.marks.begin(), mixed.marks.end(), random);
  EXPECT_EQ(canonical(in), canonical(mixed));
  EXPECT_EQ(canonical(score(in)), canonical(score(mixed)));
}

TEST_P(ScoreProperty, FrozenInputs_GiveTheSameBytesAgain) {
  const Inputs in = random_inputs(random);
  const std::string bytes = canonical(in);
  const auto back = parse_inputs(bytes);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(canonical(*back), bytes);
  EXPECT_EQ(canonical(score(*back)), canonical(score(in)));
  EXPECT_EQ(parse_table(canonical(in.table)).value().items.size(), in.table.items.size());
}

TEST_P(ScoreProperty, AChangedByte_IsNoLongerWhatWasFrozen) {
  std::string bytes = canonical(random_inputs(random, 2, 4));
  const auto at = random() % bytes.size();
  const std::string hash = base::sha256_hex(bytes);
  bytes[at] = bytes[at] == '0' ? '1' : '0';
  const auto back = parse_inputs(bytes);
  EXPECT_TRUE(!back || base::sha256_hex(canonical(*back)) != hash);
}

TEST_P(ScoreProperty, MoreOfAMetric_NeverLowersTheItem) {
  Item i = random_inputs(random, 1, 3).table.items[2];
  if (i.rule.empty_at > i.rule.full_at) std::swap(i.rule.empty_at, i.rule.full_at);
  Points before = 0;
  for (Amount value = -2 * kOne; value < 30 * kOne; value += kOne / 7) {
    const Points points = by_rule(i, value).value_or(0);
    EXPECT_GE(points, before);
    before = points;
  }
}

TEST_P(ScoreProperty, ABetterReviewedMark_NeverLowersTheTotal) {
  Inputs in = random_inputs(random);
  std::erase_if(in.marks, [](const Mark& m) { return m.kind == Mark::Kind::appeal; });
  for (const auto& item : in.table.items) {
    if (!in.table.applies(item, "member")) continue;
    Inputs low = in, high = in;
    std::erase_if(low.marks, [&](const Mark& m) {
      return m.unit == 1 && m.item == item.code && m.kind == Mark::Kind::reviewed;
    });
    high.marks = low.marks;
    low.marks.push_back(mark(Mark::Kind::reviewed, 1, item.code, item.points / 3));
    high.marks.push_back(mark(Mark::Kind::reviewed, 1, item.code, item.points / 2));
    if (item.kind == ItemKind::deduction) std::swap(low, high);
    EXPECT_LE(total_of(low), total_of(high)) << item.code;
  }
}

// An item that a unit reaches in the same share as the rest may leave without any change.
TEST_P(ScoreProperty, LeavingAnItemOfTheMeanShareOut_KeepsTheBasicScore) {
  Inputs in = one_unit();
  in.table.items.clear();
  const int share = 1 + static_cast<int>(random() % 10);
  for (int i = 1; i <= 5; ++i) {
    in.table.items.push_back(item(std::to_string(i), i * 4 * kPoint));
    in.marks.push_back(mark(Mark::Kind::reviewed, 1, std::to_string(i), i * 4 * kPoint * share / 10));
  }
  const auto with_all = score(in).units[0].final;
  in.marks[random() % in.marks.size()].points = std::nullopt;
  const auto with_less = score(in).units[0].final;
  EXPECT_EQ(with_all.basic, with_less.basic);
  EXPECT_LT(with_less.applicable, with_all.applicable);
}

TEST(Numbers, AreReadAndWrittenExactly) {
  for (const Points p : {0L, 1L, 10L, 450L, 10000L, -25L}) EXPECT_EQ(parse_points(points_text(p)), p);
  EXPECT_EQ(points_text(450), "4.5");
  EXPECT_EQ(points_text(-25), "-0.25");
  EXPECT_EQ(parse_points("４．５"), 450);
  EXPECT_EQ(parse_points("4.555"), std::nullopt);
  EXPECT_EQ(parse_points("4.550"), 455);
  EXPECT_EQ(parse_points("1000.01"), std::nullopt);
  for (const char* bad : {"", ".", "-", "1e3", "1.2.3", "十", "99999999999999999999"})
    EXPECT_EQ(parse_points(bad), std::nullopt) << bad;
  EXPECT_EQ(amount_of(0.1), 100'000);
  EXPECT_EQ(amount_of(-2.5), -2'500'000);
  EXPECT_EQ(amount_of(1e13), std::nullopt);
  EXPECT_EQ(amount_text(*amount_of(123456789.000001)), "123456789.000001");
  EXPECT_TRUE(code_before("2", "10") && code_before("1.9", "1.10") && code_before("1", "1.1"));
  EXPECT_FALSE(code_before("1.1", "1.1"));
}

TEST(Table, EveryFault_IsToldAtOnceWithItsField) {
  EXPECT_TRUE(problems_of(table()).empty());
  Table t = table();
  t.year = 0;
  t.title = " ";
  t.items[0].points = 59 * kPoint;
  t.items[1].rule.full_at = 0;
  t.items[2].groups = {"gone"};
  t.items[3].code = "1";
  t.grades.pop_back();
  std::string rules;
  for (const auto& e : problems_of(t)) rules += e.rule + " ";
  for (const char* rule : {"year", "title", "sum", "linear", "unknown_group", "code_twice", "grade_last"})
    EXPECT_NE(rules.find(std::string("appraisal.") + rule + " "), std::string::npos)
        << rule << " in " << rules;
}

}  // namespace
}  // namespace kepu::appraisal
