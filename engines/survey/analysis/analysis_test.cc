// From simulated rounds to results.
#include "engines/survey/analysis/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/fieldwork.h"
#include "engines/survey/analysis/parts.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::analysis {
namespace {

const simulation::County& county() {
  static const simulation::County kCounty(7);
  return kCounty;
}
const Dataset& round_of_7() {
  static const Dataset kRound = county().round(70, {.target = 13});
  return kRound;
}
RoundResult must(const base::Result<RoundResult>& r) {
  if (!r) throw std::runtime_error(r.error().rule + " " + r.error().field + " " + r.error().message);
  return *r;
}
const RoundResult& result_of_7() {
  static const RoundResult kResult = must(analyse(round_of_7()));
  return kResult;
}
std::string rule_of(const base::Result<RoundResult>& r) { return r ? "" : r.error().rule; }

// Target and truth of one simulated round; how often in a thousand is for simulation/coverage.
TEST(Analysis, OfASimulatedRound_HoldsItsTruth) {
  const auto& c = result_of_7().county_row();
  EXPECT_LE(*c.lower, county().truth());
  EXPECT_GE(*c.upper, county().truth());
  EXPECT_GT(c.n, 1000);
  EXPECT_EQ(c.degrees, 30 - 4);
  EXPECT_EQ(c.publish, Publish::yes);
  EXPECT_GT(*c.deff, 0.5);
  EXPECT_LT(*c.deff, 3);
}

TEST(Analysis, Twice_AndWithAnyThreads_IsTheSameBytes) {
  AnalysisOptions one, three;
  one.threads = 1;
  three.threads = 3;
  const auto text = to_json(result_of_7());
  EXPECT_TRUE(to_json(must(analyse(round_of_7(), one))) == text);
  EXPECT_TRUE(to_json(must(analyse(round_of_7(), three))) == text);
}

TEST(Analysis, NamesDataWeightsRuleAndProgram) {
  const auto& p = result_of_7().provenance;
  EXPECT_EQ(p.data_hash, hash_of(round_of_7()));
  AnalysisOptions other;
  other.rules[0].literate_cut = 65;
  other.program = "another";
  const auto r = must(analyse(round_of_7(), other));
  EXPECT_EQ(r.provenance.weights_hash, p.weights_hash);
  EXPECT_NE(r.provenance.rule_hash, p.rule_hash);
  EXPECT_EQ(r.provenance.program, "another");
  EXPECT_GT(r.county_row().percent, result_of_7().county_row().percent);
}

// The order in which cases lie in the file is of no importance for what is estimated.
TEST(Analysis, OfPermutedCases_EstimatesTheSame) {
  Dataset d = round_of_7();
  for (auto& c : d.cases) {  // the gaps are filled from neighbours in the file
    if (c.outcome == Outcome::complete && c.age == 0) c.age = 45;
    if (c.outcome == Outcome::complete && c.education == Education::unknown) c.education = Education::junior;
  }
  const auto before = must(analyse(d));
  std::mt19937_64 random(3);
  std::shuffle(d.cases.begin(), d.cases.end(), random);
  const auto after = must(analyse(d));
  ASSERT_EQ(before.literacy.rows.size(), after.literacy.rows.size());
  for (std::size_t k = 0; k < before.literacy.rows.size(); ++k) {
    EXPECT_NEAR(before.literacy.rows[k].percent, after.literacy.rows[k].percent, 1e-6);
    EXPECT_EQ(before.literacy.rows[k].n, after.literacy.rows[k].n);
  }
  EXPECT_NEAR(before.county_row().se, after.county_row().se,
              0.15 * before.county_row().se);  // other replicates
}

// Every person twice, with half the chance: shares stay, nothing is found out anew.
TEST(Analysis, WeightsThatAllDouble_ChangeNothingButTheSum) {
  Dataset d = round_of_7();
  d.margins.clear();
  const auto before = must(analyse(d));
  for (auto& c : d.cases) c.dwelling_probability /= 2;
  const auto after = must(analyse(d));
  EXPECT_NEAR(before.county_row().percent, after.county_row().percent, 1e-9);
  EXPECT_NEAR(2 * before.county_row().people, after.county_row().people, 1e-6 * after.county_row().people);
  EXPECT_FALSE(before.weighting.notes.empty());  // says that it was not calibrated
}

TEST(Weights, BeginWithAllDwellingsOfTheDrawnVillages) {
  const Dataset& d = round_of_7();
  double expected = 0;
  std::vector<bool> seen(d.psus.size(), false);
  for (const auto& c : d.cases) {
    const auto p = static_cast<std::size_t>(c.psu);
    if (seen[p]) continue;
    seen[p] = true;
    // take / (take / dwellings) = dwellings, over the chance of the village
    const auto take = std::count_if(d.cases.begin(), d.cases.end(),
                                    [&](const Case& x) { return x.psu == c.psu && !x.replacement; });
    expected += static_cast<double>(take) / c.dwelling_probability / d.psus[p].probability;
  }
  const auto& log = result_of_7().weighting.log;
  ASSERT_EQ(log.front().step, "base");
  EXPECT_NEAR(log.front().sum, expected, 1e-6 * expected);
  // Nonresponse moves weight, and loses none.
  EXPECT_EQ(log[1].step, "eligible");
  EXPECT_EQ(log[2].step, "nonresponse");
  EXPECT_NEAR(log[1].sum, log[2].sum, 1e-6 * log[1].sum);
}

TEST(Weights, MeetEveryMargin) {
  const auto& r = result_of_7();
  ASSERT_GE(r.weighting.margins.size(), 14u);
  for (const auto& m : r.weighting.margins) {
    EXPECT_NEAR(m.after, m.known, 1e-4 * m.known) << m.variable << m.category;
    EXPECT_GT(m.n, 0);
    EXPECT_FALSE(m.source.empty());
  }
}

TEST(Weights, AboveTheBound_AreCutAndRakedAgain) {
  AnalysisOptions options;
  options.trim_times_median = 2;
  const auto r = must(analyse(round_of_7(), options));
  EXPECT_GT(r.weighting.trimmed, 0);
  EXPECT_EQ(r.weighting.log.back().step, "trim");
  EXPECT_LT(r.weighting.log.back().most, r.weighting.log[r.weighting.log.size() - 2].most);
  for (const auto& m : r.weighting.margins) EXPECT_NEAR(m.after, m.known, 1e-4 * m.known);
}

TEST(Weights, ThinCategories_AreMerged_AndSaidSo) {
  Dataset d = round_of_7();
  for (auto& c : d.cases) {
    if (c.education == Education::degree) c.education = c.psu < 3 ? Education::degree : Education::college;
  }
  const auto r = must(analyse(d));
  const auto merged = std::find_if(r.weighting.margins.begin(), r.weighting.margins.end(),
                                   [](const MarginLine& m) { return m.category == "大专和本科及以上"; });
  ASSERT_NE(merged, r.weighting.margins.end());
  EXPECT_NEAR(merged->after, merged->known, 1e-4 * merged->known);
}

TEST(Weights, CertainVillages_AreStrataOfTheirOwn) {
  Dataset d = round_of_7();
  d.psus[0].probability = 1;
  d.psus[1].probability = 1;
  const auto r = must(analyse(d));
  EXPECT_GT(r.county_row().degrees, 26 + 40);  // their dwellings are units now
}

TEST(Rates, FollowTheStandardDefinitions) {
  std::vector<Case> cases;
  const auto add = [&](Outcome o, int n) {
    for (int k = 0; k < n; ++k) {
      Case c;
      c.outcome = o;
      cases.push_back(c);
    }
  };
  add(Outcome::complete, 60);
  add(Outcome::partial, 5);
  add(Outcome::refusal, 15);
  add(Outcome::no_contact, 8);
  add(Outcome::other, 2);
  add(Outcome::unknown, 20);
  add(Outcome::ineligible, 10);
  const auto f = fieldwork_of(cases);
  const auto rate = [&](const char* name) {
    for (const auto& r : f.rates) {
      if (r.name == name) return *r.percent;
    }
    return -1.0;
  };
  EXPECT_DOUBLE_EQ(*f.eligible_percent, 90);  // 90 of 100 known
  EXPECT_NEAR(rate("RR1"), 100 * 60.0 / 110, 1e-12);
  EXPECT_NEAR(rate("RR2"), 100 * 65.0 / 110, 1e-12);
  EXPECT_NEAR(rate("RR3"), 100 * 60.0 / 108, 1e-12);
  EXPECT_NEAR(rate("RR4"), 100 * 65.0 / 108, 1e-12);
  EXPECT_NEAR(rate("RR5"), 100 * 60.0 / 90, 1e-12);
  EXPECT_NEAR(rate("RR6"), 100 * 65.0 / 90, 1e-12);
  EXPECT_NEAR(rate("COOP1"), 100 * 60.0 / 82, 1e-12);
  EXPECT_NEAR(rate("COOP3"), 100 * 60.0 / 80, 1e-12);
  EXPECT_NEAR(rate("REF1"), 100 * 15.0 / 110, 1e-12);
  EXPECT_NEAR(rate("CON1"), 100 * 82.0 / 110, 1e-12);
  EXPECT_FALSE(fieldwork_of({}).rates[0].percent.has_value());
}

TEST(Target, IsMet_Missed_OrCannotBeTold) {
  Dataset d = round_of_7();
  const double truth = result_of_7().county_row().percent;
  d.target = Target{truth - 6, 2026, "低目标"};
  EXPECT_EQ(must(analyse(d)).target->met, Verdict::yes);
  d.target = Target{truth + 6, 2026, "高目标"};
  EXPECT_EQ(must(analyse(d)).target->met, Verdict::no);
  d.target = Target{truth + 0.8, 2026, "相近的目标"};
  const auto near = *must(analyse(d)).target;
  EXPECT_EQ(near.met, Verdict::unknown);
  ASSERT_TRUE(near.interviews);
  EXPECT_GT(*near.interviews, result_of_7().county_row().n);
  EXPECT_GT(*near.dwellings, *near.interviews);
  d.target = Target{truth + 1e-5, 2026, "同样的数"};
  EXPECT_FALSE(must(analyse(d)).target->interviews);  // no feasible number would tell
  d.target.reset();
  EXPECT_FALSE(must(analyse(d)).target);
}

TEST(Change, WithoutTheirInterval_IsNotJudged) {
  Dataset d = round_of_7();
  d.published = {{d.county, "上一轮", 2024, 2, 1, 3}, {"上级市", "公报", 2025, 13, {}, {}}};
  auto r = must(analyse(d));
  EXPECT_EQ(r.change->higher, Verdict::yes);
  ASSERT_EQ(r.superiors.size(), 1u);
  EXPECT_EQ(r.superiors[0].higher, Verdict::unknown);
  EXPECT_FALSE(r.superiors[0].lower);
  d.published[0].year = 2026;  // of this very year: no round before
  EXPECT_FALSE(must(analyse(d)).change);
}

TEST(Townships, AddUpToTheCounty_AndKeepTheirOrder) {
  const auto& r = result_of_7();
  ASSERT_TRUE(r.townships.made) << r.townships.why_not;
  ASSERT_EQ(r.townships.rows.size(), round_of_7().townships.size());
  double people = 0, sum = 0;
  bool all = true;
  for (std::size_t t = 0; t < r.townships.rows.size(); ++t) {
    const auto& row = r.townships.rows[t];
    EXPECT_EQ(row.name, round_of_7().townships[t].name);
    all = all && row.percent;
    people += row.population;
    sum += row.population * row.percent.value_or(0);
    EXPECT_EQ(row.percent.has_value(), row.why_not.empty());
    if (row.percent) {
      EXPECT_LE(*row.lower, *row.percent);
      EXPECT_GE(*row.upper, *row.percent);
    }
  }
  if (all) EXPECT_NEAR(sum / people, r.county_row().percent, 1e-9);
}

TEST(Townships, WithoutSample_AreNotPublished) {
  Dataset d = round_of_7();
  d.townships.push_back({0, "没有抽到的乡", 9000, {8, 10}});
  const auto r = must(analyse(d));
  EXPECT_FALSE(r.townships.rows.back().percent);
  EXPECT_FALSE(r.townships.rows.back().direct);
  EXPECT_NE(r.townships.rows.back().why_not.find("没有抽到"), std::string::npos);
}

TEST(Groups, TooSmall_AreSuppressed) {
  Dataset d = round_of_7();
  int kept = 0;
  for (auto& c : d.cases) {
    if (c.outcome == Outcome::complete && c.age >= 60 && ++kept > 12) c.age = 55;
  }
  const auto r = must(analyse(d));
  const auto old = std::find_if(r.literacy.rows.begin(), r.literacy.rows.end(),
                                [](const Estimate& e) { return e.category == "60—69岁"; });
  ASSERT_NE(old, r.literacy.rows.end());
  EXPECT_EQ(old->n, 12);
  EXPECT_EQ(old->publish, Publish::no);
}

// With one literate person the logits of the replicates run away; the interval shown must still be of use.
TEST(Groups, WithHardlyAnyLiterate_HaveAnExactInterval) {
  Dataset d = round_of_7();
  int kept = 0;
  for (auto& c : d.cases) {
    if (c.outcome != Outcome::complete || c.education != Education::primary) continue;
    for (auto& a : c.answers) a = kept == 0 ? 1 : 0;
    ++kept;
  }
  const auto r = must(analyse(d));
  const auto primary = std::find_if(r.literacy.rows.begin(), r.literacy.rows.end(),
                                    [](const Estimate& e) { return e.category == "小学及以下"; });
  ASSERT_NE(primary, r.literacy.rows.end());
  EXPECT_LT(*primary->upper, 6);
  EXPECT_GT(*primary->upper, primary->percent);
}

TEST(Items, ThatTellNobodyApart_OrTreatGroupsUnequally_AreNamed) {
  const auto& items = result_of_7().items;
  EXPECT_GT(items.alpha, 0.6);
  const auto& idle = items.rows[18];  // of slope 0.25 in the simulation
  EXPECT_LT(*idle.item_rest, 0.15);
  EXPECT_EQ(std::count(idle.remarks.begin(), idle.remarks.end(), "区分不出高低"), 1);
  EXPECT_GT(std::abs(*items.rows[3].dif_place), 1);  // 0.9 harder in the countryside
  for (const auto& row : items.rows) EXPECT_GT(row.facility, 0);
}

TEST(Irt, IsMadeAsACheck) {
  const auto& irt = result_of_7().irt;
  ASSERT_TRUE(irt.made) << irt.why_not;
  EXPECT_GT(*irt.percent, 0);
  EXPECT_GT(*irt.reliability, 0.5);
}

TEST(Irt, ItemsAllAnsweredAlike_AreLeftOut) {
  Dataset d = round_of_7();
  for (auto& c : d.cases) {
    if (!c.answers.empty()) c.answers[0] = 1;
  }
  const auto r = must(analyse(d));
  EXPECT_EQ(r.irt.left_out, std::vector<std::string>{"Q01"});
  EXPECT_FALSE(r.items.rows[0].item_rest.has_value());  // no number, not zero
}

TEST(Quality, CountsGapsAndHaste) {
  const auto& q = result_of_7().quality;
  EXPECT_NEAR(*q.minutes_median, 22, 2);
  EXPECT_GT(q.hasty, 0);
  EXPECT_GT(q.without_education, 0);
  EXPECT_GT(q.answers_missing, 0.5);
}

TEST(Analysis, Refuses_TooFew_WrongPoints_AndTheTimeBeforeAnyRule) {
  Dataset few = round_of_7();
  int kept = 0;
  for (auto& c : few.cases) {
    if (c.outcome == Outcome::complete && ++kept > 20) c.outcome = Outcome::no_contact;
  }
  EXPECT_EQ(rule_of(analyse(few)), "survey.few");
  Dataset points = round_of_7();
  points.items[0].points = 4;
  EXPECT_EQ(rule_of(analyse(points)), "survey.rule");
  Dataset early = round_of_7();
  early.from = {2015, 1, 1};
  EXPECT_EQ(rule_of(analyse(early)), "survey.rule");
  Dataset wrong = round_of_7();
  wrong.cases[5].psu = 99;
  EXPECT_EQ(rule_of(analyse(wrong)), "survey.dataset.case");
}

TEST(Analysis, StrataOfOneVillage_AreJoined) {
  Dataset d = round_of_7();
  d.strata.push_back({"只有一个村的层", 20});
  d.psus.back().stratum = 4;
  const auto r = must(analyse(d));
  EXPECT_EQ(r.county_row().degrees, 26);
  EXPECT_TRUE(std::any_of(r.weighting.notes.begin(), r.weighting.notes.end(), [](const std::string& n) {
    return n.find("只有一个抽样单位") != std::string::npos;
  }));
}

}  // namespace
}  // namespace kepu::survey::analysis
