// Rounds, sheets, judgements and decisions on both databases.
#include "engines/evaluation/evaluation_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"

namespace kepu::evaluation {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "office"
title = "科协经办"
purpose = "组织"
scope = "tenant"
rights = ["evaluation.read", "evaluation.manage", "evaluation.fill"]
[[role]]
id = "unit"
title = "单位"
purpose = "自查"
scope = "subtree"
rights = ["evaluation.read", "evaluation.fill"]
)";

class EvaluationStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    farming = county->unit("县农业农村局");
    education = county->unit("县教育局");
    office = county->actor("office", county->root, ScopeKind::tenant);
    farmer = county->actor("unit", farming, ScopeKind::subtree);
    teacher = county->actor("unit", education, ScopeKind::subtree);
    store = std::make_unique<EvaluationStore>(database, world->clock, world->ids, world->directory);
  }

  By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  std::int64_t revision(Id round) { return must(store->round(county->tenant, round)).revision; }
  std::int64_t sheet_revision(Id round, Id unit) {
    return must(store->sheet(county->tenant, round, unit)).revision;
  }

  Id new_round(Kind kind = Kind::mid) {
    Round r;
    r.kind = kind;
    r.title = "评估";
    r.from = {2026, 1, 1};
    r.until = {2026, 3, 1};
    r.due = {2026, 3, 20};
    return must(store->save_round(by(office), r));
  }
  std::vector<Seed> seeds() {
    return {{farming, 101, "农-01", "培育高素质农民", true},
            {education, 101, "农-01", "培育高素质农民", false},
            {education, 102, "青-01", "办好科技节", true}};
  }
  Id open_round(Kind kind = Kind::mid) {
    const Id id = new_round(kind);
    must(store->open(by(office), id, revision(id), 9, seeds()));
    return id;
  }
  Answer answer(Id task, Completion said, const std::string& words = {}) {
    Answer a;
    a.task = task;
    a.said = said;
    a.words = words;
    return a;
  }
  base::Errors submit(const auth::Actor& who, Id round, Id unit, const std::vector<Answer>& answers) {
    return store->save_sheet(by(who), round, unit, sheet_revision(round, unit), answers, true);
  }
  Id frozen_round(Kind kind) {
    const Id id = open_round(kind);
    must(store->move(by(office), id, revision(id), Action::close));
    must(store->freeze(by(office), id, revision(id), "定稿数据", "abc"));
    return id;
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<EvaluationStore> store;
  Id farming = 0, education = 0;
  auth::Actor office, farmer, teacher;
};

TEST_P(EvaluationStoreTest, ARoundAsksEveryUnitAndTellsItsPeople) {
  const Id id = new_round();
  EXPECT_EQ(store->open(by(office), id, revision(id), 9, {}).error().rule, "evaluation.no_tasks");
  EXPECT_EQ(store->open(by(farmer), id, revision(id), 9, seeds()).error().code, base::Code::forbidden);
  must(store->open(by(office), id, revision(id), 9, seeds()));
  const auto sheets = store->sheets(county->tenant, id);
  ASSERT_EQ(sheets.size(), 2u);
  EXPECT_EQ(must(store->sheet(county->tenant, id, education)).tasks, 2);
  EXPECT_EQ(world->db.read([&](sql::Session& s) { return notify::count(s, county->tenant, farmer.person); }),
            1);
  EXPECT_EQ(must(store->round(county->tenant, id)).version, 9);
  EXPECT_EQ(store->open(by(office), id, revision(id), 9, seeds()).error().rule, "evaluation.not_in_state");
  EXPECT_EQ(store->waiting(county->tenant, std::vector<Id>{farming}, {SheetState::open}).size(), 1u);
  EXPECT_TRUE(world->db.read([&](sql::Session& s) { return unit_in_use(s, county->tenant, farming); }));
}

TEST_P(EvaluationStoreTest, ASheetIsSavedSubmittedReturnedAndAccepted) {
  const Id id = open_round();
  EXPECT_TRUE(
      store->save_sheet(by(teacher), id, education, 1, {answer(102, Completion::done)}, false).empty());
  EXPECT_EQ(must(store->sheet(county->tenant, id, education)).answered, 1);
  const auto errors =
      submit(teacher, id, education, {answer(101, Completion::none), answer(102, Completion::partly, " ")});
  ASSERT_EQ(errors.size(), 2u);  // all at once
  EXPECT_EQ(errors[0].field, "words-102");
  EXPECT_EQ(errors[1].field, "said-101");
  EXPECT_EQ(must(store->sheet(county->tenant, id, education)).state, SheetState::open);
  EXPECT_EQ(submit(farmer, id, education, {}).front().code, base::Code::forbidden);
  EXPECT_TRUE(
      submit(teacher, id, education, {answer(101, Completion::done), answer(102, Completion::done)}).empty());
  EXPECT_EQ(submit(teacher, id, education, {}).front().rule, "evaluation.not_in_state");
  const auto at = sheet_revision(id, education);
  EXPECT_EQ(store->decide_sheet(by(office), id, education, at, false, " ").error().field, "note");
  EXPECT_EQ(store->decide_sheet(by(teacher), id, education, at, true, "").error().code,
            base::Code::forbidden);
  must(store->decide_sheet(by(office), id, education, at, false, "缺名册"));
  EXPECT_EQ(store->decide_sheet(by(office), id, education, at, true, "").error().rule,
            "evaluation.changed_meanwhile");
  EXPECT_EQ(must(store->sheet(county->tenant, id, education)).note, "缺名册");
  EXPECT_TRUE(
      submit(teacher, id, education, {answer(101, Completion::done), answer(102, Completion::done)}).empty());
  must(store->decide_sheet(by(office), id, education, sheet_revision(id, education), true, ""));
  EXPECT_EQ(must(store->sheet(county->tenant, id, education)).state, SheetState::accepted);
}

TEST_P(EvaluationStoreTest, TheSlowerOfTwoIsToldAndNothingIsCollectedAfterwards) {
  const Id id = open_round();
  std::optional<base::Errors> one, two;
  std::thread first(
      [&] { one = store->save_sheet(by(farmer), id, farming, 1, {answer(101, Completion::done)}, true); });
  std::thread second(
      [&] { two = store->save_sheet(by(office), id, farming, 1, {answer(101, Completion::done)}, false); });
  first.join();
  second.join();
  EXPECT_NE(one->empty(), two->empty());
  const auto old = revision(id);
  must(store->move(by(office), id, old, Action::close));
  EXPECT_EQ(store->move(by(office), id, old, Action::reopen).error().rule, "evaluation.changed_meanwhile");
  EXPECT_EQ(submit(teacher, id, education, {answer(101, Completion::done), answer(102, Completion::done)})
                .front()
                .rule,
            "evaluation.not_in_state");
}

TEST_P(EvaluationStoreTest, AJudgementThatDiffersWantsAReason) {
  const Id id = open_round();
  Judgement j;
  j.task = 101;
  j.completion = Completion::partly;
  EXPECT_EQ(store->judge(by(office), id, j, Completion::done).error().field, "reason");
  must(store->judge(by(office), id, j, Completion::partly));
  EXPECT_EQ(store->judge(by(office), id, j, Completion::partly).error().rule, "evaluation.changed_meanwhile");
  j.revision = 1;
  j.completion = Completion::not_done;
  j.reason = "抽查名册不实";
  must(store->judge(by(office), id, j, Completion::done));
  EXPECT_EQ(store->judgements(county->tenant, id).at(101).reason, "抽查名册不实");
  j.task = 999;
  EXPECT_EQ(store->judge(by(office), id, j, Completion::done).error().rule, "evaluation.not_found");
  EXPECT_EQ(store->judge(by(teacher), id, j, Completion::done).error().code, base::Code::forbidden);
}

TEST_P(EvaluationStoreTest, AFrozenRoundStaysAsItIs) {
  const Id id = frozen_round(Kind::mid);
  const auto r = must(store->round(county->tenant, id));
  EXPECT_EQ(r.snapshot, "定稿数据");
  EXPECT_EQ(r.sha256, "abc");
  Judgement j;
  j.task = 101;
  j.completion = Completion::done;
  EXPECT_EQ(store->judge(by(office), id, j, Completion::done).error().rule, "evaluation.not_in_state");
  auto words = r;
  words.words = "改";
  EXPECT_EQ(store->save_words(by(office), words).error().rule, "evaluation.not_in_state");
  EXPECT_EQ(store->freeze(by(office), id, r.revision, "别的", "def").error().rule, "evaluation.not_in_state");
  EXPECT_EQ(must(store->round(county->tenant, id)).snapshot, "定稿数据");
  CarryDecision d;
  d.item = "task:农-01";
  d.carry = Carry::keep;
  EXPECT_EQ(store->decide_carry(by(office), id, {d}).error().rule,
            "evaluation.not_in_state");  // no final one
}

TEST_P(EvaluationStoreTest, SeveralDecisionsAreKeptTogether_OrNone) {
  const Id id = frozen_round(Kind::final_);
  CarryDecision first, second;
  first.item = "task:农-01";
  first.carry = Carry::keep;
  second.item = "task:农-02";
  second.carry = Carry::keep;
  second.revision = 7;  // somebody else's
  EXPECT_EQ(store->decide_carry(by(office), id, {first, second}).error().rule,
            "evaluation.changed_meanwhile");
  EXPECT_TRUE(store->carries(county->tenant, id).empty());
  second.revision = 0;
  must(store->decide_carry(by(office), id, {first, second}));
  EXPECT_EQ(store->carries(county->tenant, id).size(), 2u);
}

TEST_P(EvaluationStoreTest, WhatGoesOnIsDecidedOneByOne) {
  const Id id = frozen_round(Kind::final_);
  CarryDecision d;
  d.item = "task:农-01";
  EXPECT_EQ(store->decide_carry(by(office), id, {d}).error().field, "carry");
  d.carry = Carry::drop;
  EXPECT_EQ(store->decide_carry(by(office), id, {d}).error().field, "reason");
  d.reason = "并入别的任务";
  must(store->decide_carry(by(office), id, {d}));
  EXPECT_EQ(store->decide_carry(by(office), id, {d}).error().rule, "evaluation.changed_meanwhile");
  d.revision = 1;
  d.carry = Carry::keep;
  d.text = "新内容";
  must(store->decide_carry(by(office), id, {d}));
  const auto all = store->carries(county->tenant, id);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.at("task:农-01").text, "新内容");
  EXPECT_EQ(store->decide_carry(by(farmer), id, {d}).error().code, base::Code::forbidden);
}

TEST_P(EvaluationStoreTest, AnotherCountySeesNothing) {
  const Id id = open_round();
  auth::testing::County other(*world, "yun", "云溪县");
  const auto stranger = other.actor("office", other.root, ScopeKind::tenant);
  EXPECT_TRUE(store->rounds(other.tenant).empty());
  EXPECT_EQ(store->round(other.tenant, id).error().code, base::Code::not_found);
  EXPECT_EQ(store->move(by(stranger), id, 2, Action::close).error().code, base::Code::not_found);
  EXPECT_EQ(store->save_sheet(by(stranger), id, farming, 1, {}, false).front().code, base::Code::not_found);
}

KEPU_STORE_TEST_SUITE(EvaluationStoreTest);

}  // namespace
}  // namespace kepu::evaluation
