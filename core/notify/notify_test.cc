#include "core/notify/notify.h"

#include <gtest/gtest.h>

#include "core/sql/testing.h"

namespace kepu::notify {
namespace {

class NotifyTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override { sql::migrate(db, migrations()); }
  bool post_one(Id tenant, Id person, const std::string& key, base::Millis at) {
    return db().write([&](sql::Session& s) {
      return post(s, tenant, {person, key, "填报被退回", "缺少佐证", "/reports/1"}, at, ids);
    });
  }
  std::int64_t unread_of(Id tenant, Id person) {
    return db().read([&](sql::Session& s) { return unread(s, tenant, person); });
  }
  base::FixedClock clock{1'700'000'000'000};
  base::IdMaker ids{clock};
};
KEPU_STORE_TEST_SUITE(NotifyTest);

TEST_P(NotifyTest, SameKeyTwice_IsToldOnce) {
  EXPECT_TRUE(post_one(1, 7, "returned:1", 10));
  EXPECT_FALSE(post_one(1, 7, "returned:1", 20));
  EXPECT_TRUE(post_one(1, 8, "returned:1", 20));
  EXPECT_TRUE(post_one(2, 7, "returned:1", 20));
  EXPECT_EQ(unread_of(1, 7), 1);
}

TEST_P(NotifyTest, NewestFirst_AndReadOnesGoFromTheUnread) {
  post_one(1, 7, "a", 10);
  post_one(1, 7, "b", 20);
  const auto all = db().read([](sql::Session& s) { return of_person(s, 1, 7, false, 0, 10); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].notice.key, "b");
  EXPECT_EQ(all[0].notice.text, "缺少佐证");
  db().write([&](sql::Session& s) { mark_read(s, 1, 7, all[0].id, 30); });
  EXPECT_EQ(unread_of(1, 7), 1);
  EXPECT_EQ(db().read([](sql::Session& s) { return of_person(s, 1, 7, true, 0, 10); }).at(0).notice.key, "a");
  db().write([&](sql::Session& s) { mark_read(s, 1, 7, 0, 30); });
  EXPECT_EQ(unread_of(1, 7), 0);
  EXPECT_EQ(unread_of(1, 8), 0);
  EXPECT_EQ(db().read([](sql::Session& s) { return count(s, 1, 7); }), 2);
}

}  // namespace
}  // namespace kepu::notify
