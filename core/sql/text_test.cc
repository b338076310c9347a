#include "core/sql/text.h"

#include <gtest/gtest.h>

#include "core/sql/testing.h"

namespace kepu::sql {
namespace {

class TextTest : public testing::EngineTest {};
KEPU_STORE_TEST_SUITE(TextTest);

TEST_P(TextTest, APattern_MatchesWhatContainsTheWordsThemselves) {
  const std::vector<std::string> texts = {"100%", "100 人", "a_b", "axb",  "!",    "!!",
                                          "a\\b", "'",      "",    "科普", "普及", "科学普及"};
  for (const auto& words : texts) {
    const std::string like = like_of(words);
    for (const auto& text : texts) {
      const auto found = db().read([&](Session& s) {
        return s.integer("select case when cast(:text as text) like :words escape '!' then 1 else 0 end",
                         {{"text", text}, {"words", like}});
      });
      EXPECT_EQ(found == 1, text.find(words) != std::string::npos) << words << " in " << text;
    }
  }
}

TEST_P(TextTest, AList_HoldsItsIds_AndNoneHoldsNothing) {
  const auto holds = [&](const std::vector<base::Id>& ids, base::Id id) {
    return db().read([&](Session& s) {
      return s.integer("select count(*) from (select 1 as one) x where :id in (" + list_of(ids) + ")",
                       {{"id", id}});
    });
  };
  EXPECT_EQ(list_of({}), "-1");
  EXPECT_EQ(holds({}, 0), 0) << "0 is what has none";
  EXPECT_EQ(holds({4711, 5'000'000'000'000}, 5'000'000'000'000), 1);
  EXPECT_EQ(holds({4711}, 471), 0);
}

TEST(Days, ThatAreMissing_AreEmpty) {
  EXPECT_EQ(iso_or_empty(base::Date{2026, 3, 2}), "2026-03-02");
  EXPECT_EQ(iso_or_empty(std::nullopt), "");
}

}  // namespace
}  // namespace kepu::sql
