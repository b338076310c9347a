#include "engines/plan/reading/quantities.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

// "target >= 200 名", in order, of one sentence inside a task.
std::vector<std::string> counted(const std::string& sentence) {
  const Reading r =
      read_plan(testing_text::to_lines("岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n为做好全县工作"
                                       "，结合岚江县实际情况，特制定本实施方案，请各单位遵照办理。\n"
                                       "一、提升行动\n（一）青少年科学素质提升行动\n1.加强课堂教学。" +
                                       sentence + "\n"));
  std::vector<std::string> out;
  for (const Quantity& q : r.quantities)
    if (!q.implicit)
      out.push_back(fmt::format("{} {} {} {}", to_text(q.kind), to_text(q.op),
                                q.value ? fmt::format("{}", *q.value) : "-", q.unit));
  return out;
}

using Texts = std::vector<std::string>;

TEST(Quantities, CommitmentsAreCounted) {
  EXPECT_EQ(counted("培训教师50人。"), Texts{"target = 50 人"});
  EXPECT_EQ(counted("培训200名以上辅导员。"), Texts{"target >= 200 名"});
  EXPECT_EQ(counted("培训辅导员不少于１２０名。"), Texts{"target >= 120 名"});
  EXPECT_EQ(counted("完成补贴性培训10万人次。"), Texts{"target = 100000 人次"});
  EXPECT_EQ(counted("建成市级基地40个以上、省级基地10个以上。"),
            (Texts{"target >= 40 个", "target >= 10 个"}));
  EXPECT_EQ(counted("建筑面积不低于1000平方米。"), Texts{"target >= 1000 平方米"});
  EXPECT_EQ(counted("实施十六项护眼行动。"), Texts{"target = 16 项"});
  EXPECT_EQ(counted("科学课开课率达到百分之九十五。"), Texts{"target = 95 %"});
  EXPECT_EQ(counted("新建一所老年学校。"), Texts{"target = 1 所"});
  EXPECT_EQ(counted("投入经费300万元。"), Texts{"target = 3000000 元"});
  EXPECT_EQ(counted("每年培育高素质农民200名以上。"), Texts{"target >= 200 名"});
  EXPECT_EQ(counted("覆盖率超过90%，队伍不超过5支。"), (Texts{"target > 90 %", "target <= 5 支"}));
}

TEST(Quantities, Frequencies) {
  EXPECT_EQ(counted("每年至少开展2次巡展。"), Texts{"frequency >= 2 次/年"});
  EXPECT_EQ(counted("每学期到科技馆上课。"), Texts{"frequency = 1 次/学期"});
  EXPECT_EQ(counted("每日转发科普文章。"), Texts{"frequency = 1 次/日"});
  EXPECT_EQ(counted("每季度举办不少于三场讲座。"), Texts{"frequency >= 3 场/季度"});
  EXPECT_EQ(counted("参加人数每年递增。"), Texts{});
}

TEST(Quantities, WhatGoesWithAPeriod) {
  EXPECT_EQ(counted("每周推送科普内容不少于5条。"), Texts{"frequency >= 5 条/周"});
  EXPECT_EQ(counted("每学年开课不少于8课时。"), Texts{"frequency >= 8 课时/学年"});
  EXPECT_EQ(counted("每两年举办一届技能大赛。"), Texts{"frequency = 1 届/两年"});
  EXPECT_EQ(counted("每年举办1届科技节。"), Texts{"frequency = 1 届/年"});
  EXPECT_EQ(counted("全年活动不少于1000场次。"), Texts{"frequency >= 1000 场次/年"});
  EXPECT_EQ(counted("每年扶持作品20件，举办大赛1次。"), (Texts{"target = 20 件", "frequency = 1 次/年"}));
  EXPECT_EQ(counted("每年表彰一批；五年培训500人次，举办讲座50场。"),
            (Texts{"frequency = 1 次/年", "target = 500 人次", "target = 50 场"}));
  EXPECT_EQ(counted("每年选派50名教师，新任教师培训不少于30学时。"),
            (Texts{"target = 50 名", "target >= 30 学时"}));
  EXPECT_EQ(counted("每年征集微视频    件。"), Texts{"blank = - 件"});
}

TEST(Quantities, NumbersBeforeAndBehindTheirNouns) {
  EXPECT_EQ(counted("打造研学线路8条、科普街区1条。"), (Texts{"target = 8 条", "target = 1 条"}));
  EXPECT_EQ(counted("巡展20站次，服务群众10万人（次）。"),
            (Texts{"target = 20 站次", "target = 100000 人（次）"}));
  EXPECT_EQ(counted("粉丝数突破10万，阅读量达到500万人次。"),
            (Texts{"target > 100000 ", "target = 5000000 人次"}));
  EXPECT_EQ(counted("每10万人注册志愿者达到200名。"), Texts{"target = 200 名"});
  EXPECT_EQ(counted("办好为期7天的夏令营2期。"), Texts{"target = 2 期"});
  EXPECT_EQ(counted("传播时间较2020年增加50%。"), Texts{"target = 50 %"});
  EXPECT_EQ(counted("开发1000节实践课，落实节约用水。"), Texts{"target = 1000 节"});
}

TEST(Quantities, BlanksOfAllForms) {
  EXPECT_EQ(counted("完成培训达          人次。"), Texts{"blank = - 人次"});
  EXPECT_EQ(counted("培育农民       人以上。"), Texts{"blank >= - 人"});
  EXPECT_EQ(counted("建设____个工作室、选树××名能手。"), (Texts{"blank = - 个", "blank = - 名"}));
  EXPECT_EQ(counted("高素质队伍， 支撑产业发展。"), Texts{});
}

TEST(Quantities, WhatIsNoCommitment) {
  for (const char* text :
       {"开展文化科技卫生“三下乡”活动。", "发挥“三长”队伍作用。", "培育一批特色市场主体。",
        "打造一支高素质队伍。", "发挥5G、人工智能作用。", "贯彻党的二十大和十九届历次全会精神。",
        "解决“最初一公里”问题。", "重点实施5项提升行动。", "实施五项重点工程。",
        "建设国家级、省级、市级三级体系。", "完善“1+X”证书制度。", "2022年初制定方案。",
        "目前已建成基地12个。", "组织千人进千户活动。", "加强农村e站建设。"})
    EXPECT_EQ(counted(text), Texts{}) << text;
}

Reading with_target(const std::string& target) {
  return read_plan(testing_text::to_lines(
      "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n一、前言\n2020年，全县公民具备科学素质的比例为9"
      ".0%，低于全国10.56%的水平。\n"
      "二、工作目标\n" +
      target + "\n三、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n"));
}

TEST(Headline, InAllForms) {
  Reading r = with_target("到2025年，我县公民具备科学素质的比例达到14%。");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 14);
  EXPECT_EQ(r.headline->op, Operator::equal);
  EXPECT_EQ(r.headline->year, 2025);
  EXPECT_EQ(std::count_if(r.quantities.begin(), r.quantities.end(),
                          [](const Quantity& q) { return q.kind == QuantityKind::baseline; }),
            2);
  r = with_target("到2025年，全县公民具备科学素质的比例从2020年的9.0%提高到12%以上。");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 12);
  EXPECT_EQ(r.headline->op, Operator::at_least);
  r = with_target("到2025年，力争全县公民具备科学素质的比例高于全市平均水平。");
  ASSERT_TRUE(r.headline);
  EXPECT_FALSE(r.headline->value);
  EXPECT_EQ(r.headline->op, Operator::relative);
  EXPECT_EQ(r.headline->relative_to, "全市平均水平");
  r = with_target("到2025年，公民具备科学素质的比例达15%，高于全省平均水平2个百分点以上。");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 15);
  r = with_target("到2025年，公民具备科学素质的比例超过15%；到2035年，公民具备科学素质的比例达到25%。");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 15);
  EXPECT_EQ(r.headline->op, Operator::greater);
}

TEST(Quantities, TheFiveYearsOfThePlanItselfAreNotPast) {
  const Reading r = read_plan(testing_text::to_lines(
      "岚江县全民科学素质行动计划纲要实施方案（2016—2020年）\n二、提升行动\n（一）农民科学素质行动\n"
      "1.办好讲习所。“十三五”期间培训农民500人，“十二五”时期培训农民300人。\n"));
  ASSERT_EQ(r.quantities.size(), 1u);
  EXPECT_EQ(r.quantities[0].value, 500);
}

TEST(Headline, OfATitleWithTheYearsOfTheNationalOutlineIsTheFirstAim) {
  const Reading r = read_plan(testing_text::to_lines(
      "岚江县贯彻《全民科学素质行动规划纲要（2021—2035年）》实施方案\n一、工作目标\n到2025年，公民具备科学素"
      "质的比例达到13%"
      "；到2035年，达到25%。\n二、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n"));
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 13);
  EXPECT_EQ(r.headline->year, 2025);
}

}  // namespace
}  // namespace kepu::plan
