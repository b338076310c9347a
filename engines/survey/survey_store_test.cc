#include "engines/survey/survey_store.h"

#include <set>
#include <thread>

#include "core/audit/audit.h"
#include "core/sql/testing.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/reference.h"
#include "engines/survey/testing.h"

namespace kepu::survey {
namespace {

using namespace survey::testing;
using auth::ScopeKind;
using Kind = Taken::Kind;

class SurveyStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database);
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    county = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    const Id association = county->unit("县科协");
    for (int t = 0; t < 4; ++t) county->unit("乡镇" + std::to_string(t), 0, auth::UnitKind::township);
    office = with_rights(county->actor("clerk", association, ScopeKind::tenant), {kRead, kManage});
    leader = with_rights(county->actor("head", association, ScopeKind::tenant), {kRead, kApprove, kManage});
    first = with_rights(county->actor("reader", association, ScopeKind::tenant), {kInterview});
    second = with_rights(county->actor("reader", association, ScopeKind::tenant), {kInterview});
    store =
        std::make_unique<SurveyStore>(database, world->clock, world->ids, world->directory, world->cipher);
    desk = std::make_unique<Office>(Office{*store, county->tenant, by(office), by(leader)});
  }
  By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  std::vector<FieldCase> cases(Id round, Id surveyor = 0) {
    return store->cases(county->tenant, {.round = round, .surveyor = surveyor});
  }
  Taken send(const auth::Actor& who, Id id, int number, Pairs fields = answers(), bool attempt = false) {
    return store->receive(by(who), {{attempt, id, key(number), std::move(fields)}}).front();
  }
  Pairs visit(const std::string& code, int day = 2) {
    return {{"code", code}, {"on", "2026-03-0" + std::to_string(day)}, {"hour", "9"}};
  }
  FieldCase load(Id id) { return must(store->field_case(county->tenant, id)).field_case; }
  std::int64_t audited(const std::string& action) {
    return db().read(
        [&](sql::Session& s) { return audit::find(s, county->tenant, {.action_prefix = action}).total; });
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> county;
  std::unique_ptr<SurveyStore> store;
  std::unique_ptr<Office> desk;
  auth::Actor office, leader, first, second;
};

TEST_P(SurveyStoreTest, AUnitRenamedAfterTheFreezingChangesNoDataset) {
  const Id id = desk->in_field(first.person, second.person);
  int number = 0;
  for (const auto& c : cases(id)) send(c.surveyor == first.person ? first : second, c.id, ++number);
  must(store->close(by(office), id, desk->revision(id)));
  must(store->freeze(by(leader), id, desk->revision(id)));
  const auto before = must(store->dataset(county->tenant, id));
  ASSERT_NE(before.townships[1].id, 0);
  // One township takes another name, one another's name, one is merged away, the county becomes a city.
  const auto& program = county->program;
  const auto rename = [&](const std::string& from, const std::string& to) {
    auto unit = *world->directory.units(county->tenant)->find_by_name(from);
    unit.name = to;
    must(world->directory.change_unit(program, unit));
  };
  rename("乡镇1", "新镇");
  rename("乡镇2", "乡镇1");
  const Id merged = world->directory.units(county->tenant)->find_by_name("乡镇3")->id;
  must(world->directory.deactivate_unit(program, merged, "并入新镇"));
  auto tenant = *world->directory.tenant(county->tenant);
  tenant.name = "岚江市";
  must(world->directory.change_tenant(program, tenant));
  const auto after = store->dataset(county->tenant, id);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(analysis::to_json(*after), analysis::to_json(before));
  // What was answered still must be what was frozen.
  db().write([&](sql::Session& s) {
    s.run("update survey_case set persons = persons + 1 where tenant = :tenant and round = :round",
          {{"tenant", county->tenant}, {"round", id}});
  });
  EXPECT_EQ(store->dataset(county->tenant, id).error().rule, "survey.hash");
}

TEST_P(SurveyStoreTest, ARunningRoundTakesOtherDatesAndKeepsTheOld) {
  const Id id = desk->in_field(first.person, second.person);
  const auto revision = desk->revision(id);
  const auto notices = [&] {
    return db().read([&](sql::Session& s) {
      return s.integer("select count(*) from notice where tenant = :tenant and title = '入户访问改期'",
                       {{"tenant", county->tenant}});
    });
  };
  const base::Date from = small_round().from, until{2026, 4, 15};
  EXPECT_EQ(store->reschedule(by(first), id, revision, from, until, "暴雨").error().code,
            base::Code::forbidden);
  EXPECT_EQ(store->reschedule(by(office), id, revision, from, until, " ").error().field, "reason");
  EXPECT_EQ(store->reschedule(by(office), id, revision, {2026, 3, 5}, until, "暴雨").error().rule,
            "survey.begun");
  EXPECT_EQ(notices(), 0);
  EXPECT_TRUE(store->reschedule(by(office), id, revision, from, until, "连日暴雨"));
  EXPECT_EQ(store->reschedule(by(leader), id, revision, from, {2026, 5, 1}, "暴雨").error().rule,
            "survey.changed_meanwhile");
  EXPECT_TRUE(store->reschedule(by(office), id, desk->revision(id), from, {2026, 4, 20}, "道路还没有通"));
  const auto whole = must(store->round(county->tenant, id));
  EXPECT_EQ(whole.round.until, (base::Date{2026, 4, 20}));
  ASSERT_EQ(whole.date_changes.size(), 2u);
  EXPECT_EQ(whole.date_changes[0].until, small_round().until);
  EXPECT_EQ(whole.date_changes[1].until, until);
  EXPECT_EQ(whole.date_changes[0].reason, "连日暴雨");
  EXPECT_EQ(notices(), 4) << "two surveyors, twice";
  EXPECT_EQ(
      store->reschedule(by(office), must(store->add_round(by(office), small_round())), 1, from, until, "暴雨")
          .error()
          .rule,
      "survey.not_in_state");
}

TEST_P(SurveyStoreTest, ADrawIsSignedBySomebodyElse) {
  const Id id = desk->drawn();
  const auto whole = must(store->round(county->tenant, id));
  EXPECT_EQ(whole.round.state, RoundState::drawn);
  EXPECT_EQ(whole.drawn().size(),
            static_cast<std::size_t>(must(plan_sample(whole.round.plan, whole.frame())).villages));
  auto own = office;
  own.reaches = leader.reaches;
  EXPECT_EQ(store->approve(by(own), id, whole.round.revision).error().rule, "survey.own_draw");
  EXPECT_EQ(store->approve(by(office), id, whole.round.revision).error().code, base::Code::forbidden);
  EXPECT_EQ(store->start(by(office), id, whole.round.revision).error().rule, "survey.not_in_state");
  EXPECT_TRUE(store->approve(by(leader), id, whole.round.revision));
  EXPECT_EQ(must(store->round(county->tenant, id)).round.approved_by, leader.person);
  EXPECT_EQ(store->set_frame(by(office), id, desk->revision(id), small_frame()).error().rule,
            "survey.not_in_state");
}

TEST_P(SurveyStoreTest, AChangedDrawIsNotSigned) {
  const Id id = desk->drawn();
  db().write([&](sql::Session& s) {
    s.run(
        "update survey_area set people = people + 500 where tenant = :tenant and round = :round and position "
        "= 3",
        {{"tenant", county->tenant}, {"round", id}});
  });
  EXPECT_EQ(store->approve(by(leader), id, desk->revision(id)).error().rule, "survey.digest");
  EXPECT_TRUE(store->give_back(by(leader), id, desk->revision(id), "名单变过"));
  EXPECT_TRUE(must(store->round(county->tenant, id)).drawn().empty());
}

TEST_P(SurveyStoreTest, OfTwoAtOnceOneIsTold) {
  const Id id = must(store->add_round(by(office), small_round()));
  const auto revision = desk->revision(id);
  EXPECT_TRUE(store->set_frame(by(office), id, revision, small_frame()));
  EXPECT_EQ(store->set_frame(by(leader), id, revision, small_frame()).error().rule,
            "survey.changed_meanwhile");
  EXPECT_EQ(store->round(county->tenant + 1, id).error().code, base::Code::not_found);
}

TEST_P(SurveyStoreTest, StartWantsListsPeopleAndQuestions) {
  const Id id = desk->approved();
  const auto refused = store->start(by(office), id, desk->revision(id));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "survey.not_ready");
  EXPECT_NE(refused.error().message.find("问卷"), std::string::npos);
  const Id draft = must(store->add_questionnaire(by(office), small_questionnaire()));
  EXPECT_EQ(store->set_questionnaire(by(office), id, desk->revision(id), draft).error().rule,
            "survey.questionnaire");
}

TEST_P(SurveyStoreTest, AddressesLieSealedAndReadingIsLogged) {
  const Id id = desk->in_field(first.person, second.person);
  const auto mine = cases(id, first.person), others = cases(id, second.person);
  ASSERT_EQ(mine.size(), 10u);
  const auto before = audited("survey.address");
  EXPECT_NE(must(store->address(by(first), mine[0].id)).find("密门牌"), std::string::npos);
  EXPECT_EQ(audited("survey.address"), before + 1);
  EXPECT_EQ(store->address(by(first), others[0].id).error().code, base::Code::forbidden);
  EXPECT_EQ(audited("survey.address"), before + 1);
  std::string everything;
  db().read([&](sql::Session& s) {
    s.each("select address from survey_case union all select listing from survey_area", {},
           [&](const sql::Row& r) { everything += r.text(0); });
  });
  EXPECT_GT(everything.size(), 1000u);
  EXPECT_EQ(everything.find("密门牌"), std::string::npos);
  EXPECT_NE(must(store->draft_key(by(first), mine[0].id)), must(store->draft_key(by(first), mine[1].id)));
  EXPECT_EQ(must(store->draft_key(by(first), mine[0].id)), must(store->draft_key(by(first), mine[0].id)));
  EXPECT_FALSE(store->draft_key(by(second), mine[0].id));
}

TEST_P(SurveyStoreTest, ARetryChangesNothingAndASecondRecordWaits) {
  const Id id = desk->in_field(first.person, second.person);
  const Id one = cases(id, first.person)[0].id;
  EXPECT_EQ(send(first, one, 1).kind, Kind::accepted);
  EXPECT_EQ(send(first, one, 1).kind, Kind::replayed);
  EXPECT_EQ(load(one).visits, 1);
  EXPECT_EQ(load(one).code, "1.1");
  EXPECT_EQ(send(office, one, 2, answers(50)).kind, Kind::waiting);
  const auto whole = must(store->field_case(county->tenant, one));
  ASSERT_EQ(whole.interviews.size(), 2u);
  EXPECT_EQ(whole.field_case.waiting, 1);
  EXPECT_EQ(store->close(by(office), id, desk->revision(id)).error().rule, "survey.undecided");
  Id waiting = 0;
  for (const auto& i : whole.interviews) {
    if (i.state == InterviewState::waiting) waiting = i.id;
  }
  EXPECT_TRUE(store->decide(by(office), one, waiting, true));
  EXPECT_EQ(store->decide(by(office), one, waiting, false).error().rule, "survey.decided");
  EXPECT_EQ(store->interviews(county->tenant, id).at(one).answers.at("age"), "50");
  EXPECT_EQ(load(one).waiting, 0);
}

TEST_P(SurveyStoreTest, ABatchAnswersEachByItself) {
  const Id id = desk->in_field(first.person, second.person);
  const auto mine = cases(id, first.person);
  const Id foreign = cases(id, second.person)[0].id;
  auto bad = answers();
  bad[2].second = "17";
  const auto taken = store->receive(by(first), {{false, mine[0].id, key(1), answers()},
                                                {false, foreign, key(2), answers()},
                                                {false, mine[1].id, key(3), bad},
                                                {true, mine[2].id, key(4), visit("2.24")},
                                                {false, mine[3].id, "short", answers()},
                                                {false, 99, key(6), answers()}});
  EXPECT_EQ(taken[0].kind, Kind::accepted);
  EXPECT_EQ(taken[1].errors.at(0).rule, "survey.not_yours");
  EXPECT_EQ(taken[2].errors.at(0).field, "q-age");
  EXPECT_EQ(taken[3].kind, Kind::accepted);
  EXPECT_EQ(taken[4].errors.at(0).rule, "survey.key");
  EXPECT_EQ(taken[5].errors.at(0).rule, "survey.case");
  EXPECT_EQ(load(mine[2].id).code, "2.24");
  EXPECT_EQ(load(mine[1].id).code, kNotAttempted);
}

TEST_P(SurveyStoreTest, ManyAtOnceLoseAndDoubleNothing) {
  const Id id = desk->in_field(first.person, second.person);
  const auto mine = cases(id, first.person);
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < mine.size(); ++i) {
        for (int retry = 0; retry < 2; ++retry) send(first, mine[i].id, t * 100 + static_cast<int>(i));
      }
    });
  }
  for (auto& t : threads) t.join();
  for (const auto& c : cases(id, first.person)) {
    const auto whole = must(store->field_case(county->tenant, c.id));
    EXPECT_EQ(whole.interviews.size(), 6u);
    int counts = 0;
    for (const auto& i : whole.interviews) counts += i.state == InterviewState::counts ? 1 : 0;
    EXPECT_EQ(counts, 1);
    EXPECT_EQ(c.waiting, 5);
    EXPECT_EQ(c.visits, 1);
  }
}

TEST_P(SurveyStoreTest, TheLatestVisitSaysHowACaseStands) {
  const Id id = desk->in_field(first.person, second.person);
  const Id one = cases(id, first.person)[0].id;
  EXPECT_EQ(send(first, one, 1, visit("2.111", 2), true).kind, Kind::accepted);
  world->clock.set(world->clock.now() + 3 * 86'400'000LL);
  EXPECT_EQ(send(first, one, 2, visit("2.32", 4), true).kind, Kind::accepted);
  EXPECT_EQ(send(first, one, 3, visit("2.24", 3), true).kind, Kind::accepted);  // came late
  EXPECT_EQ(load(one).code, "2.32");
  EXPECT_EQ(load(one).visits, 3);
  EXPECT_EQ(send(first, one, 4).kind, Kind::accepted);
  EXPECT_EQ(load(one).code, "1.1");
  EXPECT_EQ(store->set_listing(by(office), id, desk->revision(id), load(one).area, {}, 50).error().rule,
            "survey.listing_used");
}

TEST_P(SurveyStoreTest, ReplacementsGoByRuleAndApproval) {
  const Id id = desk->in_field(first.person, second.person);
  const auto mine = cases(id, first.person);
  EXPECT_EQ(store->ask_replacement(by(first), mine[0].id, "没人").error().rule, "survey.replacement");
  send(first, mine[0].id, 1, visit("2.111"), true);
  EXPECT_NE(store->ask_replacement(by(first), mine[0].id, "拒访").error().message.find("拒访不得替换"),
            std::string::npos);
  for (int i = 0; i < kLeastVisits; ++i) send(first, mine[1].id, 10 + i, visit("2.24"), true);
  EXPECT_FALSE(store->ask_replacement(by(second), mine[1].id, "没人"));
  ASSERT_TRUE(store->ask_replacement(by(first), mine[1].id, "四次都没人"));
  EXPECT_EQ(store->waiting_replacements(county->tenant), 1);
  EXPECT_EQ(store->decide_replacement(by(office), mine[1].id, true).error().code, base::Code::forbidden);
  ASSERT_TRUE(store->decide_replacement(by(leader), mine[1].id, true));
  EXPECT_EQ(store->decide_replacement(by(leader), mine[1].id, true).error().rule, "survey.decided");
  const auto now = cases(id, first.person);
  ASSERT_EQ(now.size(), mine.size() + 1);
  std::vector<int> drawn;
  const FieldCase* fresh = nullptr;
  for (const auto& c : now) {
    if (c.replaces == 0) drawn.push_back(c.dwelling);
    if (c.replaces == mine[1].id) fresh = &c;
  }
  ASSERT_NE(fresh, nullptr);
  EXPECT_EQ(fresh->dwelling, replacement_order("公布的号码", fresh->area, 30, drawn).front());
  EXPECT_NE(must(store->address(by(first), fresh->id)).find("密门牌" + std::to_string(fresh->dwelling + 1)),
            std::string::npos);
  EXPECT_EQ(load(mine[1].id).replacement, ReplacementState::approved);
}

TEST_P(SurveyStoreTest, BackChecksAreDoneBySomebodyElseOnce) {
  const Id id = desk->in_field(first.person, second.person);
  int number = 0;
  for (const auto& c : cases(id, first.person)) send(first, c.id, ++number);
  const auto chosen = store->back_checks(county->tenant, id);
  ASSERT_GT(chosen.size(), 0u);
  EXPECT_LT(chosen.size(), 10u);
  const Id one = chosen[0].field_case;
  auto again = store->interviews(county->tenant, id).at(one).answers;
  again["sex"] = "2";
  again["age"] = "41";
  auto own = first;
  own.reaches = office.reaches;
  EXPECT_EQ(store->record_back_check(by(own), one, again).error().rule, "survey.own_interview");
  EXPECT_TRUE(store->record_back_check(by(office), one, again));
  EXPECT_EQ(store->record_back_check(by(office), one, again).error().rule, "survey.back_done");
  const auto done = store->back_checks(county->tenant, id)[0];
  EXPECT_EQ(done.differing, 1);
  EXPECT_GT(done.asked, 3);
}

TEST_P(SurveyStoreTest, AFrozenRoundGivesTheSameDatasetAndNothingElse) {
  const Id id = desk->in_field(first.person, second.person);
  int number = 0;
  for (const auto& c : cases(id)) {
    ++number;
    const auto& who = c.surveyor == first.person ? first : second;
    if (number % 4 == 0)
      send(who, c.id, number, visit(number % 8 == 0 ? "2.111" : "4.60"), true);
    else
      send(who, c.id, number, answers(20 + number % 40));
  }
  EXPECT_EQ(store->dataset(county->tenant, id).error().rule, "survey.not_frozen");
  must(store->set_reference(by(office), id, desk->revision(id), "性别 | 男 | 5000\n性别 | 女 | 4800\n",
                            "普查", "市 | 2025 | 14 | 12 | 16 | 公报"));
  must(store->close(by(office), id, desk->revision(id)));
  EXPECT_EQ(store->freeze(by(office), id, desk->revision(id)).error().code, base::Code::forbidden);
  must(store->freeze(by(leader), id, desk->revision(id)));
  const auto data = must(store->dataset(county->tenant, id));
  EXPECT_EQ(analysis::to_json(data), analysis::to_json(must(store->dataset(county->tenant, id))));
  EXPECT_EQ(data.cases.size(), cases(id).size());
  EXPECT_EQ(data.townships.size(), 4u);
  EXPECT_NE(data.townships[0].id, 0);
  EXPECT_EQ(data.items.size(), 8u);
  double points = 0;
  for (const auto& i : data.items) points += i.points;
  EXPECT_NEAR(points, 100, 1e-9);
  const auto psus = must(store->round(county->tenant, id)).drawn();
  ASSERT_EQ(data.psus.size(), psus.size());
  for (std::size_t i = 0; i < psus.size(); ++i) {
    EXPECT_EQ(data.psus[i].name, psus[i].area.name);
    EXPECT_EQ(data.townships[static_cast<std::size_t>(data.psus[i].township)].name, psus[i].area.township);
  }
  std::set<std::string> margins;
  for (const auto& m : data.margins) {
    margins.insert(m.variable);
    double sum = 0;
    for (const auto& [category, people] : m.counts) sum += people;
    EXPECT_NEAR(sum, 9800, 1e-6) << m.variable;
  }
  EXPECT_EQ(margins, (std::set<std::string>{"sex", "place", "township"}));
  for (const auto& c : data.cases) {
    EXPECT_DOUBLE_EQ(c.dwelling_probability, 10.0 / 30);
    EXPECT_EQ(c.answers.size(), c.outcome == Outcome::complete ? 8u : 0u);
    if (c.outcome == Outcome::complete) EXPECT_NEAR(c.minutes, 20, 1e-9);
  }
  // Nothing goes in any more.
  EXPECT_EQ(send(first, cases(id, first.person)[0].id, 900).kind, Kind::refused);
  EXPECT_EQ(store->reopen(by(office), id, desk->revision(id)).error().rule, "survey.not_in_state");
  db().write([&](sql::Session& s) {
    s.run(
        "update survey_case set persons = persons + 1 where tenant = :tenant and round = :round and "
        "interview > 0",
        {{"tenant", county->tenant}, {"round", id}});
  });
  EXPECT_EQ(store->dataset(county->tenant, id).error().rule, "survey.hash");
}

TEST_P(SurveyStoreTest, AReleasedQuestionnaireStaysAndCountsItsItems) {
  BankItem item;
  item.code = "k0";
  item.question = small_questionnaire().blocks[1].questions[0];
  must(store->save_item(by(office), item));
  EXPECT_EQ(store->save_item(by(office), item).error().rule, "item.changed_meanwhile");
  auto broken = small_questionnaire();
  broken.blocks[1].questions[0].right = "";
  const Id draft = must(store->add_questionnaire(by(office), broken));
  EXPECT_EQ(store->release(by(office), draft, 1).error().rule, "questionnaire.faults");
  must(store->change_questionnaire(by(office), draft, 1, small_questionnaire()));
  EXPECT_EQ(store->change_questionnaire(by(office), draft, 1, broken).error().rule,
            "questionnaire.changed_meanwhile");
  EXPECT_EQ(store->release(by(office), draft, 1).error().rule, "questionnaire.changed_meanwhile");
  must(store->release(by(office), draft, 2));
  EXPECT_EQ(store->change_questionnaire(by(office), draft, 3, broken).error().rule,
            "questionnaire.changed_meanwhile");
  EXPECT_EQ(store->items(county->tenant)[0].exposed, 1);
  EXPECT_EQ(*must(store->questionnaire(county->tenant, draft)).body, small_questionnaire());
  item.code = item.question.name = "bad";
  item.question.right = "9";
  EXPECT_EQ(store->save_item(by(office), item).error().field, "right");
}

KEPU_STORE_TEST_SUITE(SurveyStoreTest);

}  // namespace
}  // namespace kepu::survey
