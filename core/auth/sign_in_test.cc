#include "core/auth/sign_in.h"

#include <thread>

#include "core/auth/testing.h"
#include "core/auth/throttle.h"
#include "core/base/text.h"
#include "core/sql/testing.h"

namespace kepu::auth {
namespace {

using base::Code;
using testing::County;
using testing::must;
using testing::World;

constexpr base::Millis kMinute = 60'000;
constexpr base::Millis kHour = 60 * kMinute;

class SignInTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<World>(database);
    county = std::make_unique<County>(*world, "lan", "岚江县");
    who = county->person("人员甲", county->root);
    password = county->account(who, "alpha");
    county->grant(who, "administrator", ScopeKind::tenant);
  }
  void TearDown() override {
    county.reset();
    world.reset();
    EngineTest::TearDown();
  }
  SignIn& sign_in() { return world->sign_in; }
  void wait(base::Millis time) { world->clock.set(world->clock.now() + time); }
  Result<NewSession> attempt(const std::string& login, const std::string& typed, const std::string& code = {},
                             const std::string& remote = "10.0.0.1", const std::string& previous = {}) {
    return sign_in().sign_in({county->tenant, login, typed, code, remote, "Browser", previous});
  }
  static std::string rule(const Result<NewSession>& result) {
    return result ? std::string("done") : result.error().rule;
  }
  bool alive(const std::string& token) { return sign_in().visit(token, "10.0.0.1").has_value(); }
  // Waits until the last-seen update, which nobody else waits for, has reached the database.
  void settle() {
    for (int i = 0; i < 500; ++i) {
      const auto seen =
          db().read([](sql::Session& s) { return s.integer("select max(last_seen) from auth_session"); });
      if (seen == world->clock.now()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "last_seen was not written";
  }
  // The raw secret of an enrolment, from what is shown for typing.
  static std::string secret_of(std::string_view shown) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : shown) {
      if (c == ' ') continue;
      bits = bits << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((count += 5) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xff);
    }
    return out;
  }
  std::string code_now() { return totp_code(secret, totp_step(world->clock.now())); }
  std::vector<std::string> enrol() {
    const Actor actor = county->actor_of(who);
    secret = secret_of(must(sign_in().begin_enrolment(actor, "科普")).secret);
    return must(sign_in().confirm_enrolment(actor, code_now()));
  }

  std::unique_ptr<World> world;
  std::unique_ptr<County> county;
  Id who = 0;
  std::string password, secret;
};
KEPU_STORE_TEST_SUITE(SignInTest);

TEST_P(SignInTest, AnIssuedPasswordHasToBeChangedFirst) {
  const NewSession first = must(attempt("Alpha ", password));
  EXPECT_TRUE(first.must_change_password);
  const auto visit = sign_in().visit(first.token, "10.0.0.1");
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->actor.person, who);
  EXPECT_FALSE(visit->actor.may("plan.read")) << "no rights before the change";
  const auto change = [&](const std::string& old_one, const std::string& new_one) {
    return rule(sign_in().change_password(first.token, old_one, new_one, "10.0.0.1"));
  };
  EXPECT_EQ(change("wrong", "水稻 螺丝 月亮 七"), "auth.old_password");
  EXPECT_EQ(change(password, password), "auth.password");
  EXPECT_EQ(change(password, "1234567890"), "auth.password");
  const NewSession second =
      must(sign_in().change_password(first.token, password, "水稻 螺丝 月亮 七", "10.0.0.1"));
  EXPECT_FALSE(alive(first.token));
  EXPECT_FALSE(second.must_change_password);
  EXPECT_TRUE(sign_in().visit(second.token, "10.0.0.1")->actor.may("plan.read"));
  EXPECT_EQ(rule(attempt("alpha", password)), "auth.sign_in");
  EXPECT_EQ(rule(attempt("alpha", "水稻 螺丝 月亮 七")), "done");
}

TEST_P(SignInTest, OneMessageForAllWaysToFail) {
  const auto wrong = attempt("alpha", "wrong");
  const auto unknown = attempt("nobody", password);
  const auto impossible = attempt("a b c <>", password);
  must(world->directory.disable_account(
      [&] {
        county->actor("administrator", county->root, ScopeKind::tenant);
        return county->program;
      }(),
      who, "离岗"));
  const auto disabled = attempt("alpha", password);
  for (const auto* one : {&wrong, &unknown, &impossible, &disabled}) {
    ASSERT_FALSE(*one);
    EXPECT_EQ(one->error().message, wrong.error().message);
    EXPECT_EQ(one->error().code, Code::unauthenticated);
  }
  EXPECT_EQ(rule(sign_in().sign_in({county->tenant + 1, "alpha", password})), "auth.sign_in");
}

TEST_P(SignInTest, FailuresOfALoginWaitLongerAndLonger) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rule(attempt("alpha", "wrong")), "auth.sign_in") << i;
  const auto blocked = attempt("alpha", password);
  ASSERT_EQ(rule(blocked), "auth.throttled");
  EXPECT_EQ(blocked.error().code, Code::too_many);
  EXPECT_NE(blocked.error().message.find("60秒"), std::string::npos) << blocked.error().message;
  wait(kMinute);
  EXPECT_EQ(rule(attempt("alpha", "wrong")), "auth.sign_in");
  wait(kMinute);
  EXPECT_NE(attempt("alpha", password).error().message.find("60秒"), std::string::npos) << "two minutes now";
  wait(kMinute);
  EXPECT_EQ(rule(attempt("alpha", password)), "done");
  EXPECT_EQ(rule(attempt("alpha", "wrong")), "auth.sign_in") << "success begins anew";
}

TEST_P(SignInTest, WaitingIsPerLogin_AndUnknownLoginsWaitToo) {
  for (int i = 0; i < 5; ++i) attempt("nobody", "wrong");
  EXPECT_EQ(rule(attempt("nobody", "wrong")), "auth.throttled");
  EXPECT_EQ(rule(attempt("alpha", password)), "done");
  wait(25 * kHour);
  EXPECT_EQ(rule(attempt("nobody", "wrong")), "auth.sign_in") << "forgotten after a day";
}

TEST_P(SignInTest, AnAddressThatTriesManyLoginsWaits) {
  SignInLimits limits;
  limits.address_failures = 3;
  SignIn strict(SignIn::Parts{db(), world->clock, world->ids, world->cipher, world->directory}, limits);
  const auto tried = [&](const std::string& login, const std::string& typed, const std::string& remote) {
    return rule(strict.sign_in({county->tenant, login, typed, "", remote}));
  };
  EXPECT_EQ(tried("alpha", password, "10.0.0.9"), "done");
  EXPECT_EQ(tried("u1", "x", "10.0.0.9"), "auth.sign_in");
  EXPECT_EQ(tried("u2", "x", "10.0.0.9"), "auth.sign_in");
  EXPECT_EQ(tried("alpha", password, "10.0.0.9"), "done") << "one's own success does not cover the others";
  EXPECT_EQ(tried("u3", "x", "10.0.0.9"), "auth.sign_in");
  EXPECT_EQ(tried("u4", "x", "10.0.0.9"), "auth.throttled");
  EXPECT_EQ(tried("alpha", password, "10.0.0.9"), "auth.throttled") << "no matter which login";
  EXPECT_EQ(tried("alpha", password, "10.0.0.8"), "done");
}

TEST_P(SignInTest, AttemptsAtOnceDoNotSlipThrough) {
  const Attempt one = attempt_of(world->cipher, county->tenant, "alpha", "");
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto done =
            db().write([&](sql::Session& s) { return count_attempt(s, one, {}, world->clock.now()); });
        if (done) ++taken;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 5);
}

TEST(Throttle, WaitingTimesGrowToTheirBound) {
  EXPECT_EQ(waiting_time(5, 5), 0);
  EXPECT_EQ(waiting_time(6, 5), kMinute);
  EXPECT_EQ(waiting_time(7, 5), 2 * kMinute);
  EXPECT_EQ(waiting_time(9, 5), 8 * kMinute);
  EXPECT_EQ(waiting_time(10, 5), 15 * kMinute);
  EXPECT_EQ(waiting_time(1'000'000, 5), 15 * kMinute);
}

TEST_P(SignInTest, SessionsEndWhenIdleAndAfterTheirTime) {
  const std::string token = must(attempt("alpha", password)).token;
  wait(2 * kHour - 1);
  EXPECT_TRUE(alive(token));
  settle();
  for (int i = 0; i < 9; ++i) {
    wait(kHour);
    EXPECT_TRUE(alive(token)) << i;
    settle();
  }
  wait(kHour + 1);  // the twelfth
  EXPECT_FALSE(alive(token));
  const std::string idle = must(attempt("alpha", password)).token;
  wait(2 * kHour);
  EXPECT_FALSE(alive(idle));
  EXPECT_GE(sign_in().sweep(county->tenant), 2);
}

TEST_P(SignInTest, LookingUpASessionCostsOneRead_AndSeenIsWrittenOnceAMinute) {
  const std::string token = must(attempt("alpha", password)).token;
  ASSERT_TRUE(alive(token));
  auto before = db().counters();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(alive(token));
  EXPECT_EQ(db().counters().reads - before.reads, 10);
  EXPECT_EQ(db().counters().writes - before.writes, 0);
  wait(kMinute);
  ASSERT_TRUE(alive(token));
  settle();
  before = db().counters();
  ASSERT_TRUE(alive(token));
  EXPECT_EQ(db().counters().writes - before.writes, 0);
}

TEST_P(SignInTest, TokensAreNotStored_ReplacedAtSignIn_AndOfOneTenant) {
  const std::string token = must(attempt("alpha", password)).token;
  EXPECT_EQ(db().read([&](sql::Session& s) {
    return s.integer("select count(*) from auth_session where digest = :token", {{"token", token}});
  }),
            0);
  const std::string next = must(attempt("alpha", password, "", "10.0.0.1", token)).token;
  EXPECT_NE(next, token);
  EXPECT_FALSE(alive(token));
  County other(*world, "shan", "山北县");
  EXPECT_FALSE(sign_in().visit(next, "", other.tenant));
  EXPECT_TRUE(sign_in().visit(next, "", county->tenant));
  const std::string forged = std::to_string(other.tenant) + next.substr(next.find('.'));
  EXPECT_FALSE(alive(forged));
  for (const char* bad : {"", ".", "x.y", "-1.a", "99999999999999999999.a"}) EXPECT_FALSE(alive(bad)) << bad;
}

TEST_P(SignInTest, OnesOwnSessionsAreListedAndEnded) {
  const std::string a = must(attempt("alpha", password)).token;
  wait(1000);
  const std::string b = must(attempt("alpha", password, "", "10.0.0.2")).token;
  const Actor actor = county->actor_of(who);
  auto all = sign_in().sessions(actor);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].remote, "10.0.0.2");
  const Actor stranger = county->actor("reader", county->root, ScopeKind::own);
  EXPECT_EQ(sign_in().end_session(stranger, all[0].id).error().code, Code::not_found);
  must(sign_in().end_session(actor, all[0].id));
  EXPECT_FALSE(alive(b));
  EXPECT_TRUE(alive(a));
  must(sign_in().sign_out(a));
  EXPECT_FALSE(alive(a));
}

TEST_P(SignInTest, WhoIsShutOutLosesTheSessionAtOnce) {
  const std::string a = must(attempt("alpha", password)).token;
  must(world->directory.set_password(county->program, who, "水稻 螺丝 月亮 七"));
  EXPECT_FALSE(alive(a));
  const NewSession b = must(attempt("alpha", "水稻 螺丝 月亮 七"));
  EXPECT_TRUE(b.must_change_password) << "set by another";
  const Id second = county->person("人员乙", county->root);
  county->account(second, "second");
  county->grant(second, "administrator", ScopeKind::tenant);
  must(world->directory.deactivate_person(county->program, who, "调离"));
  EXPECT_FALSE(alive(b.token));
  EXPECT_EQ(rule(attempt("alpha", "水稻 螺丝 月亮 七")), "auth.sign_in");
}

TEST_P(SignInTest, CsrfBelongsToTheSession) {
  const NewSession a = must(attempt("alpha", password)), b = must(attempt("alpha", password));
  EXPECT_TRUE(sign_in().csrf_fits(a.token, a.csrf));
  EXPECT_EQ(sign_in().visit(a.token, "")->csrf, a.csrf);
  EXPECT_FALSE(sign_in().csrf_fits(a.token, b.csrf));
  EXPECT_FALSE(sign_in().csrf_fits(a.token, ""));
  EXPECT_FALSE(sign_in().csrf_fits("", ""));
}

TEST_P(SignInTest, SecondFactor_InTwoSteps) {
  enrol();
  wait(kMinute);
  const NewSession half = must(attempt("alpha", password));
  EXPECT_TRUE(half.needs_second_factor);
  EXPECT_FALSE(alive(half.token)) << "good for the code only";
  EXPECT_EQ(rule(sign_in().second_factor(half.token, "000000x", "10.0.0.1")), "auth.code");
  const NewSession whole = must(sign_in().second_factor(half.token, code_now(), "10.0.0.1"));
  EXPECT_TRUE(alive(whole.token));
  EXPECT_EQ(rule(sign_in().second_factor(half.token, code_now(), "10.0.0.1")), "auth.session");
  EXPECT_EQ(rule(sign_in().second_factor(whole.token, code_now(), "10.0.0.1")), "auth.session");
  const NewSession late = must(attempt("alpha", password));
  wait(11 * kMinute);
  EXPECT_EQ(rule(sign_in().second_factor(late.token, code_now(), "10.0.0.1")), "auth.session");
}

TEST_P(SignInTest, SecondFactor_ACodeIsNeverTakenTwice) {
  enrol();
  EXPECT_EQ(rule(attempt("alpha", password, code_now())), "auth.code") << "used for the enrolment";
  wait(kMinute);
  EXPECT_EQ(rule(attempt("alpha", password, code_now())), "done");
  EXPECT_EQ(rule(attempt("alpha", password, code_now())), "auth.code");
  EXPECT_EQ(rule(attempt("alpha", "wrong", code_now())), "auth.sign_in");
}

TEST_P(SignInTest, SecondFactor_GuessingCodesIsThrottled) {
  enrol();
  wait(kMinute);
  const NewSession half = must(attempt("alpha", password));
  std::string last;
  int guesses = 0;
  for (; guesses < 10 && last != "auth.throttled"; ++guesses) {
    last = rule(sign_in().second_factor(half.token, "000000x", "10.0.0.1"));
  }
  EXPECT_EQ(guesses, 5) << "the sign-in itself was the first attempt";
}

TEST_P(SignInTest, SecondFactor_RecoveryCodesWorkOnceEach) {
  const auto codes = enrol();
  ASSERT_EQ(codes.size(), 10u);
  EXPECT_EQ(rule(attempt("alpha", password, codes[3])), "done");
  EXPECT_EQ(rule(attempt("alpha", password, codes[3])), "auth.code");
  EXPECT_EQ(rule(attempt("alpha", password, base::replace_all(codes[4], "-", " "))), "done");
  const Actor actor = county->actor_of(who);
  EXPECT_EQ(sign_in().recovery_codes_left(actor), 8);
  wait(kMinute);
  const auto fresh = must(sign_in().renew_recovery_codes(actor, code_now()));
  EXPECT_EQ(rule(attempt("alpha", password, codes[5])), "auth.code");
  EXPECT_EQ(rule(attempt("alpha", password, fresh[5])), "done");
}

TEST_P(SignInTest, SecondFactor_CountsOnlyAfterConfirmation_AndCanBeTakenOff) {
  Actor actor = county->actor_of(who);
  secret = secret_of(must(sign_in().begin_enrolment(actor, "科普")).secret);
  EXPECT_FALSE(must(attempt("alpha", password)).needs_second_factor);
  EXPECT_EQ(sign_in().confirm_enrolment(actor, "12345x").error().rule, "auth.code");
  must(sign_in().confirm_enrolment(actor, code_now()));
  EXPECT_EQ(sign_in().begin_enrolment(actor, "科普").error().code, Code::conflict);
  EXPECT_TRUE(must(attempt("alpha", password)).needs_second_factor);
  wait(kMinute);
  EXPECT_FALSE(sign_in().remove_second_factor(actor, "12345x"));
  must(sign_in().remove_second_factor(actor, code_now()));
  EXPECT_FALSE(must(attempt("alpha", password)).needs_second_factor);
  enrol();
  must(world->directory.reset_second_factor(county->program, who));
  EXPECT_FALSE(must(attempt("alpha", password)).needs_second_factor);
}

}  // namespace
}  // namespace kepu::auth
