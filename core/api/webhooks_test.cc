#include "core/api/webhooks.h"

#include <deque>

#include "core/auth/api_keys.h"
#include "core/auth/testing.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::api {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr Millis kMinute = 60'000;

class WebhooksTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database);
    sql::migrate(database, webhook_migrations());
    hooks = make_hooks(false);
    lan = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<auth::testing::County>(*world, "yun", "云溪县");
    boss = lan->actor("administrator", lan->root, ScopeKind::tenant);
    clerk = lan->actor("clerk", lan->root, ScopeKind::tenant);
    stranger = yun->actor("administrator", yun->root, ScopeKind::tenant);
  }
  std::unique_ptr<Webhooks> make_hooks(bool internal) {
    return std::make_unique<Webhooks>(
        Webhooks::Parts{world->db,
                        world->clock,
                        world->ids,
                        world->directory,
                        world->cipher,
                        [this](const notify::Post& post) -> base::Result<int> {
                          posts.push_back(post);
                          const int status = answers.empty() ? 200 : answers.front();
                          if (!answers.empty()) answers.pop_front();
                          if (status == 0)
                            return base::refuse(base::Code::unavailable, "notify.hook", "没有送到回调地址。");
                          return status;
                        },
                        internal,
                        {{"order.placed", "有人点单"}, {"order.state_changed", "订单到了新的环节"}}});
  }
  Webhook wanted() {
    Webhook h;
    h.title = "县融媒体中心";
    h.url = "https://media.example.gov.cn/kepu";
    h.events = {"order.placed"};
    return h;
  }
  void tell(const std::string& number, std::string_view event = "order.placed", Id tenant = 0) {
    world->db.write([&](sql::Session& s) {
      hooks->tell(s, tenant == 0 ? lan->tenant : tenant, event,
                  [&](base::Json& j) { j.object().field("number", number).end(); });
    });
  }
  void wait(Millis millis) { world->clock.set(world->clock.now() + millis); }
  Delivery newest(Id hook) {
    return hooks->deliveries(lan->tenant, hook, std::nullopt, 0, 1).deliveries.at(0);
  }
  static std::string header(const notify::Post& post, std::string_view name) {
    for (const auto& h : post.headers) {
      if (base::starts_with(h, std::string(name) + ": ")) return h.substr(name.size() + 2);
    }
    return {};
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<Webhooks> hooks;
  std::unique_ptr<auth::testing::County> lan, yun;
  auth::Actor boss, clerk, stranger;
  std::vector<notify::Post> posts;
  std::deque<int> answers;
};
KEPU_STORE_TEST_SUITE(WebhooksTest);

TEST_P(WebhooksTest, AnEvent_IsSentOnce_Signed) {
  const auto made = must(hooks->make(boss, wanted()));
  tell("单2026-000001");
  tell("单2026-000001", "order.state_changed");
  tell("单2026-000001", "order.placed", yun->tenant);
  hooks->deliver();
  hooks->deliver();
  ASSERT_EQ(posts.size(), 1U) << "what was subscribed to, of this county";
  const auto& post = posts[0];
  EXPECT_EQ(post.url, "https://media.example.gov.cn/kepu");
  EXPECT_EQ(header(post, "Kepu-Event"), "order.placed");
  const std::string t = std::to_string(world->clock.now() / 1000);
  EXPECT_EQ(header(post, "Kepu-Signature"),
            "t=" + t + ",v1=" + base::hex(base::hmac_sha256(made.secret, t + "." + post.body)));
  EXPECT_TRUE(base::contains(post.body, "\"tenant\":\"lan\",\"data\":{\"number\":\"单2026-000001\"}}"));
  EXPECT_EQ(newest(made.id).state, DeliveryState::sent);
  EXPECT_TRUE(base::contains(post.body, fmt::format("\"id\":\"{}\"", header(post, "Kepu-Delivery"))));
}

TEST_P(WebhooksTest, TheSecret_IsKeptSealed_AndRenewed) {
  const auto made = must(hooks->make(boss, wanted()));
  const auto stored = world->db.read([&](sql::Session& s) {
    return s.one("select secret from webhook where tenant = :tenant", {{"tenant", lan->tenant}},
                 [](const sql::Row& r) { return r.text(0); });
  });
  EXPECT_FALSE(base::contains(*stored, made.secret.substr(6)));
  const auto fresh = must(hooks->renew_secret(boss, made.id));
  EXPECT_NE(fresh, made.secret);
  tell("1");
  hooks->deliver();
  const auto signature = header(posts.at(0), "Kepu-Signature");
  EXPECT_EQ(signature, signature_of(fresh, world->clock.now(), posts[0].body));
}

TEST_P(WebhooksTest, WhatHappenedNot_IsNotTold) {
  const auto made = must(hooks->make(boss, wanted()));
  const auto refused = world->db.write([&](sql::Session& s) -> base::Done {
    hooks->tell(s, lan->tenant, "order.placed", [](base::Json& j) { j.object().end(); });
    return base::refuse(base::Code::conflict, "x", "rolled back");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(hooks->deliveries(lan->tenant, made.id, std::nullopt, 0, 10).total, 0);
}

TEST_P(WebhooksTest, AnAddressThatDoesNotAnswer_Rests_ThenHearsOfEverything) {
  const auto made = must(hooks->make(boss, wanted()));
  for (int i = 0; i < 5; ++i) tell(std::to_string(i));
  answers = {503};
  hooks->deliver();
  EXPECT_EQ(posts.size(), 1U) << "the others do not wait for the same time-out";
  auto hook = must(hooks->hook(lan->tenant, made.id));
  EXPECT_EQ(hook.failures, 1);
  EXPECT_EQ(hook.problem, "对方答复 503");
  hooks->deliver();
  EXPECT_EQ(posts.size(), 1U) << "it rests";
  wait(kMinute);
  hooks->deliver();
  EXPECT_EQ(posts.size(), 6U);
  hook = must(hooks->hook(lan->tenant, made.id));
  EXPECT_EQ(hook.failures, 0);
  EXPECT_EQ(hook.waiting, 0);
  EXPECT_EQ(header(posts[0], "Kepu-Delivery"), header(posts.back(), "Kepu-Delivery"))
      << "sent again under the same id, after those that were due before";
}

TEST_P(WebhooksTest, AnEventThatIsRefused_HoldsNobodyUp_AndDiesAtLast) {
  const auto made = must(hooks->make(boss, wanted()));
  tell("poison");
  tell("fine");
  answers = {400};
  hooks->deliver();
  EXPECT_EQ(posts.size(), 2U);
  EXPECT_EQ(must(hooks->hook(lan->tenant, made.id)).waiting, 1);
  for (int i = 0; i < Webhooks::kTries; ++i) {
    answers = {400};
    wait(361 * kMinute);
    hooks->deliver();
  }
  EXPECT_EQ(posts.size(), 1U + Webhooks::kTries);
  const auto dead = hooks->deliveries(lan->tenant, made.id, DeliveryState::dead, 0, 10);
  ASSERT_EQ(dead.total, 1);
  EXPECT_EQ(dead.deliveries[0].tries, Webhooks::kTries);
  EXPECT_EQ(dead.deliveries[0].status, 400);
  answers.clear();
  hooks->deliver();
  EXPECT_EQ(posts.size(), 1U + Webhooks::kTries) << "a dead one is not tried by itself";
  EXPECT_FALSE(hooks->again(stranger, made.id, dead.deliveries[0].id));
  must(hooks->again(boss, made.id, dead.deliveries[0].id));
  EXPECT_EQ(hooks->again(boss, made.id, dead.deliveries[0].id).error().rule, "webhook.not_dead");
  hooks->deliver();
  EXPECT_EQ(hooks->deliveries(lan->tenant, made.id, DeliveryState::sent, 0, 10).total, 2);
}

TEST_P(WebhooksTest, TwoPrograms_SendAnEventOnce_AndADeadOnesComesAgain) {
  const auto made = must(hooks->make(boss, wanted()));
  tell("1");
  // As if another program had taken it and ended before it was done.
  world->db.write([&](sql::Session& s) {
    s.run("update webhook_delivery set next_at = :until, tries = 1 where tenant = :tenant",
          {{"until", world->clock.now() + 2 * kMinute}, {"tenant", lan->tenant}});
  });
  hooks->deliver();
  EXPECT_TRUE(posts.empty());
  wait(2 * kMinute);
  hooks->deliver();
  EXPECT_EQ(posts.size(), 1U);
  EXPECT_EQ(newest(made.id).tries, 2);
}

TEST_P(WebhooksTest, Stopped_NothingIsWrittenOrSent_AndOldOnesAreGivenUp) {
  const auto made = must(hooks->make(boss, wanted()));
  tell("before");
  must(hooks->set_active(boss, made.id, false));
  EXPECT_EQ(hooks->set_active(boss, made.id, false).error().rule, "webhook.state");
  tell("after");
  hooks->deliver();
  EXPECT_TRUE(posts.empty());
  EXPECT_EQ(hooks->deliveries(lan->tenant, made.id, std::nullopt, 0, 10).total, 1);
  wait(4 * 24 * 60 * kMinute);
  hooks->sweep();
  EXPECT_EQ(newest(made.id).state, DeliveryState::dead);
  wait(31LL * 24 * 60 * kMinute);
  hooks->sweep();
  EXPECT_EQ(hooks->deliveries(lan->tenant, made.id, std::nullopt, 0, 10).total, 0);
}

TEST_P(WebhooksTest, ATest_IsSentAtOnce) {
  const auto made = must(hooks->make(boss, wanted()));
  EXPECT_TRUE(hooks->test(boss, made.id));
  EXPECT_EQ(header(posts.at(0), "Kepu-Event"), "webhook.test");
  answers = {404};
  const auto refused = hooks->test(boss, made.id);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(base::contains(refused.error().message, "404"));
}

TEST_P(WebhooksTest, Addresses_AreChecked) {
  const auto url_error = [&](const std::string& url) {
    Webhook h = wanted();
    h.url = url;
    const auto errors = hooks->check(h);
    return errors.empty() ? std::string("ok") : errors.front().field;
  };
  EXPECT_EQ(url_error("https://a.example/x"), "ok");
  for (const char* url : {"", "http://a.example/x", "https://", "ftp://a.example", "https://u:p@a.example",
                          "https://a.example/ x", "https://例子.example/", "javascript:alert(1)"})
    EXPECT_EQ(url_error(url), "url") << url;
  hooks = make_hooks(true);
  EXPECT_EQ(url_error("http://127.0.0.1:9000/x"), "ok") << "where the operator allows it";
  Webhook none;
  EXPECT_EQ(hooks->check(none).size(), 3U);
  none = wanted();
  none.events = {"nothing.happened"};
  EXPECT_EQ(hooks->check(none).at(0).field, "events");
}

TEST_P(WebhooksTest, OnlyWhoManagesTheInterface_MayChangeIt) {
  const auto made = must(hooks->make(boss, wanted()));
  EXPECT_FALSE(hooks->make(clerk, wanted()));
  EXPECT_FALSE(hooks->set_active(clerk, made.id, false));
  EXPECT_FALSE(hooks->renew_secret(clerk, made.id));
  EXPECT_FALSE(hooks->test(clerk, made.id));
  EXPECT_EQ(hooks->set_active(stranger, made.id, false).error().rule, "webhook.not_found");
  EXPECT_EQ(hooks->renew_secret(stranger, made.id).error().rule, "webhook.not_found");
  EXPECT_TRUE(hooks->hooks(yun->tenant).empty());
}

TEST(Webhook, TriesWaitLonger) {
  std::vector<int> waits;
  for (int tries = 1; tries <= 11; ++tries) waits.push_back(minutes_after(tries));
  EXPECT_EQ(waits, (std::vector<int>{1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360}));
}

}  // namespace
}  // namespace kepu::api
