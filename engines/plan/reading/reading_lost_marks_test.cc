// What extraction and habit take away: numbers, contents pages, tables in the body. The sentences are
// invented.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

using testing_text::to_lines;

const char* const kFront =
    "岚江县人民政府办公室\n关于印发岚江县全民科学素质行动规划纲要实施方案（2021—2025年）的通知\n"
    "岚政办发〔2022〕8号\n各乡镇人民政府，县直各单位：\n现将方案印发给你们，请认真组织实施。\n"
    "岚江县人民政府办公室\n2022年3月8日\n岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n";
const char* const kPreamble =
    "为让岚江两岸的乡亲都能就近学科学、用科学，结合山区县实际，经反复讨论，制定本实施方案。\n";

Reading read(const std::string& body) { return read_plan(to_lines(kFront + body)); }

std::vector<std::string> titles(const Initiative& initiative) {
  std::vector<std::string> out;
  for (const Task& t : initiative.tasks) out.push_back(t.title);
  return out;
}

using Titles = std::vector<std::string>;
using Names = std::vector<std::string>;

TEST(LostMarks, chapters_and_sections_by_name) {
  const Reading r =
      read(std::string(kPreamble) +
           "第一章  总体要求\n第一节  主要目标\n到2025年，全县公民具备科学素质的比例超过13%。\n"
           "第二章  提升行动\n第一节  青少年科学素质提升行动\n让孩子们敢想敢试，动手求证。\n"
           "①开放水文站。每月接待一批学生，讲清水位怎样测。\n"
           "②建好天文角。在山顶小学架起望远镜，夏夜集体观星。\n"
           "【责任单位：县教育局牵头，县水利局、县科协配合】\n"
           "第三章  重点工程\n第一节  科普基础设施工程\n把闲置校舍用起来，让片区都有去处。\n"
           "①修缮老粮库。改作农耕科普馆，保留原有粮仓。\n"
           "【责任单位：县科技局牵头，县文旅局配合】\n第四章  保障措施\n第一节  经费保障\n列入县级预算。\n");
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(r.initiatives[0].kind, InitiativeKind::action);
  EXPECT_EQ(titles(r.initiatives[0]), (Titles{"开放水文站", "建好天文角"}));
  EXPECT_EQ(r.initiatives[0].lead, Names{"县教育局"});
  EXPECT_EQ(r.initiatives[1].kind, InitiativeKind::project);
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 13);
}

TEST(LostMarks, a_sentence_about_a_chapter_is_no_heading) {
  const Reading r =
      read(std::string(kPreamble) +
           "一、提升行动\n（一）老年人科学素质提升行动。让老人用得上、看得懂。\n"
           "1.编好大字读本。读本分四册，逐册试读。\n第一章的内容由老人自己挑选，先印五十本试读。\n"
           "2.开放试衣间式教室。进门就能上手，不必报名。\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Titles{"编好大字读本", "开放试衣间式教室"}));
}

TEST(LostMarks, a_contents_page_without_page_numbers_is_no_plan) {
  const Reading r =
      read(std::string("目  录\n一、总体目标\n二、提升行动\n（一）农民科学素质提升行动\n三、重点工程\n"
                       "（一）基层科普能力提升工程\n四、组织保障\n") +
           kPreamble +
           "一、总体目标\n到2025年，全县公民具备科学素质的比例达到12%。\n二、提升行动\n"
           "（一）农民科学素质提升行动\n把课堂搬到田头。\n1.办好果园夜校。采果季前后各办一轮。\n"
           "三、重点工程\n（一）基层科普能力提升工程\n让村村有人会讲、有处可去。\n"
           "1.培养村里的讲解员。从返乡青年中挑选，先跟班再上岗。\n四、组织保障\n明确专人负责。\n");
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(titles(r.initiatives[0]), Titles{"办好果园夜校"});
  EXPECT_EQ(titles(r.initiatives[1]), Titles{"培养村里的讲解员"});
}

TEST(LostMarks, a_measure_goes_on_in_paragraphs_that_sound_like_titles) {
  std::string body = std::string(kPreamble) +
                     "三、提升行动\n实施产业工人科学素质提升行动\n任务\n让工友学得进、用得上。\n措施\n";
  const Titles wanted = {"开设车间小课堂", "推广班组改进", "办好技能擂台", "建好工匠书屋"};
  for (const std::string& title : wanted)
    body += title + "。由老师傅轮流主讲，讲完当场演示一遍。\n" + "举办全县擂台，推荐优胜者参加上级比赛。\n" +
            "每位主讲人都要事先备好安全提示，并在结束以后收齐工友的意见，整理成册供下一轮主讲人参考使用。\n";
  body += "分工\n牵头部门：县总工会\n责任部门：县人社局、县科协\n";
  const Reading r = read(body);
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), wanted);
  EXPECT_EQ(r.initiatives[0].lead, Names{"县总工会"});
}

TEST(LostMarks, the_dash_between_the_years) {
  const Reading r = read_plan(
      to_lines("岚江县全民科学素质行动规划纲要实施方案（20212025年）\n" + std::string(kPreamble) +
               "一、前言\n“十三五”期间，岚江科普馆开门迎客，乡亲们常来常往。\n二、提升行动\n"
               "（一）农民科学素质提升行动\n让新技术进得了地头。\n1.组建果树门诊。专家按月坐诊。\n"));
  EXPECT_EQ(r.from, 2021);
  EXPECT_EQ(r.to, 2025);
}

TEST(LostMarks, a_goal_of_one_sentence_is_no_task) {
  const Reading r = read(std::string(kPreamble) +
                         "提升行动\n农民科学素质提升行动\n推动新技术进村入户。\n"
                         "组建果树门诊。专家按月坐诊，五年累计接诊果农3万人次。（县农业农村局、县科协）\n"
                         "推广节气提醒。按节气写清该防什么病虫，贴到每个村口。（县气象局、县农业农村局）\n"
                         "老年人科学素质提升行动\n提高老人用手机的本领。\n"
                         "开设候车亭课堂。等车的十分钟学一招，由学生志愿者讲。（县民政局、团县委）\n"
                         "推广防骗小戏。由老人自编自演，进村巡演，演完就地答疑。（县公安局、县民政局）\n");
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(titles(r.initiatives[0]), (Titles{"组建果树门诊", "推广节气提醒"}));
  EXPECT_EQ(titles(r.initiatives[1]), (Titles{"开设候车亭课堂", "推广防骗小戏"}));
  ASSERT_EQ(r.quantities.size(), 1u);
  EXPECT_EQ(r.quantities[0].value, 30000);
}

TEST(LostMarks, a_task_whose_sign_is_lost_still_ends_with_its_departments) {
  std::string body = std::string(kPreamble) +
                     "二、提升行动\n（一）青少年科学素质提升行动\n让好奇心有处安放。〔牵头部门：县教育局〕\n"
                     "点亮校园实验角。每所小学配齐工具箱，课后开放。〔县教育局、县财政局按职责分工负责〕\n";
  for (const char* title : {"组织溯溪观察", "办好科学剧社", "开展家庭小实验", "建立观鸟日志"})
    body += std::string("——") + title +
            "。每学期安排两周，成果在县图书馆展出。〔县教育局、县科协按职责分工负责〕\n";
  const Reading r = read(body);
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]),
            (Titles{"点亮校园实验角", "组织溯溪观察", "办好科学剧社", "开展家庭小实验", "建立观鸟日志"}));
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, (Names{"县教育局", "县财政局"}));
  EXPECT_EQ(r.initiatives[0].lead, Names{"县教育局"});
}

TEST(LostMarks, main_tasks_behind_an_aim_are_tasks) {
  const Reading r =
      read(std::string(kPreamble) +
           "二、提升行动\n（一）深入实施老年人科学素质提升行动\n——工作目标。让老人出门会用、在家会防。\n"
           "——主要任务。\n1．开设候车亭课堂。等车的十分钟学一招。〔县民政局、县交通局负责〕\n"
           "2．排演防骗小戏。由老人自编自演，进村巡演。〔县公安局负责〕\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Titles{"开设候车亭课堂", "排演防骗小戏"}));
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, (Names{"县民政局", "县交通局"}));
}

TEST(LostMarks, a_lead_may_be_marked_inside_its_list) {
  const Reading r =
      read(std::string(kPreamble) +
           "二、提升行动\n（一）农民科学素质提升行动\n目标：让新技术进得了地头。\n"
           "1.组建果树门诊：专家按月坐诊，随叫随到。\n（责任单位：县农业农村局（牵头）、县科协、各乡镇）\n"
           "2.印发节气提醒：按节气写清该防什么病虫。\n（责任单位：县气象局（牵头）、县农业农村局）\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, Names{"县农业农村局"});
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, (Names{"县科协", "各乡镇"}));
  EXPECT_EQ(r.initiatives[0].tasks[1].lead, Names{"县气象局"});
}

TEST(LostMarks, three_stages_in_one_paragraph) {
  const Reading r =
      read(std::string(kPreamble) +
           "二、提升行动\n（一）农民科学素质提升行动\n让新技术进得了地头。\n1.组建果树门诊。专家按月坐诊。\n"
           "三、保障措施\n（一）加强领导。由县长负总责。\n"
           "（二）时间安排。第一阶段：动员部署（2022年3月—6月），开好现场会。第二阶段：组织实施（2022年7月—20"
           "24年12月），"
           "逐项落实。第三阶段：总结评估（2025年），回头看成效。\n");
  ASSERT_EQ(r.phases.size(), 3u);
  EXPECT_EQ(r.phases[0].phase, "启动");
  EXPECT_EQ(r.phases[1].from, 2022);
  EXPECT_EQ(r.phases[1].to, 2024);
  EXPECT_EQ(r.phases[2].phase, "总结评估");
}

TEST(LostMarks, a_table_in_the_body_tells_the_tasks) {
  const Reading r =
      read(std::string(kPreamble) +
           "二、提升行动\n（一）青少年科学素质提升行动\n让好奇心有处安放。\n"
           "\t序号\n\t任务名称\n\t主要内容\n\t牵头单位\n\t责任单位\n\n"
           "\t1\n\t开放水文站\n\t每年接待学生300人次，讲清水位怎样测。\n\t县水利局\n\t县教育局、县科协\n\n"
           "\t2\n\t建好天文角\n\t在山顶小学架起望远镜。\n\t县教育局\n\t县科协\n\n"
           "三、保障措施\n（一）加强领导。由县长负总责。\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Titles{"开放水文站", "建好天文角"}));
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, Names{"县水利局"});
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, (Names{"县教育局", "县科协"}));
  ASSERT_EQ(r.quantities.size(), 1u);
  EXPECT_EQ(r.quantities[0].value, 300);
  EXPECT_EQ(r.quantities[0].task, 0);
}

TEST(LostMarks, an_indicator_table_gives_baselines_and_targets) {
  const Reading r =
      read(std::string(kPreamble) +
           "二、提升行动\n（一）青少年科学素质提升行动\n让好奇心有处安放。\n1.开放水文站。按月接待学生。\n"
           "附件\n主要指标\n\t序号\n\t指标名称\n\t2020年\n\t2025年目标\n\n"
           "\t1\n\t公民具备科学素质的比例（%）\n\t8.6\n\t≥13\n\n\t2\n\t科普教育基地\n\t4个\n\t10个\n\n");
  ASSERT_EQ(r.quantities.size(), 4u);
  EXPECT_EQ(r.quantities[0].kind, QuantityKind::baseline);
  EXPECT_EQ(r.quantities[0].value, 8.6);
  EXPECT_EQ(r.quantities[1].op, Operator::at_least);
  EXPECT_EQ(r.quantities[3].value, 10);
  EXPECT_EQ(r.quantities[3].unit, "个");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 13);
  EXPECT_EQ(r.headline->unit, "%");
}

TEST(LostMarks, a_text_longer_than_any_plan_is_read_up_to_a_bound) {
  std::vector<std::string> lines = to_lines(
      std::string(kFront) + kPreamble +
      "二、提升行动\n（一）农民科学素质提升行动\n让新技术进得了地头。\n1.组建果树门诊。专家按月坐诊。\n");
  const auto has_anomaly = [](const Reading& r) {
    return !r.anomalies.empty() && r.anomalies.back().rule == "too_long";
  };
  EXPECT_FALSE(has_anomaly(read_plan(lines)));
  lines.resize(kMostLines + 5, "岚江水位正常。");
  const Reading r = read_plan(lines);
  EXPECT_TRUE(has_anomaly(r));
  EXPECT_EQ(lines_read(lines), kMostLines);
  EXPECT_EQ(r.initiatives.size(), 1u);
}

}  // namespace
}  // namespace kepu::plan
