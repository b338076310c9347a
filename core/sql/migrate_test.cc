#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "core/sql/testing.h"

namespace kepu::sql {
namespace {

class Migrate : public testing::EngineTest {
 protected:
  const Migration one_{"auth", 1, "人员",
                       "create table person (id bigint primary key); create table unit (id bigint);"};
  const Migration two_{"auth", 2, "姓名", "alter table person add name text"};
  const Migration other_{"plan", 1, "方案", "create table plan (id bigint primary key)"};

  std::string refusal(const std::vector<Migration>& steps) {
    try {
      migrate(db(), steps);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  }
  bool has(const std::string& table) {
    try {
      db().read([&](Session& s) { return s.integer("select count(*) from " + table); });
      return true;
    } catch (const Failure&) {
      return false;
    }
  }
};
KEPU_STORE_TEST_SUITE(Migrate);

TEST_P(Migrate, AppliesWhatIsMissing_Once) {
  Migrated done = migrate(db(), {one_, other_});
  EXPECT_EQ(done.applied, 2);
  EXPECT_EQ(done.present, 0);
  done = migrate(db(), {one_, two_, other_});
  EXPECT_EQ(done.applied, 1);
  EXPECT_EQ(done.present, 2);
  db().write([](Session& s) { s.run("insert into person (id, name) values (1, '甲')"); });
  EXPECT_EQ(migrate(db(), {one_, two_, other_}).applied, 0);
  EXPECT_EQ(migrate(db(), {other_}).present, 1);  // parts are independent of each other
}

TEST_P(Migrate, ChangedStep_IsRefused_ByName) {
  migrate(db(), {one_});
  Migration changed = one_;
  changed.sql = "create table person (id bigint)";
  EXPECT_NE(refusal({changed, two_}).find("人员"), std::string::npos);
  EXPECT_FALSE(has("person where name = ''"));  // step 2 was not applied either
}

TEST_P(Migrate, Gaps_AndWrongOrder_AreRefused_BeforeAnythingHappens) {
  Migration third = two_;
  third.number = 3;
  EXPECT_NE(refusal({one_, third}), "");
  EXPECT_NE(refusal({two_, one_}), "");
  EXPECT_NE(refusal({one_, one_}), "");
  EXPECT_FALSE(has("person"));
}

TEST_P(Migrate, NewerDatabase_IsRefused) {
  migrate(db(), {one_, two_});
  EXPECT_NE(refusal({one_}).find("auth"), std::string::npos);
}

TEST_P(Migrate, FailingStep_LeavesNothingOfItself_AndTheStepsBeforeIt) {
  Migration broken = two_;
  broken.sql = "create table half (id bigint); this is no sql";
  EXPECT_NE(refusal({one_, broken}).find("姓名"), std::string::npos);
  EXPECT_TRUE(has("person"));
  EXPECT_FALSE(has("half"));
  EXPECT_EQ(migrate(db(), {one_, two_}).applied, 1);
}

TEST_P(Migrate, EachEngine_MayHaveItsOwnWords) {
  Migration step{
      "x", 1, "不同", "", "create table only_sqlite (id bigint)", "create table only_postgres (id bigint)"};
  migrate(db(), {step});
  EXPECT_EQ(has("only_sqlite"), is_sqlite());
  EXPECT_EQ(has("only_postgres"), !is_sqlite());
  // What the other engine says does not matter here.
  (is_sqlite() ? step.postgresql : step.sqlite) = "create table another (id bigint)";
  EXPECT_EQ(migrate(db(), {step}).present, 1);
  EXPECT_NE(refusal({{"y", 1, "空", ""}}), "");
}

TEST_P(Migrate, ManyProgramsAtOnce_ApplyEachStepOnce) {
  const std::string file = ::testing::TempDir() + "kepu-migrate-" + std::to_string(getpid()) + ".db";
  const auto remove = [&] {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
  };
  remove();
  const std::string url = is_sqlite() ? "sqlite:" + file : test_database().url();
  std::atomic<int> applied{0}, failed{0};
  std::vector<std::thread> programs;
  for (int i = 0; i < 6; ++i)
    programs.emplace_back([&] {
      try {
        applied += migrate(*Database::open(url), {one_, two_, other_}).applied;
      } catch (const std::exception& error) {
        ++failed;
        ADD_FAILURE() << error.what();
      }
    });
  for (std::thread& program : programs) program.join();
  EXPECT_EQ(applied, 3);
  remove();
}

}  // namespace
}  // namespace kepu::sql
