#include "engines/orders/unmet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/text.h"

namespace kepu::orders {
namespace {

Order order_in(State state, Id service = 1, Millis due = 0) {
  Order o;
  o.state = state;
  o.service = service;
  o.due = due;
  return o;
}

TEST(Unmet, EveryEnd_HasItsCause) {
  constexpr Millis kNow = 1000;
  for (const State from :
       {State::placed, State::dispatched, State::claimed, State::accepted, State::serving}) {
    for (const Millis due : {Millis{0}, kNow - 1, kNow, kNow + 1}) {
      const Order before = order_in(from, 1, due);
      EXPECT_EQ(unmet_of(before, order_in(State::refused), kNow), Unmet::no_supply);
      EXPECT_EQ(unmet_of(before, order_in(State::refused, 0), kNow), Unmet::no_service);
      EXPECT_EQ(unmet_of(before, order_in(State::closed), kNow), Unmet::none);
      EXPECT_EQ(unmet_of(before, order_in(State::merged), kNow), Unmet::none);
      const bool waited = from != State::serving && due == kNow - 1;
      EXPECT_EQ(unmet_of(before, order_in(State::cancelled), kNow),
                waited ? Unmet::nobody_came : Unmet::none);
      EXPECT_EQ(is_late_without_team(before, kNow), waited && from != State::accepted);
    }
  }
}

TEST(Unmet, Words_ReadBack) {
  for (const Unmet why :
       {Unmet::no_service, Unmet::no_supply, Unmet::nobody_came, Unmet::late, Unmet::outside})
    EXPECT_EQ(parse_unmet(to_text(why)), why);
  EXPECT_FALSE(parse_unmet(""));
  EXPECT_FALSE(parse_unmet("else"));
}

TEST(CommonPhrases, TheLongestThatIsAsFrequent_IsTold) {
  const auto found =
      common_phrases({"请教无人机怎么考证", "想学无人机考证", "无人机在哪里学", "老人学手机"}, 3, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].words, "无人机");
  EXPECT_EQ(found[0].titles, 3);
}

TEST(CommonPhrases, WhatFewSaid_IsNotTold) {
  EXPECT_TRUE(common_phrases({"请王秀英老师来讲", "请王秀英老师来讲"}, 3, 10).empty());
  EXPECT_TRUE(common_phrases({"张三"}, 0, 10).empty()) << "never of one title alone";
  EXPECT_TRUE(common_phrases({"13800000000", "13800000000", "13800000000"}, 2, 10).empty()) << "no numbers";
  EXPECT_TRUE(common_phrases({}, 2, 10).empty());
}

TEST(CommonPhrases, ATitleThatRepeatsItself_CountsOnce) {
  const auto found = common_phrases({"果树果树", "果树", "果树"}, 3, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].titles, 3);
}

// Against counting by hand: every phrase stands in as many titles as it says, none is too rare, and none
// stands inside another one that is as frequent.
TEST(CommonPhrases, OfRandomTitles_HoldWhatTheySay) {
  std::mt19937 random(7);
  const std::vector<std::string> letters = {"果", "树", "剪", "枝", "讲", "的", "1", " "};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> titles(2 + random() % 6);
    for (auto& t : titles) {
      for (std::size_t i = 0, n = 1 + random() % 8; i < n; ++i) t += letters[random() % letters.size()];
    }
    const int least = 2 + static_cast<int>(random() % 2);
    const auto found = common_phrases(titles, least, 1000);
    for (const auto& p : found) {
      const auto in = std::count_if(titles.begin(), titles.end(),
                                    [&](const auto& t) { return base::contains(t, p.words); });
      EXPECT_EQ(in, p.titles) << p.words;
      EXPECT_GE(p.titles, least);
      EXPECT_GE(base::length(p.words), 2U);
      for (const auto& other : found) {
        if (other.words != p.words && base::contains(other.words, p.words)) EXPECT_LT(other.titles, p.titles);
      }
    }
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end(),
                               [](const auto& a, const auto& b) { return a.titles > b.titles; }));
  }
}

}  // namespace
}  // namespace kepu::orders
