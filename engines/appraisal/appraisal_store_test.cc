#include "engines/appraisal/appraisal_store.h"

#include "core/auth/roles.h"
#include "core/sql/testing.h"
#include "engines/appraisal/county_test.h"

namespace kepu::appraisal::testing {
namespace {

class AppraisalStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    people = std::make_unique<People>(*world);
    store = std::make_unique<AppraisalStore>(database, people->world.clock, people->world.ids,
                                             people->world.directory, must(Criteria::parse(catalogue())));
  }
  void TearDown() override {
    store.reset();
    people.reset();
    world.reset();
    EngineTest::TearDown();
  }
  static By by(const auth::Actor& actor) { return {actor, "192.0.2.7"}; }
  People& p() { return *people; }
  Head head() { return must(store->load(p().lan.tenant, id)).head; }
  void step(Action action, std::optional<base::Date> due = base::Date{2026, 3, 20}) {
    AppraisalStore::Step s;
    s.action = action;
    s.due = due;
    s.reason = "测试";
    if (action == Action::open_assessing) {
      for (const Id unit : {p().education, p().health, p().town})
        s.figures.push_back(figure(unit, "2", 5 * kOne));
    }
    must(store->step(by(p().office), id, head().revision, s));
  }
  std::int64_t sheet_revision(Id unit) { return must(store->sheet(p().lan.tenant, id, unit)).revision; }
  static Mark give(std::string item, std::optional<Points> points, std::string reason = {}) {
    Mark m = mark(Mark::Kind::self, 0, std::move(item), points);
    m.reason = std::move(reason);
    return m;
  }
  void publish() {
    id = must(store->create(by(p().office), p().rules()));
    must(store->publish(by(p().office), id, head().revision, p().rules()));
  }
  void to_assessing() {
    publish();
    step(Action::open_self);
    must(store->save_self(by(p().of_education), id, p().education, 1, {give("1", 55 * kPoint, "见总结")},
                          true));
    step(Action::open_assessing);
  }
  void to_notice() {
    to_assessing();
    for (const Id unit : {p().education, p().health, p().town})
      must(store->assess(by(p().expert3), id, unit, {give("1", 50 * kPoint)}));
    step(Action::open_review);
    step(Action::open_notice);
  }
  Points total(Id unit) {
    return score(must(store->inputs(p().lan.tenant, id))).unit(unit)->final.total.value_or(-1);
  }
  template <class T>
  static std::string rule_of(const T& result) {
    return result ? "done" : result.error().rule;
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<People> people;
  std::unique_ptr<AppraisalStore> store;
  Id id = 0;
};
KEPU_STORE_TEST_SUITE(AppraisalStoreTest);

TEST_P(AppraisalStoreTest, ProofOfAMark_IsUsedInTheStoreOfEvidence_AsLongAsItStandsThere) {
  publish();
  step(Action::open_self);
  const Id tenant = p().lan.tenant, proof = 4711;
  db().write([&](sql::Session& s) {
    s.run(
        "insert into evidence (tenant, id, unit, kind, title, note, folded, valid_from, valid_until, "
        "revision, "
        "withdrawn, version, created_at, edited_at, edited_by) values (:tenant, :id, :unit, 'link', '总结', "
        "'', "
        "'', '', '', 1, '', 1, 1, 1, '')",
        {{"tenant", tenant}, {"id", proof}, {"unit", p().education}});
    s.run(
        "insert into evidence_version (tenant, evidence, number, sha256, file_name, type, size, url, at, "
        "added_by, note) values (:tenant, :id, 1, '', '', '', 0, 'https://lan.example/1', 1, '', '')",
        {{"tenant", tenant}, {"id", proof}});
  });
  const auto uses = [&] {
    return db().read([&](sql::Session& s) {
      return reports::evidence_of(s, tenant, reports::score_item(id, p().education, "1")).size();
    });
  };
  Mark given = give("1", 55 * kPoint, "见总结");
  given.link = reports::evidence_url(proof);
  must(store->save_self(by(p().of_education), id, p().education, sheet_revision(p().education), {given},
                        false));
  EXPECT_EQ(uses(), 1u);
  must(store->save_self(by(p().of_education), id, p().education, sheet_revision(p().education), {given},
                        false));
  EXPECT_EQ(uses(), 1u) << "once, however often it is saved";
  given.link = "/evidence/4712";
  const auto refused = store->save_self(by(p().of_education), id, p().education,
                                        sheet_revision(p().education), {given}, false);
  EXPECT_EQ(rule_of(refused), "evidence.not_found");
  EXPECT_EQ(refused.error().field, "link-1");
  EXPECT_EQ(uses(), 1u) << "nothing was saved";
  given.link = "https://lan.example/2";
  must(store->save_self(by(p().of_education), id, p().education, sheet_revision(p().education), {given},
                        false));
  EXPECT_EQ(uses(), 0u);
}

TEST_P(AppraisalStoreTest, AYear_GoesFromDraftToItsProof) {
  to_notice();
  EXPECT_EQ(total(p().education), 70 * kPoint) << "50 by the assessor and half of 40 by the metric";
  const Id appeal =
      must(store->appeal(by(p().of_education), id, p().education, "1", "少算两场活动", "/tasks/1"));
  EXPECT_EQ(rule_of(store->appeal(by(p().of_education), id, p().education, "1", "再申诉", "")),
            "appraisal.appealed_already");
  AppraisalStore::Step finish;
  finish.action = Action::finish;
  EXPECT_EQ(rule_of(store->step(by(p().office), id, head().revision, finish)), "appraisal.notice_runs");
  p().world.clock.set(base::start_of({2026, 3, 21}) + 1000);
  EXPECT_EQ(rule_of(store->step(by(p().office), id, head().revision, finish)), "appraisal.appeals_open");
  must(store->decide(by(p().office), appeal, {AppealState::upheld, 56 * kPoint, "补交材料属实"}));
  EXPECT_EQ(total(p().education), 76 * kPoint);
  must(store->step(by(p().office), id, head().revision, finish));
  EXPECT_EQ(head().state, State::final);
  const auto rows = store->results(p().lan.tenant, id);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].total, 76 * kPoint);
  EXPECT_EQ(rows[0].grade, "合格");
  EXPECT_EQ(store->latest_results(p().lan.tenant, {2026, 12, 31}, {}).size(), 3u);
  EXPECT_TRUE(store->latest_results(p().lan.tenant, {2026, 3, 20}, {}).empty()) << "not final then";
  const Proof proof = must(store->verify(p().lan.tenant, id));
  for (const auto& line : proof.lines) EXPECT_EQ(line.find("不符"), std::string::npos) << line;
  EXPECT_TRUE(proof.sound);
  EXPECT_EQ(proof.scores_hash, head().scores_hash);
  EXPECT_GT(proof.audit_entry, 0);
}

TEST_P(AppraisalStoreTest, WhateverIsAlteredInTheDatabase_BreaksTheProof) {
  to_notice();
  p().world.clock.set(base::start_of({2026, 3, 21}) + 1000);
  step(Action::finish);
  const auto tenant = p().lan.tenant;
  const auto broken_by = [&](const char* sql, const char* back) {
    db().write([&](sql::Session& s) { s.run(sql, {{"tenant", tenant}}); });
    const bool sound = must(store->verify(tenant, id)).sound;
    db().write([&](sql::Session& s) { s.run(back, {{"tenant", tenant}}); });
    return !sound;
  };
  EXPECT_TRUE(broken_by("update appraisal_mark set points = points + 1 where tenant = :tenant",
                        "update appraisal_mark set points = points - 1 where tenant = :tenant"));
  EXPECT_TRUE(broken_by("update appraisal_figure set value = value + 1 where tenant = :tenant",
                        "update appraisal_figure set value = value - 1 where tenant = :tenant"));
  EXPECT_TRUE(broken_by("update appraisal_score set total = total + 1 where tenant = :tenant",
                        "update appraisal_score set total = total - 1 where tenant = :tenant"));
  EXPECT_TRUE(broken_by("update appraisal_frozen set inputs = inputs || ' ' where tenant = :tenant",
                        "update appraisal_frozen set inputs = rtrim(inputs) where tenant = :tenant"));
  EXPECT_TRUE(broken_by("update appraisal set scores_hash = 'x' || scores_hash where tenant = :tenant",
                        "update appraisal set scores_hash = substr(scores_hash, 2) where tenant = :tenant"));
  EXPECT_TRUE(must(store->verify(tenant, id)).sound) << "all put back";
}

TEST_P(AppraisalStoreTest, ForbiddenCriteria_NeverGetIn) {
  Table t = p().rules();
  t.items[0].standard = "点　赞 100 个得 1 分";
  EXPECT_EQ(rule_of(store->create(by(p().office), t)), "appraisal.forbidden_criterion");
  id = must(store->create(by(p().office), p().rules()));
  EXPECT_EQ(rule_of(store->edit(by(p().office), id, 1, t, "改")), "appraisal.forbidden_criterion");
  EXPECT_EQ(rule_of(store->publish(by(p().office), id, 1, t)), "appraisal.forbidden_criterion");
}

TEST_P(AppraisalStoreTest, PublishedRules_AreFrozen) {
  publish();
  EXPECT_EQ(rule_of(store->edit(by(p().office), id, head().revision, p().rules(), "改")),
            "appraisal.not_in_state");
  step(Action::recall);
  must(store->edit(by(p().office), id, head().revision, p().rules(), "改"));
  EXPECT_EQ(rule_of(store->create(by(p().office), p().rules())), "appraisal.year_taken");
}

TEST_P(AppraisalStoreTest, EveryoneDoesWhatIsHis) {
  publish();
  EXPECT_EQ(rule_of(store->edit(by(p().of_education), id, 1, p().rules(), "改")), "auth.right");
  AppraisalStore::Step open;
  open.action = Action::open_self;
  open.due = base::Date{2026, 3, 20};
  EXPECT_EQ(store->step(by(p().expert1), id, head().revision, open).error().code, base::Code::forbidden);
  step(Action::open_self);
  EXPECT_EQ(store->save_self(by(p().of_health), id, p().education, 1, {}, false).error().code,
            base::Code::forbidden);
  EXPECT_EQ(store->return_self(by(p().of_education), id, p().education, "x").error().code,
            base::Code::forbidden);
  EXPECT_EQ(store->save_self(by(p().stranger), id, p().education, 1, {}, false).error().code,
            base::Code::not_found)
      << "another county";
  must(store->save_self(by(p().of_education), id, p().education, 1, {give("1", 55 * kPoint)}, true));
  EXPECT_EQ(rule_of(store->save_self(by(p().of_education), id, p().education, 2, {}, false)),
            "appraisal.submitted");
  must(store->return_self(by(p().office), id, p().education, "材料不全"));
  step(Action::open_assessing);
  EXPECT_EQ(store->assess(by(p().office), id, p().education, {}).error().code, base::Code::forbidden);
  EXPECT_EQ(rule_of(store->assess(by(p().expert2), id, p().health, {})), "appraisal.own_unit");
  must(store->assess(by(p().expert2), id, p().education, {give("1", 40 * kPoint)}));
  EXPECT_EQ(rule_of(store->assess(by(p().expert2), id, p().education, {give("2", 1)})),
            "appraisal.automatic_item");
  EXPECT_EQ(rule_of(store->assess(by(p().expert2), id, p().association, {})), "appraisal.not_appraised");
  EXPECT_EQ(store->assess(by(p().stranger), id, p().education, {}).error().code, base::Code::not_found);
  step(Action::open_review);
  EXPECT_EQ(store->review(by(p().expert1), id, p().education, 1, {}).error().code, base::Code::forbidden);
  EXPECT_EQ(store->verify(p().yun.tenant, id).error().code, base::Code::not_found);
}

TEST_P(AppraisalStoreTest, AStandIn_MayNotAssess) {
  to_assessing();
  auth::StandIn stand_in;
  stand_in.principal = p().expert3.person;
  stand_in.deputy = p().of_education.person;
  stand_in.from = "2026-03-02";
  stand_in.until = "2026-12-31";
  stand_in.reason = "出差";
  must(p().world.directory.add_stand_in(p().lan.program, stand_in));
  const auto deputy = p().lan.actor_of(p().of_education.person);
  ASSERT_TRUE(deputy.may("appraisal.assess", p().town));
  EXPECT_EQ(rule_of(store->assess(by(deputy), id, p().town, {give("1", 60 * kPoint)})),
            "appraisal.in_person");
}

TEST_P(AppraisalStoreTest, MarksOutOfBounds_AreRefusedBesideTheirField) {
  to_assessing();
  const auto refused = [&](Mark m) { return store->assess(by(p().expert3), id, p().town, {std::move(m)}); };
  EXPECT_EQ(refused(give("1", 61 * kPoint)).error().field, "points-1");
  EXPECT_EQ(refused(give("1", -1)).error().field, "points-1");
  EXPECT_EQ(rule_of(refused(give("9", 1))), "appraisal.no_such_item");
  EXPECT_EQ(rule_of(refused(give("1", std::nullopt))), "appraisal.na_reason");
  Mark m = give("1", 1);
  m.link = "javascript:alert(1)";
  EXPECT_EQ(rule_of(refused(m)), "appraisal.link");
  EXPECT_EQ(rule_of(store->assess(by(p().expert3), id, p().town, {give("1", 1), give("1", 2)})),
            "appraisal.item_twice");
}

TEST_P(AppraisalStoreTest, OfTwoReviewersAtOnce_OneWins) {
  to_assessing();
  must(store->assess(by(p().expert3), id, p().education, {give("1", 50 * kPoint)}));
  step(Action::open_review);
  const auto revision = sheet_revision(p().education);
  EXPECT_EQ(rule_of(store->review(by(p().office), id, p().education, revision, {give("1", 52 * kPoint)})),
            "appraisal.review_reason");
  must(store->review(by(p().office), id, p().education, revision, {give("1", 52 * kPoint, "核对台账")}));
  const auto late =
      store->review(by(p().second), id, p().education, revision, {give("1", 40 * kPoint, "看法不同")});
  EXPECT_EQ(rule_of(late), "appraisal.changed_meanwhile");
  EXPECT_NE(late.error().message.find(p().office.name), std::string::npos) << late.error().message;
  EXPECT_EQ(total(p().education), 72 * kPoint);
}

TEST_P(AppraisalStoreTest, OfTwoDecisionsOnAnAppeal_OneWins) {
  to_notice();
  const Id appeal = must(store->appeal(by(p().of_education), id, p().education, "1", "少算", ""));
  must(store->decide(by(p().office), appeal, {AppealState::rejected, std::nullopt, "材料不足"}));
  EXPECT_EQ(rule_of(store->decide(by(p().second), appeal, {AppealState::upheld, 60 * kPoint, "支持"})),
            "appraisal.changed_meanwhile");
  EXPECT_EQ(total(p().education), 70 * kPoint);
  EXPECT_EQ(store->appeals(p().lan.tenant, id)[0].state, AppealState::rejected);
}

TEST_P(AppraisalStoreTest, ARefusedDecision_LeavesTheAppealOpen) {
  to_notice();
  const Id appeal = must(store->appeal(by(p().of_education), id, p().education, "1", "少算", ""));
  EXPECT_EQ(rule_of(store->decide(by(p().office), appeal, {AppealState::upheld, 61 * kPoint, "支持"})),
            "appraisal.out_of_bounds");
  EXPECT_EQ(store->open_appeals(p().lan.tenant).size(), 1u);
  EXPECT_TRUE(store->open_appeals(p().yun.tenant).empty());
}

TEST_P(AppraisalStoreTest, WithoutMarks_NothingIsNoticed) {
  to_assessing();
  step(Action::open_review);
  AppraisalStore::Step notice;
  notice.action = Action::open_notice;
  notice.due = base::Date{2026, 3, 20};
  EXPECT_EQ(rule_of(store->step(by(p().office), id, head().revision, notice)), "appraisal.unscored");
  notice.action = Action::reopen_assessing;
  EXPECT_EQ(rule_of(store->step(by(p().office), id, head().revision, notice)), "appraisal.reason");
}

TEST_P(AppraisalStoreTest, WhoChangedWhat_IsInTheLog_AndPeopleAreTold) {
  to_notice();
  audit::Query query;
  query.subject = subject_of(id, p().education);
  const auto entries =
      db().read([&](sql::Session& s) { return audit::find(s, p().lan.tenant, query).entries; });
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].summary, "提交县教育局自评：1：55");
  const auto notices = db().read([&](sql::Session& s) {
    return notify::of_person(s, p().lan.tenant, p().of_education.person, false, 0, 10);
  });
  EXPECT_EQ(notices.size(), 2u) << "self scoring and notice";
}

}  // namespace
}  // namespace kepu::appraisal::testing
