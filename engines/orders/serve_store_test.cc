#include "engines/orders/serve_store.h"

#include <random>
#include <thread>

#include "engines/orders/testing.h"
#include "engines/registers/testing.h"

namespace kepu::orders {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr Millis kHour = 3'600'000;

class ServeStoreTest : public testing::OrdersTest {
 protected:
  void prepare(sql::Database& database) override {
    OrdersTest::prepare(database);
    serving = std::make_unique<ServeStore>(*store, teams);
    leader = lan->actor("leader", lan->root, ScopeKind::unit);
    member = lan->actor("member", lan->root, ScopeKind::own);
    outsider = lan->actor("member", lan->root, ScopeKind::own);
    teams.add(1, "健康服务队", lan->root, 3, {});
    teams.of_account = {{leader.person, {1}}, {member.person, {1}}, {outsider.person, {2}}};
    day = {2026, 3, 9};
    at(8);
  }
  void at(int hour) { world->clock.set(base::start_of(day) + hour * kHour); }

  Order accepted(int from = 9 * 60, int to = 11 * 60) { return OrdersTest::accepted(day, from, to); }
  std::string in_code(const Order& o) { return serving->code(lan->tenant, o, false); }
  std::string out_code(const Order& o) { return serving->code(lan->tenant, o, true); }
  void close(const Order& o) {
    Act a;
    a.action = Action::finish;
    a.revision = now_is(o.id).revision;
    must(store->act({boss, ""}, o.id, a));
    a.action = Action::confirm;
    a.rating = 5;
    a.revision = now_is(o.id).revision;
    must(store->act({boss, ""}, o.id, a));
  }

  std::unique_ptr<ServeStore> serving;
  registers::testing::Teams teams;
  Date day;
  auth::Actor leader, member, outsider;
};
KEPU_STORE_TEST_SUITE(ServeStoreTest);

TEST_P(ServeStoreTest, SignedInAndOutByCode_TheHoursAreRecordedOnce) {
  const Order o = accepted();
  EXPECT_NE(in_code(o), out_code(o));
  at(9);
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {"000000", 0, ""})), "serve.code");
  EXPECT_EQ(rule_of(serving->sign_in({outsider, ""}, o.id, {in_code(o), 0, ""})), "serve.not_member");
  EXPECT_EQ(rule_of(serving->sign_out({member, ""}, o.id, {out_code(o), 0, ""})), "serve.not_in");
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {in_code(o), 0, ""})), "ok");
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {in_code(o), 0, ""})), "ok")
      << "sent again from the phone";
  EXPECT_EQ(now_is(o.id).state, State::serving);
  at(11);
  EXPECT_EQ(rule_of(serving->sign_out({member, ""}, o.id, {out_code(o), 0, ""})), "ok");
  EXPECT_EQ(serving->record_hours(store->now()), "记入 0 人次的服务时长") << "not closed yet";
  close(o);
  std::vector<Served> told;
  bool fails = true;
  serving->on_served([&](const Served& served) -> base::Done {
    told.push_back(served);
    if (fails) return base::refuse(base::Code::unavailable, "test", "还不行");
    return {};
  });
  EXPECT_EQ(serving->record_hours(store->now()), "记入 0 人次的服务时长") << "who listens could not";
  fails = false;
  EXPECT_EQ(serving->record_hours(store->now()), "记入 1 人次的服务时长");
  EXPECT_EQ(serving->record_hours(store->now()), "记入 0 人次的服务时长");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].person, member.person);
  EXPECT_EQ(told[1].minutes, 120);
  EXPECT_FALSE(told[1].leader);
  EXPECT_FALSE(told[1].filled);
  ASSERT_FALSE(teams.proofs.empty());
  EXPECT_DOUBLE_EQ(teams.proofs[0].hours, 2);
  EXPECT_EQ(teams.proofs[0].person, member.person);
}

TEST_P(ServeStoreTest, TheCode_IsOfTheDayAndItsHours) {
  const Order o = accepted();
  at(4);
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {in_code(o), 0, ""})), "serve.time");
  at(30);
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {in_code(o), 0, ""})), "serve.time");
  // Typed at ten without network, sent the next morning.
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {in_code(o), base::start_of(day) + 10 * kHour, ""})),
            "ok");
  EXPECT_EQ(
      rule_of(serving->sign_out({member, ""}, o.id, {out_code(o), base::start_of(day) + 9 * kHour, ""})),
      "serve.time");
}

TEST_P(ServeStoreTest, TheSixDigits_AreNotTriedOneByOne) {
  const Order o = accepted();
  const std::string right = serving->code(lan->tenant, o, false);
  for (int i = 0; i < 10; ++i) {
    const std::string guess = fmt::format("{:06}", i);
    EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {guess == right ? "000010" : guess, 0, ""})),
              "serve.code");
  }
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, o.id, {right, 0, ""})), "auth.throttled");
}

TEST_P(ServeStoreTest, NobodyIsInTwoPlaces) {
  const Order one = accepted(), other = accepted(10 * 60, 12 * 60);
  at(10);
  ASSERT_TRUE(serving->sign_in({member, ""}, one.id, {in_code(one), 0, ""}));
  EXPECT_EQ(rule_of(serving->sign_in({member, ""}, other.id, {in_code(other), 0, ""})), "serve.clash");
  ASSERT_TRUE(serving->sign_in({leader, ""}, other.id, {in_code(other), 0, ""}));
  const Millis from = base::start_of(day) + 10 * kHour;
  at(13);
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, other.id, member.person, from, from + kHour, "没带手机")),
            "serve.clash");
}

TEST_P(ServeStoreTest, FilledIn_IsKeptApart_AndApprovedByAnother) {
  const Order o = accepted();
  const Millis from = base::start_of(day) + 9 * kHour;
  at(9);
  ASSERT_TRUE(serving->sign_in({leader, ""}, o.id, {in_code(o), 0, ""}));
  at(12);
  EXPECT_EQ(rule_of(serving->fill_in({member, ""}, o.id, member.person, from, from + kHour, "没带手机")),
            "serve.leader");
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, o.id, outsider.person, from, from + kHour, "没带手机")),
            "serve.not_member");
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, o.id, member.person, from, from + kHour, " ")),
            "order.reason");
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, o.id, member.person, from, from + kHour, "没带手机")),
            "ok");
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, o.id, member.person, from, from + kHour, "没带手机")),
            "serve.already");
  close(o);
  EXPECT_EQ(serving->record_hours(store->now()), "记入 0 人次的服务时长")
      << "the leader never signed out, the other waits";
  EXPECT_EQ(rule_of(serving->decide({leader, ""}, o.id, member.person, 1, true, "")), "auth.right");
  EXPECT_EQ(rule_of(serving->decide({boss, ""}, o.id, member.person, 1, false, "")), "order.reason");
  EXPECT_EQ(rule_of(serving->decide({boss, ""}, o.id, member.person, 1, true, "")), "ok");
  EXPECT_EQ(rule_of(serving->decide({boss, ""}, o.id, member.person, 1, true, "")), "serve.not_waiting");
  EXPECT_EQ(serving->record_hours(store->now()), "记入 1 人次的服务时长");
  EXPECT_NE(teams.proofs.at(0).note.find("补录"), std::string::npos);
}

TEST_P(ServeStoreTest, NoShow_IsRememberedForTheNextTime) {
  const Order o = accepted();
  at(9);
  ASSERT_TRUE(serving->sign_in({leader, ""}, o.id, {in_code(o), 0, ""}));
  EXPECT_EQ(serving->no_shows(lan->tenant, member.person), 0);
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, member.person, "没有来，也没有说")), "ok");
  EXPECT_EQ(serving->no_shows(lan->tenant, member.person), 1);
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, leader.person, "")), "serve.already");
}

TEST_P(ServeStoreTest, WhoLeft_MayComeAgain_AndBothCount_EachOnce) {
  const Order o = accepted(9 * 60, 16 * 60);
  at(9);
  ASSERT_TRUE(serving->sign_in({member, ""}, o.id, {in_code(o), 0, "key-coming-1"}));
  at(11);
  ASSERT_TRUE(serving->sign_out({member, ""}, o.id, {out_code(o), 0, "key-leaving-1"}));
  ASSERT_TRUE(serving->sign_in({member, ""}, o.id, {in_code(o), 0, "key-coming-1"})) << "the answer was lost";
  ASSERT_TRUE(serving->sign_in({member, ""}, o.id, {in_code(o), base::start_of(day) + 10 * kHour, ""}))
      << "from another device, of the same time";
  EXPECT_EQ(serving->presence(lan->tenant, o.id).size(), 1u);
  at(14);
  ASSERT_TRUE(serving->sign_in({member, ""}, o.id, {in_code(o), 0, "key-coming-2"}));
  at(15);
  ASSERT_TRUE(serving->sign_out({member, ""}, o.id, {out_code(o), 0, "key-leaving-1"})) << "an old one again";
  EXPECT_EQ(serving->presence(lan->tenant, o.id).at(1).state, PresenceState::in);
  ASSERT_TRUE(serving->sign_out({member, ""}, o.id, {out_code(o), 0, "key-leaving-2"}));
  close(o);
  std::vector<Served> told;
  serving->on_served([&](const Served& served) -> base::Done {
    told.push_back(served);
    return {};
  });
  EXPECT_EQ(serving->record_hours(store->now()), "记入 2 人次的服务时长");
  EXPECT_EQ(serving->record_hours(store->now()), "记入 0 人次的服务时长");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].minutes + told[1].minutes, 180);
  EXPECT_NE(told[0].source, told[1].source);
  EXPECT_TRUE(told[0].first);
  EXPECT_FALSE(told[1].first);
  EXPECT_NE(teams.proofs.at(0).source, teams.proofs.at(1).source);
}

TEST_P(ServeStoreTest, WhoForgotToSignOut_IsFilledIn_AndWhoComesAfterAll_IsNotAbsent) {
  const Order o = accepted();
  const Millis nine = base::start_of(day) + 9 * kHour;
  at(9);
  ASSERT_TRUE(serving->sign_in({leader, ""}, o.id, {in_code(o), 0, ""}));
  ASSERT_TRUE(serving->no_show({leader, ""}, o.id, member.person, "没有看到人"));
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, member.person, "")), "serve.already");
  at(10);
  ASSERT_TRUE(serving->sign_in({member, ""}, o.id, {in_code(o), 0, ""}));
  EXPECT_EQ(serving->no_shows(lan->tenant, member.person), 0);
  at(12);
  EXPECT_EQ(rule_of(serving->fill_in({leader, ""}, o.id, member.person, nine + kHour, nine + 2 * kHour,
                                     "忘了签离")),
            "ok");
  const auto all = serving->presence(lan->tenant, o.id);
  ASSERT_EQ(all.size(), 2u);
  const auto& filled = all[0].person == member.person ? all[0] : all[1];
  EXPECT_EQ(filled.state, PresenceState::waiting);
  EXPECT_EQ(rule_of(serving->decide({boss, ""}, o.id, member.person, filled.visit, false, "时间不对")), "ok");
  EXPECT_EQ(
      rule_of(serving->fill_in({leader, ""}, o.id, member.person, nine + kHour, nine + 2 * kHour, "更正")),
      "ok")
      << "what was not approved may be told anew";
}

}  // namespace
}  // namespace kepu::orders
