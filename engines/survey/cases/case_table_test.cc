#include "engines/survey/cases/case_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kepu::survey {
namespace {

TEST(CaseTable, ReadsNumbersTextAndMissing) {
  const auto table = parse_table("a,b\n1.5,\"x, \"\"y\"\"\"\r\n,z\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows, 2u);
  EXPECT_EQ(table->find("b")->at(0), "x, \"y\"");
  const auto a = table->numbers("a");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->at(0), 1.5);
  EXPECT_TRUE(std::isnan(a->at(1)));
  EXPECT_FALSE(table->numbers("b"));
  EXPECT_FALSE(table->numbers("c"));
}

TEST(CaseTable, LineWithOtherNumberOfCells_IsRefusedWithItsLine) {
  const auto table = parse_table("a,b\n1,2\n3\n");
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().message.find("第 3 行"), std::string::npos);
  EXPECT_FALSE(parse_table(""));
}

}  // namespace
}  // namespace kepu::survey
