#include "engines/plan/reading/marks.h"

#include <gtest/gtest.h>

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

TEST(Marks, AllForms) {
  const struct {
    const char32_t* text;
    Level level;
    int number;
  } cases[] = {{U"一、总体要求", Level::section, 1}, {U"十二、其他", Level::section, 12},
               {U"（一）目标", Level::sub, 1},       {U"(三) 目标", Level::sub, 3},
               {U"1.加强", Level::item, 1},          {U"2．加强", Level::item, 2},
               {U"3、加强", Level::item, 3},         {U"4 加强", Level::item, 4},
               {U"（1）加强", Level::sub_item, 1},   {U"(2)加强", Level::sub_item, 2},
               {U"3）加强", Level::sub_item, 3},     {U"①加强", Level::circled, 1},
               {U"——加强", Level::dash, 0},          {U"－－加强", Level::dash, 0},
               {U"─加强", Level::dash, 0},           {U"●加强", Level::dash, 0},
               {U"一是加强", Level::ordinal, 1},     {U"第二，加强", Level::ordinal, 2},
               {U"⒈加强", Level::item, 1},           {U"㈠加强", Level::sub, 1}};
  for (const auto& c : cases) {
    const Mark m = mark_of(c.text);
    EXPECT_EQ(m.level, c.level) << utf8(c.text);
    EXPECT_EQ(m.number, c.number) << utf8(c.text);
    EXPECT_TRUE(starts_any(behind_mark(c.text, m), {U"加强", U"目标", U"总体要求", U"其他"})) << utf8(c.text);
  }
}

TEST(Marks, NumbersThatAreNone) {
  for (const char32_t* text : {U"2022年，印发方案", U"1.5万人", U"三农工作", U"（2021—2025年）", U"50人以上",
                               U"一批基地", U"5G应用"})
    EXPECT_EQ(mark_of(text).level, Level::none) << utf8(text);
}

TEST(Headings, EndAtTheFirstStop) {
  EXPECT_EQ(heading_of(U"加强“科学。生活”宣传。开展活动。").title, U"加强“科学。生活”宣传");
  EXPECT_EQ(heading_of(U"目  标").title, U"目标");
  EXPECT_EQ(heading_of(U"组织领导：成立专班").title, U"组织领导");
  const Heading h = heading_of(
      U"各乡镇要把这项工作摆上重要位置并纳入年度计划和目标管理考核，逐级落实责任，确保按时保质完成全部任务，"
      U"不折不扣抓到底。");
  EXPECT_TRUE(h.cut);
  EXPECT_EQ(h.title, U"各乡镇要把这项工作摆上重要位置并纳入年度计划和目标管理考核");
}

TEST(Numerals, ArabicAndChinese) {
  EXPECT_EQ(numeral_at(U"十六项", 0)->value, 16);
  EXPECT_EQ(numeral_at(U"一百二十个", 0)->value, 120);
  EXPECT_EQ(numeral_at(U"1,200人", 0)->value, 1200);
  EXPECT_DOUBLE_EQ(numeral_at(U"11.5%", 0)->value, 11.5);
  EXPECT_EQ(numeral_at(U"三万人", 0)->value, 30000);
  EXPECT_EQ(year_at(U"二〇二二年", 0)->value, 2022);
  EXPECT_FALSE(year_at(U"20251人", 0));
}

}  // namespace
}  // namespace kepu::plan::grammar
