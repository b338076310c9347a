// Forms in which issuers write initiatives, tasks and their departments, each in the smallest plan that shows
// it. The sentences are invented.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

using testing_text::to_lines;
using Names = std::vector<std::string>;

Reading read(const std::string& body) {
  return read_plan(
      to_lines("岚江县全民科学素质行动规划纲要实施方案（2021—2025年）\n"
               "为让两岸的乡亲都能就近学科学、用科学，结合山区县实际，经反复讨论，制定本实施方案。\n" +
               body));
}

Names titles(const Initiative& initiative) {
  Names out;
  for (const Task& t : initiative.tasks) out.push_back(t.title);
  return out;
}
Names titles(const Reading& reading) {
  Names out;
  for (const Initiative& i : reading.initiatives) out.push_back(i.title);
  return out;
}

TEST(Forms, tasks_numbered_like_sections_below_chapters_and_their_parts) {
  const Reading r = read(
      "第三章  提升行动\n第一节  青少年科学素质提升行动\n让孩子们敢想敢试。\n"
      "（一）开放水文站\n每月接待一批学生。\n（二）实施基层科普服务能力提升行动\n把讲堂搬到渡口。\n"
      "【牵头单位：县教育局；责任单位：县水利局】\n第二节  农民科学素质提升行动\n让技术进得了地头。\n"
      "（一）组建果树门诊\n专家按月坐诊。\n");
  EXPECT_EQ(titles(r), (Names{"青少年科学素质提升行动", "农民科学素质提升行动"}));
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"开放水文站", "实施基层科普服务能力提升行动"}));
  EXPECT_EQ(r.initiatives[0].lead, Names{"县教育局"});
}

TEST(Forms, a_title_parted_from_its_body_by_a_gap) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动\n让技术进得了地头。\n"
      "1.组建果树、茶叶门诊　由县里的专家按月坐诊，随叫随到，把方子写在门口的黑板上。\n"
      "2.推广节气提醒　按节气写清该防什么病虫，贴到每个村口和每条渡船上，天天更新。\n"
      "三、保障措施\n（一）进度安排　2022年启动实施，2023年至2024年全面推进，2025年进行总结评估。\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"组建果树、茶叶门诊", "推广节气提醒"}));
  ASSERT_EQ(r.phases.size(), 3u);
  EXPECT_EQ(r.phases[1].from, 2023);
}

TEST(Forms, departments_in_a_bracket_behind_a_heading_without_a_stop) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动（牵头单位：县农业农村局；责任单位：县科协、县妇联）\n"
      "让技术进得了地头。\n1.组建果树门诊。专家按月坐诊。\n2.推广节气提醒。按节气写清该防什么病虫。\n");
  EXPECT_EQ(titles(r), Names{"农民科学素质提升行动"});
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(r.initiatives[0].lead, Names{"县农业农村局"});
  EXPECT_EQ(r.initiatives[0].responsible, (Names{"县科协", "县妇联"}));
  EXPECT_EQ(r.initiatives[0].tasks.size(), 2u);
}

TEST(Forms, decimal_numbers) {
  const Reading r = read(
      "1 总体要求\n1.1 工作目标\n到2025年，全县公民具备科学素质的比例达到12%。\n2 提升行动\n"
      "2.1 农民科学素质提升行动\n让技术进得了地头。\n2.1.1 组建果树门诊。专家按月坐诊。\n"
      "2.1.2 推广节气提醒。按节气写清该防什么病虫。\n2.2 老年人科学素质提升行动\n让老人会用手机。\n"
      "2.2.1 开设候车亭课堂。等车时学一招。\n3 保障措施\n3.1 加强领导。由县长负总责。\n");
  EXPECT_EQ(titles(r), (Names{"农民科学素质提升行动", "老年人科学素质提升行动"}));
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"组建果树门诊", "推广节气提醒"}));
  ASSERT_EQ(r.sections.size(), 3u);
}

TEST(Forms, initiatives_that_are_called_neither_action_nor_project) {
  std::string body = "二、重点工作\n";
  int n = 0;
  const char* const kOrdinals[] = {"一", "二", "三", "四", "五"};
  for (const char* whom : {"着力提升青少年科学素质", "着力提升农村居民科学素质", "着力提升老年人科学素质",
                           "着力完善科普基础设施", "着力推进科普信息化"})
    body += std::string("（") + kOrdinals[n++] + "）" + whom + "\n从身边的小事做起。\n" +
            "1.实施渡口讲堂行动。船靠岸时讲一课。由县科协牵头，县水利局配合。\n2."
            "开放水文站。每月接待一批学生。\n";
  const Reading r = read(body);
  ASSERT_EQ(r.initiatives.size(), 5u);
  EXPECT_EQ(r.initiatives[1].title, "着力提升农村居民科学素质");
  EXPECT_EQ(titles(r.initiatives[4]), (Names{"实施渡口讲堂行动", "开放水文站"}));
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, Names{"县科协"});
}

TEST(Forms, titles_on_lines_of_their_own_without_numbers) {
  std::string body = "二、提升行动\n";
  for (const char* title : {"（一）农民科学素质提升行动\n", "（二）老年人科学素质提升行动\n"})
    body +=
        std::string(title) + "改进渡口讲堂\n船靠岸时讲一课，讲完当场演示。\n" +
        "织密提醒网络\n按节气写清该防什么病虫，贴到每个村口。\n（牵头单位：县科协；配合单位：县水利局）\n";
  const Reading r = read(body);
  ASSERT_EQ(r.initiatives.size(), 2u);
  EXPECT_EQ(titles(r.initiatives[1]), (Names{"改进渡口讲堂", "织密提醒网络"}));
  EXPECT_EQ(r.initiatives[1].lead, Names{"县科协"});
}

TEST(Forms, items_numbered_inside_the_paragraph_of_their_head) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动。\n1.目标要求。让技术进得了地头。\n"
      "2.重点任务。（1）组建果树门诊。专家按月坐诊。（2）推广节气提醒。贴到每个村口。\n"
      "3.责任单位。县农业农村局牵头，县科协配合。\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"组建果树门诊", "推广节气提醒"}));
  EXPECT_EQ(r.initiatives[0].goal, "让技术进得了地头。");
  EXPECT_EQ(r.initiatives[0].lead, Names{"县农业农村局"});
}

TEST(Forms, heads_and_departments_in_tags) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动\n【行动目标】让技术进得了地头。\n【重点举措】\n"
      "●组建果树门诊。专家按月坐诊。\n●推广节气提醒。贴到每个村口。\n"
      "【责任单位】牵头单位：县农业农村局；配合单位：县科协、县气象局。\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"组建果树门诊", "推广节气提醒"}));
  EXPECT_EQ(r.initiatives[0].lead, Names{"县农业农村局"});
  EXPECT_EQ(r.initiatives[0].responsible, (Names{"县科协", "县气象局"}));
}

TEST(Forms, a_box_beside_the_text_holds_no_tasks) {
  const Reading r = read(
      "二、重点工程\n（一）科普基础设施工程\n让片区都有去处。\n——修缮老粮库。改作农耕科普馆。\n"
      "——开放水文站。每月接待一批学生。\n责任单位：县科技局、县科协\n专栏1  重点场馆\n"
      "1.老粮库科普馆：展陈面积800平方米。\n2.水文站展厅提升改造。\n三、保障措施\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"修缮老粮库", "开放水文站"}));
  EXPECT_EQ(r.initiatives[0].responsible, (Names{"县科技局", "县科协"}));
}

TEST(Forms, steps_told_by_ordinals_belong_to_their_task) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动\n让技术进得了地头。\n1.组建果树门诊。\n"
      "一是请专家按月坐诊。\n二是把方子写在门口。\n牵头单位：县农业农村局\n责任单位：县科协\n"
      "2.推广节气提醒。\n一是按节气写清该防什么病虫。\n牵头单位：县气象局\n责任单位：县科协\n"
      "（二）老年人科学素质提升行动\n让老人会用手机。\n1.开设候车亭课堂。\n一是编好口诀。\n"
      "牵头单位：县民政局\n责任单位：县科协\n2.排演防骗小戏。\n一是自编自演。\n牵头单位：县公安局\n"
      "（三）农牧民科学素质提升行动\n1.办好夜校。\n一是采果季前办一轮。\n牵头单位：县教育局\n");
  ASSERT_EQ(r.initiatives.size(), 3u);
  EXPECT_EQ(titles(r.initiatives[0]), (Names{"组建果树门诊", "推广节气提醒"}));
  EXPECT_EQ(r.initiatives[0].tasks[1].lead, Names{"县气象局"});
  // Where departments stand behind each task, they do behind a task that is alone.
  ASSERT_EQ(r.initiatives[2].tasks.size(), 1u);
  EXPECT_EQ(r.initiatives[2].tasks[0].lead, Names{"县教育局"});
}

TEST(Forms, deadlines_and_remarks_in_a_list_are_no_departments) {
  const Reading r = read(
      "二、提升行动\n（一）农民科学素质提升行动\n让技术进得了地头。\n"
      "1."
      "组建果树门诊。按月坐诊。（责任单位：县农业农村局、县科协；完成时限：2025年12月；列第一位的为牵头单位，"
      "下同）\n"
      "2.推广节气提醒。贴到村口。（责任单位：县气象局、县科协；完成时限：长期坚持）\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, Names{"县农业农村局"});
  EXPECT_EQ(r.initiatives[0].tasks[0].responsible, Names{"县科协"});
  EXPECT_EQ(r.initiatives[0].tasks[1].lead, Names{"县气象局"});
  EXPECT_EQ(r.initiatives[0].tasks[1].responsible, Names{"县科协"});
}

TEST(Forms, a_row_that_sounds_like_a_head_of_columns) {
  const Reading r = read(
      "二、重点工程\n（一）基层科普能力提升工程\n让村村有去处。\n1.建立应急协同机制。遇事同发一声。\n"
      "2.办好渡口讲堂。船靠岸时讲一课。\n附件\n分工表\n\t工程\n\t重点任务\n\t牵头单位\n\t责任单位\n\n"
      "\t基层科普能力提升工程\n\t建立应急协同机制\n\t县应急局\n\t县科协、县气象局\n\n"
      "\t\n\t办好渡口讲堂\n\t县科协\n\t县水利局\n\n");
  ASSERT_EQ(r.initiatives.size(), 1u);
  ASSERT_EQ(r.initiatives[0].tasks.size(), 2u);
  EXPECT_EQ(r.initiatives[0].tasks[0].lead, Names{"县应急局"});
  EXPECT_EQ(r.initiatives[0].tasks[1].responsible, Names{"县水利局"});
}

struct Years {
  std::string phase;
  int from, to;
  bool operator==(const Years&) const = default;
};
std::vector<Years> phases(const std::string& schedule) {
  std::vector<Years> out;
  for (const Phase& p :
       read("二、提升行动\n（一）农民科学素质提升行动\n1.组建果树门诊。按月坐诊。\n" + schedule).phases)
    out.push_back({p.phase, p.from, p.to});
  return out;
}

TEST(Forms, schedules) {
  const std::vector<Years> wanted = {{"启动", 2022, 2022}, {"实施", 2022, 2024}, {"总结评估", 2025, 2025}};
  EXPECT_EQ(phases("三、组织实施\n（一）抓好落实。2022年，做好启动工作；2022—2024年，全面实施；2025年，开展总"
                   "结评估。\n"),
            wanted);
  EXPECT_EQ(
      phases(
          "三、实施步骤\n第一阶段：宣传发动（2022年7月—9月）。开好会。\n第二阶段：组织实施（2022年10月—2024"
          "年6月）。逐项落实。\n第三阶段：总结验收（2025年）。查漏补缺。\n"),
      wanted);
  EXPECT_EQ(
      phases(
          "三、实施安排\n（一）启动部署（2022年）。开好会。\n（二）全面实施（2022年1月—2024年6月）。落实。\n"
          "（三）评估总结（2025年）。回头看。\n"),
      wanted);
  EXPECT_EQ(
      phases(
          "三、保障措施\n（一）进度安排。启动阶段（2022年）：开会。实施阶段（2022年至2024年）：落实。总结阶段"
          "（2025年）：评估。\n"),
      wanted);
  EXPECT_EQ(phases("三、组织实施\n进度安排\n启动实施。2022年，开会动员。\n深入实施。20222024年，逐项落实。\n"
                   "总结评估。2025年，回头看。\n"),
            wanted);
  // Two evaluations are no schedule.
  EXPECT_EQ(phases("三、保障措施\n（一）强化评估。2023年开展中期评估，2025年开展终期评估。\n"),
            std::vector<Years>{});
}

}  // namespace
}  // namespace kepu::plan
