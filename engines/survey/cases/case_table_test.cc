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

TEST(CaseTable, EmptyLinesAreNoRows_ButMissingInATableOfOneColumn) {
  const auto two = parse_table(
      "\xEF\xBB\xBF"
      "甲,乙\r\n1,2\r\n\r\nNA,4\r\n\r\n");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->rows, 2u);
  EXPECT_TRUE(std::isnan(two->numbers("甲")->at(1)));
  const auto one = parse_table("a\n1\n\n3\n");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->rows, 3u);
}

TEST(CaseTable, DoubledName_OpenQuotationMark_NoRows_AreRefused) {
  EXPECT_NE(parse_table("a,b,a\n1,2,3\n").error().message.find("两次"), std::string::npos);
  EXPECT_NE(parse_table("a,b\n1,2\n1,\"3\n4,5\n").error().message.find("第 3 行的引号"), std::string::npos);
  EXPECT_NE(parse_table("a,\"b\n1,2\n").error().message.find("第 1 行的引号"), std::string::npos);
  EXPECT_NE(parse_table("a,b\n").error().message.find("没有数据"), std::string::npos);
}

}  // namespace
}  // namespace kepu::survey
