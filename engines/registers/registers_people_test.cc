// People in the registers: one record, merging, proofs and certificates, erasure.
#include "core/audit/audit.h"
#include "engines/registers/registers_store_testing.h"

namespace kepu::registers {
namespace {

class RegisterPeopleTest : public RegisterStoreTest {};
KEPU_STORE_TEST_SUITE(RegisterPeopleTest);

TEST_P(RegisterPeopleTest, PersonalDataIsSealedAskedForAndGuarded) {
  const Id id = must(store->apply(by(office), expert_of("测试专家", "13900000003"), true));
  EXPECT_EQ(must(store->entry(lan->tenant, id)).values.text("email"), "");
  EXPECT_EQ(must(store->entry(lan->tenant, id, true)).values.text("email"), "someone@example.invalid");
  db().read([&](sql::Session& s) {
    s.each("select body, secret from register_entry", {}, [](const sql::Row& r) {
      EXPECT_EQ(r.text(0).find("someone"), std::string::npos);
      EXPECT_EQ(r.text(1).find("someone"), std::string::npos);
      EXPECT_FALSE(r.text(1).empty());
    });
    s.each("select phone, phone_index from register_person", {}, [](const sql::Row& r) {
      EXPECT_EQ(r.text(0).find("13900000003"), std::string::npos);
      EXPECT_EQ(r.text(1).find("13900000003"), std::string::npos);
    });
  });
  auto refused = expert_of("没同意", "");
  refused.consent = false;
  EXPECT_EQ(store->apply(by(office), refused, true).error().rule, "register.consent");
  auto child = expert_of("孩子", "");
  child.entry.minor = true;
  EXPECT_EQ(store->apply(by(office), child, true).error().rule, "register.minor");
  child.entry.type = "volunteer";
  child.entry.values = {};
  EXPECT_EQ(store->apply(by(office), child, true).error().rule, "register.guardian");
  child.guardian = "监护人书面同意";
  const Id minor = must(store->apply(by(office), child, true));
  EXPECT_TRUE(must(store->entry(lan->tenant, minor)).minor);
}

TEST_P(RegisterPeopleTest, OnePersonHasOneRecordAcrossRegisters) {
  const Id one = must(store->apply(by(office), expert_of("测试专家", "139-0000-0004"), true));
  auto second = expert_of("测试专家", "13900000004");
  second.entry.type = "lecturer";
  second.entry.values = {};
  const Id two = must(store->apply(by(office), second, true));
  EXPECT_EQ(must(store->entry(lan->tenant, one)).person, must(store->entry(lan->tenant, two)).person);
  PersonQuery q;
  q.text = "139 0000 0004";
  const auto found = store->people(lan->tenant, q);
  ASSERT_EQ(found.people.size(), 1u);
  EXPECT_EQ(found.people[0].person.masked, "139****0004");
  EXPECT_EQ(found.people[0].entries, 2);
  EXPECT_EQ(store->people(yun->tenant, q).total, 0);
}

TEST_P(RegisterPeopleTest, MergeAndUndoIsIdentity) {
  const Id one = published(expert_of("李雷", "13900000005"), office, office);
  auto other = expert_of("李蕾", "13900000006");
  other.entry.type = "lecturer";
  other.entry.values = {};
  const Id two = published(other, office, office);
  const Id a = must(store->entry(lan->tenant, one)).person, b = must(store->entry(lan->tenant, two)).person;
  const auto duplicates = store->duplicates(lan->tenant, 10);
  ASSERT_EQ(duplicates.size(), 1u);
  EXPECT_EQ(duplicates[0].weight, 1);
  Proof proof;
  proof.person = b;
  proof.title = "讲座";
  proof.on = store->today();
  proof.host = willow;
  must(store->tell(by(office), proof));
  const auto picture = [&] {
    std::string out;
    db().read([&](sql::Session& s) {
      for (const char* sql : {"select id, person from register_entry order by id",
                              "select id, person from register_proof order by id",
                              "select id, merged_into * 1 from register_person order by id",
                              "select id, account from register_person order by id"}) {
        s.each(sql, {},
               [&](const sql::Row& r) { out += fmt::format("{} {}\n", r.integer(0), r.integer(1)); });
      }
    });
    return out;
  };
  const auto before = picture();
  EXPECT_EQ(store->merge(by(town), a, b, "同一人").error().code, base::Code::forbidden);
  const Id merge = must(store->merge(by(office), a, b, "同一人"));
  EXPECT_NE(picture(), before);
  EXPECT_EQ(must(store->person(lan->tenant, b)).id, a);
  EXPECT_EQ(must(store->record(lan->tenant, a)).entries.size(), 2u);
  EXPECT_TRUE(store->duplicates(lan->tenant, 10).empty());
  must(store->undo_merge(by(office), merge));
  EXPECT_EQ(picture(), before);
  EXPECT_EQ(store->undo_merge(by(office), merge).error().rule, "person.undone");
  must(store->not_the_same(by(office), b, a));
  EXPECT_TRUE(store->duplicates(lan->tenant, 10).empty());
}

TEST_P(RegisterPeopleTest, TwoInOneRegisterAreNotMerged) {
  const Id one = published(expert_of("同名", "13900000007"), office, office);
  const Id two = published(expert_of("同名", "13900000008"), office, office);
  const Id a = must(store->entry(lan->tenant, one)).person, b = must(store->entry(lan->tenant, two)).person;
  EXPECT_EQ(store->merge(by(office), a, b, "同一人").error().rule, "person.same_register");
  must(act(office, two, Action::retire));
  must(store->merge(by(office), a, b, "同一人"));
}

TEST_P(RegisterPeopleTest, AMergeBelowAnotherIsNotTakenApart) {
  std::vector<Id> people;
  int i = 0;
  for (const char* type : {"expert", "lecturer", "vice_principal"}) {
    auto a = expert_of("三人" + std::to_string(i), "1390000001" + std::to_string(i));
    a.entry.type = type;
    ++i;
    people.push_back(must(store->entry(lan->tenant, must(store->apply(by(office), a, true)))).person);
  }
  const Id first = must(store->merge(by(office), people[1], people[0], "同一人"));
  const Id second = must(store->merge(by(office), people[2], people[1], "同一人"));
  EXPECT_EQ(store->undo_merge(by(office), first).error().rule, "person.later_merge");
  EXPECT_EQ(must(store->person(lan->tenant, people[0])).id, people[2]);
  must(store->undo_merge(by(office), second));
  must(store->undo_merge(by(office), first));
  for (const Id p : people) EXPECT_EQ(must(store->person(lan->tenant, p)).id, p);
}

TEST_P(RegisterPeopleTest, ProofsAreConfirmedByASecondPartyAndSigned) {
  const Id entry = published(expert_of("测试专家", "13900000030"), liaison, office);
  const Id person = must(store->entry(lan->tenant, entry)).person;
  Proof p;
  p.person = person;
  p.kind = ProofKind::talk;
  p.title = "防汛讲座";
  p.on = store->today();
  p.hours = 2.5;
  p.audience = 80;
  p.host = willow;
  EXPECT_EQ(store->tell(by(neighbour), p).error().code, base::Code::forbidden);
  const Id told = must(store->tell(by(town), p));
  EXPECT_EQ(store->decide(by(town), told, true, "", 1).error().rule, "proof.self");
  EXPECT_EQ(store->decide(by(neighbour), told, true, "", 1).error().code, base::Code::forbidden);
  EXPECT_EQ(store->issue(by(office), person, {2026, 1, 1}, store->today()).error().rule,
            "certificate.nothing");
  must(store->decide(by(office), told, true, "", 1));
  EXPECT_EQ(store->decide(by(office), told, true, "", 2).error().rule, "proof.not_open");
  EXPECT_DOUBLE_EQ(must(store->record(lan->tenant, person)).totals.hours, 2.5);
  const auto code = must(store->issue(by(office), person, {2026, 1, 1}, store->today()));
  const auto issued = store->issued(lan->tenant, code);
  ASSERT_TRUE(issued);
  EXPECT_TRUE(auth::Signer::verify(issued->payload, issued->signature, store->public_key()));
  EXPECT_FALSE(store->issued(yun->tenant, code));
  EXPECT_EQ(must(parse_certificate(issued->payload)).roles.size(), 1u);
  EXPECT_EQ(store->revoke(by(town), code, "错").error().code, base::Code::forbidden);
  must(store->revoke(by(office), code, "登记有误"));
  EXPECT_NE(store->issued(lan->tenant, code)->revoked_at, 0);
  p.source = "order:1";
  p.decided_name = "群众";
  const Id first = must(store->record_proof(office, p));
  EXPECT_EQ(must(store->record_proof(office, p)), first);
  EXPECT_DOUBLE_EQ(must(store->record(lan->tenant, person)).totals.hours, 5.0);
}

TEST_P(RegisterPeopleTest, FilesOfAProofAreForThePersonAndWhoConfirms_AndGoWithIt) {
  const Id entry = published(expert_of("测试专家", "13900000030"), liaison, office);
  Proof p;
  p.person = must(store->entry(lan->tenant, entry)).person;
  p.title = "防汛讲座";
  p.on = store->today();
  p.host = willow;
  p.files = {{std::string(64, 'a'), "签到表 \"一\".pdf", "application/pdf"},
             {std::string(64, 'b'), "现场.jpg", "image/jpeg"}};
  const Id told = must(store->tell(by(town), p));
  const Proof kept = must(store->proof(lan->tenant, told));
  EXPECT_EQ(kept.files, p.files);
  EXPECT_TRUE(store->may_see_files(town, kept));
  EXPECT_TRUE(store->may_see_files(office, kept));
  EXPECT_FALSE(store->may_see_files(neighbour, kept));
  EXPECT_FALSE(store->may_see_files(liaison, kept)) << "who manages the entry does not decide on the proof";
  EXPECT_FALSE(store->may_see_files(expert, kept));
  Person linked = must(store->person(lan->tenant, p.person));
  linked.account = expert.person;
  linked.phone = linked.masked;
  must(store->change_person(by(office), linked));
  EXPECT_TRUE(store->may_see_files(expert, kept)) << "his own";
  must(store->withdraw_proof(by(town), told, kept.revision));
  EXPECT_TRUE(must(store->proof(lan->tenant, told)).files.empty());
  const Id again = must(store->tell(by(town), p));
  must(store->erase(by(office), p.person, "本人申请"));
  EXPECT_TRUE(must(store->proof(lan->tenant, again)).files.empty());
  p.files.resize(kMostProofFiles + 1, p.files.front());
  EXPECT_FALSE(store->tell(by(town), p));
}

TEST_P(RegisterPeopleTest, ErasureLeavesCountsAndNoPerson) {
  const Id entry = published(expert_of("要删除的人", "13900000040"), office, office);
  const Id person = must(store->entry(lan->tenant, entry)).person;
  const auto first = store->today();
  const auto copy = must(store->export_person(by(office), person));
  EXPECT_NE(copy.find("13900000040"), std::string::npos);
  EXPECT_NE(copy.find("someone@example.invalid"), std::string::npos);
  EXPECT_EQ(store->export_person(by(town), person).error().code, base::Code::forbidden);
  later(3);
  EXPECT_FALSE(store->erase(by(office), person, " "));
  must(store->erase(by(office), person, "本人申请"));
  EXPECT_EQ(state(entry), State::retired);
  const CountQuery experts{lan->tenant, "expert", "", std::nullopt};
  EXPECT_EQ(store->count_on(experts, first), 1);
  EXPECT_EQ(store->count_on(experts, store->today()), 0);
  EntryQuery q;
  q.text = "要删除";
  EXPECT_EQ(store->entries(lan->tenant, q).total, 0);
  db().read([&](sql::Session& s) {
    s.each("select name, phone, phone_index from register_person", {}, [](const sql::Row& r) {
      EXPECT_EQ(r.text(0), "（已删除）");
      EXPECT_EQ(r.text(1) + r.text(2), "");
    });
    EXPECT_EQ(s.integer("select count(*) from register_entry where body like '%医院%' or secret <> ''"), 0);
  });
}

}  // namespace
}  // namespace kepu::registers
