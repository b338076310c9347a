#include "core/html/html.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "core/html/content.h"
#include "core/html/format.h"
#include "core/html/svg.h"

namespace kepu::html {
namespace {

// What a browser's parser makes of escaped text: the five references back to their characters.
std::string parsed(std::string_view html) {
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<' || html[i] == '>' || html[i] == '"' || html[i] == '\'') return "not escaped";
    if (html[i] != '&') {
      out += html[i++];
      continue;
    }
    const std::size_t end = html.find(';', i);
    if (end == html.npos) return "lone ampersand";
    const std::string_view name = html.substr(i, end - i + 1);
    const auto c = name == "&amp;"    ? '&'
                   : name == "&lt;"   ? '<'
                   : name == "&gt;"   ? '>'
                   : name == "&quot;" ? '"'
                   : name == "&#39;"  ? '\''
                                      : '?';
    if (c == '?') return "unknown reference";
    out += c;
    i = end + 1;
  }
  return out;
}

TEST(Escaping, ParsesBackToTheText) {
  std::mt19937 random(20260918);
  const std::string_view pieces[] = {"&", "<", ">",     "\"",        "'", "中", "文",
                                     "a", " ", "&amp;", "</script>", "é", "😀",  "\n"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int n = static_cast<int>(random() % 20); n > 0; --n) text += pieces[random() % std::size(pieces)];
    std::string html;
    escape_to(html, text);
    EXPECT_EQ(parsed(html), text);
  }
}

TEST(Escaping, NulBecomesTheReplacementCharacter) {
  std::string html;
  escape_to(html, std::string_view("a\0b", 3));
  EXPECT_EQ(html,
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Urls, OnlyOwnPathsAndKnownSchemesPass) {
  for (const auto* good : {"/", "/a?b=c#d", "#x", "?page=2", "https://example.cn/", "http://example.cn",
                           "mailto:a@b.cn", "TEL:123"}) {
    EXPECT_TRUE(is_safe_url(good)) << good;
  }
  for (const auto* bad : {"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
                          "java\nscript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example",
                          "vbscript:x", "x", "\tjavascript:x", "/a\nb"}) {
    EXPECT_FALSE(is_safe_url(bad)) << bad;
  }
}

TEST(Writing, ArgumentsAreEscapedByTheirType) {
  const std::optional<int> none;
  const std::string page = render([&](Out& h) {
    h("<a href=\"{}\"{}{}>{}</a>", Url{"javascript:x"}, Attr{true, " hidden"}, AttrValue{"title", "\"x\""},
      "<b>");
    h("{}|{}|{}|{}|{}", -5, 1.5, none, Raw{"<i>"}, std::numeric_limits<double>::quiet_NaN());
  });
  EXPECT_EQ(page, "<a href=\"#\" hidden title=\"&quot;x&quot;\">&lt;b&gt;</a>-5|1.5||<i>|—");
}

TEST(Writing, AnEmptyAttributeValueLeavesTheAttributeOut) {
  EXPECT_EQ(render([](Out& h) { h("<p{}>x</p>", AttrValue{"class", ""}); }), "<p>x</p>");
}

TEST(Writing, ContentIsTextOrAWriter) {
  const auto both = [](const Content& c) { return render([&](Out& h) { h("<p>{}</p>", c); }); };
  EXPECT_EQ(both("a<b"), "<p>a&lt;b</p>");
  EXPECT_EQ(both(std::string("中")), "<p>中</p>");
  EXPECT_EQ(both([](Out& h) { h("<b>{}</b>", 1); }), "<p><b>1</b></p>");
  EXPECT_TRUE(Content().empty());
  EXPECT_TRUE(Content("").empty());
}

TEST(Numbers, AreGroupedAndRoundedAsPeopleExpect) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1247), "1\u202F247");
  EXPECT_EQ(grouped(-1234567), "−1\u202F234\u202F567");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()),
            "−9\u202F223\u202F372\u202F036\u202F854\u202F775\u202F808");
  EXPECT_EQ(fixed(12.94, 1), "12.9");
  EXPECT_EQ(fixed(2.675, 2), "2.68");
  EXPECT_EQ(fixed(0.25, 1), "0.3");
  EXPECT_EQ(fixed(-0.04, 1), "0.0");
  EXPECT_EQ(fixed(12345.6, 1), "12\u202F345.6");
  EXPECT_EQ(fixed(std::numeric_limits<double>::infinity(), 1), "—");
  EXPECT_EQ(with_sign(2), "+2");
  EXPECT_EQ(with_sign(-14), "−14");
  EXPECT_EQ(with_sign(0.04, 1), "0.0");
  EXPECT_EQ(file_size(1023), "1023 B");
  EXPECT_EQ(file_size(319488), "312 KB");
  EXPECT_EQ(file_size(64ull << 20), "64.0 MB");
}

TEST(Axes, TicksAreRoundAndReachTheHighestValue) {
  EXPECT_EQ(axis_ticks(19.5, 5), (std::vector<double>{0, 5, 10, 15, 20}));
  EXPECT_EQ(axis_ticks(100, 5), (std::vector<double>{0, 20, 40, 60, 80, 100}));
  EXPECT_EQ(axis_ticks(0, 5), (std::vector<double>{0, 1}));
  for (const double high : {0.003, 0.7, 1.0, 9.9, 1234.5, 1e9}) {
    const auto ticks = axis_ticks(high, 5);
    EXPECT_GE(ticks.back(), high * 0.999999);
    EXPECT_LE(ticks.size(), 8u);
  }
}

}  // namespace
}  // namespace kepu::html
