// The pure rules: windows, the flow of a report, lights, tokens.
#include "engines/reports/reports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/text.h"
#include "engines/reports/report.h"
#include "engines/reports/standing.h"
#include "engines/reports/tokens.h"
#include "engines/reports/window.h"

namespace kepu::reports {
namespace {

Date day(const char* iso) { return base::parse_date(iso).value(); }

calendar::Calendar year_2026() {
  calendar::Year year{2026, "国办发明电〔2025〕7号", {}, false, 0, 0, ""};
  year.runs =
      calendar::parse_runs(2026, "2026-10-01 至 2026-10-07 放假 国庆节\n2026-10-10 上班 国庆节").value();
  return calendar::Calendar({year});
}

Rule rule_of(Period period, const char* since) {
  Rule rule = proposed_rule(period);
  rule.since = day(since);
  return rule;
}

TEST(WindowTest, AQuarter_OpensAndClosesByTheWorkingCalendar) {
  const auto window = window_of({rule_of(Period::quarter, "2026-01-01")}, year_2026(), "2026Q3");
  ASSERT_TRUE(window);
  EXPECT_EQ(title_of(*window), "2026年第三季度");
  EXPECT_EQ(base::to_iso(window->opens), "2026-09-15");
  EXPECT_EQ(base::to_iso(window->due), "2026-10-20");  // 8, 9, the make-up Saturday 10, 12–16, 19, 20
  EXPECT_TRUE(window->missing.empty());
  EXPECT_EQ(state_of(*window, day("2026-09-14")), WindowState::upcoming);
  EXPECT_EQ(state_of(*window, day("2026-10-20")), WindowState::open);
  EXPECT_EQ(state_of(*window, day("2026-10-21")), WindowState::overdue);
  EXPECT_EQ(state_of(*window, window->closes), WindowState::overdue);
  EXPECT_EQ(state_of(*window, base::from_days(base::to_days(window->closes) + 1)), WindowState::closed);
}

TEST(WindowTest, AYearWithoutHolidays_IsNamed) {
  const auto window = window_of({rule_of(Period::quarter, "2026-01-01")}, year_2026(), "2026Q4");
  ASSERT_TRUE(window);
  EXPECT_EQ(window->missing, std::vector<int>{2027});
}

TEST(WindowTest, ANewRule_LeavesPassedWindowsAsTheyWere) {
  Rule later = rule_of(Period::quarter, "2026-07-01");
  later.due_days = 3;
  const std::vector<Rule> rules = {rule_of(Period::quarter, "2026-01-01"), later};
  EXPECT_EQ(window_of(rules, year_2026(), "2026Q2"), window_of({rules[0]}, year_2026(), "2026Q2"));
  EXPECT_LT(window_of(rules, year_2026(), "2026Q3")->due, window_of({rules[0]}, year_2026(), "2026Q3")->due);
  Rule off = rule_of(Period::quarter, "2026-10-01");
  off.active = false;
  EXPECT_FALSE(window_of({rules[0], off}, year_2026(), "2026Q4"));
  EXPECT_TRUE(window_of({rules[0], off}, year_2026(), "2026Q3"));
  EXPECT_TRUE(check(off, rules, day("2026-11-01")).empty());
  EXPECT_EQ(check(later, rules, day("2026-11-01")).at(0).rule, "window.since_passed");
  EXPECT_FALSE(check(rule_of(Period::quarter, "2026-02-01"), {}, day("2026-11-01")).empty());
}

TEST(WindowTest, EveryListedWindow_IsFoundByItsKey_AndHasOpened) {
  std::vector<Rule> rules;
  for (const Period p : {Period::month, Period::quarter, Period::half, Period::year})
    rules.push_back(rule_of(p, "2025-01-01"));
  const auto calendar = year_2026();
  const Date today = day("2026-11-26");
  const auto all = windows_of(rules, calendar, today);
  EXPECT_EQ(all.size(), 23u + 7u + 3u + 1u);  // months to 2026-11, quarters to Q3, half-years, 2025
  for (const auto& window : all) {
    EXPECT_LE(window.opens, today);
    EXPECT_LT(window.due, window.closes);
    const auto again = window_of(rules, calendar, window.key);
    ASSERT_TRUE(again) << window.key;
    EXPECT_EQ(again->first, window.first);
    EXPECT_EQ(window_title(window.key), title_of(window));
    EXPECT_EQ(period_of(window.period, window.first).last, window.last);
  }
  EXPECT_EQ(current_of(all, today)->key, "2026-11");
  EXPECT_EQ(next_window(rules, calendar, today)->key, "2026");
  for (const char* bad : {"", "x", "2026Q5", "2026-13", "2026H3", "19990", "20260101", "2026Q3 "}) {
    EXPECT_FALSE(window_of(rules, calendar, bad)) << bad;
    EXPECT_EQ(window_title(bad), bad);
  }
}

TEST(ReportTest, TheFlow_ReachesNoUndeclaredState) {
  const std::vector<State> states = {State::draft, State::submitted, State::returned, State::accepted};
  std::mt19937 random(7);
  for (int run = 0; run < 200; ++run) {
    State now = State::draft;
    bool submitted = false;
    for (int i = 0; i < 30; ++i) {
      const auto deed = static_cast<Deed>(random() % 4);
      const auto next = after(now, deed);
      if (!next) continue;
      EXPECT_NE(std::find(states.begin(), states.end(), *next), states.end());
      submitted = submitted || deed == Deed::submit;
      EXPECT_TRUE(submitted || *next == State::draft);
      EXPECT_TRUE(*next != State::accepted || now == State::submitted);
      now = *next;
    }
  }
  EXPECT_FALSE(after(State::accepted, Deed::save));
  EXPECT_FALSE(after(State::submitted, Deed::save));
  EXPECT_FALSE(after(State::draft, Deed::accept));
}

Content doing(double share, const char* narrative = "举办培训 3 期") {
  Content c;
  c.status = Status::doing;
  c.share = share;
  c.narrative = narrative;
  return c;
}
bool has(const base::Errors& errors, std::string_view rule) {
  return std::any_of(errors.begin(), errors.end(), [&](const auto& e) { return e.rule == rule; });
}

TEST(ReportTest, WhatIsSubmitted_MustSayWhatItClaims) {
  EXPECT_TRUE(check_complete(doing(0.4), 0).empty());
  EXPECT_TRUE(has(check_complete(Content{}, 0), "report.status"));
  EXPECT_TRUE(has(check_complete(doing(0.4, " "), 0), "report.narrative"));
  EXPECT_TRUE(has(check_complete(doing(1.0), 0), "report.share"));
  EXPECT_TRUE(has(check_draft(doing(1.2)), "report.share"));
  Content done = settled([] {
    Content c = doing(0.9);
    c.status = Status::done;
    return c;
  }());
  EXPECT_EQ(done.share, 1.0);
  EXPECT_TRUE(has(check_complete(done, 0), "report.evidence"));
  EXPECT_TRUE(check_complete(done, 1).empty());
  for (const Status s : {Status::not_started, Status::not_applicable}) {
    Content c;
    c.status = s;
    EXPECT_TRUE(has(check_complete(c, 0), "report.reason"));
    c.reason = "上级资金未到位";
    EXPECT_TRUE(check_complete(settled(c), 0).empty());
  }
  Content figures = doing(0.4);
  figures.figures = {{7, "培训人数", "人", "", -1.0, ""}};
  EXPECT_EQ(check_draft(figures).at(0).field, "figure-7");
  figures.figures[0].value.reset();  // missing is allowed, and is not zero
  EXPECT_TRUE(check_complete(figures, 0).empty());
  EXPECT_EQ(figure_text(figures.figures[0]), "—（缺数）");
}

TEST(ReportTest, Changes_NameWhatMoved_AndAreEmptyForTheSame) {
  Content before = doing(0.3), now = doing(0.45);
  before.figures = {{7, "培训人数", "人", "", 120.0, ""}};
  now.figures = {{7, "培训人数", "人", "", 180.0, ""}, {8, "场次", "场", "", std::nullopt, ""}};
  EXPECT_EQ(base::join(changes(before, now), "；"),
            "进度 30% → 45%；培训人数 120 人 → 180 人；新增场次 —（缺数）");
  EXPECT_TRUE(changes(now, now).empty());
}

TEST(ReportTest, WritingTime_FollowsWindow_Extension_AndReturn) {
  const auto window = window_of({rule_of(Period::quarter, "2026-01-01")}, year_2026(), "2026Q3").value();
  EXPECT_EQ(check_time(window, {}, false, day("2026-09-01")).error().rule, "report.not_open");
  EXPECT_TRUE(check_time(window, {}, false, day("2026-10-30")));
  EXPECT_EQ(check_time(window, {}, false, day("2026-12-30")).error().rule, "report.closed");
  EXPECT_TRUE(check_time(window, day("2026-12-31"), false, day("2026-12-30")));
  EXPECT_TRUE(check_time(window, {}, true, day("2027-06-30")));
}

const plan::Span kSpan{{2026, 1, 1}, {2026, 12, 31}};

TEST(StandingTest, TheLight_FollowsThePublishedRule) {
  LightRule rule;
  rule.watch_lag = 0.10;
  rule.late_lag = 0.20;
  const auto of = [&](std::vector<PartStanding> parts, const char* today) {
    return standing_of(rule, kSpan, parts, true, day(today)).value();
  };
  const Date half = day("2026-07-02");
  EXPECT_EQ(of({{true, Status::doing, 0.5, false}}, "2026-07-02").light, plan::Light::ok);
  const auto watch = of({{true, Status::doing, 0.38, false}}, "2026-07-02");
  EXPECT_EQ(watch.light, plan::Light::watch);
  EXPECT_NE(watch.why.find("时间已过 50%，完成 38%，慢 12 个百分点"), std::string::npos) << watch.why;
  EXPECT_EQ(of({{true, Status::doing, 0.3, false}}, "2026-07-02").light, plan::Light::late);
  EXPECT_EQ(of({{true, Status::doing, 0.5, true}}, "2026-07-02").word, "逾期未报");
  EXPECT_EQ(of({{true, Status::doing, 0.9, false}, {false, Status::none, {}, true}}, "2026-07-02").word,
            "1 个单位未报");
  EXPECT_EQ(of({{true, Status::done, 1.0, false}}, "2026-07-02").light, plan::Light::done);
  EXPECT_EQ(of({{true, Status::doing, 0.95, false}}, "2027-01-01").word, "逾期未完成");
  EXPECT_EQ(of({{true, Status::doing, 0.9, false}}, "2026-12-01").word, "临期");
  EXPECT_EQ(of({{true, Status::not_applicable, {}, false}}, "2026-07-02").word, "不再适用");
  EXPECT_FALSE(standing_of(rule, kSpan, {{true, Status::none, {}, false}}, false, half));
  EXPECT_EQ(of({{true, Status::none, {}, true}}, "2026-07-02").light, plan::Light::late);
}

TEST(StandingTest, MoreReported_NeverDarkensTheLight_AndSilenceNeverBrightensIt) {
  const LightRule rule;
  const auto rank = [](plan::Light light) {
    return light == plan::Light::late ? 2 : light == plan::Light::watch ? 1 : 0;
  };
  std::mt19937 random(11);
  for (int run = 0; run < 500; ++run) {
    std::vector<PartStanding> parts(1 + random() % 4);
    for (auto& p : parts)
      p = {random() % 2 == 0, Status::doing, static_cast<double>(random() % 100) / 100, false};
    const Date today =
        base::from_days(base::to_days(kSpan.first) + static_cast<std::int64_t>(random() % 500));
    const auto before = standing_of(rule, kSpan, parts, true, today).value();
    auto more = parts;
    more[0].share = std::min(1.0, *more[0].share + 0.2);
    EXPECT_LE(rank(standing_of(rule, kSpan, more, true, today)->light), rank(before.light));
    auto silent = parts;
    silent[0] = {parts[0].lead, Status::none, {}, true};
    EXPECT_GE(rank(standing_of(rule, kSpan, silent, true, today)->light), rank(before.light));
  }
}

TEST(TokensTest, WhateverIsPartOfAText_IsFoundByItsTokens) {
  const std::string text = "2026年科普大篷车进校园（第12场）签到表.PDF";
  const auto tokens = tokens_of(text);
  const auto letters = base::to_code_points("2026年科普大篷车进校园");
  for (std::size_t from = 0; from < letters.size(); ++from) {
    for (std::size_t length = 2; from + length <= letters.size(); ++length) {
      const auto wanted = wanted_of(base::to_utf8(letters.substr(from, length)));
      for (const auto& pair : wanted.pairs)
        EXPECT_TRUE(std::binary_search(tokens.begin(), tokens.end(), pair)) << pair;
      EXPECT_NE(folded(text).find(wanted.words.at(0)), std::string::npos);
    }
  }
  EXPECT_EQ(wanted_of("园").prefixes, std::vector<std::string>{"园"});
  EXPECT_TRUE(
      std::any_of(tokens.begin(), tokens.end(), [](const auto& t) { return base::starts_with(t, "园"); }));
  EXPECT_EQ(wanted_of("ｐｄｆ").words.at(0), "pdf");
  EXPECT_TRUE(wanted_of("，。！").empty());
  EXPECT_NE(folded(text).find("pdf"), std::string::npos);
}

}  // namespace
}  // namespace kepu::reports
