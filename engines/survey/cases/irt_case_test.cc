// The item families against the reference cases, where they are at hand, and against specs that are wrong.
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
namespace fs = std::filesystem;

// Where `want` differs from `got`: relative `tolerance`, 1e-5 absolute for scores; null is not compared.
void compare(const json::value& want, const json::value* got, const std::string& path, double tolerance,
             std::vector<std::string>& differences) {
  if (want.is_null() || path.ends_with("/reference") || path.ends_with("max_abs_gradient")) return;
  if (!got) return differences.push_back(path);
  if (const auto* object = want.if_object()) {
    for (const auto& [key, value] : *object) {
      compare(value, got->is_object() ? got->get_object().if_contains(key) : nullptr,
              path + "/" + std::string(key), tolerance, differences);
    }
  } else if (const auto* array = want.if_array()) {
    if (!got->is_array() || got->get_array().size() != array->size()) return differences.push_back(path);
    for (std::size_t i = 0; i < array->size(); ++i) {
      compare((*array)[i], &got->get_array()[i], path + "/" + std::to_string(i), tolerance, differences);
    }
  } else if (want.is_number()) {
    const double value = want.to_number<double>();
    const bool score = path.find("/map/") != path.npos || path.find("/eap/") != path.npos;
    const double allowed = std::max(score ? 1e-5 : 1e-9, tolerance * std::abs(value));
    if (!got->is_number() || !(std::abs(got->to_number<double>() - value) <= allowed))
      differences.push_back(path);
  }
}

json::value read_json(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(ItemCases, ReferenceCasesAgree) {
  const fs::path cases = "../shared/statistics/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "no ../shared/statistics/cases here";
  int compared = 0;
  for (const auto& entry : fs::directory_iterator(cases)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("irt_") && !name.starts_with("items_")) continue;
    const auto results = run_case(entry.path().string());
    ASSERT_TRUE(results) << name << ": " << results.error().message;
    const json::value got = json::parse(*results);
    std::vector<std::string> differences;
    const double tolerance = name.starts_with("irt_linking") ? 1e-6 : name.starts_with("irt_") ? 1e-5 : 1e-6;
    json::value want = read_json(entry.path() / "expected.json");
    want.as_object().erase("id");
    compare(want, &got, "", tolerance, differences);
    EXPECT_TRUE(differences.empty()) << name << ": " << differences.size() << " differ, first "
                                     << differences[0];
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

class ItemSpecs : public testing::Test {
 protected:
  ItemSpecs() {
    folder_ = fs::temp_directory_path() / ("kepu_item_case_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::string table = "x,y,z,u,w,g,bad\n";
    for (int i = 0; i < 120; ++i) {
      const int x = i % 3 != 0, y = (i * 7) % 11 < 5, z = (i * 13) % 17 < 6 + 4 * x, u = (i * 5) % 7 % 3;
      table += std::to_string(x) + "," + std::to_string(y) + "," + std::to_string(z) + "," +
               std::to_string(u) + ",1." + std::to_string(i % 9) + "," + (i % 2 ? "a" : "b") + "," +
               (i == 50 ? "?" : "1") + "\n";
    }
    write("t.csv", table);
  }
  ~ItemSpecs() override { fs::remove_all(folder_); }

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
  static std::string irt(const std::string& items, const std::string& model, const std::string& categories,
                         const std::string& more = "") {
    return R"({"family":"irt","table":{"file":"t.csv","items":)" + items + R"(},"model":)" + model +
           R"(,"categories":)" + categories + more + "}";
  }

  fs::path folder_;
};

TEST_F(ItemSpecs, ScalingConstant_DividesSlopesAndLeavesScores) {
  const std::string prior = R"x(,"prior":[{"parameter":"log(a)","dist":"normal","mean":0,"sd":0.5}])x";
  const auto plain = run(irt(R"(["x","y","z"])", R"("1PL")", "2", R"(,"D":1)"));
  const auto scaled = run(irt(R"(["x","y","z"])", R"("1PL")", "2", R"(,"D":1.702)"));
  ASSERT_TRUE(plain) << plain.error().message;
  ASSERT_TRUE(scaled) << scaled.error().message;
  const auto one = json::parse(*plain), two = json::parse(*scaled);
  const auto number = [](const json::value& value) { return value.to_number<double>(); };
  EXPECT_NEAR(number(one.at("items").at(0).at("a")), 1.702 * number(two.at("items").at(0).at("a")), 1e-9);
  EXPECT_NEAR(number(one.at("items").at(1).at("b")), number(two.at("items").at(1).at("b")), 1e-9);
  EXPECT_EQ(one.at("eap"), two.at("eap"));
  const auto with_prior = run(irt(R"(["x","y","z"])", R"("2PL")", "2", prior));
  ASSERT_TRUE(with_prior) << with_prior.error().message;
  EXPECT_TRUE(json::parse(*with_prior).at("loglik_includes_prior").as_bool());
}

TEST_F(ItemSpecs, MixedModelsInOneTest_AllAppear) {
  const std::string prior = R"(,"prior":{"parameter":"a","dist":"lognormal","mean":0,"sd":0.5})";
  const auto results = run(irt(R"(["x","y","z","u"])", R"(["2PL","1PL","1PL","GRM"])", "[2,2,2,3]", prior));
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(json::parse(*results).at("items").at(3).at("d").as_array().size(), 2u);
}

TEST_F(ItemSpecs, GroupsThatAreNumbers_AreOrderedByValue) {
  std::string table = "p,q,r,g\n";
  for (int i = 0; i < 80; ++i) {
    table += std::to_string(i % 3 == 0) + "," + std::to_string(i % 5 < 2) + "," + std::to_string(i % 7 < 4) +
             "," + (i % 2 ? "10" : "2") + "\n";
  }
  write("n.csv", table);
  const auto results =
      run(R"({"family":"items","table":{"file":"n.csv","items":["p","q","r"],"group":"g"}})");
  ASSERT_TRUE(results) << results.error().message;
  const auto got = json::parse(*results).at("results");
  EXPECT_EQ(got.at("dif_meta").at("first_group").as_string(), "2");
  EXPECT_EQ(got.at("dif").as_array().size(), 3u);
}

TEST_F(ItemSpecs, WrongSpecs_AreRefusedByName) {
  const std::string three = R"(["x","y","z"])";
  EXPECT_EQ(rule(irt(three, R"("5PL")", "2")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"(["2PL"])", "2")), "case.spec");
  EXPECT_EQ(rule(irt(three, "7", "2")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "1")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2.5")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "3")), "irt.kinds");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2", R"(,"D":0)")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2", R"(,"quadrature":{"n":61,"lo":6,"hi":-6})")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2", R"(,"quadrature":{"n":1e9,"lo":-6,"hi":6})")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2", R"(,"latent":"empirical")")), "case.spec");
  EXPECT_EQ(rule(irt(three, R"("2PL")", "2", R"(,"prior":{"parameter":"c","dist":"beta"})")), "case.spec");
  EXPECT_EQ(rule(irt(R"(["x","u"])", R"("2PL")", "2")), "irt.responses");
  EXPECT_EQ(rule(irt(R"(["x","bad"])", R"("2PL")", "2")), "case.table");
  EXPECT_EQ(rule(irt(R"(["x","none"])", R"("2PL")", "2")), "case.table");
  EXPECT_EQ(rule(irt("[]", R"("2PL")", "2")), "case.spec");
  EXPECT_EQ(rule(R"({"family":"irt","table":{"file":"../t.csv","items":["x"]}})"), "case.spec");
  EXPECT_EQ(rule(R"({"family":"items","table":{"file":"t.csv","items":["x"]}})"), "items.few");
  EXPECT_EQ(rule(R"({"family":"items","table":{"file":"t.csv","items":["x","y"],"weight":"g"}})"),
            "case.table");
  EXPECT_EQ(rule(R"({"family":"items","table":{"file":"t.csv","items":["x","y"],"group":3}})"), "case.spec");
  EXPECT_EQ(rule(R"({"family":"items"})"), "case.spec");
  EXPECT_EQ(rule(R"({"family":"irt_linking","table":{"file":"t.csv"}})"), "case.table");
  write("p.csv", "item,a_base,b_base,a_new,b_new\nx,1,0,1,0\n");
  EXPECT_EQ(rule(R"({"family":"irt_linking","table":{"file":"p.csv"}})"), "irt.anchors");
}

}  // namespace
}  // namespace kepu::survey
