#include "core/search/search.h"

#include <algorithm>
#include <map>
#include <random>

#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::search {
namespace {

TEST(Tokens, OfNeighbours_EachOnce) {
  EXPECT_EQ(tokens("科普讲座"), (std::vector<std::string>{"普讲", "科普", "讲座"}));
  EXPECT_EQ(tokens("村 AB １２"), (std::vector<std::string>{"12", "ab", "村"}));
  EXPECT_EQ(tokens("讲座讲座"), (std::vector<std::string>{"座讲", "讲座"}));
  EXPECT_TRUE(tokens("，。！ 😀").empty());
}

class SearchTest : public sql::testing::EngineTest {
  void prepare(sql::Database& db) override { sql::migrate(db, migrations()); }

 protected:
  std::vector<Id> found(Id tenant, std::string_view words, std::int64_t limit = 100, Id before = 0) {
    return db().read([&](sql::Session& s) { return find(s, "thing", tenant, words, limit, before); });
  }
  void add(Id tenant, Id id, std::string_view text) {
    db().write([&](sql::Session& s) {
      put(s, "thing", tenant, id, text);
      return 0;
    });
  }
};
KEPU_STORE_TEST_SUITE(SearchTest);

TEST_P(SearchTest, Words_AreFound_NewestFirst) {
  add(7, 1, "健康讲座与血压义诊");
  add(7, 2, "农技讲座，红薯种植");
  add(7, 3, "反诈课");
  EXPECT_EQ(found(7, "讲座"), (std::vector<Id>{2, 1}));
  EXPECT_EQ(found(7, "讲座", 1), (std::vector<Id>{2}));
  EXPECT_EQ(found(7, "讲座", 100, 2), (std::vector<Id>{1}));
  EXPECT_EQ(found(7, "讲座 血压"), (std::vector<Id>{1}));
  EXPECT_TRUE(found(7, "座讲").empty());
  EXPECT_TRUE(found(7, "").empty());
  EXPECT_TRUE(found(7, "\" OR \"*").empty());
}

TEST_P(SearchTest, OtherTenants_AndOtherCollections_AreNotFound) {
  add(7, 1, "血压");
  add(71, 2, "血压");
  EXPECT_EQ(found(7, "血压"), (std::vector<Id>{1}));
  EXPECT_EQ(found(71, "血压"), (std::vector<Id>{2}));
  // Tenant 7 with the word 12 is not tenant 71 with the word 2.
  add(7, 3, "12");
  EXPECT_TRUE(found(71, "2").empty());
  EXPECT_TRUE(db().read([&](sql::Session& s) { return find(s, "other", 7, "血压", 10); }).empty());
}

TEST_P(SearchTest, Removed_IsFoundNoMore) {
  add(7, 1, "血压义诊");
  add(7, 2, "血压");
  db().write([&](sql::Session& s) {
    remove(s, "thing", 7, 1, "血压义诊");
    return 0;
  });
  EXPECT_EQ(found(7, "血压"), (std::vector<Id>{2}));
}

TEST_P(SearchTest, AgreesWithReadingEverything) {
  std::mt19937 random(5);
  const std::u32string letters = U"科普讲座义诊ab1";
  std::map<Id, std::string> all;
  for (Id id = 1; id <= 300; ++id) {
    std::u32string text;
    for (int i = 0; i < 12; ++i) text += random() % 6 == 0 ? U' ' : letters[random() % letters.size()];
    all[id] = base::to_utf8(text);
    add(3, id, all[id]);
  }
  for (int round = 0; round < 60; ++round) {
    const std::u32string two = {letters[random() % letters.size()], letters[random() % letters.size()]};
    const std::string word = base::to_utf8(two);
    std::vector<Id> expected;
    for (const auto& [id, text] : all) {
      if (base::contains(text, word)) expected.insert(expected.begin(), id);
    }
    EXPECT_EQ(found(3, word, 1000), expected) << word;
  }
}

}  // namespace
}  // namespace kepu::search
