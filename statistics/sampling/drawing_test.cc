// The generator, the draws and their probabilities.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "statistics/sampling/inclusion.h"
#include "statistics/sampling/joint_inclusion.h"
#include "statistics/sampling/multistage_draw.h"
#include "statistics/sampling/selection.h"

namespace kepu::statistics::sampling {
namespace {

// The published test values of both algorithms, and the rule for parts as another program computes it.
TEST(Generator, FollowsThePublishedAlgorithms) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(split_mix(state), 6457827717110365317U);
  EXPECT_EQ(split_mix(state), 3203168211198807973U);
  Generator random(0);
  EXPECT_EQ(random.next(), 11091344671253066420U);
  EXPECT_EQ(random.next(), 13793997310169335082U);
  EXPECT_EQ(random.next(), 1900383378846508768U);
  EXPECT_EQ(part_seed(2026, 0), 8831986922157975740U);
  EXPECT_EQ(part_seed(2026, 1), 15939995282739591073U);
  EXPECT_EQ(Generator(part_seed(part_seed(2026, 0), 0)).uniform(), 112631359083797 * 0x1.0p-53);
}

TEST(Generator, BelowIsEven) {
  Generator random(7);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts[random.below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 450);  // five standard errors
}

TEST(Inclusion, LargeUnitsAreCertain_AndTheSumIsTheCount) {
  const auto pi = inclusion_probabilities(std::vector{100.0, 10.0, 10.0, 0.0, 20.0, 60.0}, 3);
  ASSERT_TRUE(pi);
  EXPECT_EQ((*pi)[0], 1);
  EXPECT_EQ((*pi)[5], 1);
  EXPECT_EQ((*pi)[3], 0);
  EXPECT_NEAR((*pi)[4], 0.5, 1e-15);
  EXPECT_NEAR(std::accumulate(pi->begin(), pi->end(), 0.0), 3, 1e-15);
  const auto all = inclusion_probabilities(std::vector{3.0, 1.0, 0.1}, 3);
  EXPECT_EQ(*all, (std::vector{1.0, 1.0, 1.0}));
  EXPECT_EQ(inclusion_probabilities(std::vector{3.0, 0.0}, 2).error().rule, "sampling.too_many");
  EXPECT_EQ(inclusion_probabilities(std::vector{3.0, -1.0}, 1).error().rule, "sampling.value");
}

// V = .07 .24 .65 1.26 2.09 3: the start .354 lies in the third interval, 1.354 in the fifth, 2.354 in the
// sixth.
TEST(Systematic, DrawsWhereTheStartFalls) {
  const std::vector pi{0.07, 0.17, 0.41, 0.61, 0.83, 0.91};
  EXPECT_EQ(*draw_systematic(pi, 0.354), (std::vector<std::size_t>{2, 4, 5}));
}

TEST(Systematic, EveryStartDrawsTheCount) {
  const auto pi = *inclusion_probabilities(std::vector{5.0, 1.0, 7.0, 3.0, 2.0, 9.0, 40.0, 3.0}, 4);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(draw_systematic(pi, i / 1000.0)->size(), 4u);
  EXPECT_FALSE(draw_systematic(pi, 1));
}

constexpr std::array kSchemes{Scheme::systematic, Scheme::tille, Scheme::midzuno, Scheme::sampford,
                              Scheme::max_entropy};

// The expectation of a fixed size: Σ_l π_kl = n π_k, for every scheme; and no pair above either of its units.
TEST(Joint, SumsAreThoseOfAFixedSize) {
  Generator random(3);
  for (int turn = 0; turn < 30; ++turn) {
    std::vector<double> sizes(5 + random.below(30));
    for (double& size : sizes) size = 0.2 + random.uniform();
    const auto n = 2 + random.below(sizes.size() / 2);
    const auto pi = *inclusion_probabilities(sizes, static_cast<double>(n));
    for (const Scheme scheme : kSchemes) {
      const auto joint = joint_probabilities(pi, scheme);
      ASSERT_TRUE(joint) << joint.error().detail;
      for (Eigen::Index k = 0; k < joint->rows(); ++k) {
        const double p = pi[static_cast<std::size_t>(k)];
        EXPECT_NEAR(joint->row(k).sum(), static_cast<double>(n) * p, 1e-10);
        EXPECT_LE(joint->row(k).maxCoeff(), p + 1e-12);
        EXPECT_GE(joint->minCoeff(), -1e-12);
      }
    }
  }
}

// Equal probabilities: all schemes but the systematic one are simple random sampling.
TEST(Joint, EqualProbabilities_AreSimpleRandom) {
  const std::vector<double> pi(20, 0.4);
  for (const Scheme scheme : {Scheme::tille, Scheme::midzuno, Scheme::sampford, Scheme::max_entropy}) {
    const auto joint = joint_probabilities(pi, scheme);
    EXPECT_NEAR((*joint)(3, 11), 8.0 * 7 / (20 * 19), 1e-12);
  }
}

// For two units Sampford's design is π_kl ∝ λ_k λ_l (2 − π_k − π_l).
TEST(Joint, TwoUnits_ClosedForm) {
  const std::vector pi{0.3, 0.5, 0.2, 0.6, 0.4};
  Eigen::MatrixXd wanted = Eigen::MatrixXd::Zero(5, 5);
  for (Eigen::Index k = 0; k < 5; ++k) {
    for (Eigen::Index l = 0; l < 5; ++l) {
      const double a = pi[static_cast<std::size_t>(k)], b = pi[static_cast<std::size_t>(l)];
      if (k != l) wanted(k, l) = a / (1 - a) * b / (1 - b) * (2 - a - b);
    }
  }
  wanted *= 2 / wanted.sum();
  const auto joint = joint_probabilities(pi, Scheme::sampford);
  EXPECT_NEAR((*joint)(1, 3), wanted(1, 3), 1e-14);
  EXPECT_NEAR((*joint)(0, 2), wanted(0, 2), 1e-14);
}

// The π of the examples of Tillé (2006), ch. 5; values of the R package sampling 2.9 (UPmaxentropypi2,
// UPsampfordpi2).
TEST(Joint, MaximumEntropyAndSampford_AreThoseOfTheReference) {
  const std::vector pi{0.07, 0.17, 0.41, 0.61, 0.83, 0.91};
  const auto entropy = joint_probabilities(pi, Scheme::max_entropy);
  const auto sampford = joint_probabilities(pi, Scheme::sampford);
  ASSERT_TRUE(entropy && sampford);
  EXPECT_NEAR((*entropy)(0, 1), 0.00491709, 1e-8);
  EXPECT_NEAR((*entropy)(2, 3), 0.140686, 1e-6);
  EXPECT_NEAR((*entropy)(4, 5), 0.746068, 1e-6);
  EXPECT_NEAR((*sampford)(0, 1), 0.0040135, 1e-7);
  EXPECT_NEAR((*sampford)(4, 5), 0.7450003, 1e-7);
}

TEST(Joint, ExactSumsAndRatioFormulaAgree) {
  const std::vector pi{0.2, 0.35, 0.45, 0.5, 0.6, 0.9};
  const auto exact = joint_probabilities(pi, Scheme::max_entropy);
  const auto ratios = joint_probabilities(pi, Scheme::max_entropy, {1e-14, true});
  EXPECT_NEAR((*exact - *ratios).cwiseAbs().maxCoeff(), 0, 1e-12);
}

TEST(Joint, CertainAndAbsentUnits_AreProducts) {
  const std::vector pi{1.0, 0.5, 0.5, 0.0, 0.4, 0.6};
  for (const Scheme scheme : kSchemes) {
    const auto joint = joint_probabilities(pi, scheme);
    ASSERT_TRUE(joint);
    EXPECT_EQ((*joint)(0, 4), 0.4);
    EXPECT_EQ((*joint)(3, 1), 0);
  }
  EXPECT_EQ(joint_probabilities(std::vector{0.5, 0.4}, Scheme::tille).error().rule, "sampling.whole");
}

TEST(Selection, EverySubsetOfThreeOfFive_ComesEquallyOften) {
  std::map<std::vector<std::size_t>, int> counts;
  Generator random(11);
  for (int i = 0; i < 20000; ++i) ++counts[*draw_simple(5, 3, random)];
  EXPECT_EQ(counts.size(), 10u);
  for (const auto& [subset, count] : counts) EXPECT_NEAR(count, 2000, 210);
  EXPECT_FALSE(draw_simple(2, 3, random));
  EXPECT_TRUE(draw_simple(0, 0, random)->empty());
}

TEST(Selection, EveryKth_IsSpreadAndEven) {
  std::array<int, 7> counts{};
  Generator random(13);
  for (int i = 0; i < 21000; ++i) {
    const auto drawn = *draw_every_kth(7, 3, random);
    ASSERT_EQ(drawn.size(), 3u);
    EXPECT_TRUE(drawn[0] < drawn[1] && drawn[1] < drawn[2]);
    for (const auto k : drawn) ++counts[k];
  }
  for (const int count : counts) EXPECT_NEAR(count, 9000, 360);
  EXPECT_EQ(draw_every_kth(4, 4, random)->size(), 4u);
}

TEST(Selection, KishTables_CountOutTheirProbabilities) {
  for (std::size_t eligible = 1; eligible <= 6; ++eligible) {
    std::vector<double> seen(eligible, 0), said(eligible, 0);
    for (std::size_t serial = 0; serial < 12; ++serial) {
      const auto person = kish_person(eligible, serial, 5);
      ASSERT_TRUE(person);
      seen[person->position] += 1 / 12.0;
      said[person->position] = person->probability;
    }
    for (std::size_t k = 0; k < eligible; ++k) {
      EXPECT_NEAR(seen[k], said[k], 1e-12);
      if (eligible == 5) continue;
      EXPECT_NEAR(seen[k], 1.0 / static_cast<double>(eligible), 1e-12);
    }
  }
  EXPECT_EQ(kish_person(7, 0, 0).error().rule, "sampling.kish");
  Generator random(1);
  EXPECT_EQ(draw_person(7, random)->probability, 1.0 / 7);
}

std::vector<Stage> county() {
  Stage villages{
      "村", StageMethod::pps_systematic, {0, 0, 0, 0, 1, 1, 1}, {300, 200, 900, 100, 400, 400, 10}, {2, 2}};
  Stage groups{"组", StageMethod::every_kth, {}, {}, {2}};
  Stage houses{"户", StageMethod::simple_random, {}, {}, {3}};
  for (std::int32_t village = 0; village < 7; ++village) {
    for (int g = 0; g < 3 + village % 2; ++g) groups.parents.push_back(village);
  }
  for (std::int32_t group = 0; group < static_cast<std::int32_t>(groups.parents.size()); ++group) {
    for (int h = 0; h < 2 + group % 5; ++h) houses.parents.push_back(group);
  }
  return {villages, groups, houses};
}

TEST(Draw, SameSeedGivesTheSame_OthersDiffer) {
  const auto one = draw_stages(2, county(), 42), two = draw_stages(2, county(), 42),
             other = draw_stages(2, county(), 43);
  ASSERT_TRUE(one);
  const auto units = [](const DrawRecord& record) {
    std::vector<std::pair<int, int>> out;
    for (const Drawn& drawn : record.units) out.emplace_back(drawn.stage, drawn.unit);
    return out;
  };
  EXPECT_EQ(units(*one), units(*two));
  EXPECT_NE(units(*one), units(*other));
  EXPECT_EQ(one->seed, 42u);
}

TEST(Draw, FrequenciesAreTheProbabilities) {
  const auto stages = county();
  std::array<std::map<int, int>, 3> counts;
  std::array<std::map<int, double>, 3> probability;
  constexpr int kTurns = 20000;
  for (std::uint64_t seed = 0; seed < kTurns; ++seed) {
    const DrawRecord record = *draw_stages(2, stages, seed);
    for (const Drawn& drawn : record.units) {
      const auto stage = static_cast<std::size_t>(drawn.stage);
      ++counts[stage][drawn.unit];
      probability[stage].emplace(drawn.unit, drawn.probability);
      EXPECT_EQ(probability[stage][drawn.unit], drawn.probability);
    }
  }
  EXPECT_EQ(probability[0].at(2), 1);  // 900 of 1,500, two drawn: certain
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_EQ(counts[s].size(), stages[s].parents.size());
    for (const auto& [unit, count] : counts[s]) {
      const double p = probability[s].at(unit);
      EXPECT_NEAR(count, kTurns * p, 5 * std::sqrt(kTurns * p * (1 - p)) + 1e-6) << s << " " << unit;
    }
  }
}

TEST(Draw, AnotherStratumDoesNotChangeTheFirst) {
  auto stages = county();
  const auto before = draw_stages(2, {stages[0]}, 5);
  stages[0].sizes[5] = 4000;
  stages[0].takes[1] = 1;
  const auto after = draw_stages(2, {stages[0]}, 5);
  EXPECT_EQ(before->units[0].unit, after->units[0].unit);
  EXPECT_EQ(before->units[1].unit, after->units[1].unit);
}

TEST(Draw, ShortfallsAreRecorded_AndBadFramesRefused) {
  auto stages = county();
  const DrawRecord record = *draw_stages(2, stages, 1);
  const auto smallest = std::count_if(record.units.begin(), record.units.end(),
                                      [](const Drawn& d) { return d.stage == 2 && d.certain; });
  EXPECT_GT(smallest, 0);
  EXPECT_FALSE(record.shortfalls.empty());
  stages[1].parents[0] = 9;
  EXPECT_EQ(draw_stages(2, stages, 1).error().rule, "sampling.frame");
  stages = county();
  stages[0].takes = {1, 2, 3};
  EXPECT_EQ(draw_stages(2, stages, 1).error().rule, "sampling.frame");
  stages = county();
  stages[0].sizes[0] = -1;
  EXPECT_EQ(draw_stages(2, stages, 1).error().rule, "sampling.value");
  EXPECT_EQ(draw_stages(2, {}, 1).error().rule, "sampling.empty");
}

}  // namespace
}  // namespace kepu::statistics::sampling
