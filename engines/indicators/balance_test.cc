#include "engines/indicators/balance.h"

#include <gtest/gtest.h>

namespace kepu::indicators {
namespace {

TEST(Balance, MissingAreas_CountInNoMean) {
  const auto b = balance_of({{1, 10.0, 8.0}, {2, {}, 4.0}, {3, 30.0, {}}}, true, 40.0, {});
  EXPECT_EQ(b.level, 20);
  EXPECT_EQ(b.level_before, 6);
  EXPECT_EQ(b.missing, 1);
  EXPECT_EQ(b.ratio, 3);
  EXPECT_EQ(b.areas[0].gap, -10);
  EXPECT_FALSE(b.areas[1].gap);
  EXPECT_EQ(b.areas[0].part, 0.25);
  EXPECT_EQ(b.areas[0].widened, 8) << "from 2 above to 10 below";
  EXPECT_FALSE(b.areas[2].widened);
}

TEST(Balance, Shares_AreMeasuredAgainstTheCounty) {
  const auto b = balance_of({{1, 90.0, {}}, {2, 70.0, {}}}, false, 86.0, {});
  EXPECT_EQ(b.level, 86);
  EXPECT_EQ(b.areas[1].gap, -16);
  EXPECT_FALSE(b.areas[0].part);
  const auto none = balance_of({{1, 90.0, {}}}, false, {}, {});
  EXPECT_FALSE(none.areas[0].gap);
}

}  // namespace
}  // namespace kepu::indicators
