// One invented plan, written in every layout that counties use: whatever the layout, the same is read out of
// it.
#include <gtest/gtest.h>

#include <functional>

#include "core/base/text.h"
#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

using testing_text::to_lines;

struct ModelTask {
  std::string title, body;
  std::vector<std::string> responsible;
};
struct ModelInitiative {
  std::string title, goal;
  std::vector<std::string> lead, responsible;
  std::vector<ModelTask> tasks;
};
struct ModelSection {
  std::string title;
  std::vector<ModelInitiative> initiatives;
};

const std::vector<ModelSection>& model() {
  static const std::vector<ModelSection> kModel = {
      {"重点人群提升行动",
       {{"青少年科学素质提升行动",
         "以培养好奇心为起点，让山里山外的孩子都有动手做实验的机会，逐步养成爱提问、会求证的习惯。",
         {"县教育局", "县科协"},
         {"县委宣传部", "团县委", "县妇联", "各乡镇（街道）"},
         {{"开好科学课和实验课",
           "配齐实验员，保证每节实验课都能动手。全县培训实验教师60人次。",
           {"县教育局", "县财政局"}},
          {"举办乡村少年科学节", "每学年举办1次，邀请高校学生同台展示。", {"县科协", "团县委"}},
          {"建设家门口的实验角",
           "在文化站里放上显微镜和工具箱，周末由志愿者值守。",
           {"县文旅局", "县科协"}}}},
        {"老年人科学素质提升行动",
         "围绕看病、出行、防骗三件事，帮助老年人用好手机，看懂药品说明。",
         {"县卫生健康委（县疾控中心）", "县民政局"},
         {"县委老干部局", "县公安局"},
         {{"开设手机课堂", "由大学生一对一讲解，课后发放图册。", {"县民政局"}},
          {"推广健康自测小屋",
           "在卫生院设置血压、血糖自测点，新增自测点20个以上。",
           {"县卫生健康委（县疾控中心）"}}}}}},
      {"重点工程",
       {{"科普基础设施工程",
         "盘活旧校舍和闲置厂房，让每个片区都有能去、愿去、常去的科普场所。",
         {"县科技局", "县科协"},
         {"县发展和改革局", "县自然资源局"},
         {{"改造岚江水文科普馆", "利用老水文站改建，展陈面积不少于800平方米。", {"县水利局", "县科技局"}},
          {"完善流动科普车线路", "优先安排偏远村小，逐村登记到访时间。", {"县科协", "县交通运输局"}}}}}}};
  return kModel;
}

constexpr const char* kOrdinals[] = {"", "一", "二", "三", "四", "五", "六", "七"};

struct Layout {  // how the model is written down
  std::string name;
  std::string section = "{}、";  // {} is the numeral
  std::string initiative = "（{}）";
  std::string task = "{}.";
  std::string initiative_end = "。";
  bool goal_on_heading_line = false;
  bool with_section_headings = true;
  std::function<std::string(const ModelInitiative&)> behind_goal, behind_tasks;
  std::function<std::string(const ModelTask&)> behind_task;
  std::string before_goal, before_tasks, before_departments;  // heads of their own
  std::string annex;
  bool departments_of_tasks = false, departments_of_initiatives = false;
  bool half_width_brackets = false;
};

std::string list(const std::vector<std::string>& names, const std::string& separator = "、") {
  return base::join(names, separator);
}

std::string number(const std::string& pattern, int n, bool chinese) {
  return base::replace_all(pattern, "{}", chinese ? kOrdinals[n] : std::to_string(n));
}

const std::string kFront =
    "岚江县人民政府办公室\n关于印发《岚江县全民科学素质行动规划纲要实施方案（2021—2025年）》的通知\n岚府办发"
    "〔2022〕31号\n\n"
    "各乡镇人民政府，县政府各部门：\n《岚江县全民科学素质行动规划纲要实施方案（2021—2025年）》已经县政府同意"
    "，现印发给你们。\n"
    "岚江县人民政府办公室\n2022年5月9日\n\n岚江县全民科学素质行动规划纲要\n实施方案（2021—2025年）\n\n"
    "根据《国务院关于印发全民科学素质行动规划纲要（2021—2035年）的通知》（国发〔2021〕9号）和《云岭省全民科学"
    "素质行动规划"
    "纲要实施方案（2021—2025年）》（云岭政发〔2021〕40号）要求，结合我县实际，制定本方案。\n"
    "一、总体要求\n（一）工作目标。到2025年，全县公民具备科学素质的比例不低于11.5%，城乡差距进一步缩小。\n";

const std::string kBack =
    "四、组织实施\n（一）加强组织领导。县政府统一部署，定期研究重大事项。\n（二）保障经费投入。经费列入预算，"
    "专款专用。\n"
    "（三）进度安排\n1.启动部署。2022年，印发方案并召开动员会。\n2.全面推进。2022—2024年，各单位落实任务。\n"
    "3.总结评估。2025年，开展全面总结。\n";

std::string write(const Layout& l) {
  std::string text = kFront;
  int section = 2;
  for (const ModelSection& s : model()) {
    if (l.with_section_headings) text += number(l.section, section, true) + s.title + "\n";
    ++section;
    int n = 0;
    for (const ModelInitiative& i : s.initiatives) {
      text += number(l.initiative, ++n, true) + i.title + l.initiative_end;
      text += l.goal_on_heading_line ? "" : "\n";
      text += l.before_goal + i.goal + (l.behind_goal ? l.behind_goal(i) : "") + "\n" + l.before_tasks;
      int k = 0;
      for (const ModelTask& t : i.tasks)
        text += number(l.task, ++k, false) + t.title + "。" + t.body +
                (l.behind_task ? l.behind_task(t) : "") + "\n";
      text += l.before_departments + (l.behind_tasks ? l.behind_tasks(i) : "");
    }
  }
  text += kBack + l.annex;
  if (l.half_width_brackets) text = base::replace_all(base::replace_all(text, "（", "("), "）", ")");
  return text;
}

std::string annex_table(bool flat, bool with_category) {
  const std::string cell = flat ? "" : "\t", between = flat ? "\t" : "\n", row_end = flat ? "\n" : "\n\n";
  std::string out = "附件\n岚江县重点任务分工表\n";
  out += with_category ? cell + "类别" + between : "";
  out += cell + "任务内容" + between + cell + "牵头部门" + between + cell + "责任部门" + row_end;
  for (const ModelSection& s : model()) {
    bool first = true;
    int n = 0;
    for (const ModelInitiative& i : s.initiatives) {
      if (with_category) out += cell + (first ? s.title : "") + between;
      first = false;
      // The annex leaves a word out, as annexes do.
      const std::string title = base::replace_all(i.title, "基础设施工程", "基础设施建设工程");
      out += cell + std::to_string(++n) + "." + title + between + cell + list(i.lead) + between + cell +
             list(i.responsible) + row_end;
    }
  }
  return out;
}

std::vector<Layout> layouts() {
  const auto leads = [](const ModelInitiative& i) {
    return "〔牵头部门：" + list(i.lead) + "；责任部门：" + list(i.responsible) + "〕";
  };
  const auto two_lines = [](const ModelInitiative& i) {
    return "牵头单位：" + list(i.lead) + "。\n责任单位：" + list(i.responsible) + "。\n";
  };
  const auto sentence = [](const ModelInitiative& i) {
    return "责任单位：由" + list(i.lead) + "牵头，" + list(i.responsible) + "等单位参加。\n";
  };
  std::vector<Layout> out;
  const auto add = [&](std::string name, auto change) {
    Layout l;
    l.name = std::move(name);
    change(l);
    out.push_back(std::move(l));
  };
  add("sentence_behind_tasks", [&](Layout& l) {
    l.behind_tasks = sentence;
    l.departments_of_initiatives = true;
  });
  add("lines_behind_tasks", [&](Layout& l) {
    l.behind_tasks = two_lines;
    l.departments_of_initiatives = true;
    l.goal_on_heading_line = true;
  });
  add("bracket_at_goal", [&](Layout& l) {
    l.behind_goal = leads;
    l.departments_of_initiatives = true;
    l.task = "——";
  });
  add("bracket_at_tasks", [&](Layout& l) {
    l.task = "（{}）";
    l.behind_task = [](const ModelTask& t) { return "〔" + list(t.responsible) + "按职责分工负责〕"; };
    l.departments_of_tasks = true;
  });
  add("round_bracket_at_tasks", [&](Layout& l) {
    l.task = "{}．";
    l.behind_task = [](const ModelTask& t) { return "（责任单位：" + list(t.responsible, "，") + "）"; };
    l.departments_of_tasks = true;
    l.half_width_brackets = true;
  });
  add("line_behind_each_task", [&](Layout& l) {
    l.task = "{}、";
    l.behind_task = [](const ModelTask& t) { return "\n责任部门：" + list(t.responsible); };
    l.departments_of_tasks = true;
  });
  add("sentence_at_task", [&](Layout& l) {
    l.behind_task = [](const ModelTask& t) { return "由" + list(t.responsible) + "按职责分工负责。"; };
    l.departments_of_tasks = true;
  });
  add("heads_with_dashes", [&](Layout& l) {
    l.before_goal = "1.任务\n";
    l.before_tasks = "2.措施\n";
    l.before_departments = "3.分工\n";
    l.task = "——";
    l.behind_tasks = two_lines;
    l.departments_of_initiatives = true;
  });
  add("heads_with_numbers_lost", [&](Layout& l) {
    l.before_goal = "1. 任务。";
    l.before_tasks = "2. 措施。\n";
    l.before_departments = "3. 分工。\n";
    l.task = "";
    l.initiative_end = "";
    l.behind_tasks = two_lines;
    l.departments_of_initiatives = true;
  });
  add("numbers_of_tasks_lost", [&](Layout& l) {
    l.task = "";
    l.behind_tasks = sentence;
    l.departments_of_initiatives = true;
  });
  add("all_numbers_lost", [&](Layout& l) {
    l.section = l.initiative = l.task = "";
    l.behind_goal = [](const ModelInitiative& i) {
      return "[牵头部门：" + list(i.lead) + "；配合部门：" + list(i.responsible) + "]";
    };
    l.departments_of_initiatives = true;
  });
  add("section_headings_lost", [&](Layout& l) {
    l.with_section_headings = false;
    l.behind_tasks = sentence;
    l.departments_of_initiatives = true;
  });
  add("circled_numbers", [&](Layout& l) {
    l.task = "（{}）";
    l.behind_goal = leads;
    l.departments_of_initiatives = true;
    l.half_width_brackets = true;
  });
  add("annex_table", [&](Layout& l) {
    l.annex = annex_table(false, true);
    l.departments_of_initiatives = true;
  });
  add("annex_table_without_category", [&](Layout& l) {
    l.annex = annex_table(false, false);
    l.departments_of_initiatives = true;
  });
  add("annex_table_flat", [&](Layout& l) {
    l.annex = annex_table(true, true);
    l.departments_of_initiatives = true;
  });
  add("no_departments", [&](Layout&) {});
  return out;
}

void expect_model(const Reading& r, const Layout& l, const std::string& what) {
  SCOPED_TRACE(l.name + " " + what);
  EXPECT_EQ(r.title, l.half_width_brackets ? "岚江县全民科学素质行动规划纲要实施方案(2021—2025年)"
                                           : "岚江县全民科学素质行动规划纲要实施方案（2021—2025年）");
  EXPECT_EQ(r.doc_number, "岚府办发〔2022〕31号");
  EXPECT_EQ(r.issuer, "岚江县人民政府办公室");
  EXPECT_EQ(r.issue_date, "2022-05-09");
  EXPECT_EQ(r.region, "岚江县");
  EXPECT_EQ(r.region_parent, "云岭省");
  EXPECT_EQ(r.from, 2021);
  EXPECT_EQ(r.to, 2025);
  ASSERT_EQ(r.basis.size(), 2u);
  EXPECT_EQ(r.basis[1].doc_number, "云岭政发〔2021〕40号");
  ASSERT_TRUE(r.headline);
  EXPECT_EQ(r.headline->value, 11.5);
  EXPECT_EQ(r.headline->op, Operator::at_least);
  EXPECT_EQ(r.headline->year, 2025);
  ASSERT_EQ(r.phases.size(), 3u);
  EXPECT_EQ(r.phases[1].from, 2022);
  EXPECT_EQ(r.phases[1].to, 2024);
  std::vector<std::pair<InitiativeKind, const ModelInitiative*>> wanted;
  for (const ModelSection& s : model())
    for (const ModelInitiative& i : s.initiatives)
      wanted.emplace_back(s.title == "重点工程" ? InitiativeKind::project : InitiativeKind::action, &i);
  ASSERT_EQ(r.initiatives.size(), wanted.size());
  const auto written = [&](std::vector<std::string> names) {
    for (auto& n : names)
      if (l.half_width_brackets) n = base::replace_all(base::replace_all(n, "（", "("), "）", ")");
    return names;
  };
  using Names = std::vector<std::string>;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const Initiative& i = r.initiatives[n];
    const ModelInitiative& m = *wanted[n].second;
    EXPECT_EQ(i.kind, wanted[n].first) << i.title;
    EXPECT_EQ(i.title, m.title);
    EXPECT_EQ(i.goal, m.goal);
    EXPECT_EQ(i.lead, l.departments_of_initiatives ? written(m.lead) : Names{}) << i.title;
    EXPECT_EQ(i.responsible, l.departments_of_initiatives ? written(m.responsible) : Names{}) << i.title;
    ASSERT_EQ(i.tasks.size(), m.tasks.size()) << i.title;
    for (std::size_t k = 0; k < m.tasks.size(); ++k) {
      EXPECT_EQ(i.tasks[k].title, m.tasks[k].title);
      EXPECT_EQ(i.tasks[k].body, m.tasks[k].body);
      EXPECT_EQ(i.tasks[k].responsible, l.departments_of_tasks ? written(m.tasks[k].responsible) : Names{})
          << i.tasks[k].title;
      EXPECT_LE(i.tasks[k].line, i.tasks[k].end_line);
    }
  }
  std::vector<std::string> counted;
  for (const Quantity& q : r.quantities)
    counted.push_back(std::string(to_text(q.kind)) + " " +
                      std::to_string(static_cast<int>(q.value.value_or(-1) * 10)) + " " + q.unit);
  EXPECT_EQ(counted, (std::vector<std::string>{"target 115 %", "target 600 人次", "frequency 10 次/学年",
                                               "target 200 个", "target 8000 平方米"}));
}

TEST(Layouts, AllGiveTheSameReading) {
  for (const Layout& l : layouts()) expect_model(read_plan(to_lines(write(l))), l, "as written");
}

// Lines broken at 40 characters, as a PDF has them; pages numbered.
std::string wrapped(const std::string& text) {
  std::string out;
  int count = 0;
  for (const std::string& line : to_lines(text)) {
    const std::u32string t = base::to_code_points(line);
    if (t.size() < 40) {
      out += line + "\n";
    } else {
      out += "    ";
      for (std::size_t at = 0; at < t.size(); at += 40) out += base::to_utf8(t.substr(at, 40)) + "\n";
    }
    if (++count % 11 == 0) out += "\n— " + std::to_string(count / 11) + " —\n\n";
  }
  return out;
}

TEST(Layouts, PageNumbersAndYearDashesChangeNothing) {
  for (const Layout& l : layouts()) {
    if (l.name.find("annex") != std::string::npos) continue;  // a page number inside a table ends its row
    std::string text = write(l), paged;
    int n = 0;
    for (const std::string& line : to_lines(text)) {
      paged += line + "\n";
      if (++n % 9 == 0) paged += "- " + std::to_string(n / 9) + " -\n";
    }
    expect_model(read_plan(to_lines(paged)), l, "with page numbers");
  }
}

TEST(Layouts, IndentsAndCarriageReturnsChangeNothing) {
  for (const Layout& l : layouts()) {
    std::string text;
    for (const std::string& line : to_lines(write(l)))
      text += (line.empty() || line[0] == '\t' ? "" : "　　") + line + "\r\n";
    expect_model(read_plan(to_lines(text)), l, "indented");
  }
}

TEST(Layouts, BrokenLinesAreJoined) {
  // A whole plan has enough long lines to show its page width; the model is written several times over to
  // have them.
  Layout l = layouts().front();
  std::string text = write(l);
  std::string prose;
  for (int i = 0; i < 12; ++i)
    prose += "（" + std::string(kOrdinals[i % 7 + 1]) +
             "）基本原则。坚持把群众用得上、听得懂、愿意来作为衡量工作的标尺，从小处着手，从身边事讲起，"
             "让科学知识走进灶台、田埂和车间，让每一次活动都留得下记录、看得见变化，久久为功、持续改进，不搞"
             "形式、不设门槛。\n";
  text = base::replace_all(text, "（一）工作目标", prose + "（八）工作目标");
  const Reading whole = read_plan(to_lines(text)), broken = read_plan(to_lines(wrapped(text)));
  ASSERT_EQ(broken.initiatives.size(), whole.initiatives.size());
  for (std::size_t i = 0; i < whole.initiatives.size(); ++i) {
    EXPECT_EQ(broken.initiatives[i].goal, whole.initiatives[i].goal);
    EXPECT_EQ(broken.initiatives[i].responsible, whole.initiatives[i].responsible);
    ASSERT_EQ(broken.initiatives[i].tasks.size(), whole.initiatives[i].tasks.size());
    for (std::size_t k = 0; k < whole.initiatives[i].tasks.size(); ++k)
      EXPECT_EQ(broken.initiatives[i].tasks[k].body, whole.initiatives[i].tasks[k].body);
  }
}

TEST(Layouts, LostNumbersAreReportedAsGuessed) {
  for (const Layout& l : layouts()) {
    if (l.name != "numbers_of_tasks_lost") continue;
    const Reading r = read_plan(to_lines(write(l)));
    for (const Initiative& i : r.initiatives)
      for (const Task& t : i.tasks) EXPECT_LT(t.confidence, kSureEnough);
  }
}

}  // namespace
}  // namespace kepu::plan
