#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "engines/orders/orders_store.h"

namespace kepu::orders {
namespace {

constexpr Millis kMinute = 60'000;

Date day(const char* iso) { return *base::parse_date(iso); }
Millis at(const char* iso, int hour, int minute = 0) {
  return base::start_of(day(iso)) + (hour * 60LL + minute) * kMinute;
}
// 2026-11-26 is a Thursday; the 28th is a made-up working Saturday, the 30th a holiday.
calendar::Calendar calendar_of_tests() {
  calendar::Year year;
  year.year = 2026;
  year.runs = {{day("2026-11-28"), day("2026-11-28"), calendar::DayKind::workday, "调休"},
               {day("2026-11-30"), day("2026-11-30"), calendar::DayKind::holiday, "放假"}};
  return calendar::Calendar({year});
}

TEST(Flow, EveryStateIsReached_AndEveryOpenStateCanEnd) {
  std::set<State> reached = {State::placed};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& r : rules()) {
      if (reached.count(r.from) != 0 && reached.insert(r.to).second) grown = true;
    }
  }
  EXPECT_EQ(reached.size(), 12u);
  for (const State start : reached) {
    std::set<State> from_here = {start};
    for (bool grown = true; grown;) {
      grown = false;
      for (const auto& r : rules()) {
        if (from_here.count(r.from) != 0 && from_here.insert(r.to).second) grown = true;
      }
    }
    EXPECT_TRUE(std::any_of(from_here.begin(), from_here.end(), is_ended)) << title_of(start);
  }
}

TEST(Flow, ARowIsDeclaredOnce_AndItsWordsAreReadAgain) {
  std::set<std::pair<State, Action>> seen;
  for (const auto& r : rules()) {
    EXPECT_TRUE(seen.emplace(r.from, r.action).second);
    EXPECT_EQ(parse_state(to_text(r.from)), r.from);
    EXPECT_EQ(parse_state(title_of(r.to)), r.to);
    EXPECT_EQ(parse_action(to_text(r.action)), r.action);
    EXPECT_EQ(find_rule(r.from, r.action)->to, r.to);
  }
  EXPECT_EQ(find_rule(State::refused, Action::dispatch), nullptr);
  for (const auto& r : rules()) {
    if (is_ended(r.from)) {
      EXPECT_EQ(r.from, State::closed) << "only a closed order may be complained about";
    }
  }
}

TEST(Clocks, AgreeWithCountingMinuteByMinute) {
  const auto calendar = calendar_of_tests();
  const OfficeHours hours;
  std::mt19937 random(9);
  const Millis begin = at("2026-11-25", 0);
  for (int round = 0; round < 60; ++round) {
    const Millis start = begin + static_cast<Millis>(random() % (6 * 24 * 60)) * kMinute;
    const int minutes = static_cast<int>(random() % 1500);
    // By counting: the first instant by which so many working minutes have passed.
    Millis now = start;
    for (int left = minutes; left > 0; now += kMinute) {
      const int of_day = static_cast<int>((now - base::start_of(base::date_of(now))) / kMinute);
      if (calendar.is_working_day(base::date_of(now)) && of_day >= hours.from && of_day < hours.to) --left;
    }
    EXPECT_EQ(after_working(start, minutes, calendar), now) << base::to_local(start) << " + " << minutes;
    EXPECT_EQ(working_minutes(start, now, calendar), minutes);
  }
}

TEST(Clocks, SkipFreeDays_AndKnowMakeUpDays) {
  const auto calendar = calendar_of_tests();
  EXPECT_EQ(after_working(at("2026-11-27", 16), 120, calendar), at("2026-11-28", 10)) << "Saturday is worked";
  EXPECT_EQ(after_working(at("2026-11-28", 16), 120, calendar), at("2026-12-01", 10)) << "Monday is free";
  EXPECT_EQ(after_working(at("2026-11-29", 3), 480, calendar), at("2026-12-01", 17));
  EXPECT_EQ(working_minutes(at("2026-11-29", 3), at("2026-11-30", 20), calendar), 0);
  EXPECT_EQ(working_minutes(10, 5, calendar), 0);
}

TEST(Clocks, EveryStateThatWaitsForSomebodyHasOne) {
  const auto calendar = calendar_of_tests();
  Order o;
  o.since = at("2026-11-26", 10);
  o.days = {day("2026-12-03")};
  for (const auto& r : rules()) {
    o.state = r.from;
    const bool waits = is_open(r.from) && r.from != State::split;
    EXPECT_EQ(due_of(o, {}, calendar) != 0, waits) << title_of(r.from);
  }
  o.state = State::accepted;
  EXPECT_EQ(base::date_of(due_of(o, {}, calendar)), day("2026-12-04"));
  o.day = day("2026-12-01");
  EXPECT_EQ(base::date_of(due_of(o, {}, calendar)), day("2026-12-02"));
}

Request good() {
  Request r;
  r.title = "请医生来讲高血压";
  r.days = {day("2026-12-01")};
  r.area = 5;
  r.name = "冉大姐";
  r.phone = "138 0000 0000";
  r.consent = true;
  r.key = "k-12345678";
  return r;
}
std::set<std::string> wrong_fields(const Request& r, const Service* s = nullptr) {
  std::set<std::string> out;
  for (const auto& e : check_request(r, s, day("2026-11-26"))) out.insert(e.field);
  return out;
}

TEST(Request, Good_HasNoErrors) { EXPECT_TRUE(wrong_fields(good()).empty()); }

TEST(Request, EveryFieldIsToldAtOnce) {
  Request r;
  r.key = "x";
  r.people = -1;
  r.time = "半夜";
  r.minor = true;
  EXPECT_EQ(wrong_fields(r), (std::set<std::string>{"title", "days", "time", "area", "people", "name",
                                                    "phone", "guardian", "consent", "key"}));
}

TEST(Request, PhoneThatIsShort_IsToldHowMany) {
  Request r = good();
  r.phone = "138 0000 000";
  const auto errors = check_request(r, nullptr, day("2026-11-26"));
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].message, "手机号是 11 位数字，现在是 10 位；固定电话请带区号。");
}

TEST(Request, NoticeOfTheService_IsKept) {
  Service s;
  s.notice_days = 5;
  Request r = good();
  r.days = {day("2026-11-30")};
  EXPECT_EQ(wrong_fields(r, &s), (std::set<std::string>{"days"}));
  r.days = {day("2026-12-01")};
  EXPECT_TRUE(wrong_fields(r, &s).empty());
  r.days = {day("2027-12-01")};
  EXPECT_EQ(wrong_fields(r, &s), (std::set<std::string>{"days"}));
  s.for_minors = true;
  r = good();
  EXPECT_EQ(wrong_fields(r, &s), (std::set<std::string>{"guardian"}));
}

TEST(Likeness, IsOneForEqual_NoneForStrangers) {
  EXPECT_DOUBLE_EQ(likeness("健康讲座", "健康讲座"), 1);
  EXPECT_DOUBLE_EQ(likeness("健康讲座", "反诈宣传"), 0);
  EXPECT_GT(likeness("健康讲座与义诊", "义诊和健康讲座"), 0.4);
  EXPECT_DOUBLE_EQ(likeness("", "健康"), 0);
}

std::string shipped() {
  std::ifstream in("catalog/orders.toml");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(CatalogOfOrders, Shipped_IsRead) {
  const auto c = parse_catalog(shipped(), "catalog/orders.toml");
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->kinds.size(), 10u);
  EXPECT_GE(c->services.size(), 16u);
  EXPECT_EQ(c->services.size(), c->departments.size());
  EXPECT_EQ(c->guess("想请医生给老人量血压、测血糖")->key, "health");
  EXPECT_EQ(c->guess("果树病虫害怎么治")->key, "farming");
  EXPECT_EQ(c->guess("随便问问"), nullptr);
}

TEST(CatalogOfOrders, Faults_NameTheirLine) {
  const auto c = parse_catalog(
      "[[kind]]\nkey = \"a1\"\ntitle = \"甲\"\n[[service]]\nkind = \"b\"\ntitle = \"讲座\"\n", "f.toml");
  ASSERT_FALSE(c);
  EXPECT_EQ(c.error().message, "f.toml 第4行：没有类别“b”");
  EXPECT_FALSE(parse_catalog("[[kind]\n", "f.toml"));
  EXPECT_FALSE(parse_catalog("", "f.toml"));
}

TEST(Routes, TheMostSpecialOneFits) {
  Settings s;
  s.routes = {{"", 0, 1}, {"health", 0, 2}, {"", 7, 3}, {"health", 7, 4}};
  EXPECT_EQ(s.department_for("health", 7), 4);
  EXPECT_EQ(s.department_for("health", 8), 2);
  EXPECT_EQ(s.department_for("farming", 7), 3);
  EXPECT_EQ(s.department_for("farming", 8), 1);
  s.routes.clear();
  EXPECT_EQ(s.department_for("farming", 8), 0);
}

}  // namespace
}  // namespace kepu::orders
