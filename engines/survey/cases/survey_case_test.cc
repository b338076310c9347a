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

json::value read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

double tolerance(const std::string& path) {
  if (path.find("likelihood_exact") != std::string::npos) return 1e-6;
  if (path.find("likelihood") != std::string::npos) return 2e-3;
  return path.find("lincom") != std::string::npos || path.find("saddlepoint") != std::string::npos ? 5e-2
                                                                                                   : 1e-6;
}

// The places where `got` is not what is wanted; null is not compared.
void differences(const json::value& want, const json::value* got, const std::string& path,
                 std::vector<std::string>& out) {
  if (want.is_null()) return;
  if (want.is_object()) {
    for (const auto& [key, value] : want.get_object()) {
      const auto* inner = got && got->is_object() ? got->get_object().if_contains(key) : nullptr;
      differences(value, inner, path + "/" + std::string(key), out);
    }
  } else if (want.is_array()) {
    if (!got || !got->is_array() || got->get_array().size() != want.get_array().size())
      return out.push_back(path);
    for (std::size_t i = 0; i < want.get_array().size(); ++i) {
      differences(want.get_array()[i], &got->get_array()[i], path + "/" + std::to_string(i), out);
    }
  } else if (want.is_number()) {
    const double w = want.to_number<double>();
    if (!got || !got->is_number() ||
        !(std::abs(w - got->to_number<double>()) <= std::max(1e-9, tolerance(path) * std::abs(w)))) {
      out.push_back(path);
    }
  } else if (!got || *got != want) {
    out.push_back(path);
  }
}

TEST(SurveyCases, AgreeWithTheReference) {
  const fs::path folder = "../shared/statistics/cases";
  if (!fs::exists(folder)) GTEST_SKIP() << "the reference cases of surveys are not beside the project";
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("svy_")) continue;
    ++cases;
    const auto text = run_case(entry.path().string());
    ASSERT_TRUE(text) << entry.path() << (text ? "" : text.error().message);
    const auto results = json::parse(*text);
    const auto expected = read(entry.path() / "expected.json");
    const auto* other = expected.get_object().if_contains("alternatives");
    for (const auto& [query, want] : expected.at("results").get_object()) {
      const auto* got = results.at("results").get_object().if_contains(query);
      std::vector<std::string> bad, bad_too;
      differences(want, got, std::string(query), bad);
      if (!bad.empty() && other && other->is_object() && other->at("results").get_object().contains(query)) {
        differences(other->at("results").at(query), got, std::string(query), bad_too);
        if (bad_too.size() < bad.size()) bad = bad_too;
      }
      EXPECT_TRUE(bad.empty()) << entry.path().filename() << " " << bad.front() << " and " << bad.size() - 1
                               << " more";
    }
  }
  EXPECT_GT(cases, 10);
}

// A small case in a folder of its own.
class SurveyCase : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("kepu_survey_case_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("d.csv",
          "h,u,w,n,y,g,z\n1,1,2,10,1,a,0.5\n1,2,2,10,0,b,1.5\n1,3,2,10,1,a,\n2,4,3,12,0,b,2.5\n2,5,3,12,1,a,"
          "3.5\n2,6,3,12,0,,1\n");
    write("g.csv", "g,Freq\na,8\nb,7\n");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  json::value run(const std::string& query, const std::string& more = "") const {
    write(
        "spec.json",
        R"({"family":"survey","tables":{"d":{"file":"d.csv","columns":{"g":{"type":"factor","levels":["a","b"]}}},)"
        R"("g":{"file":"g.csv","columns":{"g":{"type":"factor","levels":["a","b"]}}}},)"
        R"("designs":{"s":{"type":"taylor","table":"d","ids":["u"],"strata":["h"],"weights":"w","fpc":["n"])" +
            more +
            R"(},"j":{"type":"as_replicate","from":"s","kind":"JKn"},"loop":{"type":"as_replicate","from":"loop","kind":"JK1"}},)"
            R"("queries":[)" +
            query + "]}");
    const auto text = run_case(folder_.string());
    EXPECT_TRUE(text) << (text ? "" : text.error().message);
    return text ? json::parse(*text) : json::value();
  }
  static const json::object& result(const json::value& all) { return all.at("results").at("q").as_object(); }
  static std::string rule(const json::value& all) {
    const auto* found = result(all).if_contains("rule");
    return found ? std::string(found->as_string()) : "none";
  }
  fs::path folder_;
};

TEST_F(SurveyCase, MissingValue_TakesOnlyItsOwnEstimate) {
  const auto r = run(R"({"id":"q","design":"s","op":"mean","vars":["z","y"]})");
  EXPECT_TRUE(result(r).at("estimate").at(0).is_null());
  EXPECT_NEAR(result(r).at("estimate").at(1).as_double(), 7.0 / 15, 1e-12);
  const auto without = run(R"({"id":"q","design":"s","op":"mean","vars":["z"],"na_rm":true})");
  EXPECT_NEAR(result(without).at("estimate").at(0).as_double(), (1 + 3 + 7.5 + 10.5 + 3) / 13, 1e-12);
}

TEST_F(SurveyCase, EveryOperationRuns_OrSaysWhyNot) {
  for (const char* op :
       {"mean",    "total", "ratio",  "quantile",       "ciprop",      "var",    "degf",   "weights", "table",
        "cralpha", "by",    "by_cov", "contrast",       "contrast_nl", "stdize", "change", "chisq",   "gof",
        "glm",     "ttest", "target", "error_expected", "nonsense"}) {
    for (const char* design : {"s", "j", "loop", "absent"}) {
      // Once without any option, once with options of the wrong kind.
      for (const char* options :
           {"", R"(,"vars":7,"var":[],"by":{},"probs":"x","contrasts":[1],"statistics":[2],"domain":5)"}) {
        const auto r =
            run(std::string(R"({"id":"q","design":")") + design + R"(","op":")" + op + "\"" + options + "}");
        EXPECT_TRUE(r.at("results").at("q").is_object());
      }
    }
  }
}

TEST_F(SurveyCase, Refusals_HaveTheirNames) {
  EXPECT_EQ(rule(run(R"({"id":"q","design":"loop","op":"degf"})")), "case.spec");
  EXPECT_EQ(rule(run(R"({"id":"q","design":"s","op":"mean","vars":["absent"]})")), "case.column");
  EXPECT_EQ(rule(run(R"({"id":"q","design":"s","op":"ciprop","var":"z","methods":["logit"]})")),
            "survey.proportion");
  EXPECT_EQ(rule(run(R"({"id":"q","design":"s","op":"quantile","vars":["y"],"probs":[2]})")),
            "survey.probability");
  EXPECT_EQ(
      rule(run(
          R"({"id":"q","design":"s","op":"mean","vars":["y"],"domain":[{"var":"y","cmp":">","value":9}]})")),
      "survey.empty");
  EXPECT_EQ(
      rule(run(
          R"({"id":"q","design":"s","op":"contrast_nl","stat":"mean","vars":["y"],"contrasts":[{"name":"x","expr":"y+"}]})")),
      "survey.formula");
  // The one row without a group is named by the step.
  EXPECT_EQ(rule(run(R"({"id":"q","design":"s","op":"degf"})",
                     R"(,"steps":[{"op":"poststratify","by":["g"],"table":"g"}])")),
            "weighting.missing");
  EXPECT_EQ(rule(run(R"({"id":"q","design":"s","op":"degf"})", R"(,"steps":[{"op":"fly"}])")), "case.spec");
}

TEST_F(SurveyCase, ExpectedError_IsTheResult) {
  const auto r = run(R"({"id":"q","design":"s","op":"error_expected","inner":{"op":"mean","vars":["y"]}})");
  EXPECT_FALSE(result(r).at("error").as_bool());
  const auto bad = run(
      R"({"id":"q","design":"s","op":"error_expected","inner":{"op":"mean","vars":["z"],"domain":[{"var":"y","cmp":">","value":9}]}})");
  EXPECT_TRUE(result(bad).at("error").as_bool());
  EXPECT_NE(std::string(result(bad).at("message").as_string()).find("算不出结果"), std::string::npos);
}

TEST_F(SurveyCase, RegressionKnowsOnlyLevelsInUse) {
  write("d.csv",
        "h,u,w,n,y,g,z\n1,1,2,10,1,a,0.5\n1,2,2,10,0,b,1.5\n1,3,2,10,1,b,4\n2,4,3,12,0,c,2.5\n2,5,3,12,1,c,"
        "3.5\n2,6,3,12,0,b,1\n");
  write(
      "spec.json",
      R"({"family":"survey","tables":{"d":{"file":"d.csv","columns":{"g":{"type":"factor","levels":["a","b","c","e"]}}}},)"
      R"("designs":{"s":{"type":"taylor","table":"d","ids":["u"],"strata":["h"],"weights":"w","fpc":["n"]}},)"
      R"("queries":[{"id":"q","design":"s","op":"glm","response":"z","terms":["g"],"family":"gaussian",)"
      R"("domain":[{"var":"g","cmp":"!=","value":"a"}]}]})");
  const auto text = run_case(folder_.string());
  ASSERT_TRUE(text);
  const auto r = json::parse(*text);
  // R: svyglm(z ~ g, subset(s, g != "a")) has the coefficients (Intercept) and gc only: 2 and 1.
  ASSERT_EQ(result(r).at("names").as_array().size(), 2u);
  EXPECT_EQ(result(r).at("names").at(1).as_string(), "gc");
  EXPECT_NEAR(result(r).at("coef").at(0).as_double(), (3 + 8 + 3) / 7.0, 1e-12);
  EXPECT_NEAR(result(r).at("coef").at(1).as_double(), 3 - 2.0, 1e-12);
}

TEST_F(SurveyCase, RowsOfWeight0_CountInTheBetaIntervalOfTheirGroup) {
  // R: svyby(~y, ~g, s, svyciprop, method = "beta") has nrow(subset) in n_eff, rows of weight 0 included: the
  // group alone and the same rows as a domain give one interval.
  write("d.csv",
        "h,u,w,n,y,g,z\n1,1,2,10,1,a,1\n1,2,0,10,0,a,1\n1,3,2,10,1,a,1\n2,4,3,12,0,a,1\n2,5,3,12,1,a,1\n2,6,"
        "3,12,0,b,1\n");
  const auto group = run(
      R"({"id":"q","design":"s","op":"by","by":["g"],"inner":{"op":"ciprop","var":"y","methods":["beta"]}})");
  const auto domain = run(
      R"({"id":"q","design":"s","op":"ciprop","var":"y","methods":["beta"],"domain":[{"var":"g","cmp":"==","value":"a"}]})");
  EXPECT_EQ(result(group).at("groups").at(0).at("n").to_number<int>(), 4);
  EXPECT_EQ(result(group).at("groups").at(0).at("result").at("beta"), result(domain).at("beta"));
}

TEST_F(SurveyCase, FilesOutsideTheFolder_AreNotRead) {
  write(
      "spec.json",
      R"({"family":"survey","tables":{"d":{"file":"../d.csv","columns":{}}},"designs":{"s":{"type":"taylor","table":"d"}},)"
      R"("queries":[{"id":"q","design":"s","op":"degf"}]})");
  const auto text = run_case(folder_.string());
  ASSERT_TRUE(text);
  EXPECT_EQ(rule(json::parse(*text)), "case.spec");
}

TEST_F(SurveyCase, DomainsByGroups_CountRowsAndKeepOrder) {
  const auto r =
      run(R"({"id":"q","design":"s","op":"by","by":["g","h"],"inner":{"op":"mean","vars":["y"]}})");
  const auto& groups = result(r).at("groups").as_array();
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0].at("group").at("g").as_string(), "a");
  EXPECT_EQ(groups[1].at("group").at("g").as_string(), "b");
  EXPECT_EQ(groups[0].at("group").at("h").to_number<double>(), 1);
  EXPECT_EQ(groups[0].at("n").to_number<int>(), 2);
}

}  // namespace
}  // namespace kepu::survey
