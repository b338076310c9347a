// For the tests of these pages: two counties, and people who sign in on the page for it.
#pragma once

#include "core/site/testing.h"
#include "engines/administration/administration.h"

namespace kepu::administration::testing {

using auth::testing::must;
using base::Id;
using site::testing::Browser;

class AdministrationTest : public site::testing::PageTest {
 protected:
  AdministrationTest()
      : PageTest({}, {}, {2026, 3, 2}, "lan"), lan(world, "lan", "岚江县"), yun(world, "yun", "云溪县") {
    add_to(site);
  }

  // A person with a role, an account and a password of his own.
  Id member(auth::testing::County& county, const std::string& login, const std::string& role, Id unit,
            auth::ScopeKind scope = auth::ScopeKind::tenant) {
    const Id person = county.person("人员" + login, unit);
    const std::string first = county.account(person, login);
    if (!role.empty()) county.grant(person, role, scope);
    auth::Credentials given;
    given.tenant = county.tenant;
    given.login = login;
    given.password = first;
    const auto session = must(world.sign_in.sign_in(given));
    must(world.sign_in.change_password(session.token, first, kPassword, ""));
    return person;
  }
  Browser signed_in(const std::string& login, const std::string& area = "lan") {
    Browser b = browser();
    b.get("/sign-in");
    b.post("/sign-in", {{"tenant", area}, {"login", login}, {"password", kPassword}});
    EXPECT_EQ(b.last().status, 303) << b.last().body;
    b.get("/account");  // the token of the session
    return b;
  }
  std::vector<audit::Entry> entries(Id whose, const std::string& action) {
    return world.db.read([&](sql::Session& s) {
      audit::Query query;
      query.action_prefix = action;
      return audit::find(s, whose, query).entries;
    });
  }

  auth::testing::County lan, yun;
};

}  // namespace kepu::administration::testing
