#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/base/id.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/base/time.h"

namespace kepu::base {
namespace {

TEST(Text, ValidUtf8_RoundTrips_AndBadBytesBecomeReplacements) {
  const std::string text = "彭水 𠮷 a é";
  EXPECT_EQ(to_utf8(to_code_points(text)), text);
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_TRUE(is_valid_utf8("�"));
  for (const char* bad :
       {"\xff", "\xe5\xbd", "a\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe5", "\xf0\x9f\x98"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
    EXPECT_TRUE(is_valid_utf8(valid_utf8(bad)));
  }
}

TEST(Text, RandomBytes_NeverMakeInvalidOutput) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_TRUE(is_valid_utf8(valid_utf8(bytes)));
    EXPECT_TRUE(is_valid_utf8(trim(valid_utf8(bytes))));
    EXPECT_LE(length(bytes), bytes.size());
    wording(bytes);
    parse_number(bytes);
  }
}

TEST(Text, WhiteSpace_OfChineseDocuments_IsTrimmed) {
  EXPECT_EQ(trim("　 目标\u00a0"), "目标");
  EXPECT_EQ(squeeze(" 目　 标 "), "目 标");
  EXPECT_EQ(without_space("目　 标"), "目标");
  EXPECT_EQ(trim("　 "), "");
}

TEST(Text, Numbers_AsPlansWriteThem) {
  const std::pair<const char*, double> cases[] = {
      {"十六", 16},         {"二〇二五", 2025}, {"一百二十", 120}, {"两", 2},           {"3万", 30000},
      {"1.5亿", 150000000}, {"１０", 10},       {"10,000", 10000}, {"三万五千", 35000}, {"十", 10},
      {"一百零五", 105},    {"二十", 20},       {"十万", 100000},  {"0.5", 0.5}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parse_number(text), value) << text;
  for (const char* none : {"", "人", "3个", "一批", "."}) EXPECT_FALSE(parse_number(none)) << none;
}

TEST(Text, Numerals_PrintAndParse_AreInverse) {
  for (int n = 1; n <= 9999; ++n) ASSERT_EQ(parse_number(chinese_numeral(n)), n) << chinese_numeral(n);
  EXPECT_EQ(chinese_numeral(12), "十二");
}

TEST(Text, Likeness_IsSymmetricAndBounded) {
  EXPECT_EQ(likeness("实施科学素质合作工程", "实施科学素质合作工程。"), 1);
  EXPECT_GT(likeness("实施科普基础设施建设工程", "实施科普基础设施工程"), 0.7);
  EXPECT_EQ(likeness("青少年", "老年大学"), likeness("老年大学", "青少年"));
  EXPECT_EQ(likeness("", ""), 0);
}

TEST(Text, Pinyin_OrdersNamesAndDigitsByValue) {
  EXPECT_LT(compare_pinyin("安岭镇", "白河乡"), 0);
  EXPECT_LT(compare_pinyin("第2组", "第10组"), 0);
}

TEST(Time, Dates_RoundTrip_AndImpossibleOnesAreRefused) {
  for (std::int64_t day = -1000; day < 40000; day += 13) EXPECT_EQ(to_days(from_days(day)), day);
  EXPECT_EQ(to_iso(*parse_date("2024-02-29")), "2024-02-29");
  for (const char* bad : {"2023-02-29", "2025-13-01", "2025-00-10", "20250101", "", "2025-1-1"})
    EXPECT_FALSE(parse_date(bad));
}

TEST(Time, Instants_AreShownInShanghai) {
  const Millis instant = 1'795'391'775'123;  // 2026-11-22T23:56:15.123Z
  EXPECT_EQ(to_rfc3339(instant), "2026-11-22T23:56:15.123Z");
  EXPECT_EQ(to_local(instant), "2026-11-23 07:56");
  EXPECT_EQ(to_http_date(instant), "Sun, 22 Nov 2026 23:56:15 GMT");
  EXPECT_EQ(date_of(start_of({2026, 11, 23})), (Date{2026, 11, 23}));
  EXPECT_EQ(date_of(start_of({2026, 11, 23}) - 1), (Date{2026, 11, 22}));
}

TEST(Ids, Rise_EvenWhenTheClockStandsStill_FromManyThreads) {
  FixedClock clock(1'795'391'775'123);
  IdMaker maker(clock, 3);
  std::vector<std::vector<Id>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) mine.push_back(maker.next());
    });
  }
  for (auto& t : threads) t.join();
  std::set<Id> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 80000u);
  EXPECT_GT(*all.begin(), 0);
}

TEST(Secrets, KnownAnswers) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");  // RFC 4231, case 2
  EXPECT_EQ(hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");  // RFC 2202
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");              // RFC 4648
  EXPECT_EQ(from_base64url(base64url("任意\x01")), "任意\x01");
  Sha256 parts;
  parts.add("a");
  parts.add("bc");
  EXPECT_EQ(parts.hex(), sha256_hex("abc"));
}

TEST(Secrets, Passwords_VerifyOnlyThemselves) {
  const std::string encoded = hash_password("科普-2026");
  EXPECT_TRUE(verify_password(encoded, "科普-2026"));
  EXPECT_FALSE(verify_password(encoded, "科普-2027"));
  EXPECT_FALSE(verify_password("", ""));
}

TEST(JsonWriter, WritesNestedAndEscapes) {
  Json j;
  j.object()
      .field("a", std::vector<std::string>{"x\"", "</script>"})
      .key("b")
      .array()
      .value(1)
      .value(2.5)
      .null()
      .value(true)
      .end();
  j.key("id").id(9007199254740993).field("none", std::optional<int>()).end();
  EXPECT_EQ(std::move(j).text(),
            R"({"a":["x\"","\u003c/script>"],"b":[1,2.5,null,true],"id":"9007199254740993","none":null})");
}

Result<int> half(int n) {
  if (n % 2 != 0) return refuse(Code::invalid, "odd", "不是偶数。");
  return n / 2;
}
Result<int> quarter(int n) { return TRY(half(TRY(half(n)))); }

TEST(Results, Try_PassesErrorsOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().rule, "odd");
}

}  // namespace
}  // namespace kepu::base
