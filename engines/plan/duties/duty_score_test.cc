// Real plans, their duties compared with a careful reader's by the scorer that lies beside them. They are no
// part of the project: where they are absent, these tests are skipped.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/text.h"
#include "engines/plan/duties/duty_catalog.h"

namespace kepu::plan {
namespace {

namespace fs = std::filesystem;

const fs::path kPlans = "../shared/plans";

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Score {
  double f1 = 0, by_place = 0;
  std::string text;
};

Score score(const std::string& json, const std::string& name) {
  const fs::path parsed = fs::temp_directory_path() / ("kepu_duties_" + name + ".json");
  std::ofstream(parsed) << json;
  const std::string command = "python3 " + (kPlans / "score_duties.py").string() + " " + parsed.string() +
                              " " + (kPlans / (name + ".duties.json")).string() + " -v";
  Score out;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char line[4096];
    while (std::fgets(line, sizeof line, pipe)) out.text += line;
    pclose(pipe);
  }
  fs::remove(parsed);
  const auto number_after = [&](std::string_view mark) {
    const auto at = out.text.rfind(mark);
    return at == std::string::npos ? 0 : std::strtod(out.text.c_str() + at + mark.size(), nullptr);
  };
  out.f1 = number_after("F1 ");
  out.by_place = number_after(" = ");
  return out;
}

class RealPlanDuties : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs::exists(kPlans / (std::string(GetParam()) + ".duties.json")))
      GTEST_SKIP() << "没有 ../shared/plans";
    if (std::system("python3 -c pass") != 0) GTEST_SKIP() << "没有 python3";
  }
};

TEST_P(RealPlanDuties, are_proposed_where_a_careful_reader_finds_them) {
  const auto catalog = parse_duty_catalog(read_file("catalog/duties.toml"));
  ASSERT_TRUE(catalog.has_value()) << catalog.error().message;
  const DutyMatcher matcher(*catalog);
  const auto lines = base::split(read_file(kPlans / (std::string(GetParam()) + ".txt")), "\n");
  const Reading reading = read_plan(lines);
  const auto result = score(to_json(reading, propose_all(matcher, reading, lines)), GetParam());
  EXPECT_GE(result.f1, 0.95) << result.text;
  EXPECT_GE(result.by_place, 0.95) << result.text;
}

INSTANTIATE_TEST_SUITE_P(Plans, RealPlanDuties, testing::Values("pengshui", "wannian", "lixian"),
                         [](const auto& plan) { return std::string(plan.param); });

}  // namespace
}  // namespace kepu::plan
