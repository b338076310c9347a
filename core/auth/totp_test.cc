#include "core/auth/totp.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace kepu::auth {
namespace {

const std::string kSecret = "12345678901234567890";  // of RFC 6238, appendix B

TEST(Totp, TheVectorsOfTheRfc) {
  const std::pair<std::int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    EXPECT_EQ(totp_code(kSecret, totp_step(seconds * 1000), 8), code) << seconds;
  }
}

TEST(Totp, OneStepOffIsTaken_TwoAreNot) {
  const base::Millis now = 1'234'567'890'000;
  const std::int64_t here = totp_step(now);
  for (int off = -3; off <= 3; ++off) {
    const auto found = totp_match(kSecret, totp_code(kSecret, here + off), now, 0);
    EXPECT_EQ(found.has_value(), off >= -1 && off <= 1) << off;
    if (found) {
      EXPECT_EQ(*found, here + off);
    }
  }
}

TEST(Totp, ACodeIsNeverTakenTwice_NorAnOlderOne) {
  const base::Millis now = 1'234'567'890'000;
  const std::int64_t here = totp_step(now);
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, here), now, here));
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, here - 1), now, here));
  EXPECT_TRUE(totp_match(kSecret, totp_code(kSecret, here + 1), now, here));
}

TEST(Totp, TypedWithBlanksOrFullWidthDigits) {
  const base::Millis now = 1'234'567'890'000;  // code 005924
  EXPECT_TRUE(totp_match(kSecret, " 005 924 ", now, 0));
  EXPECT_TRUE(totp_match(kSecret, "００５９２４", now, 0));
  EXPECT_FALSE(totp_match(kSecret, "05924", now, 0));
  EXPECT_FALSE(totp_match("", totp_code("", totp_step(now)), now, 0));
}

TEST(Totp, UriIsEscaped) {
  EXPECT_EQ(totp_uri("12345678901234567890", "科普 A", "a:b"),
            "otpauth://totp/%E7%A7%91%E6%99%AE%20A:a%3Ab?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=%E7%A7%91%E6%99%AE%20A&algorithm=SHA1&digits=6&period=30");
}

// Draws the path on a grid and looks for the three finder patterns and the quiet zone.
TEST(Qr, PathShowsTheFinderPatterns) {
  const auto qr = qr_path("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ");
  ASSERT_TRUE(qr);
  std::vector<std::string> grid(static_cast<std::size_t>(qr->size),
                                std::string(static_cast<std::size_t>(qr->size), ' '));
  std::istringstream in(qr->d);
  char c = 0;
  int x = 0, y = 0, run = 0, back = 0;
  std::string one;
  while (in >> c >> x >> y >> c >> run >> c >> c >> c >> back >> c) {
    ASSERT_EQ(run, -back);
    for (int i = 0; i < run; ++i)
      grid.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x + i)) = '#';
  }
  const auto finder = [&](std::size_t left, std::size_t top) {
    return grid[top].substr(left, 7) == "#######" && grid[top + 1].substr(left, 7) == "#     #" &&
           grid[top + 3].substr(left, 7) == "# ### #" && grid[top + 6].substr(left, 7) == "#######";
  };
  const auto far = static_cast<std::size_t>(qr->size) - 4 - 7;
  EXPECT_TRUE(finder(4, 4));
  EXPECT_TRUE(finder(far, 4));
  EXPECT_TRUE(finder(4, far));
  EXPECT_EQ(grid[3], std::string(grid[3].size(), ' '));
  EXPECT_FALSE(qr_path(""));
  EXPECT_FALSE(qr_path(std::string(3000, 'x')));
}

}  // namespace
}  // namespace kepu::auth
