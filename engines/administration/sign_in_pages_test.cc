#include "core/auth/totp.h"
#include "core/base/text.h"
#include "engines/administration/pages.h"
#include "engines/administration/testing.h"

namespace kepu::administration::testing {
namespace {

class SignInPagesTest : public AdministrationTest {};

// What an authenticator app shows for a secret typed in base32, in groups.
std::string code_for(const std::string& typed, base::Millis now) {
  std::string secret;
  unsigned bits = 0, held = 0;
  for (const char c : typed) {
    if (c == ' ') continue;
    bits = bits << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
    held += 5;
    if (held >= 8) {
      held -= 8;
      secret += static_cast<char>(bits >> held & 0xff);
    }
  }
  return auth::totp_code(secret, auth::totp_step(now));
}

TEST_F(SignInPagesTest, LocalPath_OfAnotherSite_IsTheHomePage) {
  EXPECT_EQ(local_path("/tasks?q=a%20b"), "/tasks?q=a%20b");
  for (const char* evil : {"", "//evil.test", "/\\evil.test", "/\t/evil.test", "https://evil.test", "tasks",
                           "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", "/\\/evil.test", "/ /evil"}) {
    EXPECT_EQ(local_path(evil), "/") << evil;
  }
}

TEST_F(SignInPagesTest, FirstSignIn_LeadsToOnesOwnPasswordAndThenOn) {
  const Id person = lan.person("周岚", lan.root);
  const std::string first = lan.account(person, "zhoulan");
  Browser b = browser();
  b.get("/sign-in?next=/audit");
  EXPECT_TRUE(b.shows("登录名"));
  EXPECT_TRUE(b.shows("/p/lan"));
  b.post("/sign-in", {{"tenant", "lan"}, {"login", "zhoulan"}, {"password", first}, {"next", "/account"}});
  EXPECT_EQ(b.location(), "/account/password?next=%2Faccount");
  b.get("/account");
  EXPECT_EQ(b.location(), "/account/password") << "nothing else before the password is changed";
  b.get("/account/password?next=/account");
  EXPECT_TRUE(b.shows("一次性密码"));
  b.post("/account/password",
         {{"old_password", first}, {"password", kPassword}, {"again", "别的一句话别的一句话"}});
  EXPECT_EQ(b.last().status, 422);
  EXPECT_TRUE(b.shows("两次输入的新密码不一样"));
  EXPECT_FALSE(b.shows(kPassword)) << "a password is never written back";
  b.post("/account/password",
         {{"old_password", first}, {"password", kPassword}, {"again", kPassword}, {"next", "/account"}});
  EXPECT_EQ(b.location(), "/account");
  b.follow();
  EXPECT_EQ(b.last().status, 200);
  EXPECT_TRUE(b.shows("密码已修改"));
  EXPECT_TRUE(b.shows("周岚"));
  EXPECT_TRUE(b.shows("Chrome，Windows"));
}

TEST_F(SignInPagesTest, WrongPassword_KeepsTheLoginAndSaysNoMore) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser b = browser();
  b.get("/sign-in");
  b.post("/sign-in", {{"tenant", "lan"}, {"login", "clerk1"}, {"password", "wrong wrong wrong"}});
  EXPECT_EQ(b.last().status, 401);
  EXPECT_TRUE(b.shows("登录名或密码不正确"));
  EXPECT_TRUE(b.shows("value=\"clerk1\""));
  EXPECT_FALSE(b.shows("wrong wrong wrong"));
  b.post("/sign-in", {{"tenant", "lan"}, {"login", "nobody"}, {"password", "wrong wrong wrong"}});
  EXPECT_TRUE(b.shows("登录名或密码不正确"));
  EXPECT_TRUE(b.cookie(site::kSessionCookie).empty());
}

TEST_F(SignInPagesTest, ManyFailures_AreThrottledWithTheRemainingWait) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser b = browser();
  b.get("/sign-in");
  for (int i = 0; i < 12; ++i)
    b.post("/sign-in", {{"tenant", "lan"}, {"login", "clerk1"}, {"password", "wrong wrong"}});
  EXPECT_EQ(b.last().status, 429);
  EXPECT_TRUE(b.shows("分钟") || b.shows("秒")) << b.last().body;
  b.post("/sign-in", {{"tenant", "lan"}, {"login", "clerk1"}, {"password", kPassword}});
  EXPECT_EQ(b.last().status, 429) << "also the right password has to wait";
}

TEST_F(SignInPagesTest, Next_OfAnotherSite_IsNotFollowed) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser b = browser();
  b.get("/sign-in?next=//evil.test/");
  EXPECT_EQ(b.hidden("next"), "/");
  b.post("/sign-in",
         {{"tenant", "lan"}, {"login", "clerk1"}, {"password", kPassword}, {"next", "//evil.test/"}});
  EXPECT_EQ(b.location(), "/");
  b.get("/sign-in?next=https://evil.test/");
  EXPECT_EQ(b.location(), "/") << "signed in already";
}

TEST_F(SignInPagesTest, Post_WithoutTheToken_IsForbidden) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser fresh = browser();
  fresh.post("/sign-in", {{"tenant", "lan"}, {"login", "clerk1"}, {"password", kPassword}, {"csrf", ""}});
  EXPECT_EQ(fresh.last().status, 403);
  Browser b = signed_in("clerk1");
  b.post(unit_url(lan.root, "edit"), {{"name", "岚江县"}, {"kind", "county"}, {"csrf", "wrong"}});
  EXPECT_EQ(b.last().status, 403);
  b.post("/sign-out", {{"csrf", ""}});
  EXPECT_EQ(b.last().status, 403);
}

TEST_F(SignInPagesTest, Area_IsChosenAmongSeveralAndProposedByTheAddress) {
  member(yun, "clerk1", "clerk", yun.root);
  Browser b = browser();
  b.get("/sign-in?tenant=yun");
  EXPECT_TRUE(b.shows("<option value=\"yun\" selected>云溪县</option>"));
  EXPECT_TRUE(b.shows("/p/yun"));
  b.post("/sign-in", {{"tenant", "lan"}, {"login", "clerk1"}, {"password", kPassword}});
  EXPECT_EQ(b.last().status, 401) << "an account is good for its own area only";
  b.post("/sign-in", {{"tenant", "yun"}, {"login", "clerk1"}, {"password", kPassword}});
  EXPECT_EQ(b.last().status, 303);
}

TEST_F(SignInPagesTest, SignOut_EndsTheSessionItself) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser b = signed_in("clerk1");
  Browser copy = b;  // somebody who kept the cookie
  b.post("/sign-out", {});
  EXPECT_EQ(b.location(), "/sign-in");
  EXPECT_TRUE(b.cookie(site::kSessionCookie).empty());
  copy.get("/account");
  EXPECT_EQ(copy.location(), "/sign-in?next=%2Faccount");
}

TEST_F(SignInPagesTest, SecondFactor_IsEnrolledAskedForAndTurnedOff) {
  member(lan, "clerk1", "clerk", lan.root);
  Browser b = signed_in("clerk1");
  b.post("/account/second-factor/begin", {});
  ASSERT_EQ(b.last().status, 200);
  EXPECT_TRUE(b.shows("<svg viewBox"));
  const auto at = b.last().body.find("<code>") + 6;
  const std::string secret = b.last().body.substr(at, b.last().body.find("</code>", at) - at);
  b.post("/account/second-factor/confirm", {{"code", "000000"}});
  EXPECT_EQ(b.last().status, 422);
  b.post("/account/second-factor/confirm", {{"code", code_for(secret, world.clock.now())}});
  ASSERT_EQ(b.last().status, 200) << b.last().body;
  EXPECT_TRUE(b.shows("备用恢复码"));

  Browser other = browser();
  other.get("/sign-in");
  other.post("/sign-in",
             {{"tenant", "lan"}, {"login", "clerk1"}, {"password", kPassword}, {"next", "/account"}});
  EXPECT_EQ(other.location(), "/sign-in/code?next=%2Faccount");
  other.get("/account");
  EXPECT_EQ(other.location(), "/sign-in?next=%2Faccount") << "half a sign-in opens nothing";
  other.get("/sign-in/code?next=/account");
  other.post("/sign-in/code", {{"code", "000000"}, {"next", "/account"}});
  EXPECT_EQ(other.last().status, 422);
  world.clock.set(world.clock.now() + 60'000);
  other.post("/sign-in/code", {{"code", code_for(secret, world.clock.now())}, {"next", "/account"}});
  EXPECT_EQ(other.location(), "/account");
  other.follow();
  EXPECT_TRUE(other.shows("已启用"));

  world.clock.set(world.clock.now() + 60'000);
  other.post("/account/second-factor/remove", {{"remove_code", code_for(secret, world.clock.now())}});
  EXPECT_EQ(other.location(), "/account/second-factor");
}

TEST_F(SignInPagesTest, Sessions_OfOneselfCanBeEnded) {
  member(lan, "clerk1", "clerk", lan.root);
  member(lan, "clerk2", "clerk", lan.root);
  Browser here = signed_in("clerk1");
  Browser there = signed_in("clerk1");
  here.get("/account");
  const auto at = here.last().body.find("/account/sessions/");
  ASSERT_NE(at, std::string::npos);
  const std::string path = here.last().body.substr(at, here.last().body.find('"', at) - at);
  Browser stranger = signed_in("clerk2");
  stranger.post(path, {});
  EXPECT_EQ(stranger.last().status, 404) << "another's session";
  here.post(path, {});
  EXPECT_EQ(here.location(), "/account");
  // The change of the first password left a session too; end what is left beside this one.
  for (here.get("/account"); here.shows("/account/sessions/"); here.get("/account")) {
    const auto next = here.last().body.find("/account/sessions/");
    here.post(here.last().body.substr(next, here.last().body.find('"', next) - next), {});
    ASSERT_EQ(here.last().status, 303);
  }
  there.get("/account");
  EXPECT_EQ(there.last().status, 303);
}

}  // namespace
}  // namespace kepu::administration::testing
