// The pages as people use them, without a script: an office, two units, another county.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "core/site/testing.h"
#include "engines/meetings/meetings_engine.h"
#include "engines/plan/testing.h"

namespace kepu::meetings {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "科协经办"
purpose = "组织"
scope = "tenant"
rights = ["person.read", "meetings.read", "meetings.manage", "meetings.act"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "办理"
scope = "subtree"
rights = ["meetings.read", "meetings.act"]
[[role]]
id = "reader"
title = "领导"
purpose = "查看"
scope = "tenant"
rights = ["meetings.read"]
)";

class MeetingsPages : public site::testing::PageTest {
 protected:
  MeetingsPages() : PageTest(kRoles, {notify::migrations(), migrations()}) {
    engine = std::make_unique<MeetingsEngine>(services, plans, extensions, catalog);
    engine->add_metrics();
    engine->extend();
    engine->add_to(site);
    tenant = make_county("lan", "岚江县");
    association = unit("县科协");
    education = unit("县教育局");
    health = unit("县卫健局");
    office = session("office", "office", association, ScopeKind::tenant);
    teacher = session("jiaoyu", "liaison", education, ScopeKind::subtree);
    doctor = session("weijian", "liaison", health, ScopeKind::subtree);
    leader = session("lingdao", "reader", association, ScopeKind::tenant);
  }
  std::string url(Id meeting) { return "/meetings/" + std::to_string(meeting); }
  std::string revision(Id meeting) {
    return std::to_string(must(engine->store().meeting(tenant, meeting)).revision);
  }
  http::Pairs meeting_form() {
    return {{"title", "联席会议"},
            {"kind", "conference"},
            {"day", "2026-03-02"},
            {"time", "09:30"},
            {"agenda", "通报情况"},
            {"units", std::to_string(education)},
            {"units", std::to_string(health)}};
  }
  Id called_meeting() {
    const auto made = post(office, "/meetings/new", meeting_form());
    EXPECT_EQ(made.status, 303) << made.body;
    const Id id = id_of(made);
    EXPECT_EQ(post(office, url(id) + "/call", {{"revision", revision(id)}}).status, 303);
    return id;
  }
  Id held_meeting() {
    const Id id = called_meeting();
    EXPECT_EQ(post(office, url(id) + "/hold",
                   {{"revision", revision(id)},
                    {"att-" + std::to_string(education), "present"},
                    {"att-" + std::to_string(health), "absent"}})
                  .status,
              303);
    return id;
  }
  Id decision_of(Id meeting) {
    EXPECT_EQ(post(office, "/decisions/new",
                   {{"meeting", std::to_string(meeting)},
                    {"what", "建立科学教师台账"},
                    {"unit", std::to_string(education)},
                    {"due", "2026-03-20"}})
                  .status,
              303);
    return engine->store().decisions(tenant, {}).decisions.front().id;
  }

  plan::testing::NoPlan plans;
  plan::Extensions extensions;
  metric::Catalog catalog;
  std::unique_ptr<MeetingsEngine> engine;
  Id association = 0, education = 0, health = 0;
  site::testing::Session office, teacher, doctor, leader;
};

TEST_F(MeetingsPages, AMeetingIsCalledAnsweredHeldAndFiled) {
  const auto made = post(office, "/meetings/new", meeting_form());
  ASSERT_EQ(made.status, 303) << made.body;
  const Id id = id_of(made);
  EXPECT_EQ(get(teacher, url(id)).status, 404);  // not called yet
  EXPECT_EQ(get(leader, url(id)).status, 200);
  EXPECT_EQ(post(leader, url(id) + "/call", {{"revision", "1"}}).status, 403);
  ASSERT_EQ(post(office, url(id) + "/call", {{"revision", "1"}}).status, 303);
  const auto page = get(teacher, url(id));
  ASSERT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("答复会议通知"), std::string::npos);
  const auto wrong = post(teacher, url(id) + "/answer",
                          {{"unit", std::to_string(education)}, {"answer", "excused"}, {"who", ""}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.body.find("请假的原因"), std::string::npos);
  ASSERT_EQ(post(teacher, url(id) + "/answer",
                 {{"unit", std::to_string(education)}, {"answer", "comes"}, {"who", "副局长"}})
                .status,
            303);
  // A unit cannot answer for another.
  EXPECT_EQ(
      post(teacher, url(id) + "/answer", {{"unit", std::to_string(health)}, {"answer", "comes"}, {"who", ""}})
          .status,
      422);
  ASSERT_EQ(post(office, url(id) + "/hold",
                 {{"revision", revision(id)},
                  {"att-" + std::to_string(education), "present"},
                  {"att-" + std::to_string(health), "absent"}})
                .status,
            303);
  EXPECT_EQ(post(office, url(id) + "/file", {{"revision", revision(id)}}).status, 422);  // no minutes
  ASSERT_EQ(
      post(office, url(id) + "/minutes", {{"revision", revision(id)}, {"minutes", "会议要求按期办结。"}},
           {upload("file", "纪要.pdf", "%PDF-1.4\n%test")})
          .status,
      303);
  EXPECT_EQ(get(teacher, url(id)).body.find("会议要求按期办结"), std::string::npos);  // not final yet
  ASSERT_EQ(post(office, url(id) + "/file", {{"revision", revision(id)}}).status, 303);
  EXPECT_NE(get(teacher, url(id)).body.find("会议要求按期办结"), std::string::npos);
  EXPECT_EQ(get(teacher, url(id) + "/file").status, 200);
  EXPECT_EQ(get(doctor, url(id) + "?as=minutes").status, 200);
  EXPECT_EQ(get(doctor, url(id) + "?as=notice").status, 200);
}

TEST_F(MeetingsPages, WhatWasTypedStaysAndTheSlowerOfTwoIsTold) {
  auto form = meeting_form();
  form[2].second = "哪天都行";
  const auto wrong = post(office, "/meetings/new", form);
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.body.find("哪天都行"), std::string::npos);
  EXPECT_NE(wrong.body.find("通报情况"), std::string::npos);
  const Id id = id_of(post(office, "/meetings/new", meeting_form()));
  form = meeting_form();
  form.emplace_back("revision", "1");
  EXPECT_EQ(post(office, url(id) + "/edit", form).status, 303);
  form[0].second = "另一个名称";
  const auto late = post(office, url(id) + "/edit", form);
  EXPECT_EQ(late.status, 422);
  EXPECT_NE(late.body.find("另一个名称"), std::string::npos);
  EXPECT_NE(late.body.find("刚改过"), std::string::npos);
}

TEST_F(MeetingsPages, ADecisionIsCarriedOutByItsUnitAlone) {
  const Id meeting = held_meeting();
  const auto bad =
      post(office, "/decisions/new",
           {{"meeting", std::to_string(meeting)}, {"what", "建立台账"}, {"unit", ""}, {"due", ""}});
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("建立台账"), std::string::npos);
  const Id id = decision_of(meeting);
  const std::string at = "/decisions/" + std::to_string(id);
  EXPECT_EQ(get(doctor, at).status, 404);
  EXPECT_EQ(get(leader, at).status, 200);
  EXPECT_EQ(post(doctor, at + "/act", {{"do", "take"}, {"revision", "1"}}).status, 404);
  EXPECT_EQ(post(leader, at + "/act", {{"do", "take"}, {"revision", "1"}}).status, 403);
  EXPECT_EQ(post(teacher, at + "/act", {{"do", "report"}, {"revision", "1"}, {"text", ""}}).status, 422);
  ASSERT_EQ(post(teacher, at + "/act", {{"do", "report"}, {"revision", "1"}, {"text", "已建立"}},
                 {upload("file", "台账.txt", "台账")})
                .status,
            303);
  const auto file = engine->store().steps(tenant, id).back().file;
  EXPECT_EQ(get(office, at + "/files/" + file.sha256).status, 200);
  EXPECT_EQ(get(doctor, at + "/files/" + file.sha256).status, 404);
  const auto stale =
      post(office, at + "/act", {{"do", "give_back"}, {"revision", "1"}, {"text", "缺两所学校"}});
  EXPECT_EQ(stale.status, 422);
  EXPECT_NE(stale.body.find("缺两所学校"), std::string::npos);  // what was typed stays
  EXPECT_EQ(post(office, at + "/act", {{"do", "accept"}, {"revision", "2"}, {"text", ""}}).status, 303);
  EXPECT_NE(get(teacher, "/decisions").body.find("建立科学教师台账"), std::string::npos);
  EXPECT_EQ(get(doctor, "/decisions").body.find("建立科学教师台账"), std::string::npos);
  EXPECT_EQ(get(doctor, "/decisions?as=csv").body.find("建立科学教师台账"), std::string::npos);
}

TEST_F(MeetingsPages, TheNextMeetingProposesWhatIsStillOpen) {
  decision_of(held_meeting());
  clock.set(base::start_of({2026, 4, 1}));
  const auto later = session("office2", "office", association, ScopeKind::tenant);
  const auto page = get(later, "/meetings/new");
  EXPECT_NE(page.body.find("听取议2026-001落实情况：建立科学教师台账（县教育局，逾期 12 天）"),
            std::string::npos);
}

TEST_F(MeetingsPages, WhatWaitsIsShownToWhomItConcerns) {
  const Id id = called_meeting();
  int count = 0;
  const auto todos = [&](const site::testing::Session& who) {
    std::string out;
    site.add({http::Method::get, "/t" + std::to_string(++count), site::Access::signed_in, "",
              [&](site::Context& c) -> site::Answer {
                for (const auto& t : site.todos(c)) out += t.kind + " " + t.title + "\n";
                return http::text("");
              }});
    get(who, "/t" + std::to_string(count));
    return out;
  };
  EXPECT_NE(todos(teacher).find("会议通知 答复：联席会议"), std::string::npos);
  EXPECT_EQ(todos(leader), "");
  EXPECT_NE(todos(office).find("登记到会情况"), std::string::npos);
  post(teacher, url(id) + "/answer", {{"unit", std::to_string(education)}, {"answer", "comes"}, {"who", ""}});
  EXPECT_EQ(todos(teacher), "");
  decision_of(held_meeting());
  EXPECT_NE(todos(teacher).find("议定事项 议2026-001"), std::string::npos);
  EXPECT_EQ(todos(doctor).find("议2026-001"), std::string::npos);
  EXPECT_EQ(todos(office).find("议2026-001"), std::string::npos);  // not the unit's own work
}

TEST_F(MeetingsPages, AnIssuedBriefingStaysAsItWas) {
  const auto made = post(office, "/briefings/new",
                         {{"title", "工作简报"}, {"metrics", "meetings.held"}, {"words", "第一段"}});
  ASSERT_EQ(made.status, 303) << made.body;
  const Id id = id_of(made);
  const std::string at = "/briefings/" + std::to_string(id);
  EXPECT_EQ(get(leader, at).status, 404);  // a draft is the office's own
  const auto draft = get(office, at);
  EXPECT_NE(draft.body.find("指标 meetings.held，2026-01-01 至 2026-03-02，记录 0 条"), std::string::npos);
  ASSERT_EQ(post(office, at + "/issue", {{"revision", "1"}}).status, 303);
  const auto bytes = get(leader, at + "?as=docx");
  ASSERT_EQ(bytes.status, 200);
  held_meeting();
  EXPECT_TRUE(get(leader, at + "?as=docx").body == bytes.body);
  EXPECT_NE(get(leader, at).body.find("记录 0 条"), std::string::npos);
  EXPECT_EQ(post(office, at + "/issue", {{"revision", "2"}}).status, 409);
  EXPECT_EQ(get(office, at + "/edit").status, 409);
  EXPECT_EQ(post(office, at + "/drop", {{"revision", "2"}}).status, 409);
  metric::Question q{tenant, "meetings.briefings", {}, {2026, 1, 1}, {2026, 12, 31}};
  EXPECT_EQ(must(catalog.answer(q)).value, 1.0);
  q.metric = "meetings.held";
  EXPECT_EQ(must(catalog.records(q, 0, 10)).size(), 1u);
}

TEST_F(MeetingsPages, RecurringDutiesAndMembersAreKept) {
  EXPECT_EQ(post(office, "/meetings/members/new",
                 {{"unit", std::to_string(education)}, {"role", "member"}, {"from", "2026-01-01"}})
                .status,
            303);
  EXPECT_NE(get(teacher, "/meetings/members").body.find("县教育局"), std::string::npos);
  EXPECT_EQ(post(teacher, "/meetings/members/new", {}).status, 403);
  const auto made = post(office, "/recurring-duties/new",
                         {{"title", "核对经费"},
                          {"basis", "方案"},
                          {"every", "year"},
                          {"times", "1"},
                          {"proof", "note"},
                          {"unit", std::to_string(education)},
                          {"since", "2025-01-01"}});
  ASSERT_EQ(made.status, 303) << made.body;
  const std::string at = "/recurring-duties/" + std::to_string(id_of(made));
  EXPECT_NE(get(teacher, at).body.find("逾期未完成"), std::string::npos);
  EXPECT_EQ(post(doctor, at + "/proof", {{"day", "2026-03-01"}, {"words", "已核对"}},
                 {upload("file", "a.txt", "凭据")})
                .status,
            403);
  const auto without = post(teacher, at + "/proof", {{"day", "2026-03-01"}, {"words", "已核对"}});
  EXPECT_EQ(without.status, 422);
  EXPECT_NE(without.body.find("已核对"), std::string::npos);
  EXPECT_EQ(post(teacher, at + "/proof", {{"day", "2026-03-01"}, {"words", "已核对"}},
                 {upload("file", "a.exe", std::string("MZ\0\1\2", 5))})
                .status,
            422);
  ASSERT_EQ(post(teacher, at + "/proof", {{"day", "2026-03-01"}, {"words", "已核对"}},
                 {upload("file", "a.txt", "凭据")})
                .status,
            303);
  EXPECT_NE(get(leader, at).body.find("已完成"), std::string::npos);
  metric::Question q{tenant, "meetings.duties_proven", {}, {2025, 1, 1}, {2026, 3, 2}};
  EXPECT_EQ(must(catalog.answer(q)).value, 0.0);  // of 2025; 2026 still runs
  const auto no_kind = post(office, "/recurring-duties/new",
                            {{"title", "开会"},
                             {"basis", "方案"},
                             {"every", "year"},
                             {"times", "1"},
                             {"proof", "meeting"},
                             {"unit", std::to_string(education)},
                             {"since", "2025-01-01"}});
  EXPECT_EQ(no_kind.status, 422);
}

TEST_F(MeetingsPages, NobodyGetsInWithoutTokenOrFromAnotherCounty) {
  const Id id = called_meeting();
  auto forged = office;
  forged.csrf = "";
  EXPECT_EQ(post(forged, url(id) + "/call", {{"revision", revision(id)}}).status, 403);
  const Id home = tenant;
  tenant = make_county("yun", "云溪县");
  const Id there = unit("县科协");
  const auto stranger = session("yun", "office", there, ScopeKind::tenant);
  EXPECT_EQ(get(stranger, url(id)).status, 404);
  EXPECT_EQ(post(stranger, url(id) + "/cancel", {{"revision", "2"}, {"reason", "撤"}}).status, 404);
  EXPECT_EQ(get(stranger, "/meetings").body.find("联席会议</a>"), std::string::npos);
  tenant = home;
}

}  // namespace
}  // namespace kepu::meetings
