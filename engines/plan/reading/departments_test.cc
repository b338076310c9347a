#include "engines/plan/reading/departments.h"

#include <gtest/gtest.h>

#include "engines/plan/reading/department_names.h"

namespace kepu::plan::grammar {
namespace {

using Names = std::vector<std::string>;

struct Case {
  const char32_t* text;
  Names lead, responsible;
};

TEST(Departments, a_stop_inside_an_open_bracket_or_title_does_no_harm) {
  for (const char32_t* text :
       {U"由县科协（牵头。县教育局配合", U"县科协《牵头。》县教育局负责", U"“县科协牵头。县教育局配合”负责"})
    EXPECT_FALSE(grammar::parse_departments(text)) << grammar::utf8(text);
}

TEST(Departments, AreReadFromLabelsAndSentences) {
  const Case cases[] = {
      {U"牵头部门：县教育局、县科协", {"县教育局", "县科协"}, {}},
      {U"牵头单位:县教育局；责任单位:县科协，团县委。", {"县教育局"}, {"县科协", "团县委"}},
      {U"责任单位：由县教育局、县科协牵头，县委宣传部、团县委等单位参加。",
       {"县教育局", "县科协"},
       {"县委宣传部", "团县委"}},
      {U"责任单位：县科协牵头，各乡镇（街道）、县文旅局等参加", {"县科协"}, {"各乡镇（街道）", "县文旅局"}},
      {U"县科协牵头，县教育局、县气象局按职责分工负责", {"县科协"}, {"县教育局", "县气象局"}},
      {U"县教育局、县人社局按职责分工负责", {}, {"县教育局", "县人社局"}},
      {U"由县教育局牵头，县科协、县文联配合。", {"县教育局"}, {"县科协", "县文联"}},
      {U"牵头部门：县卫生健康委（县疾控局、县爱卫办） 配合部门：县民政局",
       {"县卫生健康委（县疾控局、县爱卫办）"},
       {"县民政局"}},
      {U"牵头：区教委；参与：区科协、各街道办事处", {"区教委"}, {"区科协", "各街道办事处"}},
  };
  for (const Case& c : cases) {
    const auto d = parse_departments(c.text);
    ASSERT_TRUE(d) << utf8(c.text);
    EXPECT_EQ(d->lead, c.lead) << utf8(c.text);
    EXPECT_EQ(d->responsible, c.responsible) << utf8(c.text);
  }
}

TEST(Departments, AreNotSeenInProse) {
  for (const char32_t* text :
       {U"各单位要密切配合", U"鼓励企业、学校和社会组织积极参与", U"县科协发挥综合协调作用",
        U"落实责任：层层压实，不留空当", U"推动学校、社会和家庭协同育人"})
    EXPECT_FALSE(parse_departments(text)) << utf8(text);
}

TEST(Departments, StandAtTheEndOfAParagraph) {
  const View bracket = U"配齐实验员，每节课都动手。〔县教育局、县财政局按职责分工负责〕";
  const auto tail = departments_at_end(bracket);
  ASSERT_TRUE(tail);
  EXPECT_EQ(utf8(bracket.substr(0, tail->from)), "配齐实验员，每节课都动手。");
  EXPECT_EQ(tail->departments.responsible, (Names{"县教育局", "县财政局"}));
  for (const char32_t* text : {U"看得懂、用得上。（牵头单位：县科协；责任单位：县民政局）",
                               U"看得懂、用得上。【牵头单位：县科协；责任单位：县民政局】",
                               U"看得懂、用得上。[牵头单位：县科协；责任单位：县民政局]。",
                               U"看得懂、用得上。牵头单位：县科协；责任单位：县民政局。",
                               U"看得懂、用得上。由县科协牵头，县民政局配合。"}) {
    const auto t = departments_at_end(text);
    ASSERT_TRUE(t) << utf8(text);
    EXPECT_EQ(t->departments.lead, Names{"县科协"}) << utf8(text);
    EXPECT_EQ(t->departments.responsible, Names{"县民政局"}) << utf8(text);
  }
  EXPECT_FALSE(departments_at_end(U"健全乡镇（街道）、村（社区）"));
  EXPECT_FALSE(departments_at_end(U"建好服务中心（所、站）"));
}

TEST(Departments, MixedSeparatorsAreNoticed) {
  const auto d = parse_departments(U"责任单位：县教育局、县科协，县民政局、县人社局");
  ASSERT_TRUE(d);
  EXPECT_EQ(d->responsible.size(), 4u);
  EXPECT_TRUE(d->mixed_separators);
  EXPECT_FALSE(parse_departments(U"责任单位：县教育局、县科协")->mixed_separators);
}

TEST(DepartmentNames, TwoWritingsAndMissingPrefix) {
  std::vector<NamedDepartment> all;
  for (int list = 0; list < 3; ++list) {
    all.push_back({U"县人社局", list + 1, list});
    all.push_back({U"县教体局", list + 1, list});
    all.push_back({U"县委办公室", list + 1, list});
    all.push_back({U"县委网信办公室", list + 1, list});
  }
  all.push_back({U"县人力资源社会保障局", 9, 9});
  all.push_back({U"教体局", 9, 9});
  const auto remarks = remarks_on_names(all);
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_TRUE(std::any_of(remarks.begin(), remarks.end(), [](const NameRemark& r) {
    return r.name == U"县人力资源社会保障局" && r.usual == U"县人社局" && r.line == 9 && !r.prefix_missing;
  }));
  EXPECT_TRUE(std::any_of(remarks.begin(), remarks.end(),
                          [](const NameRemark& r) { return r.usual == U"县教体局" && r.prefix_missing; }));
}

}  // namespace
}  // namespace kepu::plan::grammar
