// What web sites and fonts do to a plan: menus before it and explanations behind it, lost characters, blanks
// everywhere. The plan is invented.
#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"
#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

using testing_text::to_lines;

const std::string kBody =
    "为让两岸的乡亲都能就近学科学、用科学，根据《国务院关于印发全民科学素质行动规划纲要（2021—2035年）的通知"
    "》"
    "（国发〔2021〕9号），制定本方案。\n一、工作目标\n到2025年，全县公民具备科学素质的比例达到12%"
    "。\n二、提升行动\n"
    "（一）农民科学素质提升行动\n让技术进得了地头。\n1.组建果树门诊。专家按月坐诊，接诊300人次。\n"
    "三、保障措施\n（一）加强领导。由县长负总责。\n";
const std::string kHead =
    "岚江县人民政府办公室关于印发岚江县全民科学素质行动规划纲要实施方案（2021—2025年）的通知\n岚府办发〔2022"
    "〕31号\n"
    "各乡镇人民政府：\n现将方案印发给你们，请认真组织实施。\n岚江县人民政府办公室\n2022年5月9日\n"
    "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n";

void expect_plan(const Reading& r) {
  EXPECT_EQ(r.title, "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）");
  EXPECT_EQ(r.doc_number, "岚府办发〔2022〕31号");
  EXPECT_EQ(r.issuer, "岚江县人民政府办公室");
  EXPECT_EQ(r.issue_date, "2022-05-09");
  ASSERT_EQ(r.basis.size(), 1u);
  EXPECT_EQ(r.basis[0].doc_number, "国发〔2021〕9号");
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 1u);
  EXPECT_EQ(r.initiatives[0].tasks[0].title, "组建果树门诊");
  ASSERT_EQ(r.quantities.size(), 2u);
  EXPECT_EQ(r.quantities[1].value, 300);
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 12);
}

TEST(PageText, menus_before_the_paper_and_an_explanation_behind_it_are_no_part_of_it) {
  const std::string menu =
      "首页\n政务公开\n重点任务\n工作要求\n今天是2024年5月3日 星期五\n您当前所在位置：首页 > 政务公开 > "
      "规划计划\n"
      "欢迎访问人民政府门户网站，本站提供政务公开、办事服务、互动交流等服务，请使用较新的浏览器浏览。\n";
  const std::string foot =
      "附件下载\n《岚江县全民科学素质行动规划纲要实施方案》政策解读\n一、制定背景\n到2025年公民具备科学素质的"
      "比例达到99%。\n"
      "二、主要内容\n（一）老年人科学素质提升行动。培训老人888人。\n版权所有：人民政府办公室\n";
  expect_plan(read_plan(to_lines(menu + kHead + kBody + foot)));
}

TEST(PageText, a_blank_beside_every_mark) {
  std::string text = kHead + kBody;
  for (const char* mark : {"，", "。", "、", "：", "（", "）", "〔", "〕"})
    text = base::replace_all(text, mark, std::string(" ") + mark + " ");
  for (int i = 0; i < 4; ++i)
    text += "（" + std::string(i % 2 ? "二" : "三") + " ） 保障 。 说到 ， 做到 ， 落到 ， 见到 。\n";
  expect_plan(read_plan(to_lines(base::replace_all(base::replace_all(text, "《", "« "), "》", " »"))));
}

TEST(PageText, characters_that_stand_alone_belong_together) {
  const std::string spaced = "岚 江 县 全 民 科 学 素 质 行 动 规 划 纲 要 实 施 方 案（2021—2025 年）\n";
  expect_plan(read_plan(to_lines(kHead.substr(0, kHead.rfind("岚江县全民")) + spaced + kBody)));
}

TEST(PageText, radicals_of_a_font_are_read_as_the_characters_they_look_like) {
  const std::string text = base::replace_all(base::replace_all(kHead + kBody, "行", "⾏"), "人", "⼈");
  expect_plan(read_plan(to_lines(text)));
}

Reading with_head(const std::string& head) { return read_plan(to_lines(head + kBody)); }

TEST(PageText, fields_of_the_page_stand_in_for_a_head) {
  const std::string title = "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n";
  Reading r = with_head(
      "[ 索引号 ] 0089/2022-1\n[ 发文字号 ] 岚府办发〔2022〕31号\n[ 成文日期 ] 2022-05-09\n" + title);
  EXPECT_EQ(r.doc_number, "岚府办发〔2022〕31号");
  EXPECT_EQ(r.issue_date, "2022-05-09");
  r = with_head(
      "索引号 : 0089/2022-1 文       号 : 岚府办发〔2022〕31号\n发文单位: 岚江县人民政府办公室 发文日期: "
      "2022年5月9日\n" +
      title);
  EXPECT_EQ(r.doc_number, "岚府办发〔2022〕31号");
  EXPECT_EQ(r.issuer, "岚江县人民政府办公室");
  EXPECT_EQ(r.issue_date, "2022-05-09");
  r = with_head("发文字号\n岚府办发〔2022〕31号\n成文日期\n2022/5/9\n" + title);
  EXPECT_EQ(r.doc_number, "岚府办发〔2022〕31号");
  EXPECT_EQ(r.issue_date, "2022-05-09");
}

TEST(PageText, characters_lost_around_figures) {
  const auto date = [](const std::string& line) {
    return with_head(
        "岚江县人民政府关于印发《岚江县全民科学素质行动规划纲要实施方案（2021—2025年）》的通知\n"
        "发布日期：2022年02月03日\n岚江政发202222\n各乡镇人民政府：\n现将方案印发给你们，请认真组织实施。\n" +
        line + "\n岚江县全民科学素质行动划纲要\n实施方案（20212025年）\n");
  };
  Reading r = date("202213");
  EXPECT_EQ(r.title, "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）");
  EXPECT_EQ(r.doc_number, "岚江政发〔2022〕22号");
  EXPECT_EQ(r.issue_date, "2022-01-03");
  EXPECT_EQ(r.to, 2025);
  EXPECT_EQ(date("2022年1221").issue_date, "");         // later than the page
  EXPECT_EQ(date("2022111").issue_date, "2022-01-11");  // 1月11日; 11月1日 is later than the page
  EXPECT_EQ(date("一二年一月十二日").issue_date, "2012-01-12");
}

TEST(PageText, an_issuer_without_its_area_is_completed_by_the_title) {
  const Reading r = with_head(
      "县人民政府办公室关于印发岚江县全民科学素质行动规划纲要实施方案（2021—2025年）的通知\n"
      "岚府办发〔2022〕31号\n各乡镇人民政府：\n现将方案印发给你们，请认真组织实施。\n2022年5月9日\n"
      "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n");
  EXPECT_EQ(r.issuer, "岚江县人民政府办公室");
}

TEST(PageText, a_draft_is_asked_about_in_an_announcement) {
  const Reading r = with_head(
      "岚江县人民政府办公室\n关于公开征求《岚江县全民科学素质行动规划纲要实施方案（征求意见稿）》意见的公告\n"
      "为提高决策的科学性，现将《岚江县全民科学素质行动规划纲要实施方案（征求意见稿）》向社会公开征求意见，请"
      "反馈。\n"
      "岚江县人民政府办公室\n2026年3月16日\n岚江县全民科学素质行动规划纲要实施方案（2026—2030年）\n（征求意见"
      "稿）\n");
  EXPECT_EQ(r.title, "岚江县全民科学素质行动规划纲要实施方案（2026—2030年）");
  EXPECT_EQ(r.status, "征求意见稿");
  EXPECT_EQ(r.issue_date, "2026-03-16");
}

}  // namespace
}  // namespace kepu::plan
