#include "core/calendar/calendar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/calendar/calendar_store.h"
#include "core/sql/testing.h"

namespace kepu::calendar {
namespace {

std::vector<Year> shipped() {
  std::ifstream in("catalog/calendar.toml");
  std::stringstream text;
  text << in.rdbuf();
  auto years = parse_years(text.str(), "catalog/calendar.toml");
  EXPECT_TRUE(years) << years.error().message;
  return years ? *years : std::vector<Year>{};
}

Date day(const char* iso) { return base::parse_date(iso).value(); }

TEST(CalendarTest, ShippedYears_NameTheirNotice_AndHoldAllItsDays) {
  // Days off and make-up days as the notices count them.
  const std::map<int, std::pair<int, int>> of_notice = {{2024, {28, 8}}, {2025, {28, 5}}, {2026, {33, 6}}};
  const auto years = shipped();
  ASSERT_EQ(years.size(), of_notice.size());
  for (const auto& year : years) {
    EXPECT_NE(year.source.find("国办发明电"), std::string::npos) << year.year;
    std::pair<int, int> days;
    for (const auto& run : year.runs) {
      const int length = static_cast<int>(base::to_days(run.last) - base::to_days(run.first)) + 1;
      (run.kind == DayKind::holiday ? days.first : days.second) += length;
    }
    EXPECT_EQ(days, of_notice.at(year.year)) << year.year;
  }
}

TEST(CalendarTest, ADeadlineAfterTheNationalHoliday_CountsTheMakeUpDay) {
  const Calendar calendar(shipped());
  EXPECT_FALSE(calendar.is_working_day(day("2026-10-01")));
  EXPECT_TRUE(calendar.is_working_day(day("2026-10-10")));  // a Saturday
  EXPECT_EQ(calendar.name_of(day("2026-10-10")), "国庆节调休");
  EXPECT_EQ(calendar.name_of(day("2026-10-11")), "周日");
  const auto due = calendar.add_working_days(day("2026-09-30"), 3);
  EXPECT_EQ(base::to_iso(due.date), "2026-10-10");
  EXPECT_TRUE(due.missing.empty());
  EXPECT_EQ(base::to_iso(calendar.next_working_day(day("2026-10-01")).date), "2026-10-08");
  EXPECT_EQ(base::to_iso(calendar.next_working_day(day("2026-10-08")).date), "2026-10-08");
}

TEST(CalendarTest, AMissingYear_IsSaidToBeMissing) {
  const Calendar calendar(shipped());
  const auto due = calendar.add_working_days(day("2026-12-31"), 5);
  EXPECT_EQ(due.missing, std::vector<int>{2027});
  EXPECT_EQ(missing_text(due.missing), "2027年的放假安排还没有录入，暂按周末推算");
  EXPECT_EQ(calendar.next_working_day(day("2027-01-04")).missing, std::vector<int>{2027});
}

TEST(CalendarTest, CountingForthAndBack_Agrees) {
  const Calendar calendar(shipped());
  for (Date d = day("2025-12-01"); d < day("2026-11-01"); d = base::from_days(base::to_days(d) + 1)) {
    for (const int n : {1, 2, 7, 22}) {
      const Date later = calendar.add_working_days(d, n).date;
      EXPECT_TRUE(calendar.is_working_day(later));
      EXPECT_EQ(calendar.working_days_between(d, later), n);
      if (calendar.is_working_day(d)) EXPECT_EQ(calendar.add_working_days(later, -n).date, d);
    }
  }
  EXPECT_THROW(calendar.add_working_days(day("2026-01-01"), 100000), std::invalid_argument);
}

TEST(CalendarTest, Lines_ComeBackAsTheyWereWritten_AndBadOnesAreNamed) {
  for (const auto& year : shipped()) EXPECT_EQ(parse_runs(year.year, to_text(year.runs)).value(), year.runs);
  for (const char* bad :
       {"2027-13-01 放假 元旦", "2026-01-01 放假 元旦", "2027-01-01 休息 元旦", "2027-01-01 放假",
        "2027-01-03 至 2027-01-01 放假 元旦", "2027-01-04 上班 元旦",
        "2027-01-01 放假 元旦\n2027-01-01 至 2027-01-02 放假 重", "2027-01-01 至 2027-05-01 放假 长", "x"}) {
    const auto refused = parse_runs(2027, bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().rule, "calendar.line") << bad;
  }
  EXPECT_NE(parse_runs(2027, "\n\n2027-01-01 元旦").error().message.find("第 3 行"), std::string::npos);
  EXPECT_FALSE(parse_years("[[year]]\nyear = 2027\ndays = \"\"", "x.toml"));
  EXPECT_FALSE(parse_years("year = [", "x.toml"));
}

class CalendarStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override {
    auto steps = audit::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(db, steps);
    store = std::make_unique<CalendarStore>(db, shipped());
  }
  Year own(std::int64_t revision, const char* name = "元旦") {
    return {2027,
            "国办发明电〔2026〕1号",
            {{{2027, 1, 1}, {2027, 1, 3}, DayKind::holiday, name}},
            true,
            revision,
            0,
            ""};
  }
  audit::Entry entry() {
    audit::Entry e;
    e.at = base::start_of({2026, 11, 5});
    e.person_name = "经办";
    e.action = "calendar.edit";
    e.summary = "登记";
    return e;
  }
  std::unique_ptr<CalendarStore> store;
};
KEPU_STORE_TEST_SUITE(CalendarStoreTest);

TEST_P(CalendarStoreTest, ATenantsOwnYear_CountsForItAlone) {
  EXPECT_FALSE(store->of(1)->knows(2027));
  ASSERT_TRUE(store->save(1, own(0), entry()));
  EXPECT_TRUE(store->of(1)->knows(2027));
  EXPECT_FALSE(store->of(1)->is_working_day({2027, 1, 1}));
  EXPECT_FALSE(store->of(2)->knows(2027));
  EXPECT_EQ(store->of(1)->years().at(2027).edited_by, "经办");
}

TEST_P(CalendarStoreTest, OfTwoChanges_OneWins_AndTheOtherIsTold) {
  ASSERT_TRUE(store->save(1, own(0), entry()));
  EXPECT_EQ(store->save(1, own(0), entry()).error().rule, "calendar.changed_meanwhile");
  ASSERT_TRUE(store->save(1, own(1, "新年"), entry()));
  const auto late = store->save(1, own(1), entry());
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("经办"), std::string::npos);
  EXPECT_FALSE(store->forget(1, 2027, 1, entry()));
  ASSERT_TRUE(store->forget(1, 2027, 2, entry()));
  EXPECT_FALSE(store->of(1)->knows(2027));
  Year unnamed = own(0);
  unnamed.source = " ";
  EXPECT_EQ(store->save(1, unnamed, entry()).error().rule, "calendar.source");
}

}  // namespace
}  // namespace kepu::calendar
