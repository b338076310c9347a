#include "engines/indicators/progress_tree.h"

#include <gtest/gtest.h>

#include <random>

#include "engines/indicators/indicators_samples_test.h"

namespace kepu::indicators {
namespace {

using metric::PartState;

plan::Standing standing(double share) { return {plan::Light::ok, "正常", share, "填报"}; }

TEST(Progress, SilenceCountsAsNothingDone) {
  const auto plan = samples::plan();
  const auto tree = progress_tree(plan, {{11, standing(0.6)}, {13, standing(1)}}, {});
  ASSERT_EQ(tree.below.size(), 2u);
  EXPECT_DOUBLE_EQ(*tree.below[0].rolled.share, 0.3);
  EXPECT_EQ(tree.below[0].rolled.missing, 1);
  EXPECT_DOUBLE_EQ(*tree.rolled.share, (2 * 0.3 + 1 * 1.0) / 3)
      << "an initiative weighs as much as its tasks";
}

TEST(Progress, DecidedWeights_AndWhatDoesNotCount) {
  const auto plan = samples::plan();
  const std::map<Id, Weighting> weightings = {{11, {3, {}, "重点", "县科协"}},
                                              {12, {{}, PartState::cancelled, "并入", "县科协"}},
                                              {2, {1, {}, "", ""}}};
  const auto tree =
      progress_tree(plan, {{11, standing(0.5)}, {12, standing(1)}, {13, standing(1)}}, weightings);
  EXPECT_DOUBLE_EQ(*tree.below[0].rolled.share, 0.5);
  EXPECT_DOUBLE_EQ(tree.below[0].part.weight, 3);
  EXPECT_EQ(tree.below[0].rolled.cancelled, 1);
  EXPECT_DOUBLE_EQ(*tree.rolled.share, (3 * 0.5 + 1) / 4);
  const auto without = progress_tree(
      plan, {}, {{1, {{}, PartState::not_applicable, "", ""}}, {2, {{}, PartState::not_applicable, "", ""}}});
  EXPECT_FALSE(without.rolled.share);
}

// The county's share from the leaves alone, by the words of the rule.
double brute_force(const plan::Plan& plan, const std::map<Id, plan::Standing>& standings,
                   const std::map<Id, Weighting>& weightings, bool& any) {
  const auto of = [&](Id item) { return weightings.count(item) != 0 ? weightings.at(item) : Weighting{}; };
  double above = 0, below = 0;
  for (const auto& i : plan.initiatives) {
    if (i.dropped || of(i.id).state) continue;
    double reached = 0, weight = 0;
    for (const auto& t : i.tasks) {
      if (t.dropped || of(t.id).state) continue;
      const double w = of(t.id).weight.value_or(1);
      weight += w;
      const auto at = standings.find(t.id);
      if (at != standings.end() && at->second.share) reached += w * *at->second.share;
    }
    if (weight <= 0) continue;
    const double w = of(i.id).weight.value_or(weight);
    above += w * reached / weight;
    below += w;
  }
  any = below > 0;
  return any ? above / below : 0;
}

TEST(Progress, OfRandomPlans_IsWhatBruteForceGives) {
  std::mt19937 random(20260703);
  std::uniform_real_distribution<double> real(0, 1);
  int counted = 0;
  for (int round = 0; round < 1500; ++round) {
    plan::Plan plan;
    std::map<Id, plan::Standing> standings;
    std::map<Id, Weighting> weightings;
    Id next = 0;
    const auto maybe_weight = [&](Id item) {
      if (random() % 4 == 0) weightings[item].weight = random() % 5 == 0 ? 0 : 5 * real(random);
      if (random() % 8 == 0) {
        weightings[item].state = random() % 2 ? PartState::cancelled : PartState::not_applicable;
      }
    };
    for (unsigned i = 0, n = random() % 6; i < n; ++i) {
      const Id initiative = ++next;
      std::vector<plan::TaskItem> tasks;
      for (unsigned k = 0, m = random() % 7; k < m; ++k) {
        tasks.push_back(samples::task(++next, initiative, "任务"));
        tasks.back().dropped = random() % 10 == 0;
        if (random() % 3 != 0) standings[next] = standing(real(random));
        if (random() % 9 == 0) standings[next].share.reset();
        maybe_weight(next);
      }
      plan.initiatives.push_back(samples::initiative(initiative, "行动", tasks));
      plan.initiatives.back().dropped = random() % 10 == 0;
      maybe_weight(initiative);
    }
    const auto tree = progress_tree(plan, standings, weightings);
    bool any = false;
    const double expected = brute_force(plan, standings, weightings, any);
    ASSERT_EQ(tree.rolled.share.has_value(), any) << round;
    if (!any) continue;
    ++counted;
    ASSERT_NEAR(*tree.rolled.share, expected, 1e-12) << round;
  }
  EXPECT_GT(counted, 900);
}

}  // namespace
}  // namespace kepu::indicators
