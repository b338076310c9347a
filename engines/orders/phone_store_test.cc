#include "engines/orders/phone_store.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "engines/orders/testing.h"

namespace kepu::orders {
namespace {

using auth::testing::must;

class PhoneStoreTest : public testing::OrdersTest {
 protected:
  void prepare(sql::Database& database) override {
    OrdersTest::prepare(database);
    resident = std::make_unique<ResidentStore>(*store);
    phones = std::make_unique<PhoneStore>(*store, *resident, [this](const notify::Text& t) -> base::Done {
      const std::lock_guard<std::mutex> held(lock);
      if (broken)
        return base::refuse(base::Code::unavailable, "notify.sms", "短信没有发出去，请过几分钟再试。");
      sent.push_back(t);
      return {};
    });
  }
  Order placed(const std::string& phone = "13800000001") {
    Request r = request(0);
    r.title = "讲座";
    r.phone = phone;
    return now_is(place(r));
  }
  By by(const std::string& remote = "10.0.0.1") { return {nobody, remote}; }
  static std::string wrong_for(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

  std::unique_ptr<ResidentStore> resident;
  std::unique_ptr<PhoneStore> phones;
  std::mutex lock;
  std::vector<notify::Text> sent;
  bool broken = false;
};
KEPU_STORE_TEST_SUITE(PhoneStoreTest);

TEST_P(PhoneStoreTest, TheCodeSentToAPhone_ProvesIt_Once) {
  const Order o = placed();
  ASSERT_TRUE(phones->wanted(o));
  EXPECT_EQ(rule_of(phones->send_for_order(by(), "AAAAAAAAAA")), "order.code");
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, "123456")), "phone.code") << "none was sent";
  ASSERT_TRUE(phones->send_for_order(by(), o.code));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].phone, "13800000001");
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, wrong_for(sent[0].code))), "phone.code");
  EXPECT_FALSE(now_is(o.id).phone_proven);
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, " " + sent[0].code)), "ok");
  EXPECT_TRUE(now_is(o.id).phone_proven);
  EXPECT_EQ(now_is(o.id).revision, o.revision) << "who works on it is not disturbed";
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, sent[0].code)), "phone.code") << "it served once";
  EXPECT_EQ(rule_of(phones->send_for_order(by(), o.code)), "order.phone");
}

TEST_P(PhoneStoreTest, ACode_EndsAfterTenMinutesOrFiveTries) {
  const Order o = placed();
  ASSERT_TRUE(phones->send_for_order(by(), o.code));
  for (int i = 0; i < kPhoneTries; ++i)
    EXPECT_EQ(rule_of(phones->prove(by(), o.code, wrong_for(sent[0].code))), "phone.code");
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, sent[0].code)), "phone.code") << "the sixth try";
  ASSERT_TRUE(phones->send_for_order(by(), o.code));
  world->clock.set(world->clock.now() + 11 * 60'000);
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, sent[1].code)), "phone.code") << "too late";
  EXPECT_EQ(phones->sweep(world->clock.now()), "清理 1 条过期的短信验证码");
  ASSERT_TRUE(phones->send_for_order(by("10.0.0.2"), o.code));
  EXPECT_EQ(rule_of(phones->send_for_order(by("10.0.0.3"), o.code)), "phone.many") << "the fourth of the day";
  EXPECT_EQ(rule_of(phones->prove(by(), o.code, sent[2].code)), "ok");
}

TEST_P(PhoneStoreTest, ManyAtOnce_NeverSendMoreThanTheLimit) {
  const Order o = placed();
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      if (phones->send_for_order(by(fmt::format("10.0.1.{}", i)), o.code)) ++done;
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(done, kPhoneADay);
  EXPECT_EQ(sent.size(), static_cast<std::size_t>(kPhoneADay));
  int from_one = 0;
  for (int i = 0; i < 12; ++i) {
    const Order other = placed(fmt::format("1390000{:04}", i));
    if (phones->send_for_order(by("10.9.9.9"), other.code)) ++from_one;
  }
  EXPECT_EQ(from_one, kAddressADay);
}

TEST_P(PhoneStoreTest, WhoLostHisCodes_FindsHisOrdersByPhone_AndNobodyElse) {
  const Order one = placed(), two = placed(), other = placed("13900000009");
  EXPECT_EQ(rule_of(phones->send_for_list(by(), "12")), "order.phone");
  EXPECT_EQ(rule_of(phones->send_for_list(by(), "13700000000")), "ok")
      << "it has no orders, and that is not told";
  EXPECT_TRUE(sent.empty());
  ASSERT_TRUE(phones->send_for_list(by(), "138 0000 0001"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(phones->list(by(), "13900000009", sent[0].code).error().rule, "phone.code") << "another's";
  EXPECT_EQ(phones->list(by(), "13800000001", wrong_for(sent[0].code)).error().rule, "phone.code");
  EXPECT_EQ(rule_of(phones->prove(by(), one.code, sent[0].code)), "phone.code") << "it was for the list";
  const auto list = must(phones->list(by(), "13800000001", sent[0].code));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, two.id);
  EXPECT_EQ(list[1].id, one.id);
  EXPECT_NE(list[0].id, other.id);
}

TEST_P(PhoneStoreTest, WithoutAGateway_NothingIsPromised) {
  const Order o = placed();
  PhoneStore none(*store, *resident, {});
  EXPECT_FALSE(none.on());
  EXPECT_FALSE(none.wanted(o));
  EXPECT_EQ(rule_of(none.send_for_order(by(), o.code)), "phone.off");
  broken = true;
  EXPECT_EQ(rule_of(phones->send_for_order(by(), o.code)), "notify.sms");
}

}  // namespace
}  // namespace kepu::orders
