// The rules over plain values: states, quorum, agenda, recurring duties, the papers.
#include "engines/meetings/meetings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/base/text.h"
#include "engines/meetings/briefing.h"
#include "engines/meetings/papers.h"
#include "engines/meetings/recurring.h"

namespace kepu::meetings {
namespace {

constexpr DecisionAction kActions[] = {
    DecisionAction::take,  DecisionAction::report,   DecisionAction::accept, DecisionAction::give_back,
    DecisionAction::close, DecisionAction::move_due, DecisionAction::reopen, DecisionAction::withdraw};
constexpr DecisionState kStates[] = {
    DecisionState::open,     DecisionState::in_hand, DecisionState::reported, DecisionState::returned,
    DecisionState::accepted, DecisionState::closed,  DecisionState::withdrawn};

TEST(Decisions, EveryWalkStaysInTheTableAndOnlyClosedAndWithdrawnMayEnd) {
  std::mt19937 random(7);
  std::set<DecisionState> seen;
  for (int walk = 0; walk < 300; ++walk) {
    DecisionState at = DecisionState::open;
    for (int i = 0; i < 20; ++i) {
      seen.insert(at);
      const auto action = kActions[random() % std::size(kActions)];
      const auto* rule = find_rule(at, action);
      if (rule == nullptr) continue;
      EXPECT_EQ(rule->from, at);
      // What the unit says is never the office's to say, and the other way round.
      const bool units = action == DecisionAction::take || action == DecisionAction::report;
      EXPECT_EQ(rule->right, units ? kAct : kManage);
      at = rule->to;
    }
  }
  EXPECT_EQ(seen.size(), std::size(kStates));  // every state can be reached
  for (const auto state : kStates) {
    const bool moves = std::any_of(std::begin(kActions), std::end(kActions),
                                   [&](DecisionAction a) { return find_rule(state, a) != nullptr; });
    EXPECT_EQ(moves, state != DecisionState::withdrawn) << title_of(state);
    EXPECT_EQ(parse_decision_state(to_text(state)), state);
    EXPECT_EQ(parse_decision_state(title_of(state)), state);
  }
}

TEST(Decisions, AreLateOnlyWithTheUnitAndOnTimeOnlyOnceAccepted) {
  Decision d;
  d.due = {2026, 5, 10};
  for (const auto state : kStates) {
    d.state = state;
    EXPECT_FALSE(is_late(d, {2026, 5, 10}));
    EXPECT_EQ(is_late(d, {2026, 5, 11}), is_with_unit(state)) << title_of(state);
    d.reported_on = {2026, 5, 10};
    EXPECT_EQ(on_time(d), state == DecisionState::accepted || state == DecisionState::closed);
    d.reported_on = {2026, 5, 11};
    EXPECT_FALSE(on_time(d));
    d.reported_on.reset();
    EXPECT_FALSE(on_time(d));
  }
}

TEST(Decisions, TheNextAgendaHearsTheOpenOnesLateFirst) {
  std::vector<Decision> all(4);
  const DecisionState states[] = {DecisionState::in_hand, DecisionState::closed, DecisionState::open,
                                  DecisionState::reported};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].number = "议2026-00" + std::to_string(i + 1);
    all[i].what = "事项" + std::to_string(i + 1);
    all[i].state = states[i];
    all[i].due = {2026, 5, 30 - 10 * static_cast<int>(i % 3)};
  }
  const auto text = proposed_agenda(all, {2026, 5, 20}, {"甲局", "乙局", "丙局", "丁局"});
  const auto items = agenda_items(text);
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0], "听取议2026-003落实情况：事项3（丙局，逾期 10 天）");
  EXPECT_NE(text.find("议2026-004"), std::string::npos);
  EXPECT_EQ(text.find("议2026-002"), std::string::npos);
  EXPECT_EQ(proposed_agenda({}, {2026, 5, 20}, {}), "");
}

TEST(Meetings, OnlyTheTableMovesThem) {
  EXPECT_EQ(after(State::draft, Action::call), State::called);
  EXPECT_EQ(after(State::called, Action::hold), State::held);
  EXPECT_EQ(after(State::held, Action::file), State::filed);
  EXPECT_FALSE(after(State::draft, Action::hold));
  EXPECT_FALSE(after(State::held, Action::cancel));
  for (const auto action :
       {Action::edit, Action::call, Action::hold, Action::minutes, Action::file, Action::cancel}) {
    EXPECT_FALSE(after(State::filed, action));
    EXPECT_FALSE(after(State::cancelled, action));
  }
}

TEST(Meetings, QuorumCountsMembersAndStandInsAloneHoweverTheyStand) {
  Meeting m;
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    m.invitations.clear();
    int members = 0, there = 0, unknown = 0;
    for (unsigned i = 0; i < random() % 12; ++i) {
      Invitation one;
      one.unit = static_cast<Id>(i + 1);
      one.member = random() % 3 != 0;
      one.attendance = static_cast<Attendance>(random() % 4);
      if (one.member) {
        ++members;
        there += one.attendance == Attendance::present || one.attendance == Attendance::stand_in ? 1 : 0;
        unknown += one.attendance == Attendance::none ? 1 : 0;
      }
      m.invitations.push_back(one);
    }
    std::shuffle(m.invitations.begin(), m.invitations.end(), random);
    const Quorum q = quorum_of(m);
    EXPECT_EQ(q.members, members);
    EXPECT_EQ(q.met(), members > 0 && there * 2 >= members);
    EXPECT_EQ(q.known(), members > 0 && unknown == 0);
  }
  m.invitations = {{1, true, Answer::none, "", Attendance::present, ""},
                   {2, true, Answer::none, "", Attendance::stand_in, ""},
                   {3, true, Answer::none, "", Attendance::absent, ""}};
  EXPECT_EQ(text_of(quorum_of(m)), "应到成员单位 3 个，实到 2 个（其中代会 1 个），缺席 1 个，达到半数");
  m.invitations[0].attendance = Attendance::none;
  EXPECT_EQ(base::contains(text_of(quorum_of(m)), "半数"), false);  // not told before it is known
}

// ---- duties that come round

TEST(RecurringDuties, PeriodsTileTheCalendarWhateverTheDay) {
  for (const auto every : {Every::quarter, Every::half, Every::year}) {
    Date at = {2023, 1, 1};
    while (at.year < 2027) {
      const auto p = period_of(every, at);
      EXPECT_EQ(p.first, at);
      for (auto day = base::to_days(p.first); day <= base::to_days(p.last); ++day) {
        EXPECT_EQ(period_of(every, base::from_days(day)).first, p.first);
        EXPECT_EQ(title_of(every, base::from_days(day)), title_of(every, p.first));
      }
      at = base::from_days(base::to_days(p.last) + 1);
    }
    EXPECT_EQ(at, (Date{2027, 1, 1}));
  }
  EXPECT_EQ(title_of(Every::quarter, {2026, 8, 1}), "2026年第三季度");
}

TEST(RecurringDuties, DoneDueAndLateByCountingInTheirOwnPeriod) {
  Recurring r;
  r.every = Every::half;
  r.times = 2;
  r.since = {2025, 3, 1};
  const std::vector<Happened> happened = {{{2025, 12, 31}, "b", ""},
                                          {{2025, 7, 1}, "a", ""},
                                          {{2026, 2, 1}, "c", ""},
                                          {{2024, 12, 31}, "before", ""}};
  const auto all = standings_of(r, happened, {2026, 6, 30});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].state, PeriodState::due);  // the last day is still running
  EXPECT_EQ(all[0].happened.size(), 1u);
  EXPECT_EQ(all[1].state, PeriodState::done);
  EXPECT_EQ(all[1].happened.front().title, "a");
  EXPECT_EQ(all[2].state, PeriodState::late);
  EXPECT_TRUE(all[2].happened.empty());
  EXPECT_EQ(standings_of(r, happened, {2026, 7, 1})[1].state, PeriodState::late);
  const auto share = proven_between(all, {2025, 1, 1}, {2026, 6, 30});
  EXPECT_EQ(share.periods, 2);  // what still runs is neither proven nor failed
  EXPECT_EQ(share.proven, 1);
  EXPECT_TRUE(standings_of(r, {}, {2025, 2, 28}).empty());
}

TEST(RecurringDuties, EachThingCountsOnceAndTheOrderDoesNotMatter) {
  std::mt19937 random(3);
  Recurring r;
  r.every = Every::quarter;
  r.since = {2024, 1, 1};
  for (int round = 0; round < 50; ++round) {
    std::vector<Happened> happened;
    for (unsigned i = 0; i < random() % 20; ++i) {
      happened.push_back({base::from_days(base::to_days({2024, 1, 1}) + static_cast<int>(random() % 1000)),
                          std::to_string(i), ""});
    }
    const Date today = {2026, 9, 30};
    auto shuffled = happened;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto one = standings_of(r, happened, today), two = standings_of(r, shuffled, today);
    ASSERT_EQ(one.size(), two.size());
    std::size_t counted = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].state, two[i].state);
      EXPECT_EQ(one[i].happened.size(), two[i].happened.size());
      counted += one[i].happened.size();
    }
    const auto within =
        std::count_if(happened.begin(), happened.end(), [&](const Happened& h) { return h.day <= today; });
    EXPECT_EQ(counted, static_cast<std::size_t>(within));
  }
}

TEST(RecurringDuties, EndWithoutLosingWhatWas) {
  Recurring r;
  r.since = {2024, 5, 1};
  r.ended = {2025, 2, 1};
  const auto all = standings_of(r, {{{2024, 6, 1}, "a", ""}}, {2027, 1, 1});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, PeriodState::late);
  EXPECT_EQ(all[1].state, PeriodState::done);
}

// ---- papers

Briefing sample_briefing() {
  Briefing b;
  b.title = "工作情况";
  b.year = 2026;
  b.issue = 3;
  b.day = {2026, 5, 20};
  b.issuer = "岚江县全民科学素质工作办公室";
  b.words = "第一段\n第二段";
  b.figures = {{"总体进展", "方案任务", "54 项", "", "方案任务状态", "/tasks"},
               {"主要指标", "未销号问题", "5 个", "", "指标 inspection.open", "/indicators/inspection.open"},
               {"主要指标", "按期整改率", "", "这段时间没有到期的整改", "指标 inspection.rate", ""}};
  return b;
}

TEST(Briefings, FiguresComeBackAsTheyWereWritten) {
  auto figures = sample_briefing().figures;
  EXPECT_EQ(figures_from(to_text(figures)), figures);
  figures[0].note = "有\t制表符\n和换行";
  EXPECT_EQ(figures_from(to_text(figures))[0].note, "有 制表符 和换行");
  EXPECT_EQ(figures_from(to_text(figures)).size(), 3u);
  EXPECT_TRUE(figures_from("坏行\n").empty());
}

TEST(Briefings, TheSameBriefingGivesTheSameBytes) {
  const auto b = sample_briefing();
  EXPECT_EQ(paper_of(b).docx(), paper_of(b).docx());
  auto other = b;
  other.figures[0].value = "55 项";
  EXPECT_NE(paper_of(other).docx(), paper_of(b).docx());
}

TEST(Papers, NoticeAndMinutesAreMadeOfTheMeeting) {
  Meeting m;
  m.title = "联席会议";
  m.day = {2026, 5, 20};
  m.agenda = "第一项\n\n第二项";
  m.minutes = "会议要求。";
  m.invitations = {{1, true, Answer::comes, "局长", Attendance::present, ""}};
  Decision d;
  d.number = "议2026-001";
  d.what = "办一件事";
  d.unit = 1;
  d.due = {2026, 6, 1};
  const std::vector<Named> units = {{1, "县教育局"}};
  const auto notice = notice_of(m, units, "办公室", {2026, 5, 1}).docx();
  EXPECT_EQ(notice, notice_of(m, units, "办公室", {2026, 5, 1}).docx());
  EXPECT_NE(notice, minutes_of(m, {d}, units, "办公室", {2026, 5, 1}).docx());
  EXPECT_NE(minutes_of(m, {}, units, "办公室", {2026, 5, 1}).docx(),
            minutes_of(m, {d}, units, "办公室", {2026, 5, 1}).docx());
}

}  // namespace
}  // namespace kepu::meetings
