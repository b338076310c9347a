#include "core/audit/audit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::audit {
namespace {

constexpr Id kTenant = 7;

class AuditLog : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override { sql::migrate(database, migrations()); }

  static Entry sample(int i) {
    return {.at = 1'700'000'000'000 + i,
            .person = i % 3,
            .person_name = i % 3 ? "甲" : "",
            .unit_name = "科协",
            .action = i % 2 ? "plan.adopt" : "person.read",
            .subject = "task:" + std::to_string(i % 5),
            .summary = "将“任务" + std::to_string(i) + "”的牵头单位\n改为科协",
            .detail = i % 2 ? R"({"from":"甲","to":"乙"})" : "",
            .remote = "127.0.0.1"};
  }
  void add(int count, Id tenant = kTenant) {
    db().write([&](sql::Session& s) {
      for (int i = 1; i <= count; ++i) append(s, tenant, sample(i));
    });
  }
  std::int64_t change(std::string_view sql) {
    return db().write([&](sql::Session& s) { return s.run(sql); });
  }
  std::string proof(Id tenant = kTenant) {
    std::string out;
    write_proof(db(), tenant, 1'700'000'000'000, [&](std::string_view part) { out += part; });
    return out;
  }
  Page search(const Query& query, Id tenant = kTenant) {
    return db().read([&](sql::Session& s) { return find(s, tenant, query); });
  }
  // Both the log and a proof made of it must say the same.
  void expect_broken_at(std::int64_t number) {
    const Verdict verdict = verify(db(), kTenant);
    EXPECT_EQ(verdict.broken_at, number) << verdict.message;
    EXPECT_TRUE(verify_proof(proof()).broken_at);
  }
};
KEPU_STORE_TEST_SUITE(AuditLog);

TEST_P(AuditLog, UntouchedLog_IsWhole) {
  EXPECT_FALSE(verify(db(), kTenant).broken_at);
  EXPECT_EQ(verify(db(), kTenant).head, "");
  EXPECT_FALSE(verify_proof(proof()).broken_at);
  add(1203);  // more than two chunks
  add(3, 8);
  const Verdict verdict = verify(db(), kTenant);
  EXPECT_FALSE(verdict.broken_at) << verdict.message;
  EXPECT_EQ(verdict.entries, 1203);
  EXPECT_EQ(verdict.head.size(), 64u);
  EXPECT_EQ(verify(db(), 8).entries, 3);
  const Verdict proven = verify_proof(proof());
  EXPECT_FALSE(proven.broken_at) << proven.message;
  EXPECT_EQ(proven.entries, 1203);
  EXPECT_EQ(proven.head, verdict.head);
}

TEST_P(AuditLog, ChangeOfAnyColumn_IsFound) {
  for (const char* column : {"at", "person", "on_behalf_of"}) {
    SCOPED_TRACE(column);
    change("delete from audit_entry");
    change("delete from audit_head");
    add(5);
    ASSERT_EQ(change(fmt::format("update audit_entry set {0} = {0} + 1 where number = 3", column)), 1);
    expect_broken_at(3);
  }
  for (const char* column :
       {"person_name", "unit_name", "action", "subject", "summary", "detail", "remote", "hash"}) {
    SCOPED_TRACE(column);
    change("delete from audit_entry");
    change("delete from audit_head");
    add(5);
    ASSERT_EQ(change(fmt::format("update audit_entry set {0} = {0} || 'x' where number = 3", column)), 1);
    expect_broken_at(3);
  }
}

TEST_P(AuditLog, Deletion_IsFound) {
  add(6);
  change("delete from audit_entry where number = 4");
  expect_broken_at(4);
}

TEST_P(AuditLog, Deletion_WithRenumbering_IsFound) {
  add(6);
  change("delete from audit_entry where number = 4");
  change("update audit_entry set number = 4 where number = 5");
  change("update audit_entry set number = 5 where number = 6");
  change("update audit_head set number = 5");
  expect_broken_at(4);
}

TEST_P(AuditLog, Insertion_IsFound) {
  add(3);
  const auto insert = [&](int number) {
    change(fmt::format(
        "insert into audit_entry select tenant, {}, at, person, person_name, on_behalf_of, "
        "unit_name, action, subject, summary, detail, remote, hash from audit_entry where number = 3",
        number));
  };
  insert(4);
  expect_broken_at(4);
  change("delete from audit_entry where number = 4");
  EXPECT_FALSE(verify(db(), kTenant).broken_at);
  insert(0);
  expect_broken_at(0);
}

TEST_P(AuditLog, Reordering_IsFound) {
  add(5);
  change("update audit_entry set number = 99 where number = 2");
  change("update audit_entry set number = 2 where number = 3");
  change("update audit_entry set number = 3 where number = 99");
  expect_broken_at(2);
}

TEST_P(AuditLog, CutTail_IsFoundByTheHead) {
  add(5);
  change("delete from audit_entry where number >= 4");
  expect_broken_at(4);
  change("delete from audit_entry");
  expect_broken_at(1);
}

TEST_P(AuditLog, MissingOrChangedHead_IsFound) {
  add(5);
  change("update audit_head set hash = 'x'");
  expect_broken_at(5);
  change("delete from audit_head");
  expect_broken_at(1);
}

TEST_P(AuditLog, EntryOfAnotherTenant_DoesNotFit) {
  add(2);
  add(2, 8);
  change("delete from audit_entry where tenant = 7 and number = 2");
  change("update audit_entry set tenant = 7 where tenant = 8 and number = 2");
  expect_broken_at(2);
}

TEST_P(AuditLog, RolledBackChange_LeavesNoEntry) {
  add(2);
  EXPECT_THROW(db().write([](sql::Session& s) {
    append(s, kTenant, sample(3));
    throw std::runtime_error("mine");
  }),
               std::runtime_error);
  add(1);
  const Verdict verdict = verify(db(), kTenant);
  EXPECT_FALSE(verdict.broken_at) << verdict.message;
  EXPECT_EQ(verdict.entries, 3);
}

TEST_P(AuditLog, AppendsFromManyThreads_MakeOneChain) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i)
        db().write([&](sql::Session& s) { append(s, kTenant + t % 2, sample(i)); });
    });
  for (std::thread& thread : threads) thread.join();
  for (const Id tenant : {kTenant, kTenant + 1}) {
    const Verdict verdict = verify(db(), tenant);
    EXPECT_FALSE(verdict.broken_at) << verdict.message;
    EXPECT_EQ(verdict.entries, 75);
  }
}

TEST_P(AuditLog, OddBytes_AreRecordedReadably) {
  Entry odd = sample(1);
  odd.summary = std::string("a\0b\xff", 4);
  db().write([&](sql::Session& s) { append(s, kTenant, odd); });
  EXPECT_EQ(search({}).entries.at(0).summary, "a\uFFFDb\uFFFD");
  EXPECT_FALSE(verify(db(), kTenant).broken_at);
  EXPECT_EQ(search({.text = std::string("a\0b", 3)}).total, 1);
  EXPECT_EQ(search({.subject = "\xff"}).total, 0);
}

TEST_P(AuditLog, Find_FiltersAndPages) {
  add(100);
  add(4, 8);
  EXPECT_EQ(search({}).total, 100);
  EXPECT_EQ(search({}).entries.size(), 50u);
  EXPECT_EQ(search({}).entries.front().number, 100);
  EXPECT_EQ(search({.newest_first = false}).entries.front().number, 1);
  const Page last = search({.offset = 95, .limit = 10});
  ASSERT_EQ(last.entries.size(), 5u);
  EXPECT_EQ(last.entries.back().number, 1);
  EXPECT_EQ(search({.action_prefix = "plan."}).total, 50);
  EXPECT_EQ(search({.action_prefix = "plan_"}).total, 0);  // no wild card
  EXPECT_EQ(search({.subject = "task:1"}).total, 20);
  EXPECT_EQ(search({.text = "任务77"}).total, 1);
  EXPECT_EQ(search({.text = "100%"}).total, 0);
  EXPECT_EQ(search({.person = 1}).total, 34);
  EXPECT_EQ(search({.from = 1'700'000'000'011, .to = 1'700'000'000'021}).total, 10);
  EXPECT_EQ(search({.action_prefix = "plan.", .subject = "task:1", .person = 2}).total, 3);
  EXPECT_EQ(search({}, 9).total, 0);
}

TEST_P(AuditLog, Find_GivesBackWhatWasAppended) {
  Entry entry = sample(1);
  entry.on_behalf_of = 5'000'000'000;
  db().write([&](sql::Session& s) { append(s, kTenant, entry); });
  const Entry found = search({}).entries.at(0);
  EXPECT_EQ(found.number, 1);
  EXPECT_EQ(found.at, entry.at);
  EXPECT_EQ(found.person, entry.person);
  EXPECT_EQ(found.person_name, entry.person_name);
  EXPECT_EQ(found.on_behalf_of, entry.on_behalf_of);
  EXPECT_EQ(found.unit_name, entry.unit_name);
  EXPECT_EQ(found.action, entry.action);
  EXPECT_EQ(found.subject, entry.subject);
  EXPECT_EQ(found.summary, entry.summary);
  EXPECT_EQ(found.detail, entry.detail);
  EXPECT_EQ(found.remote, entry.remote);
}

TEST_P(AuditLog, ProofFile_ShowsEveryKindOfChange) {
  add(6);
  const std::string whole = proof();
  std::vector<std::string> lines = base::split(whole, "\n");
  ASSERT_EQ(lines.size(), 8u);  // the title, six entries, nothing after the last line
  const auto broken_at = [&](const std::vector<std::string>& changed) {
    return verify_proof(base::join(changed, "\n")).broken_at;
  };
  EXPECT_FALSE(broken_at(lines));
  for (std::size_t i = 1; i <= 6; ++i) {
    auto without = lines, swapped = lines, twice = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(broken_at(without), i) << i;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    EXPECT_EQ(broken_at(twice), i + 1) << i;
    if (i == 6) continue;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_EQ(broken_at(swapped), i) << i;
  }
  // Any one byte.
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    const bool in_made_at = at > whole.find("made_at\":\"") + 9 && at < whole.find("\",\"entries");
    EXPECT_TRUE(verify_proof(changed).broken_at || in_made_at) << at;
  }
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(verify_proof(std::string_view(whole).substr(0, size)).broken_at) << size;
}

// Made by hand with sha256sum: the format is what the comment in proof.cc says.
TEST(AuditProof, MadeElsewhere_IsAccepted) {
  std::ifstream file("tests/corpus/proof_fuzz/two_entries");
  const std::string proof(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(proof.empty()) << "run from the root of the project";
  EXPECT_FALSE(verify_proof(proof).broken_at) << verify_proof(proof).message;
  EXPECT_EQ(verify_proof(proof).entries, 2);
}

TEST(AuditProof, ThatIsNone_SaysSo) {
  for (const char* text : {"", "\n", "{}", "科普\n科普"}) EXPECT_TRUE(verify_proof(text).broken_at) << text;
}

}  // namespace
}  // namespace kepu::audit
