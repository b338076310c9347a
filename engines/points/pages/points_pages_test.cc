// The pages of points: who sees what, two people for a correction, nothing typed is lost.
#include <gtest/gtest.h>

#include "core/site/testing.h"
#include "engines/points/points_engine.h"
#include "engines/registers/testing.h"

namespace kepu::points {
namespace {

using auth::testing::must;
using site::testing::How;
using site::testing::Session;

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
purpose = "管理"
scope = "tenant"
rights = ["points.read", "points.manage", "points.hand_out"]
[[role]]
id = "head"
title = "科协负责人"
purpose = "批准"
scope = "tenant"
rights = ["points.read", "points.approve", "points.manage"]
[[role]]
id = "volunteer"
title = "志愿者"
purpose = "服务"
scope = "own"
rights = ["points.own"]
)";

class PointsPages : public site::testing::PageTest {
 protected:
  PointsPages()
      : PageTest(kRoles, {migrations()}),
        engine(services, {teams, [](Id) { return std::vector<std::string>{"农技指导"}; },
                          [](Id) { return std::vector<std::string>{"科普专家"}; }}) {
    engine.add_to(site);
    tenant = make_county("lan", "岚江县");
    other = make_county("yun", "云陂县");
    office = session("office", "office");
    head = session("head", "head");
    volunteer = session("volunteer", "volunteer", 0, auth::ScopeKind::own);
    stranger = session("stranger", "office", 0, auth::ScopeKind::tenant, other);
    teams.of_account[volunteer.person] = {77};
    person = volunteer.person;  // of the registers, as the stand-in has it
    Service s;
    s.source = "order:1";
    s.person = person;
    s.name = "志愿者甲";
    s.kind = "农技指导";
    s.title = "果树修剪";
    s.day = {2026, 2, 20};
    s.minutes = 300;
    must(engine.ledger().on_service(tenant, s));
    Reward cup;
    cup.title = "保温杯";
    cup.place = "县科技馆";
    cup.points = 30;
    reward = must(engine.rewards().save({auth::program_actor(tenant, "测试", roles), ""}, cup, 1));
  }
  std::string account() const { return "/points/people/" + std::to_string(person); }

  registers::testing::Teams teams;
  PointsEngine engine;
  Session office, head, volunteer, stranger;
  Id other = 0, person = 0, reward = 0;
};

TEST_F(PointsPages, AVolunteerSeesAndExchangesHisOwn) {
  auto page = get(volunteer, "/my/points");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("果树修剪"), std::string::npos);
  EXPECT_NE(page.body.find("兑换保温杯"), std::string::npos);
  const http::Pairs form = {{"reward", std::to_string(reward)}, {"request", "request-1"}};
  EXPECT_EQ(post(volunteer, "/my/points/redeem", form).status, 303);
  EXPECT_EQ(post(volunteer, "/my/points/redeem", form).status, 303);  // pressed twice
  ClaimQuery all;
  ASSERT_EQ(engine.rewards().claims(tenant, all).total, 1);
  page = get(volunteer, "/my/points");
  EXPECT_NE(page.body.find(engine.rewards().claims(tenant, all).rows[0].code), std::string::npos);
  EXPECT_NE(page.body.find("已兑完"), std::string::npos);
  EXPECT_EQ(get(volunteer, "/points").status, 403);
  EXPECT_EQ(get(office, "/my/points").status, 403);
  const auto claim = std::to_string(engine.rewards().claims(tenant, all).rows[0].id);
  EXPECT_EQ(post(volunteer, "/my/points/cancel", {{"claim", claim}}, {}, {.token = false}).status, 403);
  EXPECT_EQ(post(volunteer, "/my/points/cancel", {{"claim", claim}}).status, 303);
  EXPECT_EQ(must(engine.ledger().account(tenant, person)).balance, 50);
}

TEST_F(PointsPages, WhoHasNoRecordIsToldWhereToGetOne) {
  const auto newcomer = session("newcomer", "volunteer", 0, auth::ScopeKind::own);
  const auto page = get(newcomer, "/my/points");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("还没有志愿者档案"), std::string::npos);
  EXPECT_EQ(
      post(newcomer, "/my/points/redeem", {{"reward", std::to_string(reward)}, {"request", "request-9"}})
          .status,
      404);
}

TEST_F(PointsPages, ThingsAreHandedOutAgainstTheCode) {
  post(volunteer, "/my/points/redeem", {{"reward", std::to_string(reward)}, {"request", "request-1"}});
  const auto code = engine.rewards().claims(tenant, {}).rows.at(0).code;
  const auto wrong = post(office, "/points/claims/hand-out", {{"code", "AAAA2222"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.body.find("没有这个领取码"), std::string::npos);
  EXPECT_NE(wrong.body.find("AAAA2222"), std::string::npos);
  EXPECT_EQ(post(stranger, "/points/claims/hand-out", {{"code", code}}).status, 422);  // of another county
  EXPECT_EQ(post(head, "/points/claims/hand-out", {{"code", code}}).status, 403);
  EXPECT_EQ(post(office, "/points/claims/hand-out", {{"code", code}}).status, 303);
  EXPECT_NE(get(office, "/points/claims").body.find("已领取"), std::string::npos);
}

TEST_F(PointsPages, CorrectionsTakeTwo) {
  auto bad = post(office, account() + "/corrections", {{"points", "0"}, {"reason", "笔误"}});
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("笔误"), std::string::npos);
  EXPECT_EQ(post(office, account() + "/corrections", {{"points", "-20"}, {"reason", "没有到场"}}).status,
            303);
  const auto id = std::to_string(engine.ledger().corrections(tenant, true).at(0).id);
  EXPECT_NE(get(head, "/points/corrections?open=" + id).body.find("没有到场"), std::string::npos);
  EXPECT_EQ(post(office, "/points/corrections/" + id).status, 403);
  EXPECT_EQ(post(head, "/points/corrections/" + id, {{"refuse", "1"}}).status, 422);  // without a reason
  EXPECT_EQ(post(head, "/points/corrections/" + id, {{"why", "属实"}}).status, 303);
  EXPECT_EQ(must(engine.ledger().account(tenant, person)).balance, 30);
  post(head, account() + "/corrections", {{"points", "5"}, {"reason", "补"}});
  const auto own = std::to_string(engine.ledger().corrections(tenant, true).at(0).id);
  EXPECT_EQ(post(head, "/points/corrections/" + own, {{"why", ""}}).status, 403);  // his own
}

TEST_F(PointsPages, RulesKeepWhatWasTypedAndNameEachLine) {
  const http::Pairs numbers = {{"version", "0"}, {"day_cap", "80"}, {"month_cap", "0"},
                               {"filled", "50"}, {"years", "2"},    {"pickup", "30"}};
  auto form = numbers;
  form.emplace_back("rules", "天文 | 任意 | 任意 | 每小时 | 5");
  const auto bad = post(office, "/points/rules", form);
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("第 1 行"), std::string::npos);
  EXPECT_NE(bad.body.find("天文 | 任意"), std::string::npos);
  form = numbers;
  form.emplace_back("rules", "农技指导 | 队长 | 科普专家 | 每次 | 25");
  EXPECT_EQ(post(office, "/points/rules", form).status, 303);
  EXPECT_EQ(post(office, "/points/rules", form).status, 422);  // somebody was faster
  EXPECT_EQ(engine.ledger().rules(tenant).version, 1);
  EXPECT_EQ(get(volunteer, "/points/rules").status, 403);
}

TEST_F(PointsPages, NoListSortsPeopleByPoints) {
  const auto page = get(office, "/points");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("志愿者甲"), std::string::npos);  // sums name nobody
  EXPECT_NE(get(office, "/points?q=%E7%94%B2").body.find("志愿者甲"), std::string::npos);
  // An address cannot ask for it either: the order stays that of the ledger.
  EXPECT_EQ(get(office, "/points/bookings?sort=points").status, 200);
  EXPECT_EQ(get(office, "/points/bookings").body.find("sort=points"), std::string::npos);
  EXPECT_EQ(get(office, "/points/bookings").body.find("sort=name"), std::string::npos);
}

TEST_F(PointsPages, AnotherCountySeesNothing) {
  EXPECT_EQ(get(stranger, account()).status, 404);
  EXPECT_EQ(get(stranger, "/points/bookings").body.find("志愿者甲"), std::string::npos);
  EXPECT_EQ(get(stranger, "/points/rewards/" + std::to_string(reward)).status, 404);
  EXPECT_NE(get(office, "/points/verify").body.find("全部相符"), std::string::npos);
}

TEST_F(PointsPages, RewardsAreKeptWithTheirStock) {
  const std::string url = "/points/rewards/" + std::to_string(reward);
  EXPECT_EQ(get(office, url).status, 200);
  const auto bad =
      post(office, url,
           {{"title", "杯"}, {"place", "馆"}, {"points", "20"}, {"restock", "-9"}, {"revision", "1"}});
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("减得比库存还多"), std::string::npos);
  EXPECT_EQ(must(engine.rewards().reward(tenant, reward)).title, "保温杯");  // nothing half changed
  EXPECT_EQ(post(office, url,
                 {{"title", "杯"},
                  {"place", "馆"},
                  {"points", "20"},
                  {"restock", "4"},
                  {"revision", "1"},
                  {"active", "1"}})
                .status,
            303);
  EXPECT_EQ(must(engine.rewards().reward(tenant, reward)).stock, 5);
}

}  // namespace
}  // namespace kepu::points
