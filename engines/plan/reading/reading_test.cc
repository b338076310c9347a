#include "engines/plan/reading/reading.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engines/plan/reading/citations.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

using testing_text::to_lines;

bool has_anomaly(const Reading& r, const std::string& rule, Line line = 0) {
  return std::any_of(r.anomalies.begin(), r.anomalies.end(), [&](const Anomaly& a) {
    return a.rule == rule && (line == 0 || a.line == line) && !a.message.empty();
  });
}

TEST(Reading, NothingFoundSaysSo) {
  for (const char* text : {"", "\n\n", "今天天气很好。", "\t\n\t\n"}) {
    const Reading r = read_plan(to_lines(text));
    EXPECT_TRUE(r.initiatives.empty());
    EXPECT_TRUE(has_anomaly(r, "no_initiatives"));
    EXPECT_NE(to_json(r).find("\"initiatives\""), std::string::npos);
  }
}

TEST(Reading, FactsOfADraft) {
  const Reading r =
      read_plan(to_lines("溪口区全民科学素质行动规划纲要\n实施方案（2021―2025年）\n（送审稿）\n"
                         "为贯彻国务院《全民科学素质行动规划纲要（2021—2035年）》（国办发[2021]"
                         "9号），结合溪口区实际，制定本方案。\n"
                         "一、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n"));
  EXPECT_EQ(r.title, "溪口区全民科学素质行动规划纲要实施方案（2021―2025年）");
  EXPECT_EQ(r.status, "征求意见稿");
  EXPECT_EQ(r.region, "溪口区");
  EXPECT_TRUE(r.doc_number.empty());
  EXPECT_TRUE(r.issue_date.empty());
  EXPECT_EQ(r.from, 2021);
  ASSERT_EQ(r.basis.size(), 1u);
  EXPECT_EQ(r.basis[0].doc_number, "国办发〔2021〕9号");
  EXPECT_TRUE(has_anomaly(r, "miscited", 4));
  EXPECT_TRUE(has_anomaly(r, "draft"));
}

TEST(Reading, DateInChineseNumeralsAndFullAreaName) {
  const Reading r =
      read_plan(to_lines("松岭府发〔2022〕8号\n松岭侗族自治县人民政府\n关于印发松岭自治县全民科学素质行动规划"
                         "纲要实施方案（2021—2025年）的通知\n"
                         "各乡镇人民政府：\n松岭侗族自治县人民政府\n二〇二二年四月二十一日\n"
                         "松岭自治县全民科学素质行动规划纲要实施方案\n（2021—2025年）\n"
                         "根据《清水州人民政府关于印发清水州全民科学素质行动规划纲要实施方案的通知》（清州府"
                         "发﹝2021﹞3号）精神，制定本方案。\n"
                         "一、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n"));
  EXPECT_EQ(r.issue_date, "2022-04-21");
  EXPECT_EQ(r.issuer, "松岭侗族自治县人民政府");
  EXPECT_EQ(r.region, "松岭侗族自治县");
  EXPECT_EQ(r.region_parent, "清水州");
  EXPECT_EQ(r.title, "松岭自治县全民科学素质行动规划纲要实施方案（2021—2025年）");
  ASSERT_EQ(r.basis.size(), 1u);
  EXPECT_EQ(r.basis[0].doc_number, "清州府发〔2021〕3号");
  EXPECT_TRUE(has_anomaly(r, "started_before_issue"));
}

TEST(Reading, AreaUnderACityIsToldFromIt) {
  const Reading r =
      read_plan(to_lines("云岭市溪口区全民科学素质行动规划纲要实施方案（2021—2025年）\n"
                         "一、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n"));
  EXPECT_EQ(r.region, "溪口区");
  EXPECT_EQ(r.region_parent, "云岭市");
}

TEST(Reading, DocumentNumbersInAllBrackets) {
  using grammar::document_number_in;
  for (const char32_t* text : {U"国发〔2021〕9号", U"国发[2021]9号", U"国发［2021］9号", U"国发(2021)9号",
                               U"国发【2021】 9 号", U"国发（2021年）第9号"})
    EXPECT_EQ(grammar::utf8(document_number_in(text)->text), "国发〔2021〕9号");
  EXPECT_FALSE(document_number_in(U"2021年9号文件"));
}

TEST(Reading, TasksOnlyInTheTable) {
  const Reading r =
      read_plan(to_lines("岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n一、工作目标\n到2025年，公民"
                         "具备科学素质的比例达到12%。\n"
                         "二、任务分工\n\t序号\n\t重点任务\n\t工作内容\n\t牵头单位\n\t责任单位\n\n"
                         "\t1\n\t农民科学素质提升行动\n\t办好田间课堂\n\t县农业农村局\n\t县科协、各乡镇\n\n"
                         "\t\n\t\n\t选育科技示范户\n\t县科协\n\t县农业农村局\n\n"
                         "\t2\n\t科普信息化工程\n\t更新村口大屏\n\t县科协\n\t县融媒体中心\n\n"));
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(r.initiatives[0].kind, InitiativeKind::action);
  EXPECT_EQ(r.initiatives[1].kind, InitiativeKind::project);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[1].title, "选育科技示范户");
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, (std::vector<std::string>{"县科协", "各乡镇"}));
  EXPECT_LT(r.initiatives[0].confidence, kSureEnough);
}

TEST(Reading, AnnexTitlesMayDifferAndRowsMayBeTasks) {
  const Reading r = read_plan(to_lines(
      "一、重点工程\n（一）科普信息化提升工程\n1.更新村口大屏。及时换稿。\n2.办好一个公众号。天天有新文章。\n"
      "附件\n\t任务\n\t牵头部门\n\t责任部门\n\n\t科普信息化建设提升工程\n\t县科协\n\t县融媒体中心\n\n"
      "\t更新村口大屏\n\t县文旅局\n\t各乡镇\n\n\t不相干的事\n\t县林业局\n\t县水利局\n\n"));
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(r.initiatives[0].lead, std::vector<std::string>{"县科协"});
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, std::vector<std::string>{"县文旅局"});
  EXPECT_TRUE(has_anomaly(r, "title_differs", 2));
  EXPECT_TRUE(has_anomaly(r, "row_without_title"));
  EXPECT_LT(r.initiatives[0].confidence, kSureEnough);
}

TEST(Reading, RowsNameTheTasksThatTheBodyLeavesOut) {
  const Reading r =
      read_plan(to_lines("一、提升行动\n（一）农民科学素质提升行动\n（二）老年人科学素质提升行动\n附件\n\t重"
                         "点任务\n\t工作内容\n\t牵头单位\n\t责任单位\n\n"
                         "\t农民科学素质提升行动\n\t办好田间课堂\n\t县农业农村局\n\t县科协\n\n\t\n\t选育示范"
                         "户\n\t县科协\n\t各乡镇\n\n"
                         "\t老年人科学素质提升行动\n\t开设手机课堂\n\t县民政局\n\t县科协\n\n"));
  ASSERT_EQ(r.initiatives.size(), 2u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[1].title, "选育示范户");
  EXPECT_EQ(r.initiatives[0].tasks[1].lead, std::vector<std::string>{"县科协"});
  ASSERT_EQ(r.initiatives[1].tasks.size(), 1u);
}

TEST(Reading, MeasuresWithoutNumbersMayGoOnInASecondParagraph) {
  const Reading r =
      read_plan(to_lines("一、提升行动\n（一）农民科学素质提升行动\n1.任务\n让种田人会看会算会选。\n2."
                         "措施\n办好讲习所。选好讲师，排好课表，常年开放。\n"
                         "讲习所设在村口老粮仓，由村里最会种田的几位老师傅轮流值守，农忙时改为夜校，不误农时"
                         "，也不误听课。\n建好示范田。逐田插牌，公示品种和用药。\n"
                         "3.分工\n牵头部门：县农业农村局\n责任部门：县科协\n"));
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[0].end_line, 7);
  EXPECT_EQ(r.initiatives[0].goal, "让种田人会看会算会选。");
  EXPECT_EQ(r.initiatives[0].responsible, std::vector<std::string>{"县科协"});
}

TEST(Reading, GroupsAboveNumberedInitiatives) {
  const Reading r =
      read_plan(to_lines("一、重点任务\n（一）实施提升行动\n1."
                         "农民科学素质提升行动\n（1）办好讲习所。常年开放。\n2.老年人科学素质提升行动\n"
                         "（1）开设手机课堂。一人一机。\n（二）实施重点工程\n1."
                         "科普信息化提升工程\n（1）更新村口大屏。及时换稿。\n"
                         "2.科普人才建设工程\n（1）选聘讲解员。择优聘用。\n"));
  ASSERT_EQ(r.initiatives.size(), 4u);
  EXPECT_EQ(r.initiatives[1].tasks.size(), 1u);
  EXPECT_EQ(r.initiatives[1].tasks[0].body, "一人一机。");
  EXPECT_EQ(r.initiatives[2].kind, InitiativeKind::project);
  EXPECT_EQ(r.initiatives[3].ordinal, 2);
}

TEST(Reading, TasksGoOnInSeveralParagraphs) {
  const Reading r = read_plan(to_lines(
      "一、提升行动\n（一）农民科学素质提升行动\n以用为本，把技术送到地头，让种田人自己会看、会算、会选。\n"
      "1."
      "办好讲习所。常年开放。\n（1）选好讲师。从能手里选。\n（2）排好课表。农闲多排。\n农忙时改为夜校，不误农"
      "时。\n"
      "2.建好示范田。插牌公示。\n①一田一牌。\n"));
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[0].line, 4);
  EXPECT_EQ(r.initiatives[0].tasks[0].end_line, 7);
  EXPECT_EQ(r.initiatives[0].tasks[0].body,
            "常年开放。\n选好讲师。从能手里选。\n排好课表。农闲多排。\n农忙时改为夜校，不误农时。");
  EXPECT_EQ(r.initiatives[0].tasks[1].end_line, 9);
}

TEST(Reading, ScheduleAsASectionWithYearsInBrackets) {
  const Reading r =
      read_plan(to_lines("一、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。常年开放。\n二、实施步骤\n"
                         "（一）启动部署阶段（2021年—2022年6月）。动员发动。\n（二）中期评估阶段（2023年）。"
                         "对照检查。\n（三）总结验收阶段（2025年）。全面总结。\n"));
  ASSERT_EQ(r.phases.size(), 3u);
  EXPECT_EQ(r.phases[0].phase, "启动");
  EXPECT_EQ(r.phases[0].to, 2022);
  EXPECT_EQ(r.phases[1].phase, "实施");
  EXPECT_EQ(r.phases[2].phase, "总结评估");
  EXPECT_EQ(r.phases[0].title, "启动部署阶段");
}

TEST(Reading, AnomaliesThatAClerkNotes) {
  const Reading r = read_plan(
      to_lines("岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n为做好工作，结合全县实际情况，特制定本"
               "实施方案，请各单位认真对照执行。\n"
               "1、 工作目标\n到2025年，公民具备科学素质的比例达到12%，实施四项提升行动。\n二、提升行动\n"
               "（一）农民科学素质提升行动\n1.办好讲习所。[bookmark: "
               "_GoBack]建成岚江讲习所岚江讲习所。〔县科协、县科协按职责分工负责〕\n"
               "2.建好示范田。培训    人次,逐田插牌、等全部公示。〔县农业局按职责分工负责〕\n"
               "3.用好大喇叭。每村都响，《岚江县公约（修订》上墙。〔县农业农村局按职责分工负责〕\n"
               "三、组织实施\n（一）进度安排\n1.启动。2021年，动员。\n2.总结。2025年，总结。\n"));
  for (const char* rule :
       {"mixed_numbering", "count_differs", "residue", "repeated_words", "duplicate_department", "blank",
        "stray_mark", "half_width", "department_alias", "unbalanced", "year_without_phase"})
    EXPECT_TRUE(has_anomaly(r, rule)) << rule;
  for (const Anomaly& a : r.anomalies) EXPECT_GT(a.line, 0) << a.rule;
}

TEST(Reading, ACleanPlanHasNoRemarks) {
  const Reading r = read_plan(to_lines(
      "岚府发〔2021〕3号\n岚江县人民政府\n关于印发《岚江县全民科学素质行动规划纲要实施方案（2021—2025年）》的"
      "通知\n"
      "岚江县人民政府\n2021年6月9日\n岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n"
      "为做好工作，结合全县实际情况，特制定本实施方案，请各单位认真对照执行。\n"
      "一、工作目标\n到2025年，公民具备科学素质的比例达到12%。\n二、提升行动\n（一）农民科学素质提升行动\n"
      "1.办好讲习所。常年开放。〔县科协按职责分工负责〕\n"));
  for (const Anomaly& a : r.anomalies) ADD_FAILURE() << a.rule << " " << a.message;
}

TEST(Json, HasTheShapeOfTheFormat) {
  const Reading r =
      read_plan(to_lines("一、提升行动\n（一）农民科学素质提升行动\n1.办好讲习所。培训“能手”50人。\n"));
  const std::string json = to_json(r, {{{{"A5-01", "A5-02"}}}, {{"A1-08", 3}}});
  for (const char* part : {"\"period\"", "\"headline_target\": null", "\"kind\": \"action\"", "\"duties\"",
                           "\"A5-02\"", "\"A1-08\"", "\"end_line\": 3", "\"operator\": \"=\"",
                           "\"initiative_title\": \"农民科学素质提升行动\"", "\"value\": 50"})
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  EXPECT_EQ(to_json(r).find("duties"), std::string::npos);
}

}  // namespace
}  // namespace kepu::plan
