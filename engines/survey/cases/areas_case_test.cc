// The families of small areas and of sample planning against the reference cases, and against specs that are
// wrong.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engines/survey/cases/case.h"

namespace kepu::survey {
namespace {

namespace json = boost::json;

// Numbers of `want` that `got` does not have, to 1e-6 (1e-9 for the smallest; null is not compared).
int differences(const json::value& want, const json::value* got, double tolerance) {
  if (want.is_null()) return 0;
  if (!got) return 1;
  int found = 0;
  if (const auto* object = want.if_object()) {
    for (const auto& [key, value] : *object) {
      found += differences(value, got->is_object() ? got->get_object().if_contains(key) : nullptr, tolerance);
    }
  } else if (const auto* array = want.if_array()) {
    if (!got->is_array() || got->get_array().size() != array->size()) return 1;
    for (std::size_t i = 0; i < array->size(); ++i) {
      found += differences((*array)[i], &got->get_array()[i], tolerance);
    }
  } else if (want.is_number()) {
    const double value = want.to_number<double>();
    const bool close = got->is_number() && std::abs(got->to_number<double>() - value) <=
                                               std::max(1e-9, tolerance * std::abs(value));
    found = close ? 0 : 1;
  }
  return found;
}

json::value read_json(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(AreaCases, ReferenceCasesAgree) {
  const std::filesystem::path cases = "../shared/statistics/cases";
  if (!std::filesystem::exists(cases)) GTEST_SKIP() << "no ../shared/statistics/cases here";
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(cases)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("sae_") && !name.starts_with("design_")) continue;
    const auto results = run_case(entry.path().string());
    ASSERT_TRUE(results) << name << ": " << results.error().message;
    const auto want = read_json(entry.path() / "expected.json").at("results"),
               got = json::parse(*results).at("results");
    EXPECT_EQ(differences(want, &got, name.starts_with("sae_bhf") ? 1e-5 : 1e-6), 0) << name;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

class AreaSpecs : public testing::Test {
 protected:
  AreaSpecs() {
    folder_ = std::filesystem::temp_directory_path() / ("kepu_area_case_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    write("a.csv", "y,v,x,s\n0.2,0.01,1,0.5\n0.3,0.02,2,0.25\n0.25,0.01,4,0.125\n0.4,0.03,3,0.125\n,,5,\n");
  }
  ~AreaSpecs() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  base::Result<std::string> run(const std::string& spec) const {
    write("spec.json", spec);
    return run_case(folder_.string());
  }
  std::string rule(const std::string& spec) const {
    const auto results = run(spec);
    return results ? "no refusal: " + *results : results.error().rule;
  }

  std::filesystem::path folder_;
};

TEST_F(AreaSpecs, OutOfSampleAndBenchmark_AreWritten) {
  const auto results =
      run(R"({"family":"sae_fh","methods":["PR"],"table":{"file":"a.csv","y":"y","vardir":"v","x":["x"],
      "share":"s","benchmark":0.3}})");
  ASSERT_TRUE(results) << results.error().message;
  const auto method = json::parse(*results).at("results").at("PR");
  EXPECT_EQ(method.at("eblup").as_array().size(), 4u);
  EXPECT_EQ(method.at("oos_synthetic").as_array().size(), 1u);
  double sum = 0;
  const std::array shares{0.5, 0.25, 0.125, 0.125};
  for (std::size_t i = 0; i < 4; ++i)
    sum += shares[i] * method.at("benchmark_ratio").at(i).to_number<double>();
  EXPECT_NEAR(sum, 0.3, 1e-14);
}

TEST_F(AreaSpecs, WrongSpecs_AreRefusedByName) {
  const auto with = [](const std::string& table, const std::string& methods) {
    return R"({"family":"sae_fh","methods":)" + methods + R"(,"table":{)" + table + "}}";
  };
  const std::string good = R"("file":"a.csv","y":"y","vardir":"v","x":["x"])";
  EXPECT_EQ(rule(with(good, R"(["REML?"])")), "case.spec");
  EXPECT_EQ(rule(with(good, "7")), "case.spec");
  EXPECT_EQ(rule(with(R"("file":"../a.csv","y":"y","vardir":"v")", "null")), "case.spec");
  EXPECT_EQ(rule(with(R"("file":"b.csv","y":"y","vardir":"v")", "null")), "case.table");
  EXPECT_EQ(rule(with(R"("file":"a.csv","y":"y","vardir":"w")", "null")), "case.table");
  EXPECT_EQ(rule(with(R"("file":"a.csv","y":"y","vardir":"v","x":["x","x"])", "null")), "areas.collinear");
  EXPECT_EQ(rule(R"({"family":"sae_fh"})"), "case.spec");
  EXPECT_EQ(rule(R"({"family":"sae_bhf","population_means":{"file":"a.csv","area":"q"}})"), "case.spec");
  EXPECT_EQ(rule(R"({"family":"design","inputs":{"prec":[{"p":2,"e":0.1}]}})"), "sampling.value");
  EXPECT_EQ(rule(R"({"family":"design","inputs":{"power":{"p1":1}}})"), "case.spec");
}

// One method without a value does not take the others with it.
TEST_F(AreaSpecs, MethodWithoutValue_SaysSo) {
  const auto results = run(R"({"family":"sae_fh","methods":["AMRL_LL","REML"],
      "table":{"file":"a.csv","y":"y","vardir":"v","x":["x"]}})");
  ASSERT_TRUE(results);
  const auto methods = json::parse(*results).at("results");
  EXPECT_TRUE(methods.at("AMRL_LL").as_object().contains("error"));
  EXPECT_TRUE(methods.at("REML").as_object().contains("A"));
}

}  // namespace
}  // namespace kepu::survey
