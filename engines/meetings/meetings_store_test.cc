// Meetings, decisions, briefings and recurring duties on both databases.
#include "engines/meetings/meetings_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"

namespace kepu::meetings {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "office"
title = "科协经办"
purpose = "组织"
scope = "tenant"
rights = ["person.read", "meetings.read", "meetings.manage", "meetings.act"]
[[role]]
id = "unit"
title = "单位"
purpose = "办理"
scope = "subtree"
rights = ["meetings.read", "meetings.act"]
)";

class MeetingStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    association = county->unit("县科协");
    education = county->unit("县教育局");
    health = county->unit("县卫健局");
    office = county->actor("office", association, ScopeKind::tenant);
    teacher = county->actor("unit", education, ScopeKind::subtree);
    doctor = county->actor("unit", health, ScopeKind::subtree);
    store = std::make_unique<MeetingStore>(database, world->clock, world->ids, world->directory);
  }

  By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  std::int64_t revision(Id meeting) { return must(store->meeting(county->tenant, meeting)).revision; }

  Id new_meeting(Date day = {2026, 3, 2}) {
    Meeting m;
    m.title = "联席会议";
    m.day = day;
    m.invitations = {{education, true, Answer::none, "", Attendance::none, ""},
                     {health, true, Answer::none, "", Attendance::none, ""}};
    return must(store->save_meeting(by(office), m));
  }
  Id held_meeting() {
    const Id id = new_meeting();
    must(store->call(by(office), id, revision(id)));
    must(store->hold(by(office), id, revision(id),
                     {{education, true, Answer::none, "", Attendance::present, "副局长"},
                      {health, true, Answer::none, "", Attendance::absent, ""}}));
    return id;
  }
  Id new_decision(Id unit, Date due = {2026, 3, 20}) {
    Decision d;
    d.meeting = held_meeting();
    d.what = "建立台账";
    d.unit = unit;
    d.due = due;
    d.task = {7, "青-01", "科学课"};
    return must(store->add_decision(by(office), d));
  }
  base::Done act(const auth::Actor& who, Id id, DecisionAction action, const std::string& text = "好",
                 std::optional<Date> due = {}) {
    DecisionChange c;
    c.action = action;
    c.revision = must(store->decision(county->tenant, id)).revision;
    c.text = text;
    c.due = due;
    return store->act(by(who), id, c);
  }
  DecisionState state(Id id) { return must(store->decision(county->tenant, id)).state; }
  std::int64_t notices(const auth::Actor& who) {
    return world->db.read([&](sql::Session& s) { return notify::count(s, county->tenant, who.person); });
  }
  std::int64_t audited(const std::string& subject) {
    audit::Query q;
    q.subject = subject;
    return world->db.read([&](sql::Session& s) { return audit::find(s, county->tenant, q).total; });
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<MeetingStore> store;
  Id association = 0, education = 0, health = 0;
  auth::Actor office, teacher, doctor;
};

TEST_P(MeetingStoreTest, AMeetingGoesItsWayAndTellsTheUnits) {
  const Id id = new_meeting();
  EXPECT_FALSE(store->may_see(teacher, must(store->meeting(county->tenant, id))));
  EXPECT_EQ(store->answer(by(teacher), id, education, Answer::comes, "").error().rule,
            "meetings.not_in_state");
  must(store->call(by(office), id, revision(id)));
  EXPECT_EQ(notices(teacher), 1);
  EXPECT_TRUE(store->may_see(teacher, must(store->meeting(county->tenant, id))));
  EXPECT_EQ(store->unanswered(county->tenant, {education}, {2026, 3, 2}).size(), 1u);
  must(store->answer(by(teacher), id, education, Answer::stand_in, "办公室主任"));
  EXPECT_TRUE(store->unanswered(county->tenant, {education}, {2026, 3, 2}).empty());
  EXPECT_EQ(store->answer(by(teacher), id, health, Answer::comes, "").error().code, base::Code::forbidden);
  EXPECT_EQ(store->answer(by(doctor), id, health, Answer::excused, " ").error().field, "who");
  EXPECT_EQ(store->file(by(office), id, revision(id)).error().rule, "meetings.not_in_state");
  must(store->hold(by(office), id, revision(id),
                   {{education, true, Answer::none, "", Attendance::stand_in, ""},
                    {health, true, Answer::none, "", Attendance::absent, ""}}));
  EXPECT_EQ(store->file(by(office), id, revision(id)).error().rule, "meetings.minutes");
  must(
      store->save_minutes(by(office), id, revision(id), "会议要求……", {"ab", "纪要.pdf", "application/pdf"}));
  must(store->save_minutes(by(office), id, revision(id), "会议强调……", {}));
  must(store->file(by(office), id, revision(id)));
  const auto m = must(store->meeting(county->tenant, id));
  EXPECT_EQ(m.state, State::filed);
  EXPECT_EQ(m.minutes, "会议强调……");
  EXPECT_EQ(m.paper.name, "纪要.pdf");  // stays where none is sent
  EXPECT_EQ(m.invitation(education)->who, "办公室主任");
  EXPECT_EQ(notices(teacher), 2);
  EXPECT_EQ(audited("meeting:" + std::to_string(id)), 7);
  EXPECT_EQ(store->held_between(county->tenant, {2026, 3, 2}, {2026, 3, 2}).size(), 1u);
  EXPECT_TRUE(store->held_between(county->tenant, {2026, 3, 3}, {2026, 12, 31}).empty());
}

TEST_P(MeetingStoreTest, WhatIsMissingIsNamedAndRightsAreChecked) {
  Meeting m;
  EXPECT_EQ(store->save_meeting(by(office), m).error().field, "title");
  m.title = "会";
  EXPECT_EQ(store->save_meeting(by(office), m).error().field, "day");
  m.day = {2026, 3, 9};
  EXPECT_EQ(store->save_meeting(by(office), m).error().field, "units");
  m.invitations = {{education, true, Answer::none, "", Attendance::none, ""}};
  EXPECT_EQ(store->save_meeting(by(teacher), m).error().code, base::Code::forbidden);
  const Id id = must(store->save_meeting(by(office), m));
  must(store->call(by(office), id, 1));
  EXPECT_EQ(store->hold(by(office), id, 2, {}).error().rule, "meetings.day");  // it is a week ahead
  EXPECT_EQ(revision(id), 2);                                                  // a refusal changes nothing
  EXPECT_EQ(store->cancel(by(office), id, 2, " ").error().field, "reason");
  must(store->cancel(by(office), id, 2, "改期"));
  EXPECT_EQ(store->call(by(office), id, 3).error().rule, "meetings.not_in_state");
}

TEST_P(MeetingStoreTest, AnEditKeepsAnswersAndTheSlowerOfTwoIsTold) {
  const Id id = new_meeting();
  must(store->call(by(office), id, revision(id)));
  must(store->answer(by(teacher), id, education, Answer::comes, "局长"));
  auto m = must(store->meeting(county->tenant, id));
  m.invitations.pop_back();
  m.place = "二会议室";
  must(store->save_meeting(by(office), m));
  const auto now = must(store->meeting(county->tenant, id));
  ASSERT_EQ(now.invitations.size(), 1u);
  EXPECT_EQ(now.invitations[0].answer, Answer::comes);
  m.place = "三会议室";
  EXPECT_EQ(store->save_meeting(by(office), m).error().rule, "meetings.changed_meanwhile");
  EXPECT_EQ(must(store->meeting(county->tenant, id)).place, "二会议室");
}

TEST_P(MeetingStoreTest, ADecisionGoesFromTheMeetingToItsEnd) {
  const Id id = new_decision(education);
  EXPECT_EQ(must(store->decision(county->tenant, id)).number, "议2026-001");
  const auto before = notices(teacher);
  EXPECT_EQ(act(doctor, id, DecisionAction::take).error().code, base::Code::forbidden);
  must(act(teacher, id, DecisionAction::take));
  EXPECT_EQ(act(teacher, id, DecisionAction::report, " ").error().field, "text");
  must(act(teacher, id, DecisionAction::report, "已建立"));
  EXPECT_EQ(act(teacher, id, DecisionAction::accept).error().code, base::Code::forbidden);
  must(act(office, id, DecisionAction::give_back, "缺两所学校"));
  EXPECT_EQ(notices(teacher), before + 1);
  EXPECT_FALSE(must(store->decision(county->tenant, id)).reported_on);
  must(act(teacher, id, DecisionAction::report, "已补齐"));
  must(act(office, id, DecisionAction::accept));
  EXPECT_TRUE(on_time(must(store->decision(county->tenant, id))));
  must(act(office, id, DecisionAction::close));
  EXPECT_EQ(act(teacher, id, DecisionAction::report).error().rule, "meetings.not_in_state");
  EXPECT_EQ(act(office, id, DecisionAction::reopen, "又有变化").error().field, "due");
  must(act(office, id, DecisionAction::reopen, "又有变化", Date{2026, 4, 1}));
  EXPECT_EQ(state(id), DecisionState::in_hand);
  EXPECT_EQ(store->steps(county->tenant, id).size(), 8u);
  EXPECT_EQ(audited("decision:" + std::to_string(id)), 8);
}

TEST_P(MeetingStoreTest, OfTwoWhoDecideAtOnceOneWins) {
  const Id id = new_decision(education);
  must(act(teacher, id, DecisionAction::report, "已办"));
  DecisionChange yes, no;
  yes.action = DecisionAction::accept;
  no.action = DecisionAction::give_back;
  yes.revision = no.revision = must(store->decision(county->tenant, id)).revision;
  no.text = "不行";
  std::optional<base::Done> one, two;
  std::thread first([&] { one = store->act(by(office), id, yes); });
  std::thread second([&] { two = store->act(by(office), id, no); });
  first.join();
  second.join();
  EXPECT_NE(one->has_value(), two->has_value());
  EXPECT_EQ((one->has_value() ? *two : *one).error().rule, "meetings.changed_meanwhile");
  EXPECT_EQ(store->steps(county->tenant, id).size(), 3u);
}

TEST_P(MeetingStoreTest, DecisionsAreFoundByUnitTaskStateAndLateness) {
  const Id one = new_decision(education, {2026, 3, 5});
  new_decision(health, {2026, 3, 30});
  const auto find = [&](auto&& set) {
    DecisionQuery q;
    set(q);
    return store->decisions(county->tenant, q).total;
  };
  EXPECT_EQ(find([](auto&) {}), 2);
  EXPECT_EQ(find([&](auto& q) { q.units = std::vector<Id>{education}; }), 1);
  EXPECT_EQ(find([&](auto& q) { q.units = std::vector<Id>{}; }), 0);
  EXPECT_EQ(find([](auto& q) { q.late_on = Date{2026, 3, 6}; }), 1);
  EXPECT_EQ(find([](auto& q) { q.text = "台账"; }), 2);
  EXPECT_EQ(find([](auto& q) { q.text = "%"; }), 0);
  EXPECT_EQ(find([](auto& q) { q.task_code = "青-01", q.task_title = "科学课"; }), 2);
  EXPECT_EQ(find([](auto& q) { q.task_code = "青-01", q.task_title = "别的"; }), 0);
  EXPECT_EQ(store->late_at(county->tenant, {}, {2026, 3, 6}).size(), 1u);
  EXPECT_TRUE(store->late_at(county->tenant, {}, {2026, 3, 5}).empty());
  EXPECT_TRUE(store->late_at(county->tenant, {health}, {2026, 3, 6}).empty());
  EXPECT_EQ(store->due_between(county->tenant, {}, {2026, 3, 5}, {2026, 3, 29}).size(), 1u);
  must(act(office, one, DecisionAction::withdraw, "重复"));
  EXPECT_TRUE(store->late_at(county->tenant, {}, {2026, 3, 6}).empty());
  EXPECT_TRUE(store->due_between(county->tenant, {}, {2026, 3, 5}, {2026, 3, 29}).empty());
  EXPECT_TRUE(world->db.read([&](sql::Session& s) { return unit_in_use(s, county->tenant, education); }));
  EXPECT_FALSE(world->db.read([&](sql::Session& s) { return unit_in_use(s, county->tenant, association); }));
}

TEST_P(MeetingStoreTest, AnotherCountySeesNothing) {
  const Id meeting = held_meeting(), decision = new_decision(education);
  auth::testing::County other(*world, "yun", "云溪县");
  const auto stranger = other.actor("office", other.root, ScopeKind::tenant);
  EXPECT_TRUE(store->meetings(other.tenant).empty());
  EXPECT_EQ(store->meeting(other.tenant, meeting).error().code, base::Code::not_found);
  DecisionChange c;
  c.action = DecisionAction::withdraw;
  c.revision = 1;
  c.text = "撤";
  EXPECT_EQ(store->act(by(stranger), decision, c).error().code, base::Code::not_found);
  EXPECT_EQ(store->cancel(by(stranger), meeting, 3, "撤").error().code, base::Code::not_found);
}

TEST_P(MeetingStoreTest, ABriefingIsNumberedOnceAndThenStays) {
  Briefing b;
  b.title = "简报";
  b.metrics = {"inspection.open", "meetings.held"};
  const Id one = must(store->save_briefing(by(office), b)), two = must(store->save_briefing(by(office), b));
  EXPECT_EQ(must(store->briefing(county->tenant, one)).metrics, b.metrics);
  auto issued = must(store->briefing(county->tenant, one));
  issued.issue = store->next_issue(county->tenant, issued.year);
  EXPECT_EQ(issued.issue, 1);
  issued.figures = {{"一", "二", "3 个", "", "来源", "/x"}};
  issued.sha256 = "abc";
  auto other = must(store->briefing(county->tenant, two));
  other.issue = 1;  // was drafted over the same number
  must(store->issue_briefing(by(office), issued));
  EXPECT_EQ(store->issue_briefing(by(office), other).error().rule, "meetings.issue_taken");
  EXPECT_EQ(store->next_issue(county->tenant, issued.year), 2);  // the refused one used no number
  const auto now = must(store->briefing(county->tenant, one));
  EXPECT_EQ(now.state, BriefingState::issued);
  EXPECT_EQ(now.figures, issued.figures);
  EXPECT_EQ(now.sha256, "abc");
  auto change = now;
  change.title = "改";
  EXPECT_EQ(store->save_briefing(by(office), change).error().rule, "meetings.changed_meanwhile");
  EXPECT_EQ(store->drop_briefing(by(office), one, now.revision).error().rule, "meetings.changed_meanwhile");
  must(store->drop_briefing(by(office), two, 1));
  EXPECT_EQ(store->briefings(county->tenant).size(), 1u);
  EXPECT_EQ(store->save_briefing(by(teacher), b).error().code, base::Code::forbidden);
}

TEST_P(MeetingStoreTest, RecurringDutiesAreProvenByWhatHappened) {
  Recurring r;
  r.title = "召开联席会议";
  r.basis = "方案";
  r.unit = education;
  r.since = {2026, 1, 1};
  r.kind = Kind::conference;
  must(store->save_recurring(by(office), r));
  r.title = "核对经费";
  r.proof = Proof::note;
  const Id note = must(store->save_recurring(by(office), r));
  const Date today = {2026, 3, 2};
  for (const auto& [each, periods] : store->standings(county->tenant, today))
    EXPECT_EQ(periods.front().state, PeriodState::due) << each.title;
  held_meeting();
  NewProof proof;
  proof.day = {2026, 3, 3};
  proof.words = "已核对";
  proof.file = {"ab", "核对表.pdf", "application/pdf"};
  EXPECT_EQ(store->add_proof(by(teacher), note, proof).error().field, "day");  // of tomorrow
  proof.day = {2025, 12, 31};
  EXPECT_EQ(store->add_proof(by(teacher), note, proof).error().field, "day");  // before the first period
  proof.day = today;
  EXPECT_EQ(store->add_proof(by(doctor), note, proof).error().code, base::Code::forbidden);
  must(store->add_proof(by(teacher), note, proof));
  for (const auto& [each, periods] : store->standings(county->tenant, today)) {
    EXPECT_EQ(periods.front().state, PeriodState::done) << each.title;
    EXPECT_EQ(store->happened(county->tenant, each).size(), 1u);
  }
  auto meeting_duty = store->recurrings(county->tenant).front();
  EXPECT_EQ(store->add_proof(by(office), meeting_duty.id, proof).error().rule, "meetings.proof");
  EXPECT_EQ(store->proofs(county->tenant, note).size(), 1u);
  EXPECT_TRUE(store->proofs(county->tenant, meeting_duty.id).empty());
}

TEST_P(MeetingStoreTest, MembersKeepTheirHistory) {
  Member m;
  m.unit = education;
  m.from = {2025, 1, 1};
  m.person_name = "分管副局长";
  const Id id = must(store->save_member(by(office), m));
  auto now = must(store->member(county->tenant, id));
  now.until = {2024, 1, 1};
  EXPECT_EQ(store->save_member(by(office), now).error().field, "until");
  now.until = {2026, 2, 1};
  must(store->save_member(by(office), now));
  EXPECT_EQ(store->save_member(by(office), now).error().rule, "meetings.changed_meanwhile");
  EXPECT_FALSE(must(store->member(county->tenant, id)).serves_on({2026, 3, 2}));
  EXPECT_TRUE(must(store->member(county->tenant, id)).serves_on({2026, 2, 1}));
  EXPECT_EQ(store->save_member(by(teacher), now).error().code, base::Code::forbidden);
}

KEPU_STORE_TEST_SUITE(MeetingStoreTest);

}  // namespace
}  // namespace kepu::meetings
