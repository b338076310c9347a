// Datasets and results as text: what is written is read back, what is wrong is named; the paper.
#include "core/base/text.h"

#include <gtest/gtest.h>

#include "core/doc/extract.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/report.h"
#include "engines/survey/analysis/wording.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::analysis {
namespace {

const Dataset& demonstration() {
  static const Dataset kRound = simulation::demonstration_round();
  return kRound;
}
const RoundResult& result() {
  static const RoundResult kResult = analyse(demonstration()).value();
  return kResult;
}

TEST(DatasetJson, IsReadBack) {
  const auto text = to_json(demonstration());
  const auto back = dataset_from_json(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(to_json(*back) == text);
  EXPECT_EQ(back->cases.size(), demonstration().cases.size());
  EXPECT_EQ(back->margins[0].counts, demonstration().margins[0].counts);
}

TEST(DatasetJson, CutOff_NamesTheLine) {
  const auto text = "{\n\"round\": \"x\",\n\"county\": ";
  const auto back = dataset_from_json(text);
  ASSERT_FALSE(back);
  EXPECT_NE(back.error().message.find("第 3 行"), std::string::npos) << back.error().message;
  EXPECT_FALSE(dataset_from_json(""));
  EXPECT_FALSE(dataset_from_json("[]"));
  EXPECT_FALSE(dataset_from_json(to_json(demonstration()) + "x"));
}

TEST(DatasetJson, WrongFields_AreNamedWithTheirPath) {
  const auto text = to_json(demonstration());
  const auto field = [&](const char* from, const char* to) {
    auto changed = text;
    const auto at = changed.find(from);
    if (at == std::string::npos) return std::string("not there");
    changed.replace(at, std::string(from).size(), to);
    const auto back = dataset_from_json(changed);
    return back ? std::string("accepted") : back.error().field;
  };
  EXPECT_EQ(field("\"outcome\":\"complete\"", "\"outcome\":\"done\"").substr(0, 6), "cases[");
  EXPECT_EQ(field("\"from\":\"2026-09-07\"", "\"from\":\"7.9.2026\""), "from");
  EXPECT_EQ(field("\"stratum\":0", "\"stratum\":\"0\""), "psus[0].stratum");
  EXPECT_EQ(field("\"stratum\":0", "\"stratun\":0"), "psus[0].stratum");
  EXPECT_EQ(field("\"anchor\":false", "\"anchor\":false,\"extra\":1"), "items[0]");
  EXPECT_EQ(field("\"answers\":[1", "\"answers\":[7").substr(0, 6), "cases[");
}

TEST(DatasetCheck, OfASimulatedRound_FindsNothing) {
  const auto errors = check(demonstration());
  EXPECT_TRUE(errors.empty()) << errors.front().field << errors.front().message;
}

TEST(DatasetCheck, FindsEverythingAtOnce_WithItsPlace) {
  Dataset d = demonstration();
  d.until = {2026, 1, 1};
  d.psus[2].probability = 0;
  d.psus[3].township = 40;
  d.strata[0].psus = 1;
  d.cases[0].dwelling_probability = 1.5;
  d.margins[0].counts[0].second += 100000;
  d.margins[2].counts.pop_back();
  d.margins[1].counts[0].first = "16—29岁";
  d.published[0].source.clear();
  d.published[1].lower.reset();
  d.target->percent = 120;
  std::vector<std::string> fields;
  for (const auto& e : check(d)) {
    fields.push_back(e.field);
    EXPECT_FALSE(e.message.empty());
  }
  for (const char* wanted : {"until", "psus[2].probability", "psus[3].township", "strata[0].psus",
                             "cases[0].dwelling_probability", "margins[2].counts", "margins[1].counts",
                             "margins", "published[0].source", "published[1].lower", "target.percent"}) {
    EXPECT_EQ(std::count(fields.begin(), fields.end(), wanted) > 0, true) << wanted;
  }
}

TEST(ResultJson, IsReadBack) {
  const auto text = to_json(result());
  const auto back = result_from_json(text);
  ASSERT_TRUE(back) << back.error().field << back.error().message;
  EXPECT_TRUE(to_json(*back) == text);
  EXPECT_EQ(hash_of(*back), hash_of(result()));
  EXPECT_FALSE(result_from_json("{}"));
}

std::string lines_of(const std::string& docx) {
  std::string out;
  const auto text = doc::extract(docx);
  if (!text) throw std::runtime_error(text.error().message);
  for (const auto& line : text->lines) out += line + "\n";
  return out;
}

TEST(Paper, Twice_IsTheSameBytes_AndSaysWhatThePageSays) {
  const ReportWords words{"岚江县全民科学素质工作办公室", base::Date{2026, 11, 2}, "一要改。\n二要补。"};
  const auto bytes = paper_of(result(), words).docx();
  EXPECT_EQ(paper_of(result(), words).docx(), bytes);
  const auto text = lines_of(bytes);
  EXPECT_NE(text.find(headline(result())), std::string::npos);
  EXPECT_NE(text.find(result().provenance.data_hash), std::string::npos);
  EXPECT_NE(text.find("2026年11月2日"), std::string::npos);
  EXPECT_NE(text.find("竞赛、答题活动的成绩不进入本结果"), std::string::npos);
  // Every table is followed by its source.
  std::size_t sources = 0;
  for (std::size_t at = text.find("来源："); at != std::string::npos; at = text.find("来源：", at + 1))
    ++sources;
  EXPECT_GE(sources, 9u);
  for (const auto& item : demonstration().items) EXPECT_EQ(text.find(item.text), std::string::npos);
}

TEST(Wording, OfNumbers) {
  EXPECT_EQ(percent_text(12.345), "12.3%");
  EXPECT_EQ(points_text(-1.25), "−1.2 个百分点");
  EXPECT_EQ(count_text(134497.2), "134\u202f497");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(range_text(std::nullopt, 3.0), "算不出");
}

TEST(Wording, OfASuppressedShare_ShowsNoNumber) {
  Estimate e;
  e.percent = 41.7;
  EXPECT_EQ(shown(e).find("41"), std::string::npos);
}

}  // namespace
}  // namespace kepu::survey::analysis
