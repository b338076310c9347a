#include "engines/points/points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace kepu::points {
namespace {

Rules rules() {
  Rules r;
  r.version = 3;
  r.rules = {{"", "", "", Basis::hour, 10},
             {"", "队长", "", Basis::hour, 12},
             {"农业技术", "", "", Basis::hour, 14},
             {"农业技术", "队长", "科普专家", Basis::time, 60}};
  r.filled_percent = 50;
  return r;
}

Service service(int minutes) {
  Service s;
  s.kind = "健康";
  s.minutes = minutes;
  s.day = {2026, 10, 20};
  return s;
}

TEST(Points, TheMostSpecialRuleCounts) {
  auto s = service(90);
  EXPECT_EQ(award_of(rules(), s).points, 15);
  s.role = "队长";
  EXPECT_EQ(award_of(rules(), s).points, 18);
  s.kind = "农业技术";  // as special as the leader's, but further down
  EXPECT_EQ(award_of(rules(), s).points, 18);
  s.grades = {"科普专家"};
  EXPECT_EQ(award_of(rules(), s).points, 60);
  EXPECT_EQ(award_of(Rules{}, s).points, 0);
}

TEST(Points, TheRoleOfAShift_CountsBeforeThatOfMembers_AndByTheTimeOnceAnOrder) {
  Rules r;
  r.rules = {
      {"", "队员", "", Basis::hour, 10}, {"", "讲师", "", Basis::hour, 20}, {"", "司机", "", Basis::time, 8}};
  auto s = service(60);
  EXPECT_EQ(award_of(r, s).points, 10);
  s.role = "助手";
  EXPECT_EQ(award_of(r, s).points, 10) << "no rule of its own";
  s.role = "讲师";
  EXPECT_EQ(award_of(r, s).points, 20);
  s.role = "队长";
  EXPECT_EQ(award_of(r, s).points, 0);
  s.role = "司机";
  EXPECT_EQ(award_of(r, s).points, 8);
  s.first = false;
  EXPECT_EQ(award_of(r, s).points, 0) << "he drove there and back on one order";
  s.role = "讲师";
  EXPECT_EQ(award_of(r, s).points, 20) << "hours count each time";
}

TEST(Points, FilledInHoursCountAtTheirShareRoundedOnce) {
  auto s = service(33);  // 5.5 points, 2.75 at half
  EXPECT_EQ(award_of(rules(), s).points, 6);
  s.filled = true;
  EXPECT_EQ(award_of(rules(), s).points, 3);
  EXPECT_NE(award_of(rules(), s).why.find("补录"), std::string::npos);
}

TEST(Points, CapsOfDayAndMonth) {
  Rules r = rules();
  EXPECT_EQ(capped(r, 50, 1000, 5000), 50);
  r.day_cap = 40;
  r.month_cap = 100;
  EXPECT_EQ(capped(r, 50, 0, 0), 40);
  EXPECT_EQ(capped(r, 50, 30, 95), 5);
  EXPECT_EQ(capped(r, 50, 40, 40), 0);
  EXPECT_EQ(capped(r, 50, 60, 60), 0);  // the cap came down meanwhile
}

TEST(Points, PointsEndWithAYear) {
  EXPECT_EQ(last_day_of(rules(), {2026, 3, 1}), (Date{2028, 12, 31}));
  Rules r = rules();
  r.years = 0;
  EXPECT_EQ(last_day_of(r, {2026, 3, 1}), std::nullopt);
}

TEST(Points, RulesAreLinesAndComeBackTheSame) {
  const auto text = rules_text(rules().rules);
  const auto again = parse_rules(text, {"农业技术"}, {"科普专家"});
  EXPECT_TRUE(again.errors.empty());
  EXPECT_EQ(again.rules, rules().rules);
  EXPECT_EQ(parse_stored_rules(text), rules().rules);
  EXPECT_EQ(parse_rules("任意｜队员｜任意｜每次｜１０", {}, {}).rules.at(0).points, 10);
}

TEST(Points, EveryWrongLineIsNamed) {
  const auto bad = parse_rules(
      "任意 | 队员\n\n天文 | 站长 | 院士 | 每周 | 5000\n任意 | 任意 | 任意 | 每次 | 1\n | | | 每小时 | 2",
      {"农业技术"}, {"科普专家"});
  ASSERT_EQ(bad.errors.size(), 7u);
  EXPECT_NE(bad.errors[0].message.find("第 1 行"), std::string::npos);
  EXPECT_NE(bad.errors[1].message.find("天文"), std::string::npos);
  EXPECT_NE(bad.errors[5].message.find("1000"), std::string::npos);
  EXPECT_NE(bad.errors[6].message.find("第 5 行"), std::string::npos);
  for (const auto& e : bad.errors) EXPECT_EQ(e.field, "rules");
}

// Against the plainest way: a heap of single points, each with its last day.
TEST(Points, WhatEndsFirstIsTakenFirst) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Lot> lots;
    std::vector<std::pair<std::int64_t, std::int64_t>> single;  // last day, booking
    const int count = static_cast<int>(random() % 6);
    int all = 0;
    for (int i = 0; i < count; ++i) {
      Lot lot;
      lot.booking = i + 1;
      lot.left = static_cast<int>(random() % 5);
      if (random() % 4 != 0) lot.last_day = Date{2026 + static_cast<int>(random() % 3), 12, 31};
      all += lot.left;
      for (int k = 0; k < lot.left; ++k)
        single.emplace_back(lot.last_day ? base::to_days(*lot.last_day) : 1'000'000'000, lot.booking);
      lots.push_back(lot);
    }
    std::shuffle(lots.begin(), lots.end(), random);
    std::sort(single.begin(), single.end());
    const int wanted = static_cast<int>(random() % 12);
    const auto before = lots;
    const auto taken = take(lots, wanted);
    if (wanted == 0 || wanted > all) {
      EXPECT_TRUE(taken.empty());
      EXPECT_EQ(lots, before);
      continue;
    }
    std::map<std::int64_t, int> expected, got;
    for (int k = 0; k < wanted; ++k) ++expected[single[static_cast<std::size_t>(k)].second];
    for (const auto& t : taken) got[t.booking] += t.points;
    EXPECT_EQ(got, expected);
    int left = 0;
    for (const auto& lot : lots) left += lot.left;
    EXPECT_EQ(left, all - wanted);
  }
}

TEST(Points, TheChainHoldsEveryField) {
  Booking b;
  b.number = 1;
  b.name = "ab";
  b.source = "c";
  const auto hash = chain("", 1, b);
  Booking moved = b;
  moved.name = "a";
  moved.source = "bc";
  EXPECT_NE(chain("", 1, moved), hash);
  for (auto change :
       std::vector<void (*)(Booking&)>{[](Booking& x) { ++x.number; }, [](Booking& x) { ++x.at; },
                                       [](Booking& x) { x.entry = Entry::expiry; },
                                       [](Booking& x) { ++x.person; }, [](Booking& x) { ++x.points; },
                                       [](Booking& x) {
                                         x.day = {2026, 1, 1};
                                       },
                                       [](Booking& x) { x.words = "x"; }, [](Booking& x) { x.by = "x"; },
                                       [](Booking& x) { ++x.rules; }}) {
    Booking other = b;
    change(other);
    EXPECT_NE(chain("", 1, other), hash);
  }
  EXPECT_NE(chain("", 2, b), hash);
  EXPECT_NE(chain("x", 1, b), hash);
}

}  // namespace
}  // namespace kepu::points
