#include "core/auth/api_keys.h"

#include <atomic>
#include <thread>

#include "core/auth/guesses.h"
#include "core/auth/testing.h"
#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::auth {
namespace {

using testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "half"
title = "只管接口"
purpose = "管接口，自己不能点单"
scope = "tenant"
rights = ["api.manage", "order.read"]
)";

class ApiKeysTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<testing::World>(database, kRoles);
    sql::migrate(database, api_migrations());
    keys = make_keys();
    lan = std::make_unique<testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<testing::County>(*world, "yun", "云溪县");
    willow = lan->unit("柳溪镇", 0, UnitKind::township);
    village = lan->unit("大坪村", willow, UnitKind::village);
    egret = lan->unit("白鹭乡", 0, UnitKind::township);
    boss = lan->actor("administrator", lan->root, ScopeKind::tenant);
    half = lan->actor("half", lan->root, ScopeKind::tenant);
    part = lan->actor("half", willow, ScopeKind::subtree);
  }
  void TearDown() override {
    keys.reset();  // writes its counts for the last time
    EngineTest::TearDown();
  }
  std::unique_ptr<ApiKeys> make_keys() {
    return std::make_unique<ApiKeys>(ApiKeys::Parts{world->db,
                                                    world->clock,
                                                    world->ids,
                                                    world->directory,
                                                    {{"order.read", "查看订单"}, {"order.place", "点单"}}});
  }
  ApiKey wanted() {
    ApiKey k;
    k.holder = "县政务服务平台";
    k.rights = {"order.read", "order.place"};
    k.units = {willow};
    k.quota = {10, 100};
    k.until = "2026-12-31";
    return k;
  }
  std::string rule(const std::string& secret) {
    const auto visit = keys->visit(secret, "1.2.3.4");
    return visit ? "ok" : visit.error().rule;
  }

  std::unique_ptr<testing::World> world;
  std::unique_ptr<ApiKeys> keys;
  std::unique_ptr<testing::County> lan, yun;
  Id willow = 0, village = 0, egret = 0;
  Actor boss, half, part;
};
KEPU_STORE_TEST_SUITE(ApiKeysTest);

TEST_P(ApiKeysTest, AKey_ActsWithinItsRightsAndUnits) {
  const auto made = must(keys->make(boss, wanted()));
  EXPECT_TRUE(base::starts_with(made.secret, "kp_"));
  const auto visit = must(keys->visit(made.secret, "1.2.3.4"));
  EXPECT_EQ(visit.tenant.id, lan->tenant);
  EXPECT_EQ(visit.actor.name, "接口：县政务服务平台");
  EXPECT_TRUE(visit.actor.may("order.place", willow));
  EXPECT_TRUE(visit.actor.may("order.place", village)) << "with everything below";
  EXPECT_FALSE(visit.actor.may("order.place", egret));
  EXPECT_FALSE(visit.actor.may("order.settle"));
  EXPECT_FALSE(visit.actor.may_everywhere("order.read"));
  std::int64_t found = 0;
  world->db.read([&](sql::Session& s) {
    for (const char* column : {"digest", "hint", "holder"}) {
      found += s.integer(fmt::format("select count(*) from auth_api_key where {} = :secret", column),
                         {{"secret", made.secret}});
    }
    return 0;
  });
  EXPECT_EQ(found, 0) << "the secret itself is nowhere";
}

TEST_P(ApiKeysTest, WhatIsWrong_IsToldAllAtOnce) {
  ApiKey bad;
  bad.until = "2025-01-01";
  bad.quota = {0, 0};
  std::vector<std::string> fields;
  for (const auto& e : keys->check(boss, bad)) fields.push_back(e.field);
  EXPECT_EQ(fields,
            (std::vector<std::string>{"holder", "rights", "units", "per_minute", "per_day", "until"}));
  bad = wanted();
  bad.rights = {"tenant.manage"};
  EXPECT_EQ(keys->check(boss, bad).at(0).field, "rights") << "no right of the interface";
  bad = wanted();
  bad.until = "2028-12-31";
  EXPECT_EQ(keys->check(boss, bad).at(0).field, "until") << "two years at most";
  bad = wanted();
  bad.units = {yun->root};
  EXPECT_EQ(keys->check(boss, bad).back().field, "units") << "another county's";
}

TEST_P(ApiKeysTest, Nobody_GivesAKeyMoreThanHeMay) {
  const auto refused = keys->make(half, wanted());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "rights");
  ApiKey reading = wanted();
  reading.rights = {"order.read"};
  EXPECT_TRUE(keys->make(half, reading));
  EXPECT_EQ(keys->make(part, reading).error().rule, "auth.scope") << "not over the whole county";
  const auto nobody = lan->actor("administrator", lan->root, ScopeKind::own);
  EXPECT_FALSE(keys->make(nobody, reading));
}

TEST_P(ApiKeysTest, RevokedOrEnded_IsUnknown) {
  const auto made = must(keys->make(boss, wanted()));
  EXPECT_EQ(rule(made.secret), "ok");
  EXPECT_EQ(rule(made.secret + "x"), "api.key");
  EXPECT_EQ(rule(""), "api.key");
  EXPECT_EQ(rule("kp_"), "api.key");
  EXPECT_EQ(rule(fmt::format("kp_{}{}", yun->tenant, made.secret.substr(made.secret.find('_', 3)))),
            "api.key")
      << "of another county";
  EXPECT_EQ(keys->revoke(boss, made.id, "").error().field, "reason");
  const auto stranger = yun->actor("administrator", yun->root, ScopeKind::tenant);
  EXPECT_EQ(keys->revoke(stranger, made.id, "不是自己的").error().rule, "api_key.not_found");
  must(keys->revoke(boss, made.id, "系统下线"));
  EXPECT_EQ(rule(made.secret), "api.key");
  EXPECT_EQ(keys->revoke(boss, made.id, "再来一次").error().rule, "api_key.revoked");
  const auto second = must(keys->make(boss, wanted()));
  world->clock.set(base::start_of({2026, 12, 31}) + 1000);
  EXPECT_EQ(rule(second.secret), "ok") << "the last day counts";
  world->clock.set(base::start_of({2027, 1, 1}));
  EXPECT_EQ(rule(second.secret), "api.key");
  const auto log = world->db.read(
      [&](sql::Session& s) { return audit::find(s, lan->tenant, {.action_prefix = "api_key."}); });
  EXPECT_EQ(log.total, 3) << "two made, one revoked";
  for (const auto& e : log.entries) EXPECT_FALSE(base::contains(e.summary, made.secret));
}

TEST_P(ApiKeysTest, TheQuota_IsExactUnderConcurrency) {
  ApiKey k = wanted();
  k.quota = {1000, 137};
  const auto made = must(keys->make(boss, k));
  const auto visit = must(keys->visit(made.secret, ""));
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 40; ++i) allowed += keys->spend(visit).allowed ? 1 : 0;
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(allowed, 137);
  const auto refused = keys->spend(visit);
  EXPECT_TRUE(refused.by_day);
  EXPECT_EQ(refused.left_day, 0);
  EXPECT_EQ(refused.retry_after(), 15 * 3600) << "it is nine in the morning";
  EXPECT_EQ(must(keys->key(lan->tenant, made.id)).used_today, 137);
  world->clock.set(world->clock.now() + 24 * 3'600'000);
  EXPECT_TRUE(keys->spend(visit).allowed) << "a new day";
}

TEST_P(ApiKeysTest, AMinute_IsAMinuteOfTheClock) {
  const auto made = must(keys->make(boss, wanted()));
  const auto visit = must(keys->visit(made.secret, ""));
  for (int i = 0; i < 10; ++i) {
    const auto now = keys->spend(visit);
    EXPECT_TRUE(now.allowed);
    EXPECT_EQ(now.left_minute, 9 - i);
  }
  world->clock.set(world->clock.now() + 41'500);
  const auto refused = keys->spend(visit);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after(), 19);
  EXPECT_EQ(refused.left_day, 90) << "a refused request costs nothing";
  world->clock.set(world->clock.now() + 18'500);
  EXPECT_TRUE(keys->spend(visit).allowed);
}

TEST_P(ApiKeysTest, TwoPrograms_ShareTheDay_AndWhatIsNotUsedGoesBack) {
  ApiKey k = wanted();
  k.quota = {1000, 100};
  const auto made = must(keys->make(boss, k));
  const auto visit = must(keys->visit(made.secret, ""));
  auto other = make_keys();
  int allowed = 0;
  for (int i = 0; i < 80; ++i) allowed += (i % 2 == 0 ? *keys : *other).spend(visit).allowed ? 1 : 0;
  EXPECT_EQ(allowed, 80);
  other.reset();
  keys = make_keys();  // started anew
  for (int i = 0; i < 80; ++i) allowed += keys->spend(visit).allowed ? 1 : 0;
  EXPECT_EQ(allowed, 100);
  keys->save_usage();
  const auto seen = must(keys->key(lan->tenant, made.id));
  EXPECT_EQ(seen.used_today, 100);
  EXPECT_EQ(seen.used_at, world->clock.now());
}

TEST_P(ApiKeysTest, OneThatEndsSoon_IsTold) {
  ApiKey k = wanted();
  k.until = "2026-03-10";
  must(keys->make(boss, k));
  must(keys->make(boss, wanted()));
  EXPECT_EQ(keys->ending(lan->tenant, 14).size(), 1U);
  EXPECT_TRUE(keys->ending(yun->tenant, 14).empty());
}

TEST_P(ApiKeysTest, Guesses_AreSlowedDownByAddress) {
  Guesses guesses(world->db, world->clock, world->cipher);
  const GuessLimit limit{"order.code", 3, "查询码输错次数过多"};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(guesses.may_try(limit, lan->tenant, "1.2.3.4"));
    guesses.missed(limit, lan->tenant, "1.2.3.4");
  }
  const auto refused = guesses.may_try(limit, lan->tenant, "1.2.3.4");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::too_many);
  EXPECT_TRUE(guesses.may_try(limit, lan->tenant, "1.2.3.5")) << "another address";
  EXPECT_TRUE(guesses.may_try(limit, yun->tenant, "1.2.3.4")) << "another county";
  EXPECT_TRUE(guesses.may_try({"serve.code", 3, "x"}, lan->tenant, "1.2.3.4")) << "another kind";
  world->clock.set(world->clock.now() + 60'000);
  EXPECT_TRUE(guesses.may_try(limit, lan->tenant, "1.2.3.4"));
  guesses.missed(limit, lan->tenant, "1.2.3.4");
  world->clock.set(world->clock.now() + 60'000);
  EXPECT_FALSE(guesses.may_try(limit, lan->tenant, "1.2.3.4")) << "the next one waits twice as long";
  world->clock.set(world->clock.now() + 25LL * 3'600'000);
  EXPECT_TRUE(guesses.may_try(limit, lan->tenant, "1.2.3.4")) << "forgotten after a day";
}

}  // namespace
}  // namespace kepu::auth
