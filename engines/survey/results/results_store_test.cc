// Drafts and the final result, on either database.
#include "engines/survey/results/results_store.h"

#include <atomic>
#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/sql/testing.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::results {
namespace {

using analysis::analyse;
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
title = "经办"
purpose = "组织"
scope = "tenant"
rights = ["plan.edit"]
)";

auth::Actor with_rights(auth::Actor actor, const std::vector<std::string_view>& rights) {
  const auto reach = actor.reaches.front();
  for (const auto right : rights) {
    auto more = reach;
    more.right = std::string(right);
    actor.reaches.push_back(std::move(more));
  }
  return actor;
}

const RoundResult& result() {
  static const RoundResult kResult = analyse(simulation::demonstration_round()).value();
  return kResult;
}

class ResultsStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    sql::migrate(database, result_migrations());
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    neighbour = std::make_unique<auth::testing::County>(*world, "qing", "青江县");
    const Id unit = county->unit("县科协");
    clerk = with_rights(county->actor("office", unit, ScopeKind::tenant), {kResultRead, kResultManage});
    head = with_rights(county->actor("office", unit, ScopeKind::tenant),
                       {kResultRead, kResultManage, kResultApprove});
    reader = with_rights(county->actor("office", unit, ScopeKind::tenant), {kResultRead});
    store = std::make_unique<ResultsStore>(database, world->clock);
  }
  ResultBy by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  static std::string rule(const base::Done& d) { return d ? "" : d.error().rule; }
  static std::string rule(const base::Result<int>& d) { return d ? "" : d.error().rule; }
  std::int64_t entries() {
    return db().read([&](sql::Session& s) {
      return audit::find(s, county->tenant, {.action_prefix = "survey.result"}).total;
    });
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county, neighbour;
  auth::Actor clerk, head, reader;
  std::unique_ptr<ResultsStore> store;
};
KEPU_STORE_TEST_SUITE(ResultsStoreTest);

constexpr Id kRound = 4711;

TEST_P(ResultsStoreTest, ADraft_IsKeptOnce_AndReadBackToTheByte) {
  EXPECT_FALSE(store->newest(county->tenant, kRound));
  EXPECT_EQ(must(store->keep(by(clerk), kRound, result())), 1);
  EXPECT_EQ(must(store->keep(by(clerk), kRound, result())), 1);
  const auto s = store->newest(county->tenant, kRound);
  ASSERT_TRUE(s);
  EXPECT_TRUE(to_json(s->result) == to_json(result()));
  EXPECT_EQ(s->hash, hash_of(result()));
  EXPECT_FALSE(s->final);
  EXPECT_EQ(entries(), 1);
  EXPECT_FALSE(store->newest(neighbour->tenant, kRound));
  EXPECT_TRUE(store->finals(county->tenant).empty());
}

TEST_P(ResultsStoreTest, Final_ByASecondPerson_ThenNothingChanges) {
  must(store->keep(by(clerk), kRound, result()));
  const auto hash = hash_of(result());
  EXPECT_EQ(rule(store->finalise(by(clerk), kRound, hash, "", "")), "auth.right");
  must(store->finalise(by(head), kRound, hash, "一要改。", "paper"));
  const auto s = store->newest(county->tenant, kRound);
  EXPECT_TRUE(s->final);
  EXPECT_EQ(s->words, "一要改。");
  EXPECT_EQ(store->finals(county->tenant).size(), 1u);
  EXPECT_EQ(rule(store->finalise(by(head), kRound, hash, "", "")), "survey.result.final");
  RoundResult other = result();
  other.round = "另一份";
  EXPECT_EQ(rule(store->keep(by(clerk), kRound, other)), "survey.result.final");
  EXPECT_EQ(entries(), 2);
}

TEST_P(ResultsStoreTest, WhoComputed_CannotMakeItFinal) {
  must(store->keep(by(head), kRound, result()));
  EXPECT_EQ(rule(store->finalise(by(head), kRound, hash_of(result()), "", "")),
            "survey.result.second_person");
}

TEST_P(ResultsStoreTest, WhatWasComputedAnew_MustBeSeenFirst) {
  must(store->keep(by(clerk), kRound, result()));
  const auto seen = hash_of(result());
  RoundResult other = result();
  other.provenance.program = "later";
  EXPECT_EQ(must(store->keep(by(clerk), kRound, other)), 2);
  EXPECT_EQ(rule(store->finalise(by(head), kRound, seen, "", "")), "survey.result.changed");
  must(store->finalise(by(head), kRound, hash_of(other), "", ""));
}

TEST_P(ResultsStoreTest, OnlyTheNewestDraft_Waits) {
  must(store->keep(by(clerk), kRound, result()));
  RoundResult other = result();
  other.provenance.program = "later";
  must(store->keep(by(head), kRound, other));
  ASSERT_EQ(store->waiting(county->tenant).size(), 1u);
  EXPECT_EQ(store->waiting(county->tenant)[0].made_by, head.person);
  EXPECT_TRUE(store->waiting(neighbour->tenant).empty());
  const auto third = with_rights(county->actor("office", county->root, ScopeKind::tenant), {kResultApprove});
  must(store->finalise(by(third), kRound, hash_of(other), "", ""));
  EXPECT_TRUE(store->waiting(county->tenant).empty());
}

TEST_P(ResultsStoreTest, WithoutRight_OrResult_IsRefused) {
  EXPECT_FALSE(store->keep(by(reader), kRound, result()));
  EXPECT_EQ(rule(store->finalise(by(head), kRound, "x", "", "")), "survey.result.none");
  EXPECT_EQ(entries(), 0);
}

TEST_P(ResultsStoreTest, TwoWhoFinaliseAtOnce_OneWins) {
  must(store->keep(by(clerk), kRound, result()));
  const auto hash = hash_of(result());
  std::atomic<int> won{0}, told{0};
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&] {
      const auto done = store->finalise(by(head), kRound, hash, "", "");
      won += done ? 1 : 0;
      told += !done && done.error().rule == "survey.result.final" ? 1 : 0;
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(told, 3);
  EXPECT_EQ(entries(), 2);
}

}  // namespace
}  // namespace kepu::survey::results
