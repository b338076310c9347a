// The pure rules: frame, plan, draw, dispositions and rates.
#include "engines/survey/survey.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "engines/survey/disposition.h"
#include "engines/survey/sample.h"
#include "statistics/sampling/multistage_draw.h"

namespace kepu::survey {
namespace {

std::vector<Area> county(int townships, int villages, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::vector<Area> out;
  for (int t = 0; t < townships; ++t) {
    for (int v = 0; v < villages; ++v) {
      Area a;
      a.code = "9903210" + std::to_string(10 + t) + std::to_string(100 + v);
      a.name = "村" + std::to_string(v);
      a.township = "乡镇" + std::to_string(t);
      a.place = v == 0 ? Place::urban : Place::rural;
      a.people = 200 + static_cast<int>(random() % 1800);
      a.households = a.people / 2;
      out.push_back(a);
    }
  }
  return out;
}

TEST(SurveyFlow, EveryStateEndsAndNobodySkipsTheSignature) {
  for (const auto& rule : round_rules()) {
    EXPECT_EQ(find_rule(rule.from, rule.action), &rule) << "two rules for one action";
    // Field work is reached by way of a signed draw alone.
    if (rule.to == RoundState::field)
      EXPECT_TRUE(rule.from == RoundState::approved || rule.from == RoundState::field ||
                  rule.from == RoundState::closed);
    if (rule.to == RoundState::approved && rule.from != RoundState::approved) EXPECT_EQ(rule.right, kApprove);
  }
  for (const auto action : {RoundAction::edit, RoundAction::draw, RoundAction::reopen, RoundAction::refer}) {
    EXPECT_EQ(find_rule(RoundState::frozen, action), nullptr);
  }
}

TEST(SurveyDates, EveryFaultIsToldAtOnceBesideItsField) {
  Round round;
  round.from = {2026, 3, 2};
  round.until = {2026, 3, 31};
  const base::Date today{2026, 3, 10}, later{2026, 4, 15};
  const auto rules = [&](base::Date from, base::Date until, const std::string& reason) {
    std::set<std::string> out;
    for (const auto& e : check_dates(round, from, until, reason, today)) out.insert(e.field + " " + e.rule);
    return out;
  };
  using Rules = std::set<std::string>;
  round.state = RoundState::approved;
  EXPECT_EQ(rules({2026, 3, 20}, later, "换届"), Rules{});
  round.state = RoundState::field;
  EXPECT_EQ(rules(round.from, later, "换届"), Rules{});
  EXPECT_EQ(rules(round.from, today, "提前完成"), Rules{}) << "the last day may be today";
  EXPECT_EQ(rules({2026, 3, 20}, {2026, 3, 19}, ""),
            (Rules{"from survey.begun", "until survey.period", "reason survey.reason"}));
  EXPECT_EQ(rules(round.from, {2026, 3, 9}, "x"), Rules{"until survey.until_past"});
  EXPECT_EQ(rules(round.from, round.until, std::string(kMostReason + 1, 'x')),
            (Rules{"until survey.same_dates", "reason survey.reason"}));
}

TEST(SurveyFreezing, NamesComeBackAsTheyWereKept) {
  const FrozenNames names{"岚江县", {{"柳溪镇", 4711}, {"青 石 乡", 0}, {"城关街道", 9'000'000'000}}};
  EXPECT_EQ(parse_frozen(frozen_text(names)), names);
  EXPECT_EQ(parse_frozen(""), std::nullopt);
  EXPECT_EQ(parse_frozen("岚江县\n柳溪镇"), std::nullopt);
}

TEST(SurveyFrame, TellsEveryBadRowAtOnce) {
  auto areas = county(2, 3);
  areas[1].code = areas[0].code;
  areas[2].name = "";
  areas[4].households = 0;
  const auto errors = check_frame(areas, 2);
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_NE(errors[0].message.find("第 3 行"), std::string::npos);
  EXPECT_NE(errors[0].message.find("第 2 行"), std::string::npos);
  EXPECT_NE(errors[2].message.find("第 6 行"), std::string::npos);
  EXPECT_EQ(check_frame({}, 2).size(), 1u);
}

TEST(SurveyPlan, ReachesThePrecisionAndDividesWhole) {
  for (const auto by : {StrataBy::none, StrataBy::place, StrataBy::township}) {
    SamplePlan plan;
    plan.strata = by;
    plan.take = 20;
    const auto areas = county(12, 12);
    const auto planned = plan_sample(plan, areas);
    ASSERT_TRUE(planned) << planned.error().message;
    int sum = 0;
    for (const auto& s : planned->strata) {
      EXPECT_GE(s.take, 2);
      EXPECT_LE(s.take, s.areas);
      sum += s.take;
    }
    EXPECT_EQ(sum, planned->villages);
    EXPECT_GE(planned->dwellings * plan.response, planned->persons - 1);
    EXPECT_LE(planned->margin, plan.margin + 1e-9);
  }
}

TEST(SurveyPlan, RefusesWhatCannotBe) {
  SamplePlan plan;
  EXPECT_EQ(plan_sample(plan, {}).error().rule, "survey.frame_empty");
  plan.margin = 0.005;
  EXPECT_EQ(plan_sample(plan, county(2, 5)).error().rule, "survey.frame_small");
  plan.response = 0;
  EXPECT_EQ(plan_sample(plan, county(2, 5)).error().field, "response");
}

TEST(SurveyDraw, IsRepeatedFromTheSeedAndChangesWithIt) {
  const auto areas = in_order(county(15, 12));
  SamplePlan plan;
  const auto one = draw_areas(plan, areas, "2026110 07 12 25"),
             two = draw_areas(plan, areas, "2026110 07 12 25"),
             other = draw_areas(plan, areas, "2026111 01 02 03");
  ASSERT_TRUE(one && two && other);
  EXPECT_EQ(one->areas, two->areas);
  EXPECT_EQ(draw_text(plan, areas, "a", *one), draw_text(plan, areas, "a", *two));
  EXPECT_NE(one->areas, other->areas);
  EXPECT_EQ(draw_areas(plan, areas, " ").error().rule, "survey.seed");
}

TEST(SurveyDraw, DrawsInProportionToPeople) {
  const auto areas = in_order(county(6, 10));
  SamplePlan plan;
  plan.margin = 0.05;
  plan.take = 20;
  std::vector<double> hits(areas.size(), 0), expected(areas.size(), 0);
  constexpr int kDraws = 1500;
  for (int i = 0; i < kDraws; ++i) {
    const auto draw = draw_areas(plan, areas, "种子" + std::to_string(i));
    ASSERT_TRUE(draw);
    for (const auto& a : draw->areas) {
      hits[static_cast<std::size_t>(a.area)] += 1;
      expected[static_cast<std::size_t>(a.area)] = a.probability;
    }
  }
  for (std::size_t i = 0; i < areas.size(); ++i) {
    if (expected[i] == 0) continue;
    const double sd = std::sqrt(expected[i] * (1 - expected[i]) / kDraws);
    EXPECT_NEAR(hits[i] / kDraws, expected[i], 5 * sd + 1e-12) << areas[i].name;
  }
}

// The rule by which dwellings are drawn village by village is that of the draw in one piece.
TEST(SurveyDraw, DwellingsAreThoseOfTheWholeDraw) {
  namespace sampling = statistics::sampling;
  sampling::Stage villages, dwellings;
  villages.name = "村";
  villages.parents = {0, 0, 0, 0};
  villages.sizes = {100, 300, 200, 400};
  villages.takes = {2};
  dwellings.name = "户";
  dwellings.method = sampling::StageMethod::every_kth;
  dwellings.takes = {7};
  const int counts[] = {40, 113, 81, 9};
  std::vector<int> first;
  for (int v = 0; v < 4; ++v) {
    first.push_back(static_cast<int>(dwellings.parents.size()));
    dwellings.parents.insert(dwellings.parents.end(), static_cast<std::size_t>(counts[v]), v);
  }
  const auto whole = sampling::draw_stages(1, {villages, dwellings}, seed_number("公布的号码"));
  ASSERT_TRUE(whole);
  std::vector<int> expected, ours;
  for (const auto& u : whole->units) {
    if (u.stage == 1) expected.push_back(u.unit);
    if (u.stage != 0) continue;
    for (const auto& d : draw_dwellings("公布的号码", u.unit, counts[u.unit], 7)) {
      ours.push_back(first[static_cast<std::size_t>(u.unit)] + d.position);
      EXPECT_DOUBLE_EQ(d.probability, 7.0 / counts[u.unit]);
    }
  }
  EXPECT_EQ(ours, expected);
  EXPECT_EQ(draw_dwellings("a", 3, 5, 30).size(), 5u);
  EXPECT_TRUE(draw_dwellings("a", 3, 0, 30).empty());
}

TEST(SurveyDraw, ReplacementsAreTheOthersEachOnce) {
  const auto order = replacement_order("种子", 4, 20, {2, 5, 9});
  EXPECT_EQ(order.size(), 17u);
  const std::set<int> all(order.begin(), order.end());
  EXPECT_EQ(all.size(), 17u);
  for (const int drawn : {2, 5, 9}) EXPECT_EQ(all.count(drawn), 0u);
  EXPECT_EQ(order, replacement_order("种子", 4, 20, {2, 5, 9}));
  EXPECT_NE(order, replacement_order("种子", 5, 20, {2, 5, 9}));
}

TEST(SurveyDraw, EachPersonOfAHouseholdHasTheSameChance) {
  constexpr int kDwellings = 6000;
  for (int n = 1; n <= kMostPersons; ++n) {
    std::vector<int> hits(static_cast<std::size_t>(n), 0);
    for (int i = 0; i < kDwellings; ++i) {
      const int person = selection_table("种子", serial_of(3, i))[static_cast<std::size_t>(n - 1)];
      ASSERT_GE(person, 1);
      ASSERT_LE(person, n);
      ++hits[static_cast<std::size_t>(person - 1)];
    }
    const double p = 1.0 / n, sd = std::sqrt(kDwellings * p * (1 - p));
    for (const int h : hits) EXPECT_NEAR(h, kDwellings * p, 5 * sd + 1e-9) << n;
  }
}

TEST(SurveyDraw, BackChecksTakeTheirShare) {
  int count = 0;
  for (int i = 0; i < 10000; ++i) count += is_back_checked("种子", serial_of(i / 30, i % 30), 0.1) ? 1 : 0;
  EXPECT_NEAR(count, 1000, 150);
  EXPECT_FALSE(is_back_checked("种子", 1, 0));
  EXPECT_TRUE(is_back_checked("种子", 1, 1));
}

TEST(SurveyRates, FollowTheFormulas) {
  // I 600, P 20, R 150, NC 100, O 30, U 50, not eligible 50.
  AaporCounts c{600, 20, 150, 100, 30, 50, 50};
  const auto r = aapor_rates(c);
  EXPECT_NEAR(r.e, 900.0 / 950, 1e-12);
  EXPECT_NEAR(*r.rr1, 600.0 / 950, 1e-12);
  EXPECT_NEAR(*r.rr2, 620.0 / 950, 1e-12);
  EXPECT_NEAR(*r.rr3, 600.0 / (900 + 50 * 900.0 / 950), 1e-12);
  EXPECT_NEAR(*r.rr5, 600.0 / 900, 1e-12);
  EXPECT_NEAR(*r.rr6, 620.0 / 900, 1e-12);
  EXPECT_NEAR(*r.coop1, 600.0 / 800, 1e-12);
  EXPECT_NEAR(*r.ref1, 150.0 / 950, 1e-12);
  EXPECT_NEAR(*r.con1, 800.0 / 950, 1e-12);
}

TEST(SurveyRates, OrderAndMissing) {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    AaporCounts c;
    for (double* x :
         {&c.complete, &c.partial, &c.refusal, &c.no_contact, &c.other, &c.unknown, &c.ineligible})
      *x = static_cast<double>(random() % 50);
    if (c.complete + c.partial + c.refusal + c.no_contact + c.other == 0) continue;
    const auto r = aapor_rates(c);
    EXPECT_LE(*r.rr1, *r.rr3 + 1e-12);
    EXPECT_LE(*r.rr3, *r.rr5 + 1e-12);
    EXPECT_LE(*r.rr1, *r.rr2 + 1e-12);
    EXPECT_LE(*r.rr4, *r.rr6 + 1e-12);
    EXPECT_NEAR(*r.con1 * (c.complete + c.partial + c.refusal + c.no_contact + c.other + c.unknown),
                c.complete + c.partial + c.refusal + c.other, 1e-9);
  }
  EXPECT_FALSE(aapor_rates({}).rr1);
  std::set<std::string_view> codes;
  for (const auto& d : dispositions()) EXPECT_TRUE(codes.insert(d.code).second);
}

}  // namespace
}  // namespace kepu::survey
