#include "engines/plan/duties/duty_catalog.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace kepu::plan {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string small(std::string_view duty) {
  return "version = 1\n[words]\n\"农\" = \"农民|农户\"\n[[area]]\nid = \"A1\"\ntitle = \"组织\"\n" +
         std::string(duty);
}

constexpr std::string_view kDuty =
    "[[duty]]\nid = \"A1-01\"\nengine = \"plan\"\ntitle = \"进度\"\npurpose = \"看进度\"\ncues = "
    "[\"进度安排\"]\n";

base::Error refusal(const std::string& toml) {
  const auto parsed = parse_duty_catalog(toml);
  EXPECT_FALSE(parsed.has_value()) << toml;
  return parsed ? base::Error{} : parsed.error();
}

TEST(DutyCatalog, the_one_in_the_house_is_whole) {
  const auto catalog = parse_duty_catalog(read_file("catalog/duties.toml"));
  ASSERT_TRUE(catalog.has_value()) << catalog.error().message;
  EXPECT_EQ(catalog->duties.size(), 183u);
  EXPECT_GE(catalog->version, 1);
  EXPECT_FALSE(catalog->source.empty());
  ASSERT_EQ(catalog->areas.size(), 12u);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(catalog->areas[i].id, "A" + std::to_string(i + 1));
  std::set<std::string> ids, engines, titles;
  for (const auto& duty : catalog->duties) {
    ids.insert(duty.id);
    titles.insert(duty.title);
    engines.insert(duty.engine);
    EXPECT_FALSE(engine_title(duty.engine).empty()) << duty.id;
    EXPECT_FALSE(duty.units.empty() || duty.holds.empty() || duty.purpose.empty()) << duty.id;
    EXPECT_TRUE(duty.purpose.ends_with("。")) << duty.id;
    EXPECT_NE(catalog->area(duty.area), nullptr) << duty.id;
    EXPECT_EQ(catalog->find(duty.id), &duty);
  }
  EXPECT_EQ(ids.size(), 183u);
  EXPECT_EQ(titles.size(), 183u);
  EXPECT_EQ(engines.size(), duty_engines().size());  // no engine without work
  EXPECT_EQ(catalog->find("A99-01"), nullptr);
  EXPECT_EQ(catalog->area("A13"), nullptr);
}

TEST(DutyCatalog, reads_every_field) {
  const auto catalog =
      parse_duty_catalog(small("[[duty]]\nid = \"A1-02\"\nengine = \"training\"\ntitle = "
                               "\"农民培训\"\npurpose = \"培训农民\"\nunits = [\"农业局\"]\n"
                               "holds = [\"学员\", \"班次\"]\ncues = [\"{农}*培训\"]\nweak = "
                               "[\"培训班\"]\nagainst = [\"干部\"]\nplace = \"task\"\n"));
  ASSERT_TRUE(catalog.has_value()) << catalog.error().message;
  const Duty& duty = catalog->duties.at(0);
  EXPECT_EQ(duty.area, "A1");
  EXPECT_EQ(duty.units, std::vector<std::string>{"农业局"});
  EXPECT_EQ(duty.holds.size(), 2u);
  ASSERT_EQ(duty.cues.size(), 2u);
  EXPECT_TRUE(duty.cues[0].strong);
  EXPECT_FALSE(duty.cues[1].strong);
  EXPECT_EQ(duty.against, std::vector<std::string>{"干部"});
  EXPECT_EQ(duty.place, "task");
}

TEST(DutyCatalog, refusals_name_the_line_and_the_way_out) {
  const auto text = [](std::string_view from, std::string_view to) {
    std::string duty(kDuty);
    duty.replace(duty.find(from), from.size(), to);
    return small(duty);
  };
  const struct {
    std::string toml, rule, line, field;
  } cases[] = {
      {small("[[duty]\n"), "catalog.syntax", "第 7 行", ""},
      {small("[=duty]]\n"), "catalog.syntax", "第 7 行", ""},
      {"version = 1\n[[area]]\nid = \"A1\"\nname = \"甲\"\n", "catalog.field", "第 2 行", "title"},
      {small(std::string(kDuty) + std::string(kDuty)), "catalog.duplicate_id", "第 13 行", "id"},
      {text("\"plan\"", "\"planning\""), "catalog.unknown_engine", "第 7 行", "engine"},
      {text("A1-01", "A2-01"), "catalog.unknown_area", "第 7 行", "id"},
      {text("A1-01", "A1"), "catalog.unknown_area", "第 7 行", "id"},
      {text("\"进度安排\"", "\"进度\", \"甲\""), "catalog.cue", "第 12 行", "cues"},
      {text("[\"进度安排\"]", "[]"), "catalog.cue", "第 7 行", "cues"},
      {text("[\"进度安排\"]", "[\"进度\"]\nagainst = [\"甲乙+丙丁\"]"), "catalog.cue", "第 13 行", "against"},
      {text("[\"进度安排\"]", "[\"进度\"]\nplace = \"nowhere\""), "catalog.field", "第 7 行", "place"},
      {text("\"看进度\"", "7"), "catalog.field", "第 11 行", "purpose"},
      {text("purpose = \"看进度\"\n", ""), "catalog.field", "第 7 行", "purpose"},
      {"[[area]]\nid = \"A1\"\ntitle = \"甲\"\n", "catalog.field", "第 1 行", "version"},
      {"version = 1\nduty = 3\n", "catalog.field", "第 2 行", "duty"},
      {"version = 1\n[words]\n\"农\" = \"农民+农户\"\n", "catalog.cue", "第 3 行", "words"},
  };
  for (const auto& c : cases) {
    const auto error = refusal(c.toml);
    EXPECT_EQ(error.rule, c.rule) << c.toml << error.message;
    EXPECT_EQ(error.field, c.field) << error.message;
    EXPECT_NE(error.message.find(c.line), std::string::npos) << error.message;
  }
  EXPECT_EQ(refusal(std::string((1 << 20) + 1, '#')).rule, "catalog.too_large");
}

TEST(DutyEngines, have_chinese_names) {
  EXPECT_EQ(engine_title("orders"), "点单");
  EXPECT_EQ(engine_title("registers"), "名录");
  EXPECT_EQ(engine_title("nothing"), "");
  for (const auto engine : duty_engines()) EXPECT_FALSE(engine_title(engine).empty());
}

}  // namespace
}  // namespace kepu::plan
