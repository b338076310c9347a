#include "core/notify/delivery.h"

#include <gtest/gtest.h>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::notify {
namespace {

constexpr Id kCounty = 1, kOther = 2, kPerson = 7;

class DeliveryTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override { sql::migrate(db, migrations()); }
  void tell(Id tenant, Id person, const std::string& key) {
    db().write([&](sql::Session& s) {
      post(s, tenant, {person, key, "填报被退回：" + key, "缺少佐证", "/reports/1"}, clock.now(), ids);
    });
  }
  void want(Id person, Mail mail) {
    db().write([&](sql::Session& s) { set_mail(s, kCounty, person, mail, clock.now()); });
  }
  std::string deliver() {
    Delivery::Ways ways;
    ways.mail = [this](const Letter& letter) -> base::Done {
      if (broken) return base::refuse(base::Code::unavailable, "notify.mail", "邮件服务器没有收下");
      letters.push_back(letter);
      return {};
    };
    ways.call = [this](const Call& call) -> base::Done {
      if (broken) return base::refuse(base::Code::unavailable, "notify.hook", "没有送到回调地址");
      calls.push_back(call);
      return {};
    };
    ways.address = [](Id, Id person) {
      return person == kPerson ? std::string("a@example.cn") : std::string();
    };
    ways.secret = [](Id tenant) { return "secret" + std::to_string(tenant); };
    ways.home = "https://kepu.example.cn";
    return Delivery(db(), clock, ways).deliver();
  }
  base::FixedClock clock{base::start_of({2026, 3, 2}) + 9 * 3'600'000};
  base::IdMaker ids{clock};
  bool broken = false;
  std::vector<Letter> letters;
  std::vector<Call> calls;
};
KEPU_STORE_TEST_SUITE(DeliveryTest);

TEST_P(DeliveryTest, EachNotice_GoesOutOnce_AndOnlyWhatCameAfterTheWish) {
  tell(kCounty, kPerson, "old");
  want(kPerson, Mail::each);
  deliver();
  EXPECT_TRUE(letters.empty());
  tell(kCounty, kPerson, "a");
  tell(kCounty, kPerson, "b");
  tell(kOther, kPerson, "of another county");
  deliver();
  deliver();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].to, "a@example.cn");
  EXPECT_TRUE(base::contains(letters[0].subject, "2 条通知"));
  EXPECT_TRUE(base::contains(letters[0].body, "https://kepu.example.cn/reports/1"));
  EXPECT_FALSE(base::contains(letters[0].body, "another"));
  tell(kCounty, kPerson, "c");
  deliver();
  EXPECT_EQ(letters.size(), 2u);
}

TEST_P(DeliveryTest, DailyLetter_WaitsForTheMorning) {
  want(kPerson, Mail::daily);
  tell(kCounty, kPerson, "a");
  deliver();
  EXPECT_TRUE(letters.empty());
  clock.set(base::start_of({2026, 3, 3}) + 8 * 3'600'000);
  deliver();
  EXPECT_EQ(letters.size(), 1u);
  tell(kCounty, kPerson, "b");
  deliver();
  EXPECT_EQ(letters.size(), 1u);
}

TEST_P(DeliveryTest, WhatIsReadOrNotWanted_IsNotSent) {
  want(kPerson, Mail::each);
  tell(kCounty, kPerson, "a");
  db().write([&](sql::Session& s) { mark_read(s, kCounty, kPerson, 0, clock.now()); });
  deliver();
  EXPECT_TRUE(letters.empty());
  want(kPerson, Mail::none);
  tell(kCounty, kPerson, "b");
  deliver();
  EXPECT_TRUE(letters.empty());
}

TEST_P(DeliveryTest, Failure_IsTriedAgainLater_AndLosesNothing) {
  want(kPerson, Mail::each);
  tell(kCounty, kPerson, "a");
  broken = true;
  EXPECT_TRUE(base::contains(deliver(), "失败 1"));
  broken = false;
  deliver();
  EXPECT_TRUE(letters.empty()) << "not before a minute has passed";
  clock.set(clock.now() + 61'000);
  deliver();
  EXPECT_EQ(letters.size(), 1u);
}

TEST_P(DeliveryTest, Webhook_IsSignedByTheTenantsSecret) {
  db().write([&](sql::Session& s) { set_hook(s, kCounty, "https://robot.example.cn/hook", clock.now()); });
  tell(kCounty, kPerson, "a");
  tell(kCounty, 8, "b");
  deliver();
  deliver();
  ASSERT_EQ(calls.size(), 1u);
  const Call& call = calls[0];
  EXPECT_EQ(call.signature,
            "v1=" + base::hex(base::hmac_sha256("secret1", call.timestamp + "." + call.body)));
  EXPECT_TRUE(base::contains(call.body, "填报被退回：b"));
  broken = true;
  tell(kCounty, 8, "c");
  deliver();
  const Hook hook = db().read([](sql::Session& s) { return hook_of(s, kCounty); });
  EXPECT_EQ(hook.failures, 1);
  EXPECT_EQ(hook.problem, "没有送到回调地址");
}

TEST(NextMorning, IsEightOClock) {
  const auto day = base::start_of({2026, 3, 2});
  EXPECT_EQ(next_morning(day + 7 * 3'600'000), day + 8 * 3'600'000);
  EXPECT_EQ(next_morning(day + 8 * 3'600'000), day + 32 * 3'600'000);
}

}  // namespace
}  // namespace kepu::notify
