#include "engines/orders/shift_store.h"

#include <array>
#include <random>
#include <thread>

#include "engines/orders/testing.h"
#include "engines/registers/testing.h"

namespace kepu::orders {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr Millis kHour = 3'600'000;

class ShiftStoreTest : public testing::OrdersTest {
 protected:
  void prepare(sql::Database& database) override {
    OrdersTest::prepare(database);
    serving = std::make_unique<ServeStore>(*store, teams);
    shifts = std::make_unique<ShiftStore>(*store, *serving, teams);
    leader = lan->actor("leader", lan->root, ScopeKind::unit);
    for (auto& m : members) m = lan->actor("member", lan->root, ScopeKind::own);
    outsider = lan->actor("member", lan->root, ScopeKind::own);
    teams.add(1, "健康服务队", lan->root, 3, {});
    teams.of_account = {{leader.person, {1}}, {outsider.person, {2}}};
    for (const auto& m : members) teams.of_account[m.person] = {1};
    day = {2026, 3, 9};
    at(7);
  }
  void at(int hour) { world->clock.set(base::start_of(day) + hour * kHour); }

  Order accepted(int from = 9 * 60, int to = 11 * 60, Id service = 0) {
    return OrdersTest::accepted(day, from, to, service);
  }
  Shift planned(const Order& o, double from, double to, Role role = Role::help, int places = 1) {
    Shift s;
    s.order = o.id;
    s.role = role;
    s.from = base::start_of(day) + static_cast<Millis>(from * 60) * 60'000;
    s.to = base::start_of(day) + static_cast<Millis>(to * 60) * 60'000;
    s.places = places;
    return s;
  }
  Id add(const Order& o, double from, double to, Role role = Role::help, int places = 1) {
    return must(shifts->add({leader, ""}, planned(o, from, to, role, places)));
  }

  std::unique_ptr<ServeStore> serving;
  std::unique_ptr<ShiftStore> shifts;
  registers::testing::Teams teams;
  Date day;
  auth::Actor leader, outsider;
  std::array<auth::Actor, 6> members;
};
KEPU_STORE_TEST_SUITE(ShiftStoreTest);

TEST_P(ShiftStoreTest, TheLeaderPlans_MembersSignUp_StrangersDoNot) {
  const Order o = accepted();
  EXPECT_EQ(shifts->add({members[0], ""}, planned(o, 9, 11)).error().rule, "serve.leader");
  EXPECT_EQ(shifts->add({outsider, ""}, planned(o, 9, 11)).error().rule, "serve.not_member");
  EXPECT_EQ(shifts->add({leader, ""}, planned(o, 11, 9)).error().rule, "shift.time");
  const Id shift = add(o, 9, 11, Role::speak, 2);
  EXPECT_EQ(rule_of(shifts->join({outsider, ""}, o.id, shift, 0)), "serve.not_member");
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, o.id, shift, 0)), "ok");
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, o.id, shift, 0)), "ok") << "a double click";
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, o.id, shift, members[1].person)), "serve.leader");
  EXPECT_EQ(rule_of(shifts->join({leader, ""}, o.id, shift, outsider.person)), "serve.not_member");
  EXPECT_EQ(rule_of(shifts->join({leader, ""}, o.id, shift, members[1].person)), "ok");
  EXPECT_EQ(rule_of(shifts->join({members[2], ""}, o.id, shift, 0)), "shift.full");
  const auto planned_now = shifts->shifts(lan->tenant, o.id);
  ASSERT_EQ(planned_now.size(), 1u);
  EXPECT_EQ(planned_now[0].open(), 0);
  EXPECT_EQ(shifts->duties(lan->tenant, members[1].person, 0).size(), 1u);
  EXPECT_EQ(rule_of(shifts->leave({members[0], ""}, o.id, shift, members[1].person)), "serve.leader");
  EXPECT_EQ(rule_of(shifts->leave({members[0], ""}, o.id, shift, 0)), "ok");
  EXPECT_EQ(rule_of(shifts->join({members[2], ""}, o.id, shift, 0)), "ok");
  at(10);
  EXPECT_EQ(rule_of(shifts->leave({members[2], ""}, o.id, shift, 0)), "shift.begun");
  EXPECT_EQ(rule_of(shifts->remove({leader, ""}, o.id, shift)), "shift.begun");
  const auto told = world->db.read(
      [&](sql::Session& s) { return notify::of_person(s, lan->tenant, members[1].person, false, 0, 9); });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].notice.title.find("队长给您排了班"), std::string::npos);
}

TEST_P(ShiftStoreTest, NobodyIsPromisedToTwoPlaces_WithTheWayBetween) {
  const Order one = accepted(), other = accepted(11 * 60, 13 * 60);
  const Id first = add(one, 9, 11), again = add(one, 11, 12), near = add(other, 11.25, 13),
           far = add(other, 11.5, 13);
  ASSERT_TRUE(shifts->join({members[0], ""}, one.id, first, 0));
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, one.id, again, 0)), "ok")
      << "the same place: no way to go";
  ASSERT_TRUE(shifts->leave({members[0], ""}, one.id, again, 0));
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, other.id, near, 0)), "shift.clash") << "15 minutes";
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, other.id, far, 0)), "ok") << "30 minutes";
  EXPECT_EQ(rule_of(shifts->join({leader, ""}, other.id, near, members[0].person)), "shift.clash");
}

TEST_P(ShiftStoreTest, ASpeaker_IsInTheRegisterThatTheServiceAsksFor) {
  Service asked;
  asked.kind = "health";
  asked.title = "用药讲座";
  asked.certificate = "lecturer";
  asked.notice_days = 0;
  teams.held["lecturer"] = {1};
  const Id service = must(store->save_service({boss, ""}, asked));
  const Order o = accepted(9 * 60, 11 * 60, service);
  const Id speak = add(o, 9, 11, Role::speak), help = add(o, 9, 11, Role::help);
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, o.id, speak, 0)), "shift.certificate");
  EXPECT_EQ(rule_of(shifts->join({members[0], ""}, o.id, help, 0)), "ok");
  teams.types_of[members[1].person] = {"lecturer"};
  EXPECT_EQ(rule_of(shifts->join({members[1], ""}, o.id, speak, 0)), "ok");
}

TEST_P(ShiftStoreTest, ShiftsGoWithTheTeamsPromise) {
  const Order o = accepted();
  ASSERT_TRUE(shifts->join({members[0], ""}, o.id, add(o, 9, 11), 0));
  Act release;
  release.action = Action::release;
  release.revision = now_is(o.id).revision;
  release.text = "车坏了";
  must(store->act({boss, ""}, o.id, release));
  EXPECT_TRUE(shifts->duties(lan->tenant, members[0].person, 0).empty());
  accept(o.id, day, 14 * 60, 15 * 60);
  EXPECT_TRUE(shifts->shifts(lan->tenant, o.id).empty());
}

TEST_P(ShiftStoreTest, TheRole_GoesIntoTheRecord_AndAMissedShift_IsRemembered) {
  const Order o = accepted(9 * 60, 16 * 60);
  const Id morning = add(o, 9, 11, Role::speak), noon = add(o, 14, 16, Role::lead);
  ASSERT_TRUE(shifts->join({members[0], ""}, o.id, morning, 0));
  ASSERT_TRUE(shifts->join({members[0], ""}, o.id, noon, 0));
  at(9);
  ASSERT_TRUE(serving->sign_in({members[0], ""}, o.id, {serving->code(lan->tenant, o, false), 0, ""}));
  at(11);
  ASSERT_TRUE(serving->sign_out({members[0], ""}, o.id, {serving->code(lan->tenant, o, true), 0, ""}));
  at(17);
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, members[0].person, "", morning)), "serve.already");
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, members[0].person, "", 77)), "shift.not_found");
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, members[0].person, "", noon)), "ok");
  EXPECT_EQ(rule_of(serving->no_show({leader, ""}, o.id, members[0].person, "", noon)), "serve.already");
  EXPECT_EQ(serving->no_shows(lan->tenant, members[0].person), 1);
  Act a;
  a.action = Action::finish;
  a.revision = now_is(o.id).revision;
  must(store->act({boss, ""}, o.id, a));
  a.action = Action::confirm;
  a.rating = 5;
  a.revision = now_is(o.id).revision;
  must(store->act({boss, ""}, o.id, a));
  std::vector<Served> told;
  serving->on_served([&](const Served& served) -> base::Done {
    told.push_back(served);
    return {};
  });
  serving->record_hours(store->now());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].role, Role::speak);
  EXPECT_FALSE(told[0].leader);
  EXPECT_NE(teams.proofs.at(0).note.find("讲师"), std::string::npos);
}

TEST_P(ShiftStoreTest, ManyAtOnce_NeverTakeMorePlacesThanThereAre) {
  const Order o = accepted();
  const Id shift = add(o, 9, 11, Role::help, 2);
  std::vector<std::thread> threads;
  std::array<bool, 6> got{};
  for (std::size_t i = 0; i < members.size(); ++i)
    threads.emplace_back([&, i] { got[i] = shifts->join({members[i], ""}, o.id, shift, 0).has_value(); });
  for (auto& t : threads) t.join();
  EXPECT_EQ(std::count(got.begin(), got.end(), true), 2);
  EXPECT_EQ(shifts->shifts(lan->tenant, o.id).at(0).open(), 0);
}

TEST_P(ShiftStoreTest, TwoPlacesAtTheSameMoment_OneIsRefused) {
  const Order one = accepted(), other = accepted(10 * 60, 12 * 60);
  const Id here = add(one, 9, 11), there = add(other, 10, 12);
  for (int round = 0; round < 20; ++round) {
    bool first = false, second = false;
    std::thread a([&] { first = shifts->join({members[0], ""}, one.id, here, 0).has_value(); });
    std::thread b([&] { second = shifts->join({members[0], ""}, other.id, there, 0).has_value(); });
    a.join();
    b.join();
    EXPECT_NE(first, second) << round;
    (void)shifts->leave({members[0], ""}, one.id, here, 0);
    (void)shifts->leave({members[0], ""}, other.id, there, 0);
  }
}

TEST_P(ShiftStoreTest, TheLeaderIsToldWhatLacks_UntilItIsTaken) {
  const Order o = accepted(), full = accepted(14 * 60, 15 * 60), none = accepted(16 * 60, 17 * 60);
  const Id shift = add(o, 9, 11, Role::help, 2);
  ASSERT_TRUE(shifts->join({members[0], ""}, full.id, add(full, 14, 15), 0));
  const auto lacks = [&](std::vector<Id> of, Date from, Date to) {
    return shifts->lacking(lan->tenant, of, from, to);
  };
  ASSERT_EQ(lacks({1}, day, day).size(), 1u) << none.number << " has no shifts: nothing lacks";
  EXPECT_EQ(lacks({1}, day, day)[0].order, o.id);
  EXPECT_EQ(lacks({1}, day, day)[0].places, 2);
  EXPECT_TRUE(lacks({2}, day, day).empty());
  EXPECT_TRUE(lacks({}, day, day).empty());
  EXPECT_TRUE(lacks({1}, {2026, 3, 10}, {2026, 3, 20}).empty());
  ASSERT_TRUE(shifts->join({members[1], ""}, o.id, shift, 0));
  EXPECT_EQ(lacks({1}, day, day)[0].places, 1);
  ASSERT_TRUE(shifts->join({members[2], ""}, o.id, shift, 0));
  EXPECT_TRUE(lacks({1}, day, day).empty());
}

TEST_P(ShiftStoreTest, RandomSignUps_LeaveNobodyInTwoPlaces) {
  std::mt19937 dice(11);
  const auto roll = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
  std::vector<std::pair<Order, Id>> all;
  for (int k = 0; k < 3; ++k) {
    const Order o = accepted(9 * 60, 17 * 60);
    for (int i = 0; i < 4; ++i) {
      const double from = 9 + roll(14) * 0.5;
      all.emplace_back(o, add(o, from, from + 0.5 + roll(4) * 0.5, Role::help, 1 + roll(3)));
    }
  }
  for (int i = 0; i < 120; ++i) {
    const auto& [order, shift] = all[static_cast<std::size_t>(roll(12))];
    const auto& who = members[static_cast<std::size_t>(roll(6))];
    if (roll(4) == 0)
      (void)shifts->leave({who, ""}, order.id, shift, 0);
    else
      (void)shifts->join({who, ""}, order.id, shift, 0);
  }
  int taken = 0;
  for (const auto& m : members) {
    const auto own = shifts->duties(lan->tenant, m.person, 0);
    taken += static_cast<int>(own.size());
    for (const auto& a : own) {
      for (const auto& b : own) {
        if (a.shift == b.shift) continue;
        const Millis way = a.order == b.order ? 0 : 30 * 60'000;
        EXPECT_TRUE(a.to + way <= b.from || b.to + way <= a.from);
      }
    }
  }
  EXPECT_GT(taken, 6);
  for (const auto& [order, shift] : all) {
    for (const auto& s : shifts->shifts(lan->tenant, order.id)) EXPECT_GE(s.open(), 0);
  }
}

}  // namespace
}  // namespace kepu::orders
