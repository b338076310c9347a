#include "engines/indicators/subjects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engines/indicators/indicators_samples_test.h"

namespace kepu::indicators {
namespace {

std::vector<Subject> known_of(const plan::Plan& plan) {
  auto out = subjects_of(plan);
  Id id = 500;
  for (auto& s : out) s.id = ++id;
  return out;
}

TEST(Follow, ARevisionOfTheSameText_KeepsEverything) {
  const auto plan = samples::plan();
  const auto known = known_of(plan);
  const auto before = follow(known, plan);
  EXPECT_EQ(before.size(), known.size());
  const auto after = follow(known, samples::revised(plan));
  ASSERT_EQ(after.size(), known.size());
  for (const auto& [item, subject] : before) EXPECT_EQ(after.at(item + 1000), subject);
}

TEST(Follow, AChangedClause_IsFoundByItsTask) {
  const auto plan = samples::plan();
  const auto known = known_of(plan);
  auto next = samples::revised(plan);
  next.targets[0].text = "到2030年培训高素质农民8000人次";
  next.targets[2].text = "全县具备科学素质的公民比例超过20%";
  const auto after = follow(known, next);
  const auto before = follow(known, plan);
  EXPECT_EQ(after.at(1021), before.at(21));
  EXPECT_EQ(after.at(1023), before.at(23)) << "the headline by being it";
}

TEST(Follow, WhatIsGone_IsAbsent_AndNothingTakesItsPlace) {
  const auto plan = samples::plan();
  const auto known = known_of(plan);
  auto next = samples::revised(plan);
  next.targets[1].text = "每个乡镇设立科普报刊栏";
  next.targets[1].unit = "个";
  const auto after = follow(known, next);
  EXPECT_EQ(after.count(1022), 0u);
  EXPECT_EQ(after.size(), known.size() - 1);
}

TEST(Follow, TwoOfOneWording_AreNotGuessed) {
  auto plan = samples::plan();
  plan.targets[0].text = plan.targets[1].text = "达到200名";
  plan.targets[0].unit = plan.targets[1].unit = "名";
  auto known = known_of(plan);
  known.erase(std::remove_if(known.begin(), known.end(), [](const auto& s) { return s.item == 22; }),
              known.end());
  auto next = samples::revised(plan);
  next.targets[1].task = 1013;
  const auto after = follow(known, next);
  EXPECT_EQ(after.count(1021), 1u) << "the owner tells them apart";
  EXPECT_EQ(after.count(1022), 0u);
}

TEST(Follow, IsOneToOne_WhateverTheOrder) {
  std::mt19937 random(3);
  const auto plan = samples::plan();
  auto known = known_of(plan);
  const auto expected = follow(known, samples::revised(plan));
  for (int round = 0; round < 50; ++round) {
    std::shuffle(known.begin(), known.end(), random);
    EXPECT_EQ(follow(known, samples::revised(plan)), expected);
  }
}

}  // namespace
}  // namespace kepu::indicators
