#include "engines/orders/shifts.h"

#include <gtest/gtest.h>

#include <random>

namespace kepu::orders {
namespace {

constexpr Millis kMinute = 60'000, kHour = 60 * kMinute;

Shift shift_of(Millis from, Millis to, Id order = 1, Id id = 1) {
  Shift s;
  s.id = id;
  s.order = order;
  s.from = from;
  s.to = to;
  return s;
}
Duty duty_of(Millis from, Millis to, Id order, Role role = Role::help, Id shift = 9) {
  Duty d;
  d.shift = shift;
  d.order = order;
  d.from = from;
  d.to = to;
  d.role = role;
  return d;
}

TEST(Shifts, Clash_IsWhatMinuteByMinuteWouldSay) {
  std::mt19937 dice(7);
  const auto roll = [&](int n) { return static_cast<Millis>(dice() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 3000; ++round) {
    const int travel = static_cast<int>(roll(4)) * 10;
    const Millis from = roll(30), to = from + 1 + roll(20);
    const Shift s = shift_of(from * kMinute, to * kMinute, 1 + roll(2));
    std::vector<Duty> duties;
    bool expected = false;
    for (int i = 0; i < 3; ++i) {
      const Millis a = roll(90), b = a + 1 + roll(20);
      duties.push_back(duty_of(a * kMinute, b * kMinute, 1 + roll(2)));
      const Millis way = duties.back().order == s.order ? 0 : travel;
      // Somebody is busy in each minute of a duty and of the way after it.
      for (Millis m = 0; m < 200; ++m) {
        const bool there = m >= a && m < b + way, here = m >= from && m < to + way;
        expected = expected || (there && here);
      }
    }
    EXPECT_EQ(clash_of(s, duties, travel) != nullptr, expected) << round;
  }
}

TEST(Shifts, AShift_DoesNotClashWithItself) {
  const Shift s = shift_of(0, kHour, 1, 9);
  EXPECT_EQ(clash_of(s, std::vector{duty_of(0, kHour, 1)}, 30), nullptr);
}

TEST(Shifts, TheRole_IsOfTheDutyThatOverlapsMost) {
  const std::vector<Duty> duties = {duty_of(9 * kHour, 10 * kHour, 1, Role::speak),
                                    duty_of(10 * kHour, 12 * kHour, 1, Role::drive)};
  EXPECT_EQ(role_in(9 * kHour, 10 * kHour + kMinute, duties), Role::speak);
  EXPECT_EQ(role_in(9 * kHour, 12 * kHour, duties), Role::drive);
  EXPECT_EQ(role_in(9 * kHour, 11 * kHour, duties), Role::speak) << "the earlier of equals";
  EXPECT_EQ(role_in(9 * kHour, 0, duties), Role::drive) << "still there";
  EXPECT_EQ(role_in(13 * kHour, 14 * kHour, duties), std::nullopt);
  EXPECT_EQ(role_in(0, 0, {}), std::nullopt);
}

TEST(Shifts, WhatIsWrong_IsToldAllAtOnce) {
  const Span agreed{100 * kHour, 102 * kHour};
  EXPECT_TRUE(check_shift(shift_of(agreed.from, agreed.to), agreed).empty());
  EXPECT_TRUE(check_shift(shift_of(agreed.from - 4 * kHour, agreed.to + 4 * kHour), agreed).empty());
  auto wrong = shift_of(agreed.from - 5 * kHour, agreed.to);
  wrong.places = 0;
  EXPECT_EQ(check_shift(wrong, agreed).size(), 2u);
  EXPECT_EQ(check_shift(shift_of(agreed.to, agreed.to), agreed).at(0).field, "to");
  EXPECT_EQ(check_shift(shift_of(agreed.from - 4 * kHour, agreed.from + 13 * kHour),
                        {agreed.from, agreed.from + 20 * kHour})
                .size(),
            1u);
}

TEST(Shifts, Words) {
  for (const Role r : roles()) {
    EXPECT_EQ(parse_role(to_text(r)), r);
    EXPECT_EQ(parse_role(title_of(r)), r);
  }
}

}  // namespace
}  // namespace kepu::orders
