#include "core/doc/calendar.h"

#include <gtest/gtest.h>

#include <random>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

CalendarEvent event() {
  CalendarEvent e;
  e.uid = "order-1@lan";
  e.start = base::start_of({2026, 12, 1}) + 9 * 3'600'000;
  e.end = e.start + 5'400'000;
  e.changed_at = base::start_of({2026, 11, 26});
  e.summary = "健康讲座，血压；义诊";
  e.sequence = 3;
  return e;
}

// Unfolded, as a reader sees it.
std::string unfolded(std::string text) { return base::replace_all(text, "\r\n ", ""); }

TEST(Calendar, TimesAreUtc_AndLinesAreWhole) {
  const std::string text = calendar_text("健康服务队", {event()});
  EXPECT_TRUE(base::starts_with(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
  EXPECT_TRUE(base::contains(text, "\r\nDTSTART:20261201T010000Z\r\n"));
  EXPECT_TRUE(base::contains(text, "\r\nDTEND:20261201T023000Z\r\n"));
  EXPECT_TRUE(base::contains(text, "\r\nDTSTAMP:20261125T160000Z\r\n"));
  EXPECT_TRUE(base::contains(text, "\r\nSEQUENCE:3\r\nSTATUS:CONFIRMED\r\n"));
  EXPECT_TRUE(base::ends_with(text, "END:VEVENT\r\nEND:VCALENDAR\r\n"));
}

TEST(Calendar, TextIsEscaped) {
  auto e = event();
  e.description = "一;二,三\\四\n五\r\nEND:VEVENT";
  e.cancelled = true;
  const std::string text = unfolded(calendar_text("队", {e}));
  EXPECT_TRUE(base::contains(text, "DESCRIPTION:一\\;二\\,三\\\\四\\n五\\nEND:VEVENT\r\n"));
  EXPECT_TRUE(base::contains(text, "STATUS:CANCELLED"));
}

TEST(Calendar, LinesAreFolded_WithoutCuttingACharacter) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    auto e = event();
    e.summary.clear();
    for (unsigned i = 0; i < random() % 120; ++i) e.summary += random() % 3 == 0 ? "a" : "科";
    const std::string text = calendar_text("队", {e});
    for (const auto& line : base::split(text, "\r\n")) {
      EXPECT_LE(line.size(), 75u);
      EXPECT_TRUE(base::is_valid_utf8(line));
    }
    EXPECT_TRUE(base::contains(unfolded(text), "SUMMARY:" + e.summary + "\r\n"));
  }
}

}  // namespace
}  // namespace kepu::doc
