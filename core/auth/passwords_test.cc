#include "core/auth/passwords.h"

#include <gtest/gtest.h>

#include <set>

namespace kepu::auth {
namespace {

TEST(Passwords, WhatIsAccepted) {
  for (const char* good : {"correct horse", "水稻螺丝月亮七八九十", "x7#kQ2!mZp", "岚江 zixing 2026"}) {
    EXPECT_TRUE(check_password(good, "alpha")) << good;
  }
  for (const char* bad :
       {"", "short", "九个字符的密码不够", "aaaaaaaaaaaa", "abababababab", "123123123123", "2345678901",
        "9876543210", "abcdefghijk", "Password123", "QWERTYUIOP", "Woaini1314520"}) {
    EXPECT_FALSE(check_password(bad, "alpha")) << bad;
  }
  EXPECT_FALSE(check_password("zhang.san.2026", "Zhang.San.2026"));
  EXPECT_TRUE(check_password(std::string(120, 'x') + "y12", ""));
  EXPECT_FALSE(check_password(std::string(129, 'x') + "y", ""));
}

TEST(Passwords, FitOnlyThemselves) {
  const auto stored = store_form("correct horse");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->find("correct"), std::string::npos);
  EXPECT_TRUE(fits(*stored, "correct horse").value());
  EXPECT_FALSE(fits(*stored, "correct horsf").value());
  EXPECT_FALSE(fits("", "correct horse").value());
  EXPECT_FALSE(fits("", "").value());
}

TEST(Passwords, OneTimeOnesAreRandomAndForgiveTyping) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(one_time_password());
  EXPECT_EQ(seen.size(), 100u);
  const std::string one = *seen.begin();
  EXPECT_EQ(one.size(), 19u);
  const std::string stored = store_form_of_one_time(one);
  std::string typed;
  for (char c : one) {
    if (c != '-') typed += static_cast<char>(std::tolower(c));
  }
  EXPECT_TRUE(fits(stored, typed).value());
  EXPECT_TRUE(fits(stored, " " + one).value());
  EXPECT_FALSE(fits(stored, typed.substr(1)).value());
  EXPECT_FALSE(fits(stored, stored).value());
}

}  // namespace
}  // namespace kepu::auth
