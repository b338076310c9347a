// The ledger and the rewards on both databases.
#include "engines/points/ledger_store.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/sql/testing.h"
#include "engines/points/reward_store.h"

namespace kepu::points {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "office"
title = "科协经办"
purpose = "管理"
scope = "tenant"
rights = ["points.read", "points.manage", "points.approve", "points.hand_out"]
[[role]]
id = "volunteer"
title = "志愿者"
purpose = "服务"
scope = "own"
rights = ["points.own"]
)";

class LedgerTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    sql::migrate(database, migrations());
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    const auto unit = county->unit("县科协");
    tenant = county->tenant;
    office = county->actor("office", unit, ScopeKind::tenant);
    second = county->actor("office", unit, ScopeKind::tenant);
    volunteer = county->actor("volunteer", unit, ScopeKind::own);
    Rules shipped;
    shipped.rules = {{"", "", "", Basis::hour, 10}};
    store = std::make_unique<LedgerStore>(database, world->clock, world->ids, shipped);
    shop = std::make_unique<RewardStore>(*store);
    base = &database;
  }

  static By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  Service served(int n, Id person, int minutes, Date day = {2026, 3, 1}) {
    Service s;
    s.source = "order:" + std::to_string(n);
    s.person = person;
    s.name = "人" + std::to_string(person);
    s.kind = "健康";
    s.title = "义诊";
    s.day = day;
    s.minutes = minutes;
    s.township = 7;
    return s;
  }
  Id reward(int points, int stock, int most_each = 0) {
    Reward r;
    r.title = "科普图书";
    r.place = "县科技馆";
    r.points = points;
    r.most_each = most_each;
    return must(shop->save(by(office), r, stock));
  }
  int balance(Id person) { return must(store->account(tenant, person)).balance; }
  void expect_sound() {
    const auto v = store->verify(tenant);
    EXPECT_TRUE(v.ok) << v.message;
  }
  void set_day(Date day) { world->clock.set(base::start_of(day) + 9 * 3'600'000); }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<LedgerStore> store;
  std::unique_ptr<RewardStore> shop;
  sql::Database* base = nullptr;
  auth::Actor office, second, volunteer;
  Id tenant = 0;
};

TEST_P(LedgerTest, ServiceIsBookedOnceForEver) {
  for (int again = 0; again < 3; ++again) must(store->on_service(tenant, served(1, 5, 90)));
  auto filled = served(2, 5, 60);
  filled.filled = true;
  must(store->on_service(tenant, filled));
  const auto a = must(store->account(tenant, 5));
  EXPECT_EQ(a.balance, 25);
  EXPECT_EQ(a.minutes, 90);
  EXPECT_EQ(a.filled_minutes, 60);
  EXPECT_EQ(a.services, 2);
  ASSERT_EQ(a.lots.size(), 2u);
  EXPECT_EQ(a.lots[0].last_day, (Date{2028, 12, 31}));
  EXPECT_FALSE(store->account(tenant, 6));
  expect_sound();
}

TEST_P(LedgerTest, RulesAreKeptByVersionAndOldBookingsStay) {
  must(store->on_service(tenant, served(1, 5, 60)));
  Rules next = store->rules(tenant);
  next.rules = {{"", "", "", Basis::hour, 20}};
  next.day_cap = 30;
  EXPECT_TRUE(store->save_rules(by(office), next).empty());
  EXPECT_EQ(store->save_rules(by(office), next).at(0).rule, "points.changed_meanwhile");
  EXPECT_EQ(store->save_rules(by(volunteer), next).at(0).code, base::Code::forbidden);
  must(store->on_service(tenant, served(2, 5, 60, {2026, 3, 2})));
  must(store->on_service(tenant, served(3, 5, 60, {2026, 3, 2})));  // the cap leaves 10
  EXPECT_EQ(balance(5), 10 + 20 + 10);
  EXPECT_EQ(store->bookings(tenant, {}).rows.at(0).rules, 1);
  EXPECT_EQ(store->bookings(tenant, {}).rows.at(2).rules, 0);
  EXPECT_EQ(store->all_rules(tenant).size(), 2u);
  Rules wrong = store->rules(tenant);
  wrong.filled_percent = 101;
  wrong.pickup_days = 0;
  EXPECT_EQ(store->save_rules(by(office), wrong).size(), 2u);
}

TEST_P(LedgerTest, CorrectionsNeedASecondPersonAndNeverGoBelowZero) {
  must(store->on_service(tenant, served(1, 5, 60)));
  const Id more = must(store->ask(by(office), 5, -8, "群众反映没有到场"));
  EXPECT_EQ(store->decide(by(office), more, true, "").error().rule, "points.self");
  must(store->decide(by(second), more, true, ""));
  EXPECT_EQ(store->decide(by(second), more, true, "").error().rule, "points.changed_meanwhile");
  EXPECT_EQ(balance(5), 2);
  const Id much = must(store->ask(by(office), 5, -3, "再减"));
  EXPECT_EQ(store->decide(by(second), much, true, "").error().rule, "points.not_enough");
  EXPECT_EQ(store->corrections(tenant, true).size(), 1u);  // still asked: the refusal undid all
  EXPECT_EQ(store->decide(by(second), much, false, " ").error().field, "reason");
  must(store->decide(by(second), much, false, "已经减过"));
  EXPECT_FALSE(store->ask(by(volunteer), 5, 1, "给自己加"));
  EXPECT_FALSE(store->ask(by(office), 5, 0, "无"));
  EXPECT_FALSE(store->ask(by(office), 5, 3, ""));
  expect_sound();
}

TEST_P(LedgerTest, PointsEndOnceAndRedeemedOnesDoNot) {
  set_day({2026, 3, 2});
  must(store->on_service(tenant, served(1, 5, 60, {2025, 5, 1})));  // until the end of 2027
  must(store->on_service(tenant, served(2, 5, 60, {2026, 2, 1})));  // until the end of 2028
  const Id book = reward(4, 5);
  const auto claim = must(shop->reserve(by(volunteer), 5, "人5", book, "request-1"));
  set_day({2028, 1, 1});
  EXPECT_EQ(store->expire(world->clock.now()), "1 人的积分到期");
  EXPECT_EQ(store->expire(world->clock.now()), "0 人的积分到期");
  EXPECT_EQ(balance(5), 10);
  // What comes back keeps its last day, and ends with the next run.
  must(shop->cancel(by(office), claim.id, 0, "缺货"));
  EXPECT_EQ(balance(5), 14);
  EXPECT_EQ(shop->reserve(by(volunteer), 5, "人5", reward(12, 5), "request-2").error().rule,
            "points.not_enough");
  store->expire(world->clock.now());
  EXPECT_EQ(balance(5), 10);
  expect_sound();
}

TEST_P(LedgerTest, RewardsAreReservedHandedOutOrComeBack) {
  must(store->on_service(tenant, served(1, 5, 600)));
  const Id cup = reward(30, 2, 1);
  const auto claim = must(shop->reserve(by(volunteer), 5, "人5", cup, "request-1"));
  EXPECT_EQ(must(shop->reserve(by(volunteer), 5, "人5", cup, "request-1")).id, claim.id);  // pressed twice
  EXPECT_EQ(balance(5), 70);
  EXPECT_EQ(must(shop->reward(tenant, cup)).stock, 1);
  EXPECT_EQ(shop->reserve(by(volunteer), 5, "人5", cup, "request-2").error().rule, "points.most_each");
  EXPECT_EQ(must(shop->reward(tenant, cup)).stock, 1);  // a refusal takes nothing
  EXPECT_EQ(shop->cancel(by(volunteer), claim.id, 6, "").error().code, base::Code::not_found);  // not his
  EXPECT_FALSE(shop->hand_out(by(volunteer), claim.code));
  EXPECT_EQ(shop->hand_out(by(office), "ZZZZZZZZ").error().field, "code");
  std::string typed = claim.code.substr(0, 4) + " " + claim.code.substr(4);
  for (char& c : typed) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  EXPECT_EQ(must(shop->hand_out(by(office), typed)).id, claim.id);
  EXPECT_EQ(shop->hand_out(by(office), claim.code).error().rule, "points.not_in_state");
  EXPECT_EQ(shop->cancel(by(volunteer), claim.id, 5, "").error().rule, "points.not_in_state");
  EXPECT_EQ(store->redeemed(tenant, {2020, 1, 1}, {2030, 1, 1}), 30);
  expect_sound();
}

TEST_P(LedgerTest, WhatIsNotPickedUpComesBackOnce) {
  must(store->on_service(tenant, served(1, 5, 600)));
  const Id cup = reward(30, 1);
  must(shop->reserve(by(volunteer), 5, "人5", cup, "request-1"));
  EXPECT_EQ(shop->reserve(by(volunteer), 5, "人5", cup, "request-2").error().rule, "points.sold_out");
  world->clock.set(world->clock.now() + 31LL * 24 * 3'600'000);
  EXPECT_EQ(shop->lapse(world->clock.now()), "1 件逾期未领，积分退回");
  EXPECT_EQ(shop->lapse(world->clock.now()), "0 件逾期未领，积分退回");
  EXPECT_EQ(balance(5), 100);
  EXPECT_EQ(must(shop->reward(tenant, cup)).stock, 1);
  EXPECT_EQ(shop->claims(tenant, {}).rows.at(0).state, ClaimState::lapsed);
  expect_sound();
}

TEST_P(LedgerTest, AnEditKeepsReservationsAndStockNeverFallsBelowZero) {
  must(store->on_service(tenant, served(1, 5, 600)));
  const Id cup = reward(10, 3);
  auto seen = must(shop->reward(tenant, cup));
  must(shop->reserve(by(volunteer), 5, "人5", cup, "request-1"));
  seen.title = "保温杯";
  must(shop->save(by(office), seen, 2));
  EXPECT_EQ(must(shop->reward(tenant, cup)).stock, 4);
  EXPECT_EQ(shop->save(by(office), seen, 0).error().rule, "points.changed_meanwhile");
  seen = must(shop->reward(tenant, cup));
  EXPECT_EQ(shop->save(by(office), seen, -5).error().field, "restock");
  EXPECT_EQ(must(shop->reward(tenant, cup)).title, "保温杯");
}

TEST_P(LedgerTest, ManyAtOnceNeverOverdraw) {
  must(store->on_service(tenant, served(1, 5, 60)));    // 10 points
  must(store->on_service(tenant, served(2, 6, 6000)));  // enough
  const Id cup = reward(4, 3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 4; ++i) {
        const auto request = "request-" + std::to_string(t) + "-" + std::to_string(i);
        (void)shop->reserve(by(volunteer), t % 2 == 0 ? 5 : 6, t % 2 == 0 ? "人5" : "人6", cup, request);
        must(store->on_service(tenant, served(1, 5, 60)));
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(must(shop->reward(tenant, cup)).stock, 0);
  EXPECT_EQ(shop->claims(tenant, {}).total, 3);
  EXPECT_GE(balance(5), 2);
  expect_sound();
}

// Whatever happens in whatever order, the sum of all accounts is zero and every balance is that of its lots.
TEST_P(LedgerTest, RandomHistoriesBalance) {
  std::mt19937 random(11);
  const Id cup = reward(7, 40);
  std::vector<Id> claims;
  int n = 0;
  Date day{2026, 3, 2};
  for (int step = 0; step < 160; ++step) {
    const Id person = 1 + static_cast<Id>(random() % 4);
    const auto name = "人" + std::to_string(person);
    switch (random() % 7) {
      case 0:
      case 1:
        must(store->on_service(tenant, served(++n, person, static_cast<int>(random() % 300), day)));
        break;
      case 2: {
        const auto c = shop->reserve(by(volunteer), person, name, cup, "request-" + std::to_string(step));
        if (c) claims.push_back(c->id);
        break;
      }
      case 3:
        if (!claims.empty()) (void)shop->cancel(by(office), claims[random() % claims.size()], 0, "");
        break;
      case 4:
        if (const auto id = store->ask(by(office), person, static_cast<int>(random() % 41) - 20, "更正"))
          (void)store->decide(by(second), *id, true, "");
        break;
      case 5:
        day = base::from_days(base::to_days(day) + static_cast<int>(random() % 90));
        set_day(day);
        store->expire(world->clock.now());
        break;
      default:
        shop->lapse(world->clock.now());
    }
  }
  expect_sound();
  const auto total = base->read([&](sql::Session& s) {
    return s.integer("select coalesce(sum(points), 0) from points_line where tenant = :tenant",
                     {{"tenant", tenant}});
  });
  EXPECT_EQ(total, 0);
  EXPECT_GT(store->bookings(tenant, {}).total, 40);
}

TEST_P(LedgerTest, TamperingIsFound) {
  must(store->on_service(tenant, served(1, 5, 60)));
  must(store->on_service(tenant, served(2, 5, 60)));
  must(shop->reserve(by(volunteer), 5, "人5", reward(5, 1), "request-1"));
  expect_sound();
  // Each change is looked at and undone.
  const std::pair<const char*, const char*> changes[] = {
      {"update points_booking set points = points + 1 where number = 1",
       "update points_booking set points = points - 1 where number = 1"},
      {"update points_booking set words = words || 'x' where number = 2",
       "update points_booking set words = substr(words, 1, length(words) - 1) where number = 2"},
      {"update points_line set points = points + 1 where booking = 1 and points > 0",
       "update points_line set points = points - 1 where booking = 1 and points > 0"},
      {"update points_account set balance = balance + 9", "update points_account set balance = balance - 9"},
      {"update points_lot set remaining = remaining + 1 where booking = 2",
       "update points_lot set remaining = remaining - 1 where booking = 2"},
      {"update points_use set points = points + 1", "update points_use set points = points - 1"},
      {"update points_booking set number = 9 where number = 3",
       "update points_booking set number = 3 where number = 9"},
      {"update points_booking set number = 9 where number = 2",
       "update points_booking set number = 2 where number = 9"},
      {"update points_lot set booking = 8 where booking = 2",
       "update points_lot set booking = 2 where booking = 8"}};
  const auto run = [&](const char* sql) { base->write([&](sql::Session& s) { return s.run(sql); }); };
  for (const auto& [change, undo] : changes) {
    run(change);
    EXPECT_FALSE(store->verify(tenant).ok) << change;
    run(undo);
    expect_sound();
  }
}

TEST_P(LedgerTest, SumsAreOfEverybodyAndNobodyAlone) {
  must(store->on_service(tenant, served(1, 5, 60, {2026, 1, 5})));
  must(store->on_service(tenant, served(2, 5, 60, {2026, 2, 5})));
  must(store->on_service(tenant, served(3, 6, 30, {2026, 2, 6})));
  const auto months = store->sums(tenant, SumBy::month, {2026, 1, 1}, {2026, 12, 31});
  ASSERT_EQ(months.size(), 2u);
  EXPECT_EQ(months[1].what, "2026-02");
  EXPECT_EQ(months[1].people, 2);
  EXPECT_EQ(months[1].minutes, 90);
  EXPECT_EQ(store->sums(tenant, SumBy::township, {2026, 1, 1}, {2026, 12, 31}).at(0).what, "7");
  const auto all = store->sum(tenant, {2026, 1, 1}, {2026, 12, 31});
  EXPECT_EQ(all.people, 2);
  EXPECT_EQ(all.services, 3);
  EXPECT_EQ(store->sum(tenant, {2026, 1, 1}, {2026, 12, 31}, {8}).services, 0);
  EXPECT_EQ(store->search(tenant, "人").size(), 2u);
  EXPECT_TRUE(store->search(tenant, "%").empty());
}

KEPU_STORE_TEST_SUITE(LedgerTest);

}  // namespace
}  // namespace kepu::points
