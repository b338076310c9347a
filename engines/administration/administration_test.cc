#include "core/base/text.h"
#include "engines/administration/pages.h"
#include "engines/administration/testing.h"

namespace kepu::administration::testing {
namespace {

using auth::ScopeKind;
using auth::UnitKind;

class AdministrationPagesTest : public AdministrationTest {
 protected:
  AdministrationPagesTest() {
    bureau = lan.unit("县农业农村局");
    town = lan.unit("郁山镇", 0, UnitKind::township);
    village = lan.unit("青石村", town, UnitKind::village);
    stranger = yun.unit("云溪县教育局");
    member(lan, "admin", "administrator", lan.root);
  }
  Id bureau, town, village, stranger;
};

// What a route asks for is declared with it, so nobody can forget it in a handler.
TEST_F(AdministrationPagesTest, EveryRoute_IsOpenOrNeedsARightOrIsOnesOwn) {
  int checked = 0;
  for (const auto& route : site.routes()) {
    const bool own = base::starts_with(route.pattern, "/account") || route.pattern == "/sign-out" ||
                     route.pattern == "/search";
    if (route.access == site::Access::open) {
      const bool known = base::starts_with(route.pattern, "/sign-in") ||
                         base::starts_with(route.pattern, "/help/") || route.pattern == "/healthz" ||
                         route.pattern == "/metrics" || route.pattern == "/display" ||
                         route.pattern == "/worker.js";  // a script, the same for everybody
      EXPECT_TRUE(known) << route.pattern << " is open to everybody";
    } else {
      EXPECT_TRUE(own || !route.right.empty()) << route.pattern;
    }
    ++checked;
  }
  EXPECT_GT(checked, 50);
}

TEST_F(AdministrationPagesTest, Pages_AreShownToTheAdministrator) {
  Browser b = signed_in("admin");
  for (const char* path : {"/organisation",
                           "/organisation/list",
                           "/people",
                           "/people/new",
                           "/roles",
                           "/stand-ins",
                           "/stand-ins/new",
                           "/import/units",
                           "/import/people",
                           "/audit",
                           "/settings",
                           "/account",
                           "/account/password",
                           "/account/second-factor",
                           "/organisation/list?as=json",
                           "/people?as=json",
                           "/audit?as=json",
                           "/people?as=csv",
                           "/organisation/list?as=csv",
                           "/audit?as=csv"}) {
    EXPECT_EQ(b.get(path).status, 200) << path << b.last().body;
  }
  EXPECT_EQ(b.get(unit_url(bureau)).status, 200);
}

TEST_F(AdministrationPagesTest, WithoutTheRight_EveryPageAndChangeIsForbidden) {
  member(lan, "reader", "reader", bureau, ScopeKind::own);
  Browser b = signed_in("reader");
  for (const auto& route : site.routes()) {
    if (route.access != site::Access::right || route.right == "organisation.read") continue;
    std::string path = route.pattern;
    for (const char* name : {"{unit}", "{person}", "{grant}", "{standin}"})
      path = base::replace_all(path, name, std::to_string(bureau));
    if (route.method == http::Method::get) {
      b.get(path);
    } else {
      b.post(path, {{"name", "改名"}});
    }
    EXPECT_EQ(b.last().status, 403) << path;
  }
}

TEST_F(AdministrationPagesTest, ThingsOfAnotherTenant_AreNotFound) {
  const Id foreigner = yun.person("外县人", stranger);
  Browser b = signed_in("admin");
  EXPECT_EQ(b.get(unit_url(stranger)).status, 404);
  EXPECT_EQ(b.get(person_url(foreigner)).status, 404);
  for (const char* deed : {"edit", "move", "deactivate", "reactivate", "delete", "new"}) {
    EXPECT_EQ(
        b.post(unit_url(stranger, deed), {{"name", "改名"}, {"kind", "other"}, {"reason", "原因"}}).status,
        404)
        << deed;
  }
  for (const char* deed : {"edit", "move", "deactivate", "reactivate", "account", "password", "disable",
                           "enable", "second-factor", "grants", "grants/7/end"}) {
    EXPECT_EQ(b.post(person_url(foreigner, deed), {{"name", "改名"}, {"reason", "原因"}}).status, 404)
        << deed;
  }
  EXPECT_EQ(b.get("/people?q=外县人").status, 200);
  EXPECT_FALSE(b.shows(person_url(foreigner)));
  b.get(fmt::format("/stand-ins/new?principal={}", foreigner));
  EXPECT_EQ(b.last().status, 404);
}

TEST_F(AdministrationPagesTest, AUnit_IsAddedChangedMovedAndDeactivated) {
  Browser b = signed_in("admin");
  b.post(unit_url(bureau, "new"), {{"name", "农技推广中心"}, {"kind", "other"}, {"position", "3"}});
  ASSERT_EQ(b.last().status, 303);
  const std::string url = b.location();
  b.follow();
  EXPECT_TRUE(b.shows("农技推广中心"));
  const std::string revision = b.hidden("revision");
  b.post(url + "/edit", {{"name", "农业技术推广中心"}, {"kind", "other"}, {"revision", revision}});
  EXPECT_EQ(b.last().status, 303);
  b.post(url + "/edit", {{"name", "推广站"}, {"kind", "other"}, {"revision", revision}});
  EXPECT_EQ(b.last().status, 409) << "somebody else changed it";
  EXPECT_TRUE(b.shows("value=\"推广站\"")) << "what was typed is kept";
  b.post(url + "/edit", {{"name", ""}, {"kind", "other"}, {"revision", revision}});
  EXPECT_EQ(b.last().status, 422);
  b.get(url);
  b.post(url + "/move", {{"parent", std::to_string(town)}, {"revision", b.hidden("revision")}});
  EXPECT_EQ(b.last().status, 303) << b.last().body;
  b.post(url + "/deactivate", {{"reason", "机构改革撤并"}});
  EXPECT_EQ(b.last().status, 303);
  b.follow();
  EXPECT_TRUE(b.shows("已停用"));
  EXPECT_TRUE(b.shows("机构改革撤并")) << "in the history";
  b.post(url + "/reactivate", {});
  b.post(url + "/delete", {});
  EXPECT_EQ(b.location(), unit_url(town));
  b.post(unit_url(town, "deactivate"), {{"reason", "撤并"}});
  EXPECT_EQ(b.last().status, 422) << "a village is still below it";
  EXPECT_TRUE(b.shows("下级单位"));
}

TEST_F(AdministrationPagesTest, AUnitOutsideTheScope_CannotBeChanged) {
  member(lan, "clerk", "clerk", town, ScopeKind::subtree);
  Browser b = signed_in("clerk");
  EXPECT_EQ(b.get(unit_url(bureau)).status, 200);
  EXPECT_FALSE(b.shows(unit_url(bureau, "edit")));
  EXPECT_EQ(b.post(unit_url(bureau, "edit"), {{"name", "改名"}, {"kind", "other"}}).status, 403);
  EXPECT_EQ(b.get(unit_url(village)).status, 200);
  EXPECT_TRUE(b.shows(unit_url(village, "edit")));
}

TEST_F(AdministrationPagesTest, APerson_GetsAnAccountAndARole) {
  Browser b = signed_in("admin");
  b.post("/people/new",
         {{"unit", std::to_string(bureau)}, {"name", "方禾"}, {"post", "股长"}, {"phone", "13800001234"}});
  ASSERT_EQ(b.last().status, 303) << b.last().body;
  const std::string url = b.location();
  b.post(url + "/account", {{"login", "fanghe"}});
  ASSERT_EQ(b.last().status, 200) << b.last().body;
  const auto at = b.last().body.find("<code>") + 6;
  const std::string password = b.last().body.substr(at, b.last().body.find("</code>", at) - at);
  b.get(url);
  EXPECT_FALSE(b.shows(password)) << "shown once";
  b.post(url + "/grants", {{"role", "clerk"}, {"scope", "listed"}, {"units", "郁山镇、没有的局"}});
  EXPECT_EQ(b.last().status, 422);
  EXPECT_TRUE(b.shows("没有名为“没有的局”的单位"));
  b.post(url + "/grants",
         {{"role", "clerk"}, {"scope", "listed"}, {"units", "郁山镇"}, {"until", "2026-12-31"}});
  EXPECT_EQ(b.last().status, 303) << b.last().body;
  b.follow();
  EXPECT_TRUE(b.shows("指定单位：郁山镇"));
  Browser own = browser();
  own.get("/sign-in");
  own.post("/sign-in", {{"tenant", "lan"}, {"login", "fanghe"}, {"password", password}});
  EXPECT_EQ(own.location(), "/account/password");
  const auto end = b.last().body.find("/grants/");
  const std::string path = b.last().body.substr(end, b.last().body.find('"', end) - end);
  b.post(url + path, {});
  EXPECT_EQ(b.last().status, 303);
  b.post(url + path, {});
  EXPECT_EQ(b.last().status, 404) << "ended already";
  b.post(url + "/disable", {{"account_reason", "调离"}});
  EXPECT_EQ(b.last().status, 303);
  own.get("/account/password");
  EXPECT_EQ(own.location(), "/sign-in?next=%2Faccount%2Fpassword") << "disabling ends the session";
}

TEST_F(AdministrationPagesTest, APhone_IsMaskedInListsAndItsSightIsLogged) {
  const Id person = lan.person("方禾", bureau, "13800001234");
  member(lan, "head", "head", bureau, ScopeKind::unit);  // without person.contact
  Browser head = signed_in("head");
  head.get(person_url(person));
  EXPECT_EQ(head.last().status, 200);
  EXPECT_FALSE(head.shows("13800001234"));
  EXPECT_TRUE(entries(lan.tenant, "person.contact").empty());
  head.post(
      person_url(person, "edit"),
      {{"name", "方禾"}, {"post", "主任"}, {"phone", "138****1234"}, {"revision", head.hidden("revision")}});
  EXPECT_EQ(head.last().status, 303) << head.last().body;
  EXPECT_EQ(head.get("/people?as=csv").status, 403) << "no right to export";
  head.get("/people");
  EXPECT_FALSE(head.shows("as=xlsx"));
  Browser b = signed_in("admin");
  b.get("/people");
  EXPECT_FALSE(b.shows("13800001234"));
  b.get(person_url(person));
  EXPECT_TRUE(b.shows("13800001234")) << "the masked one did not overwrite it";
  EXPECT_EQ(entries(lan.tenant, "person.contact").size(), 1u);
  b.get("/people?as=csv");
  EXPECT_TRUE(b.shows("13800001234"));
  EXPECT_FALSE(entries(lan.tenant, "export.people").empty());
}

TEST_F(AdministrationPagesTest, AStandIn_IsSetShownAndEnded) {
  member(lan, "head", "head", bureau, ScopeKind::unit);
  const Id deputy = member(lan, "deputy", "", bureau);
  Browser b = signed_in("head");
  b.get("/stand-ins/new");
  ASSERT_EQ(b.last().status, 200);
  b.post("/stand-ins/new", {{"deputy", std::to_string(deputy)},
                            {"from", "2026-03-02"},
                            {"until", "2026-03-01"},
                            {"reason", "学习"}});
  EXPECT_EQ(b.last().status, 422);
  b.post("/stand-ins/new", {{"deputy", std::to_string(deputy)},
                            {"from", "2026-03-02"},
                            {"until", "2026-03-20"},
                            {"reason", "学习"}});
  EXPECT_EQ(b.location(), "/stand-ins") << b.last().body;
  b.follow();
  EXPECT_TRUE(b.shows("人员deputy"));
  Browser own = signed_in("deputy");
  own.get("/account");
  EXPECT_TRUE(own.shows("人员head"));
  const auto at = own.last().body.find("/account/stand-ins/");
  ASSERT_NE(at, std::string::npos);
  own.post(own.last().body.substr(at, own.last().body.find('"', at) - at), {});
  EXPECT_EQ(own.location(), "/account");
  b.get("/stand-ins");
  EXPECT_FALSE(b.shows("人员deputy"));
}

TEST_F(AdministrationPagesTest, TheAuditLog_IsFilteredVerifiedAndProven) {
  Browser b = signed_in("admin");
  b.get("/audit?f.action=unit.");
  EXPECT_TRUE(b.shows("新增单位“青石村”"));
  EXPECT_FALSE(b.shows("sign_in.done"));
  b.get("/audit?q=青石村");
  EXPECT_TRUE(b.shows("新增单位“青石村”"));
  b.get("/audit?f.when=2026-02");
  EXPECT_FALSE(b.shows("新增单位“青石村”")) << "it was in March";
  EXPECT_FALSE(b.shows("云溪县教育局"));
  b.get("/audit");
  EXPECT_FALSE(b.shows("云溪县教育局")) << "another tenant's";
  b.post("/audit/verify", {});
  EXPECT_EQ(b.location(), "/audit");
  b.follow();
  EXPECT_TRUE(b.shows("flash lv"));
  b.get("/audit/proof");
  ASSERT_FALSE(b.last().file.empty());
  std::ifstream in(b.last().file, std::ios::binary);
  const std::string proof((std::istreambuf_iterator<char>(in)), {});
  const auto verdict = audit::verify_proof(proof);
  EXPECT_FALSE(verdict.broken_at) << verdict.message;
  EXPECT_GT(verdict.entries, 5);
  EXPECT_EQ(entries(lan.tenant, "export.audit_proof").size(), 1u);
  world.db.write([&](sql::Session& s) {
    s.run("update audit_entry set summary = 'x' where tenant = :t and number = 2", {{"t", lan.tenant}});
  });
  b.post("/audit/verify", {});
  b.follow();
  EXPECT_TRUE(b.shows("flash zhu")) << "a changed entry is found";
}

TEST_F(AdministrationPagesTest, Settings_AreSavedForTheOwnArea) {
  Browser b = signed_in("admin");
  b.post("/settings", {{"name", "岚江县"}, {"code", "LAN!"}});
  EXPECT_EQ(b.last().status, 422);
  b.post("/settings", {{"name", "岚江新县"}, {"code", "lan"}, {"parent_name", "临江市"}});
  EXPECT_EQ(b.last().status, 303) << b.last().body;
  b.follow();
  EXPECT_TRUE(b.shows("value=\"岚江新县\""));
  EXPECT_EQ(world.directory.tenant(yun.tenant)->name, "云溪县");
}

}  // namespace
}  // namespace kepu::administration::testing
