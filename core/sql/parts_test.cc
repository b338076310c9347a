// The parts that need no database: parameters, URLs, the statement cache.
#include <gtest/gtest.h>

#include "core/sql/named_parameters.h"
#include "core/sql/statement_cache.h"
#include "core/sql/url.h"

namespace kepu::sql {
namespace {

TEST(NamedParameters, AreNumbered_EachNameOnce) {
  const Parameters sqlite = number_parameters("select :a, :b, :a where x = :b_2", Dialect::sqlite);
  EXPECT_EQ(sqlite.text, "select ?1, ?2, ?1 where x = ?3");
  EXPECT_EQ(sqlite.names, (std::vector<std::string>{"a", "b", "b_2"}));
  EXPECT_EQ(number_parameters("select :a,:b,:a", Dialect::postgresql).text, "select $1,$2,$1");
}

TEST(NamedParameters, QuotesCommentsAndCasts_AreLeftAlone) {
  const char* untouched[] = {"select ':a', ''':a'",
                             "select \":a\" from t",
                             "select 1 -- :a",
                             "select 1 -- :a\n, 2",
                             "select /* :a ' */ 1",
                             "select x::text from t",
                             "select a[1:2] from t",
                             "select 'never closed :a",
                             "select 1 /* :a",
                             "select '科普：:a' || 1",
                             "select \"a\"\":b\" from t",
                             ":",
                             "select 1 :",
                             "select x:: text"};
  for (const char* sql : untouched) {
    const Parameters out = number_parameters(sql, Dialect::postgresql);
    EXPECT_EQ(out.text, sql);
    EXPECT_TRUE(out.names.empty()) << sql;
  }
  EXPECT_EQ(number_parameters("select '--', :a", Dialect::sqlite).text, "select '--', ?1");
  EXPECT_EQ(number_parameters("select 'it''s', :a", Dialect::sqlite).text, "select 'it''s', ?1");
  EXPECT_EQ(number_parameters("select 1 -- it's\n + :a", Dialect::sqlite).text, "select 1 -- it's\n + ?1");
  EXPECT_EQ(number_parameters("select :a::text", Dialect::postgresql).text, "select $1::text");
}

TEST(NamedParameters, MoreThanNine_KeepTheirNumbers) {
  std::string sql = "select 0", expected = "select 0";
  for (int i = 1; i <= 30; ++i) {
    sql += ", :p" + std::to_string(i);
    expected += ", $" + std::to_string(i);
  }
  EXPECT_EQ(number_parameters(sql, Dialect::postgresql).text, expected);
}

TEST(Url, Forms) {
  EXPECT_EQ(parse_url("sqlite:var/kepu.db").path, "var/kepu.db");
  EXPECT_EQ(parse_url("sqlite:/srv/kepu.db").path, "/srv/kepu.db");
  EXPECT_TRUE(parse_url("sqlite::memory:").in_memory);
  EXPECT_EQ(parse_url("postgres://h/n").dialect, Dialect::postgresql);
  for (const char* bad :
       {"", "var/kepu.db", "sqlite:", "sqlite::memry:", "sqlite://x", "mysql://h/n", "sqlite"})
    EXPECT_THROW(parse_url(bad), Failure) << bad;
}

TEST(Url, Passwords_AreNotShown) {
  const auto shown = [](const char* url) { return parse_url(url).shown; };
  EXPECT_EQ(shown("postgresql://u:p:w@h:5432/n?x=1"), "postgresql://u:***@h:5432/n?x=1");
  EXPECT_EQ(shown("postgresql://u@h:5432/n"), "postgresql://u@h:5432/n");
  EXPECT_EQ(shown("postgresql://h:5432/n"), "postgresql://h:5432/n");
  EXPECT_EQ(shown("postgresql://h/n?user=u&password=pw&x=1"), "postgresql://h/n?user=u&password=***&x=1");
  EXPECT_EQ(shown("postgresql://h/n?password=pw"), "postgresql://h/n?password=***");
}

TEST(StatementCache, DropsWhatWasUnusedForLongest_ButNotWhatIsInUse) {
  StatementCache<int> cache;
  const int capacity = static_cast<int>(StatementCache<int>::kCapacity);
  std::vector<int> gone;
  const auto add = [&](int i) {
    cache.shrink([](int v) { return v != 1; }, [&](int v) { gone.push_back(v); });
    cache.add(std::to_string(i), i);
  };
  for (int i = 0; i < capacity; ++i) add(i);
  EXPECT_TRUE(gone.empty());
  EXPECT_EQ(*cache.find("0"), 0);  // used again, so 1 is the oldest, but may not go
  add(capacity);
  EXPECT_EQ(gone, std::vector<int>{2});
  EXPECT_EQ(cache.find("2"), nullptr);
  EXPECT_EQ(*cache.find("1"), 1);
  EXPECT_LE(cache.size(), StatementCache<int>::kCapacity);
}

}  // namespace
}  // namespace kepu::sql
