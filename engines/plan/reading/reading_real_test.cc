// Real plans, read and compared with a careful clerk's reading by the scorer that lies beside them. They are
// no part of the project: where they are absent, these tests are skipped.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/doc/extract.h"
#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

namespace kepu::plan {
namespace {

namespace fs = std::filesystem;

const fs::path kPlans = "../shared/plans";

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return testing_text::to_lines(text.str());
}

// Part → F1, "macro" → their mean, as the scorer prints them.
std::map<std::string, double> score(const Reading& reading, const std::string& name) {
  const fs::path parsed = fs::temp_directory_path() / ("kepu_reading_" + name + ".json");
  std::ofstream(parsed) << to_json(reading);
  const std::string command = "python3 " + (kPlans / "score.py").string() + " " + parsed.string() + " " +
                              (kPlans / (name + ".gold.json")).string();
  std::map<std::string, double> out;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char line[512];
    while (std::fgets(line, sizeof line, pipe)) {
      std::istringstream words(line);
      std::string part, word;
      words >> part;
      while (words >> word)
        if (word == "F1") {
          double value = 0;
          words >> value;
          out[part] = value;
        }
    }
    pclose(pipe);
  }
  fs::remove(parsed);
  return out;
}

class RealPlan : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs::exists(kPlans / (std::string(GetParam()) + ".txt"))) GTEST_SKIP() << "没有 ../shared/plans";
    if (std::system("python3 -c pass") != 0) GTEST_SKIP() << "没有 python3";
  }
};

TEST_P(RealPlan, IsReadAsTheClerkReadsIt) {
  const std::string name = GetParam();
  const auto scores = score(read_plan(lines_of(kPlans / (name + ".txt"))), name);
  ASSERT_TRUE(scores.count("macro"));
  EXPECT_GE(scores.at("macro"), 0.98);
  for (const auto& [part, f1] : scores) EXPECT_GE(f1, 0.95) << name << " " << part;
}

// The same text as .docx, .doc, .pdf and .html scores as the text does.
TEST_P(RealPlan, IsReadFromEveryFormat) {
  const std::string name = GetParam();
  const auto wanted = score(read_plan(lines_of(kPlans / (name + ".txt"))), name);
  for (const char* format : {"docx", "doc", "pdf", "html"}) {
    const fs::path file = kPlans / "converted" / (name + "." + format);
    if (!fs::exists(file)) continue;
    const auto text = doc::extract_file(file.string());
    if (!text && text.error().rule == "doc.helper_missing") continue;
    ASSERT_TRUE(text) << file;
    const auto scores = score(read_plan(text->lines), name);
    ASSERT_TRUE(scores.count("macro"));
    EXPECT_GE(scores.at("macro"), wanted.at("macro") - 0.02) << name << "." << format;
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, RealPlan, testing::Values("pengshui", "wannian", "lixian"));

}  // namespace
}  // namespace kepu::plan
