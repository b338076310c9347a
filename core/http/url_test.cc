#include <gtest/gtest.h>

#include <random>

#include "core/base/text.h"
#include "core/http/http.h"

namespace kepu::http {
namespace {

TEST(Url, EncodesAndDecodesEveryByte) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string encoded = url_encode(all);
  for (const char c : encoded) EXPECT_TRUE(c > 0x20 && c < 0x7F);
  EXPECT_EQ(url_decode(encoded, false), all);
  EXPECT_EQ(url_encode("科普 a-b_c.~"), "%E7%A7%91%E6%99%AE%20a-b_c.~");
}

TEST(Url, RefusesBadEscapes) {
  for (const char* bad : {"%", "%1", "%g0", "%0g", "a%", "%%20", "% 1"}) {
    EXPECT_FALSE(url_decode(bad, false)) << bad;
  }
  EXPECT_EQ(url_decode("a+b", true), "a b");
  EXPECT_EQ(url_decode("a+b", false), "a+b");
}

TEST(Url, ParsesQueries) {
  const Pairs pairs = parse_query("a=1&b=%E7%A7%91+x&&c&=v&a=2&p=50%&e=a=b");
  const Pairs expected = {{"a", "1"}, {"b", "科 x"}, {"c", ""},   {"", "v"},
                          {"a", "2"}, {"p", "50%"},  {"e", "a=b"}};
  EXPECT_EQ(pairs, expected);
  EXPECT_TRUE(parse_query("").empty());
}

TEST(Url, QueriesAreAlwaysStorableText) {
  const Pairs pairs = parse_query("x=%FF%00a&%C3=1");
  EXPECT_EQ(pairs[0].second,
            "\xEF\xBF\xBD\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(pairs[1].first, "\xEF\xBF\xBD");
}

TEST(Url, BuildIsTheInverseOfParse) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Pairs pairs;
    for (unsigned i = random() % 5; i > 0; --i) {
      std::string name = "n", value;
      for (unsigned k = random() % 6; k > 0; --k) base::append_utf8(name, 0x20 + random() % 0x3000);
      for (unsigned k = random() % 9; k > 0; --k) base::append_utf8(value, 1 + random() % 0x3000);
      pairs.emplace_back(std::move(name), std::move(value));
    }
    EXPECT_EQ(parse_query(build_query(pairs)), pairs);
  }
}

}  // namespace
}  // namespace kepu::http
