// What leaves the house.
#include "engines/survey/microdata/microdata.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engines/survey/microdata/disclosure.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::analysis {
namespace {

const Dataset& demonstration() {
  static const Dataset kRound = simulation::demonstration_round();
  return kRound;
}
const Microdata& released() {
  static const Microdata kOut = microdata_of(demonstration(), {}).value();
  return kOut;
}
const Column& column(const Microdata& m, std::string_view name) {
  for (const auto& c : m.columns) {
    if (c.name == name) return c;
  }
  throw std::runtime_error("no such column");
}
const std::string& file(const Microdata& m, std::string_view name) {
  for (const auto& [n, bytes] : m.files) {
    if (n == name) return bytes;
  }
  throw std::runtime_error("no such file");
}

std::map<std::vector<double>, int> classes(const Microdata& m) {
  std::map<std::vector<double>, int> out;
  for (std::size_t i = 0; i < m.columns.front().values.size(); ++i) {
    std::vector<double> key;
    for (const auto& c : m.columns) {
      if (c.name == "sex" || c.name == "age" || c.name == "education" || c.name == "place")
        key.push_back(c.values[i].value_or(-1));
    }
    ++out[key];
  }
  return out;
}

TEST(Microdata, EveryCombination_IsSharedByFive) {
  const auto all = classes(released());
  ASSERT_GT(all.size(), 8u);
  for (const auto& [key, n] : all) EXPECT_GE(n, kAnonymity);
}

TEST(Microdata, WeightedShare_IsThatOfTheReport) {
  const auto result = analyse(demonstration()).value();
  double w = 0, wy = 0;
  const auto& weight = column(released(), "weight");
  const auto& literate = column(released(), "literate");
  for (std::size_t i = 0; i < weight.values.size(); ++i) {
    w += *weight.values[i];
    wy += *weight.values[i] * *literate.values[i];
  }
  EXPECT_NEAR(100 * wy / w, result.county_row().percent, 0.01);
}

TEST(Microdata, HoldsNoPlaceAndNoAge) {
  for (const auto& [name, bytes] : released().files) {
    for (const auto& psu : demonstration().psus) EXPECT_EQ(bytes.find(psu.name), std::string::npos) << name;
    for (const auto& t : demonstration().townships) EXPECT_EQ(bytes.find(t.name), std::string::npos) << name;
    EXPECT_EQ(bytes.find(demonstration().items[0].text), std::string::npos) << name;
  }
  for (const auto& c : released().columns) EXPECT_NE(c.name, "village");
}

TEST(Microdata, Twice_IsTheSameBytes) {
  EXPECT_EQ(microdata_of(demonstration(), {}).value().files, released().files);
}

TEST(Microdata, ForResearchers_HasRenumberedVillages) {
  const auto m = microdata_of(demonstration(), {}, {.design = true}).value();
  std::map<double, int> villages;
  for (const auto& v : column(m, "village").values) ++villages[*v];
  EXPECT_EQ(villages.size(), demonstration().psus.size());
  EXPECT_EQ(villages.begin()->first, 1);
  for (const auto& [key, n] : classes(m)) EXPECT_GE(n, kAnonymity);
}

TEST(Microdata, Csv_HasOneLineARespondent) {
  const auto& csv = file(released(), "data.csv");
  const auto lines = static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n'));
  EXPECT_EQ(lines, released().columns.front().values.size() + 1);
  EXPECT_EQ(csv.substr(0, 6), "\xEF\xBB\xBFid,");
}

TEST(Microdata, Sav_BeginsAsSpssWantsIt) { EXPECT_EQ(file(released(), "data.sav").substr(0, 4), "$FL2"); }

TEST(Ddi, NamesEveryVariable_AndEscapes) {
  const StudyText study{"甲<乙>&\"丙\"", "县", "摘要", "办", {2026, 9, 1}, {2026, 9, 30}, 2};
  const Column c{"x", "一 < 二", {{1, "是&"}}, 0, {1.0, std::nullopt}};
  const auto xml = ddi_of(study, {c});
  EXPECT_NE(xml.find("<titl>甲&lt;乙&gt;&amp;&quot;丙&quot;</titl>"), std::string::npos);
  EXPECT_NE(xml.find("<labl>一 &lt; 二</labl>"), std::string::npos);
  EXPECT_NE(xml.find("<catStat type=\"freq\">1</catStat>"), std::string::npos);
  EXPECT_NE(xml.find("<sumStat type=\"invd\">1</sumStat>"), std::string::npos);
}

// Random tables of any shape come out with k in every class, and lose nothing where nothing had to be lost.
TEST(Disclosure, OfRandomTables_LeavesNoSmallClass) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    const std::size_t rows = 5 + random() % 200;
    const int k = 2 + static_cast<int>(random() % 4);
    std::vector<Key> keys;
    for (int j = 0; j < 3; ++j) {
      const int categories = 2 + static_cast<int>(random() % 4);
      Key key{"k" + std::to_string(j),
              "键",
              std::vector<std::string>(static_cast<std::size_t>(categories), "类"),
              {},
              {},
              {},
              1.0 + j};
      if (j == 1) {
        key.coarser = {std::vector<int>(static_cast<std::size_t>(categories), 0)};
        key.coarser[0].back() = 1;
        key.coarse_titles = {{"甲", "乙"}};
      }
      for (std::size_t i = 0; i < rows; ++i)
        key.of.push_back(static_cast<int>(random() % static_cast<unsigned>(categories + 1)) - 1);
      keys.push_back(std::move(key));
    }
    const bool sound = smallest_class(keys) >= k;
    const auto out = protect(keys, k);
    ASSERT_FALSE(out.keys.empty());
    EXPECT_GE(smallest_class(out.keys), std::min<int>(k, static_cast<int>(rows)));
    EXPECT_EQ(out.smallest, smallest_class(out.keys));
    if (sound) {
      EXPECT_EQ(out.suppressed, 0);
      for (std::size_t j = 0; j < keys.size(); ++j) EXPECT_EQ(out.keys[j].of, keys[j].of);
    }
  }
}

TEST(Disclosure, OfTooFew_ReleasesNothing) {
  Key key{"sex", "性别", {"男", "女"}, {0, 1, 0}, {}, {}, 1};
  EXPECT_TRUE(protect({key}, 5).keys.empty());
}

}  // namespace
}  // namespace kepu::survey::analysis
