#include "engines/inspection/inspection_store.h"

#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/inspection/checklist.h"

namespace kepu::inspection {
namespace {

using auth::ScopeKind;
using auth::UnitKind;
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
title = "督查组织"
purpose = "组织"
scope = "tenant"
rights = ["plan.edit"]
[[role]]
id = "inspector"
title = "督查人员"
purpose = "督查"
scope = "tenant"
rights = ["plan.read"]
[[role]]
id = "unit"
title = "单位"
purpose = "整改"
scope = "subtree"
rights = ["plan.assign"]
)";

// The rights of roles in tests go by the catalogue of kits; an engine's own are put on the actor.
auth::Actor with_rights(auth::Actor actor, const std::vector<std::string_view>& rights) {
  if (actor.reaches.empty()) throw std::logic_error("no grant");
  const auto reach = actor.reaches.front();
  for (const auto right : rights) {
    auto more = reach;
    more.right = std::string(right);
    actor.reaches.push_back(std::move(more));
  }
  return actor;
}

class InspectionStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    association = county->unit("县科协");
    education = county->unit("县教育局");
    for (int i = 0; i < 6; ++i)
      towns.push_back(county->unit("乡镇" + std::to_string(i), 0, UnitKind::township));
    office = with_rights(county->actor("office", association, ScopeKind::tenant), {kRead, kManage});
    first = with_rights(county->actor("inspector", association, ScopeKind::tenant), {kRead, kVisit});
    second = with_rights(county->actor("inspector", education, ScopeKind::tenant), {kRead, kVisit});
    town = with_rights(county->actor("unit", towns[0], ScopeKind::subtree), {kRead, kRectify});
    neighbour = with_rights(county->actor("unit", towns[1], ScopeKind::subtree), {kRead, kRectify});
    store = std::make_unique<InspectionStore>(database, world->clock, world->ids, world->directory);
  }

  By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  std::int64_t revision(Id round) { return must(store->round(county->tenant, round)).round.revision; }

  Id new_round(int take = 6) {
    Round r;
    r.title = "年中督查";
    r.basis = "督查计划";
    r.from = {2026, 3, 2};
    r.until = {2026, 3, 20};
    r.strata = {{UnitKind::township, take}};
    r.checklist = parse_checklist("公开 | 是否\n开放 | 评分 10").questions;
    return must(store->add_round(by(office), r));
  }
  Id running_round() {
    const Id id = new_round();
    must(store->draw_round(by(office), id, revision(id), "公布的号码", {}));
    must(store->set_inspectors(by(office), id, revision(id),
                               {{first.person, association, "甲"}, {second.person, education, "乙"}}, 2));
    must(store->start_round(by(office), id, revision(id)));
    return id;
  }
  Id visit_of(Id round, Id unit) {
    for (const auto& v : must(store->round(county->tenant, round)).visits) {
      if (v.unit == unit) return v.id;
    }
    return 0;
  }
  Body body(const std::string& what = {}) {
    Body b;
    b.on = {2026, 3, 5};
    b.answers[1] = {"yes", "", {}};
    b.answers[2] = {"8", "", {}};
    if (!what.empty())
      b.findings.push_back({"f1", what, "院内", Severity::serious, {7, "农-03", "建阵地"}, {}});
    return b;
  }
  static std::string key(int n) { return "key-of-a-submission-" + std::to_string(n); }
  std::vector<Problem> problems(const ProblemQuery& q = {}) {
    return store->problems(county->tenant, q).problems;
  }
  Problem problem(Id id) { return must(store->problem(county->tenant, id)); }
  Id new_problem(Id unit) {
    Problem p;
    p.what = "宣传栏没有更新";
    p.unit = unit;
    p.source = Source::public_;
    p.from_whom = "来信";
    return must(store->add_problem(by(office), p));
  }
  ProblemChange change(Id id, ProblemAction action) {
    ProblemChange c;
    c.action = action;
    c.revision = problem(id).revision;
    c.text = "说明";
    c.owner = towns[0];
    c.due = base::Date{2026, 3, 10};
    return c;
  }
  std::int64_t notices(Id person) {
    return db().read([&](sql::Session& s) { return notify::count(s, county->tenant, person); });
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<InspectionStore> store;
  auth::Actor office, first, second, town, neighbour;
  Id association = 0, education = 0;
  std::vector<Id> towns;
};
KEPU_STORE_TEST_SUITE(InspectionStoreTest);

TEST_P(InspectionStoreTest, ARound_IsDrawnRepeatably_AndItsRecordIsKept) {
  const Id id = new_round(3);
  must(store->draw_round(by(office), id, revision(id), "2026-03-02 抽签 07 12", {}));
  const auto one = must(store->round(county->tenant, id));
  EXPECT_EQ(one.visits.size(), 3u);
  EXPECT_EQ(one.frame.size(), 6u);
  EXPECT_TRUE(is_repeatable(one.frame, one.round.strata, one.round.seed));
  county->unit("新设镇", 0, UnitKind::township);  // what comes later does not change the record
  EXPECT_EQ(must(store->round(county->tenant, id)).frame, one.frame);
  must(store->name_unit(by(office), id, revision(id), education, "上次问题多"));
  EXPECT_FALSE(store->name_unit(by(office), id, revision(id), education, "再来"));
  EXPECT_EQ(must(store->round(county->tenant, id)).visits.size(), 4u);
  must(store->draw_round(by(office), id, revision(id), "另一个", {}));
  EXPECT_EQ(must(store->round(county->tenant, id)).visits.size(), 4u);  // the named one stays
}

TEST_P(InspectionStoreTest, TwoEditARoundAtOnce_OneIsTold) {
  const Id id = new_round();
  const auto seen = revision(id);
  must(store->draw_round(by(office), id, seen, "一", {}));
  const auto late = store->draw_round(by(office), id, seen, "二", {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::Code::conflict);
  EXPECT_NE(late.error().message.find(office.name), std::string::npos);
  EXPECT_EQ(must(store->round(county->tenant, id)).round.seed, "一");
}

TEST_P(InspectionStoreTest, AScopeThatChanged_MakesTheDrawVoid) {
  const Id id = new_round(3);
  must(store->draw_round(by(office), id, revision(id), "一", {}));
  auto round = must(store->round(county->tenant, id)).round;
  round.strata[0].take = 4;
  must(store->change_round(by(office), round));
  const auto now = must(store->round(county->tenant, id));
  EXPECT_TRUE(now.round.seed.empty());
  EXPECT_TRUE(now.visits.empty());
}

TEST_P(InspectionStoreTest, AVisitIsAnsweredByItsInspectors_AndReplaysChangeNothing) {
  const Id round = running_round();
  const Id visit = visit_of(round, towns[0]);
  EXPECT_GT(notices(first.person), 0);
  const auto done = must(store->receive(by(first), visit, key(1), 0, body("牌子掉了")));
  EXPECT_EQ(done.kind, Received::Kind::accepted);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(must(store->receive(by(first), visit, key(1), 0, body("牌子掉了"))).kind,
              Received::Kind::replayed);
  }
  EXPECT_EQ(problems().size(), 1u);
  EXPECT_EQ(must(store->visit(county->tenant, visit)).submissions.size(), 1u);
  const auto stranger = store->receive(by(town), visit, key(2), 1, body());
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, base::Code::forbidden);
  EXPECT_EQ(store->receive(by(first), visit, "short", 1, body()).error().rule, "submission.key");
}

TEST_P(InspectionStoreTest, AUnitLearnsOfARoundByItsCircular) {
  const Id round = running_round();
  auto whole = must(store->round(county->tenant, round));
  EXPECT_TRUE(store->may_see(office, whole.round) && store->may_see(first, whole.round));
  EXPECT_FALSE(store->may_see(town, whole.round));
  whole.round.state = RoundState::circulated;
  for (const auto& v : whole.visits) {
    EXPECT_EQ(store->may_see(town, whole.round, v), v.unit == towns[0]);
  }
}

TEST_P(InspectionStoreTest, WhatComesTooLateIsKept_AndAPersonDecides) {
  const Id round = running_round();
  const Id visit = visit_of(round, towns[0]);
  must(store->receive(by(first), visit, key(1), 0, body("甲记的")));
  const auto late = must(store->receive(by(second), visit, key(2), 0, body("乙记的")));
  EXPECT_EQ(late.kind, Received::Kind::conflict);
  EXPECT_NE(late.other.find(first.name), std::string::npos);
  EXPECT_EQ(problems()[0].what, "甲记的");
  EXPECT_FALSE(store->close_round(by(office), round, revision(round)));
  auto whole = must(store->visit(county->tenant, visit));
  EXPECT_EQ(whole.visit.conflicts, 1);
  EXPECT_EQ(must(store->receive(by(second), visit, key(2), 0, body("乙记的"))).state,
            SubmissionState::waiting);
  must(store->decide(by(office), visit, late.submission, true, whole.visit.revision));
  EXPECT_EQ(problems()[0].what, "乙记的");
  EXPECT_EQ(must(store->visit(county->tenant, visit)).current()->person_name, second.name);
  EXPECT_FALSE(store->decide(by(office), visit, late.submission, false, whole.visit.revision));
}

TEST_P(InspectionStoreTest, WhatComesHomeAfterTheEnd_IsKeptToo) {
  const Id round = running_round();
  for (const auto& v : must(store->round(county->tenant, round)).visits) {
    must(store->drop_visit(by(office), v.id, "山洪断路"));
  }
  must(store->close_round(by(office), round, revision(round)));
  const Id visit = visit_of(round, towns[0]);
  const auto late = must(store->receive(by(first), visit, key(1), 0, body("记了")));
  EXPECT_EQ(late.kind, Received::Kind::conflict);
  EXPECT_FALSE(store->circulate_round(by(office), round, revision(round), "", ""));
  must(store->decide(by(office), visit, late.submission, true, late.revision));
  EXPECT_EQ(must(store->visit(county->tenant, visit)).visit.state, VisitState::answered);
  must(store->circulate_round(by(office), round, revision(round), "请抓紧", std::string(64, 'a')));
}

TEST_P(InspectionStoreTest, ANewRecord_ChangesFindingsThatNobodyWorksOn_AndNoOthers) {
  const Id round = running_round();
  const Id visit = visit_of(round, towns[0]);
  must(store->receive(by(first), visit, key(1), 0, body("原来的")));
  must(store->receive(by(first), visit, key(2), 1, body("改过的")));
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_EQ(problems()[0].what, "改过的");
  must(store->act(by(office), problems()[0].id, change(problems()[0].id, ProblemAction::assign)));
  must(store->receive(by(first), visit, key(3), 2, body("又改了")));
  EXPECT_EQ(problems().size(), 2u);
  must(store->receive(by(first), visit, key(4), 3, body()));
  int open = 0;
  for (const auto& p : problems()) open += is_open(p.state) ? 1 : 0;
  EXPECT_EQ(open, 1);
}

TEST_P(InspectionStoreTest, TwoInspectorsSendAtOnce_OneCounts_TheOtherWaits) {
  const Id round = running_round();
  const Id visit = visit_of(round, towns[0]);
  std::vector<Received> got(2);
  std::thread other([&] { got[1] = must(store->receive(by(second), visit, key(2), 0, body("乙"))); });
  got[0] = must(store->receive(by(first), visit, key(1), 0, body("甲")));
  other.join();
  EXPECT_NE(got[0].kind, got[1].kind);
  EXPECT_EQ(must(store->visit(county->tenant, visit)).submissions.size(), 2u);
}

TEST_P(InspectionStoreTest, AProblemGoesItsWay_AndEveryStepIsKept) {
  const Id id = new_problem(towns[0]);
  must(store->act(by(office), id, change(id, ProblemAction::assign)));
  EXPECT_EQ(problem(id).owner, towns[0]);
  EXPECT_FALSE(store->act(by(neighbour), id, change(id, ProblemAction::report)));
  must(store->act(by(town), id, change(id, ProblemAction::report)));
  EXPECT_FALSE(store->act(by(town), id, change(id, ProblemAction::pass)));
  auto back = change(id, ProblemAction::give_back);
  back.text = "照片看不清";
  must(store->act(by(first), id, back));
  EXPECT_EQ(problem(id).state, ProblemState::rectifying);
  must(store->act(by(town), id, change(id, ProblemAction::report)));
  must(store->act(by(second), id, change(id, ProblemAction::pass)));
  EXPECT_FALSE(store->act(by(second), id, change(id, ProblemAction::close)));
  must(store->act(by(office), id, change(id, ProblemAction::close)));
  EXPECT_GT(problem(id).ended_at, 0);
  const auto steps = store->steps(county->tenant, id);
  ASSERT_EQ(steps.size(), 7u);
  EXPECT_EQ(steps[3].text, "照片看不清");
  const auto log = db().read([&](sql::Session& s) {
    audit::Query q;
    q.subject = "problem:" + std::to_string(id);
    return audit::find(s, county->tenant, q);
  });
  EXPECT_EQ(log.total, 7);
}

TEST_P(InspectionStoreTest, TwoDecideAtOnce_OneWins_TheOtherIsTold) {
  const Id id = new_problem(towns[0]);
  must(store->act(by(office), id, change(id, ProblemAction::assign)));
  must(store->act(by(town), id, change(id, ProblemAction::report)));
  const auto pass = change(id, ProblemAction::pass), back = change(id, ProblemAction::give_back);
  base::Done one, two;
  std::thread other([&] { two = store->act(by(second), id, back); });
  one = store->act(by(first), id, pass);
  other.join();
  ASSERT_NE(one.has_value(), two.has_value());
  const auto& lost = one ? two.error() : one.error();
  EXPECT_EQ(lost.rule, "problem.changed_meanwhile");
  EXPECT_NE(lost.message.find(one ? first.name : second.name), std::string::npos);
  EXPECT_EQ(problem(id).state, one ? ProblemState::passed : ProblemState::rectifying);
}

TEST_P(InspectionStoreTest, RandomActions_NeverLeaveTheTable) {
  std::mt19937 dice(5);
  const auth::Actor* actors[] = {&office, &first, &second, &town, &neighbour};
  for (int run = 0; run < 3; ++run) {
    const Id id = new_problem(towns[0]);
    for (int i = 0; i < 60; ++i) {
      const auto before = problem(id).state;
      const auto action = static_cast<ProblemAction>(dice() % 8);
      auto wanted = change(id, action);
      if (dice() % 8 == 0) --wanted.revision;
      const auto done = store->act(by(*actors[dice() % 5]), id, wanted);
      const auto* rule = find_rule(problem_rules(), before, action);
      const auto now = problem(id).state;
      if (done) {
        ASSERT_NE(rule, nullptr);
        EXPECT_EQ(now, rule->to);
      } else {
        EXPECT_EQ(now, before);
      }
      EXPECT_EQ(problem(id).ended_at == 0, is_open(now));
    }
  }
}

TEST_P(InspectionStoreTest, OwnUnitIsBarredFromLookingAgain) {
  const Id id = new_problem(association);
  auto assign = change(id, ProblemAction::assign);
  assign.owner = association;
  must(store->act(by(office), id, assign));
  auto own = with_rights(county->actor("unit", association, ScopeKind::subtree), {kRead, kRectify});
  must(store->act(by(own), id, change(id, ProblemAction::report)));
  EXPECT_EQ(store->act(by(first), id, change(id, ProblemAction::pass)).error().rule, "problem.own_unit");
  EXPECT_EQ(store->act(by(office), id, change(id, ProblemAction::pass)).error().rule, "problem.own_unit");
  must(store->act(by(second), id, change(id, ProblemAction::pass)));
}

TEST_P(InspectionStoreTest, ListsAreFilteredInTheDatabase_AndAUnitSeesItsOwn) {
  for (int i = 0; i < 5; ++i) new_problem(towns[static_cast<std::size_t>(i % 2)]);
  ProblemQuery own;
  own.units = town.units_of(kRead);
  EXPECT_TRUE(problems(own).empty());  // not handed over yet
  own.units = std::vector<Id>{};
  EXPECT_TRUE(problems(own).empty());
  const Id id = problems().front().id;
  auto assign = change(id, ProblemAction::assign);
  must(store->act(by(office), id, assign));
  EXPECT_EQ(problems(own).size(), 0u);
  own.units = town.units_of(kRead);
  EXPECT_EQ(problems(own).size(), 1u);
  EXPECT_TRUE(store->may_see(town, problem(id)));
  EXPECT_FALSE(store->may_see(neighbour, problem(id)));
  world->clock.set(base::start_of({2026, 3, 11}));
  ProblemQuery late;
  late.late_on = base::Date{2026, 3, 11};
  EXPECT_EQ(problems(late).size(), 1u);
  EXPECT_EQ(store->counts(county->tenant, std::nullopt, {2026, 3, 11}).late, 1);
  ProblemQuery words;
  words.text = "%";
  EXPECT_TRUE(problems(words).empty());
  words.text = "宣传栏";
  EXPECT_EQ(problems(words).size(), 5u);
}

TEST_P(InspectionStoreTest, NothingCrossesTenants) {
  auth::testing::County other(*world, "bei", "北垣县");
  const Id bureau = other.unit("县教育局");
  const auto foreign =
      with_rights(other.actor("office", bureau, ScopeKind::tenant), {kRead, kManage, kVisit});
  const Id round = running_round();
  const Id id = new_problem(towns[0]);
  EXPECT_FALSE(store->round(other.tenant, round));
  EXPECT_FALSE(store->problem(other.tenant, id));
  EXPECT_EQ(store->act(by(foreign), id, change(id, ProblemAction::withdraw)).error().code,
            base::Code::not_found);
  EXPECT_EQ(store->receive(by(foreign), visit_of(round, towns[0]), key(1), 0, body()).error().code,
            base::Code::not_found);
  EXPECT_TRUE(store->rounds(other.tenant).empty());
}

}  // namespace
}  // namespace kepu::inspection
