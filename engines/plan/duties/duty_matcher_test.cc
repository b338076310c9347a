#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <fstream>
#include <map>
#include <sstream>

#include "core/base/text.h"
#include "engines/plan/duties/duty_catalog.h"

namespace kepu::plan {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

const DutyCatalog& house_catalog() {
  static const DutyCatalog catalog = [] {
    auto parsed = parse_duty_catalog(read_file("catalog/duties.toml"));
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    return parsed.value_or(DutyCatalog{});
  }();
  return catalog;
}

const DutyMatcher& house_matcher() {
  static const DutyMatcher matcher(house_catalog());
  return matcher;
}

DutyCatalog catalog_of(std::initializer_list<Duty> duties) {
  DutyCatalog catalog;
  catalog.areas = {{"A1", "甲"}};
  catalog.duties = duties;
  return catalog;
}

Duty duty_of(std::string id, std::vector<Cue> cues, std::vector<std::string> against = {},
             std::string place = "any") {
  Duty duty;
  duty.id = std::move(id);
  duty.cues = std::move(cues);
  duty.against = std::move(against);
  duty.place = std::move(place);
  return duty;
}

Task task_of(std::string title, std::string body) {
  Task task;
  task.title = std::move(title);
  task.body = std::move(body);
  task.line = 5;
  task.end_line = 9;
  return task;
}

std::string ids(const std::vector<DutyProposal>& proposals) {
  std::vector<std::string> out;
  for (const auto& p : proposals) out.push_back(p.duty);
  return base::join(out, " ");
}

const DutyProposal* proposal(const std::vector<DutyProposal>& proposals, std::string_view duty) {
  for (const auto& p : proposals)
    if (p.duty == duty) return &p;
  return nullptr;
}

struct Probe {
  std::string duty, says;
};

std::vector<Probe> probes() {
  const auto parsed = toml::parse_file("catalog/duties_probes.toml");
  std::vector<Probe> out;
  for (const auto& each : *parsed["probe"].as_array())
    out.push_back({each.as_table()->at("duty").value_or(""), each.as_table()->at("says").value_or("")});
  return out;
}

// Every duty is found in a sentence of our own about it, and such a sentence speaks of few other things.
TEST(DutyMatcher, finds_every_duty_in_its_probe) {
  const auto all = probes();
  ASSERT_EQ(all.size(), house_catalog().duties.size());
  std::map<std::string, int> seen;
  std::size_t proposed = 0;
  for (const auto& probe : all) {
    const Duty* duty = house_catalog().find(probe.duty);
    ASSERT_NE(duty, nullptr) << probe.duty;
    ++seen[probe.duty];
    std::vector<DutyProposal> found;
    if (duty->place == "elsewhere") {
      Reading reading;
      found = house_matcher().elsewhere(reading, {probe.says});
    } else {
      found = house_matcher().of_task(task_of("", probe.says), house_catalog().area(duty->area)->title);
    }
    EXPECT_TRUE(proposal(found, probe.duty)) << probe.duty << " " << probe.says << " → " << ids(found);
    EXPECT_LE(found.size(), 6u) << probe.says << " → " << ids(found);
    proposed += found.size();
  }
  for (const auto& [duty, times] : seen) EXPECT_EQ(times, 1) << duty;
  EXPECT_LE(static_cast<double>(proposed) / static_cast<double>(all.size()), 2.0);
}

TEST(DutyMatcher, ordinary_sentences_name_no_duty) {
  for (const char* says : {"坚持以人民为中心，立足新发展阶段，贯彻新发展理念。", "天气晴朗，适合出行。",
                           "营造热爱科学、崇尚创新的社会氛围。", "县财政局、县人社局、县科协按职责分工负责"})
    EXPECT_EQ(ids(house_matcher().of_task(task_of("", says))), "") << says;
}

TEST(DutyMatcher, shows_the_words_as_they_stand_and_the_line) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-01", {{"科学教师|辅导员+培训"}})}));
  const auto found = matcher.of_task(task_of("师资", "第一段。\n加强“科学 教师”队伍建设，加大 培训 力度。"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].words, (std::vector<std::string>{"科学 教师", "培训"}));
  EXPECT_EQ(found[0].line, 6);
  EXPECT_GE(found[0].confidence, kSureEnough);
}

TEST(DutyMatcher, weak_cues_need_a_second) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-01", {{"大讲堂", false}, {"报告会", false}})}));
  EXPECT_EQ(ids(matcher.of_task(task_of("", "举办大讲堂。再办大讲堂。"))), "");
  const auto found = matcher.of_task(task_of("", "举办大讲堂。组织报告会。"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_LT(found[0].confidence, kSureEnough);
  EXPECT_EQ(found[0].words.size(), 2u);
}

TEST(DutyMatcher, surest_first) {
  const DutyMatcher matcher(
      catalog_of({duty_of("A1-01", {{"大讲堂"}}), duty_of("A1-02", {{"报告会"}, {"讲座"}})}));
  EXPECT_EQ(ids(matcher.of_task(task_of("", "大讲堂、报告会、讲座"))), "A1-02 A1-01");
}

TEST(DutyMatcher, words_against_count_in_their_sentence_only) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-01", {{"专家队伍"}}, {"应急"})}));
  EXPECT_EQ(ids(matcher.of_task(task_of("", "建立应急专家队伍。"))), "");
  EXPECT_EQ(ids(matcher.of_task(task_of("", "做好应急工作。建立专家队伍。"))), "A1-01");
}

TEST(DutyMatcher, heading_and_place) {
  const DutyMatcher matcher(
      catalog_of({duty_of("A1-01", {{"培训+@农民"}}), duty_of("A1-02", {{"培训"}}, {}, "elsewhere"),
                  duty_of("A1-03", {{"培训"}}, {}, "task")}));
  EXPECT_EQ(ids(matcher.of_task(task_of("", "开展培训"), "农民行动")), "A1-01 A1-03");
  EXPECT_EQ(ids(matcher.of_task(task_of("", "开展培训"), "老年行动")), "A1-03");
  Reading reading;
  EXPECT_EQ(ids(matcher.elsewhere(reading, {"", "开展培训"})), "A1-02");
}

TEST(DutyMatcher, a_catalogue_with_a_broken_cue_still_works) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-01", {{"甲"}, {"培训"}})}));
  EXPECT_EQ(ids(matcher.of_task(task_of("", "培训"))), "A1-01");
}

TEST(DutyMatcher, lists_of_departments_are_no_duties_but_prose_about_them_is_read) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-01", {{"老科协"}})}));
  for (const char* list : {"责任单位：县科协、县老科协。", "〔县科协、县老科协按职责分工负责〕",
                           "由县科协牵头，县老科协等单位参加。",
                           "（县教育局、县科协、团县委、县妇联、县老科协）", "牵头部门：县老科协"})
    EXPECT_EQ(ids(matcher.of_task(task_of("", list))), "") << list;
  for (const char* prose : {"发展老科协〔责任单位：县科协〕", "各牵头部门按职责分工，支持老科协。",
                            "支持（各级）老科协。", "发展老科协（县民政局、县科协、县卫健委）。"})
    EXPECT_EQ(ids(matcher.of_task(task_of("", prose))), "A1-01") << prose;
}

struct County {
  Reading reading;
  std::vector<std::string> lines;
};

// A small invented plan.
County county() {
  County out;
  out.lines = {"清河县全民科学素质行动实施方案（征求意见稿）",               // 1
               "根据《省实施方案》（省发〔2021〕1号），制定本方案。",        // 2
               "一、背景",                                                   // 3
               "“十三五”期间建成科技馆，科普大篷车巡展百场。",               // 4
               "二、目标",                                                   // 5
               "到2025年公民具备科学素质的比例超过15%。全域科普格局形成。",  // 6
               "三、行动",                                                   // 7
               "（一）青少年行动。推动优质资源向农村倾斜。",                 // 8
               "1.办好科技节。各校举办科技节。",                             // 9
               "责任单位：县教育局、县科协",                                 // 10
               "四、保障",                                                   // 11
               "对落实情况开展督查。2025年，全面总结评估。",                 // 12
               "\t县教育局"};
  Reading& r = out.reading;
  r.title = "清河县全民科学素质行动实施方案";
  r.basis = {{"省实施方案", "省发〔2021〕1号", 2}};
  r.sections = {{"背景", 3}, {"目标", 5}, {"行动", 7}, {"保障", 11}};
  Quantity headline;
  headline.text = "比例超过15%";
  headline.line = 6;
  r.headline = headline;
  Initiative initiative;
  initiative.title = "青少年行动";
  initiative.line = 8;
  initiative.end_line = 10;
  initiative.lead = {"县教育局"};
  Task task;
  task.title = "办好科技节";
  task.body = "各校举办科技节。";
  task.line = task.end_line = 9;
  initiative.tasks = {task};
  r.initiatives = {initiative};
  r.phases = {{"总结评估", "", 2025, 2025, "", 12}};
  return out;
}

TEST(DutyMatcher, elsewhere_reads_structure_and_words) {
  const County c = county();
  const auto found = house_matcher().elsewhere(c.reading, c.lines);
  const struct {
    const char* duty;
    Line line;
  } expected[] = {{"A1-01", 1},  {"A1-02", 2}, {"A1-05", 8}, {"A1-09", 12}, {"A1-10", 12},
                  {"A1-13", 12}, {"A2-01", 6}, {"A9-15", 8}, {"A12-11", 6}};
  for (const auto& e : expected) {
    const auto* p = proposal(found, e.duty);
    ASSERT_NE(p, nullptr) << e.duty << " not in " << ids(found);
    EXPECT_EQ(p->line, e.line) << e.duty;
    EXPECT_FALSE(p->words.empty()) << e.duty;
  }
  // What the county did before is no duty of this plan, and a task's duties stand at the task.
  for (const char* no : {"A10-02", "A10-04", "A4-14"}) EXPECT_EQ(proposal(found, no), nullptr) << no;
}

TEST(DutyMatcher, a_paragraph_of_guidance_speaks_from_its_aim_on) {
  County c = county();
  c.reading.to = 2025;
  c.lines[4] = "二、总体要求";
  c.reading.sections[1].title = "总体要求";
  const std::string guidance = "以习近平新时代中国特色社会主义思想为指导，构建全域科普格局，发展老科协。";
  c.lines[5] = guidance;
  EXPECT_EQ(proposal(house_matcher().elsewhere(c.reading, c.lines), "A12-11"), nullptr);
  c.lines[5] = guidance + "到2025年，城乡、区域之间的差距逐步缩小，全域科普格局形成。";
  const auto found = house_matcher().elsewhere(c.reading, c.lines);
  EXPECT_NE(proposal(found, "A12-11"), nullptr) << ids(found);
  EXPECT_NE(proposal(found, "A2-05"), nullptr) << ids(found);
  EXPECT_EQ(proposal(found, "A7-06"), nullptr) << ids(found);
}

TEST(DutyMatcher, elsewhere_of_nothing_is_nothing) {
  EXPECT_TRUE(house_matcher().elsewhere(Reading{}, {}).empty());
  EXPECT_TRUE(house_matcher().elsewhere(Reading{}, {"", "\t", "天气晴朗"}).empty());
}

TEST(DutyMatcher, structure_speaks_only_for_duties_of_the_catalogue) {
  const DutyMatcher matcher(catalog_of({duty_of("A1-02", {{"依据文件"}})}));
  const County c = county();
  EXPECT_EQ(ids(matcher.elsewhere(c.reading, c.lines)), "A1-02");
}

TEST(DutyMatcher, propose_all_has_the_shape_of_the_plan) {
  County c = county();
  c.reading.initiatives[0].tasks[0].end_line = 10;
  const auto all = propose_all(house_matcher(), c.reading, c.lines);
  ASSERT_EQ(all.of_tasks.size(), 1u);
  ASSERT_EQ(all.of_tasks[0].size(), 1u);
  const auto& duties = all.of_tasks[0][0];
  EXPECT_EQ(std::count(duties.begin(), duties.end(), "A4-14"), 1);
  EXPECT_EQ(std::count(duties.begin(), duties.end(), "A1-05"), 1);
  EXPECT_FALSE(all.elsewhere.empty());
}

TEST(DutyMatcher, lines_out_of_range_do_no_harm) {
  County c = county();
  c.reading.initiatives[0].tasks[0].end_line = 900;
  c.reading.initiatives[0].tasks[0].line = -3;
  c.reading.sections.push_back({"附件", 700});
  c.reading.phases[0].line = 0;
  EXPECT_EQ(propose_all(house_matcher(), c.reading, c.lines).of_tasks.size(), 1u);
}

}  // namespace
}  // namespace kepu::plan
