#include "core/http/conditional.h"

#include <gtest/gtest.h>

namespace kepu::http {
namespace {

constexpr const char* kDate = "Sun, 22 Nov 2026 15:56:15 GMT";
constexpr const char* kLater = "Sun, 22 Nov 2026 15:56:16 GMT";

TEST(HttpDate, IsTheInverseOfWriting) {
  for (const base::Millis at : {0LL, 951'782'400'000LL, 1'795'362'975'000LL, 4'102'444'799'000LL}) {
    EXPECT_EQ(parse_http_date(base::to_http_date(at)), at);
  }
  for (const char* bad :
       {"", "Sun, 31 Feb 2026 00:00:00 GMT", "Sun, 22 Nov 2026 24:00:00 GMT", "Sun, 22 Nov 2026 15:56:15 CST",
        "Sunday, 22-Nov-26 15:56:15 GMT", "Sun, 22 ovD 2026 15:56:15 GMT", "Sun, -2 Nov 2026 15:56:15 GMT"}) {
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  }
}

bool unchanged(std::string none_match, std::string since, std::string_view etag, std::string_view modified) {
  Conditions conditions;
  conditions.if_none_match = std::move(none_match);
  conditions.if_modified_since = std::move(since);
  return not_modified(conditions, {etag, modified});
}

TEST(NotModified, ByTag) {
  EXPECT_TRUE(unchanged("\"a\"", "", "\"a\"", ""));
  EXPECT_TRUE(unchanged("W/\"a\"", "", "\"a\"", ""));
  EXPECT_TRUE(unchanged("\"x,y\" , W/\"a\"", "", "W/\"a\"", ""));
  EXPECT_TRUE(unchanged("*", "", "\"a\"", ""));
  EXPECT_FALSE(unchanged("*", "", "", ""));
  EXPECT_FALSE(unchanged("\"b\"", kDate, "\"a\"", kDate)) << "the tag decides alone";
  EXPECT_FALSE(unchanged("a", "", "\"a\"", ""));
  EXPECT_FALSE(unchanged("", "", "\"a\"", kDate));
}

TEST(NotModified, ByDate) {
  EXPECT_TRUE(unchanged("", kDate, "", kDate));
  EXPECT_TRUE(unchanged("", kLater, "", kDate));
  EXPECT_FALSE(unchanged("", kDate, "", kLater));
  EXPECT_FALSE(unchanged("", "yesterday", "", kDate));
}

std::string choice(std::string range, std::uint64_t size, std::string if_range = "") {
  Conditions conditions;
  conditions.range = std::move(range);
  conditions.if_range = std::move(if_range);
  const RangeChoice chosen = choose_range(conditions, {"\"a\"", kDate}, size);
  if (chosen.kind == RangeChoice::Kind::whole) return "whole";
  if (chosen.kind == RangeChoice::Kind::unsatisfiable) return "none";
  return std::to_string(chosen.first) + "+" + std::to_string(chosen.length);
}

TEST(Range, Forms) {
  EXPECT_EQ(choice("bytes=0-0", 10), "0+1");
  EXPECT_EQ(choice("bytes=2-5", 10), "2+4");
  EXPECT_EQ(choice("bytes=2-", 10), "2+8");
  EXPECT_EQ(choice("bytes=2-99999999999999999999999", 10), "2+8");
  EXPECT_EQ(choice("bytes=-3", 10), "7+3");
  EXPECT_EQ(choice("bytes=-99", 10), "0+10");
  EXPECT_EQ(choice("bytes=10-", 10), "none");
  EXPECT_EQ(choice("bytes=-0", 10), "none");
  EXPECT_EQ(choice("bytes=0-", 0), "none");
  for (const char* whole : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "items=0-1",
                            "bytes=1-b", "bytes=+1-2", "0-1"}) {
    EXPECT_EQ(choice(whole, 10), "whole") << whole;
  }
}

TEST(Range, OnlyIfUnchanged) {
  EXPECT_EQ(choice("bytes=0-1", 10, "\"a\""), "0+2");
  EXPECT_EQ(choice("bytes=0-1", 10, "\"b\""), "whole");
  EXPECT_EQ(choice("bytes=0-1", 10, "W/\"a\""), "whole");
  EXPECT_EQ(choice("bytes=0-1", 10, kDate), "0+2");
  EXPECT_EQ(choice("bytes=0-1", 10, kLater), "whole");
}

}  // namespace
}  // namespace kepu::http
