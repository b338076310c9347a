#include "core/sql/kept.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/sql/sql.h"

namespace kepu::sql {
namespace {

class KeptTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "kepu-kept-XXXXXX").string();
    folder = mkdtemp(name.data());
    db = Database::open("sqlite:" + folder + "/a.db");
    db->write([](Session& s) { s.script("create table t (n bigint); insert into t values (1)"); });
  }
  void TearDown() override {
    db.reset();
    std::filesystem::remove_all(folder);
  }
  std::int64_t look() {
    return *kept.get(db->stamp(), 7, [&] {
      ++looked_up;
      return std::make_shared<const std::int64_t>(
          db->read([](Session& s) { return s.integer("select n from t"); }));
    });
  }
  std::string folder;
  std::unique_ptr<Database> db;
  Kept<int, std::int64_t> kept{4};
  int looked_up = 0;
};

TEST_F(KeptTest, StampStands_UntilACommit) {
  const auto first = db->stamp();
  ASSERT_TRUE(first);
  db->read([](Session& s) { return s.integer("select n from t"); });
  EXPECT_EQ(db->stamp(), first);
  db->write([](Session& s) { s.run("update t set n = 2"); });
  EXPECT_NE(db->stamp(), first);
}

TEST_F(KeptTest, CommitOfThisOrOfAnotherProgram_IsSeen) {
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(looked_up, 1);
  for (int n = 2; n < 50; ++n) {
    // Another object on the same file is as another program.
    const auto other = n % 2 == 0 ? Database::open("sqlite:" + folder + "/a.db") : nullptr;
    (other ? *other : *db).write([&](Session& s) { s.run("update t set n = :n", {{"n", n}}); });
    if (other) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(look(), n);
  }
}

TEST_F(KeptTest, RefusedOrWithoutStamp_IsLookedUpAnew) {
  const auto one = [] { return std::make_shared<const std::int64_t>(1); };
  const auto two = [] { return std::make_shared<const std::int64_t>(2); };
  EXPECT_EQ(*kept.get(std::nullopt, 1, one), 1);
  EXPECT_EQ(*kept.get(5, 1, two), 2);
  EXPECT_EQ(*kept.get(5, 1, one), 2);
  EXPECT_EQ(*kept.get(5, 1, one, [](std::int64_t) { return false; }), 1);
  EXPECT_EQ(kept.get(5, 2, []() -> std::shared_ptr<const std::int64_t> { return nullptr; }), nullptr);
  EXPECT_EQ(*kept.get(6, 1, two), 2);
}

}  // namespace
}  // namespace kepu::sql
