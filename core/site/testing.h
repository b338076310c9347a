// For tests of pages: a site on an empty database, people who have signed in, and requests as a browser sends
// them.
//
//   class MeetingsPages : public site::testing::PageTest {
//    protected:
//     MeetingsPages() : PageTest(kRoles, {notify::migrations(), migrations()}), engine(services, plans) {
//       engine.add_to(site);
//       tenant = make_county("lan", "岚江县");
//       office = session("office", "office", unit("县科协"));
//     }
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/auth/testing.h"
#include "core/file/file.h"
#include "core/site/site.h"
#include "core/sql/testing.h"

namespace kepu::site::testing {

struct Session {  // somebody who has signed in; as made here, nobody
  std::string token, csrf;
  Id tenant = 0, person = 0;
};

// How a request is sent, where it is not as a form of a page.
struct How {
  bool json = false;      // an answer for programs is asked for
  bool token = true;      // with the session's CSRF token
  std::string body = {};  // in place of a form; the token goes in the head
};

class PageTest : public ::testing::Test {
 protected:
  // `roles`: the text of a roles file; `steps`: migrations besides those of audit and auth, in their order.
  PageTest(std::string_view roles_text, const std::vector<std::vector<sql::Migration>>& steps,
           base::Date today = {2026, 3, 2})
      : clock(base::start_of(today) + 9 * 3'600'000),
        database(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        roles(auth::testing::must(
            auth::Roles::parse(roles_text, "roles.toml", auth::testing::rights_of_the_catalogue()))),
        folder(made_folder()),
        files((folder / "files").string()),
        directory({database->db(), clock, ids, cipher, roles}),
        sign_in({database->db(), clock, ids, cipher, directory}),
        services{database->db(), clock, ids, directory, sign_in, files, (folder / "work").string()},
        site(services, {"科普行动平台", ""}) {
    auto all = audit::migrations();
    all.insert(all.end(), auth::migrations().begin(), auth::migrations().end());
    for (const auto& more : steps) all.insert(all.end(), more.begin(), more.end());
    sql::migrate(database->db(), all);
  }
  ~PageTest() override { std::filesystem::remove_all(folder); }

  Id make_county(const std::string& code, const std::string& name) {
    auth::Tenant wanted;
    wanted.code = code;
    wanted.name = name;
    return auth::testing::must(directory.create_tenant(auth::program_actor(0, "测试", roles), wanted)).id;
  }
  // Of `tenant`, below its root.
  Id unit(const std::string& name, auth::UnitKind kind = auth::UnitKind::department) {
    auth::Unit u;
    u.name = name;
    u.kind = kind;
    u.parent = directory.units(tenant)->root();
    return auth::testing::must(directory.add_unit(auth::program_actor(tenant, "测试", roles), u));
  }
  // A new person of the unit (0: the root) with one role, who has signed in and changed the one-time
  // password. `of` 0: of `tenant`.
  Session session(const std::string& login, const std::string& role, Id unit = 0,
                  auth::ScopeKind scope = auth::ScopeKind::tenant, Id of = 0) {
    using auth::testing::must;
    Session out;
    out.tenant = of == 0 ? tenant : of;
    const auto by = auth::program_actor(out.tenant, "测试", roles);
    auth::Person person;
    person.name = login + "人员";
    person.unit = unit == 0 ? directory.units(out.tenant)->root() : unit;
    out.person = must(directory.add_person(by, person));
    auth::Credentials given;
    given.tenant = out.tenant;
    given.login = login;
    given.password = must(directory.issue_password(by, out.person, login));
    must(directory.give(by, {0, out.person, role, scope, {}, ""}));
    const auto first = must(sign_in.sign_in(given));
    const auto second =
        must(sign_in.change_password(first.token, given.password, "Lan-Jiang-7419-ke-pu", ""));
    out.token = second.token;
    out.csrf = second.csrf;
    return out;
  }

  http::Response send(const Session& who, http::Method method, const std::string& target,
                      http::Pairs form = {}, std::vector<http::Upload> uploads = {}, const How& how = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = {{"kp_session", who.token}};
    if (how.json || !how.body.empty()) request.headers = {{"accept", "application/json"}};
    if (how.token && !who.csrf.empty()) {
      if (how.body.empty()) {
        form.emplace_back("csrf", who.csrf);
      } else {
        request.headers.emplace_back("x-csrf-token", who.csrf);
      }
    }
    request.body = how.body;
    request.form = std::move(form);
    request.uploads = std::move(uploads);
    return site.answer(std::move(request));
  }
  http::Response get(const Session& who, const std::string& target) {
    return send(who, http::Method::get, target);
  }
  http::Response post(const Session& who, const std::string& target, http::Pairs form = {},
                      std::vector<http::Upload> uploads = {}, const How& how = {}) {
    return send(who, http::Method::post, target, std::move(form), std::move(uploads), how);
  }
  // A file of these bytes in a field.
  http::Upload upload(const std::string& field, const std::string& name, const std::string& bytes) {
    const auto path = (folder / ("upload-" + std::to_string(++uploads_))).string();
    std::ofstream(path, std::ios::binary) << bytes;
    http::Upload out;
    out.field = field;
    out.name = name;
    out.path = path;
    out.size = bytes.size();
    return out;
  }
  // The id at the end of the address that an answer sends to; 0 where it sends nowhere.
  static Id id_of(const http::Response& answer) {
    const auto* to = answer.get("Location");
    return to == nullptr ? 0 : base::parse_id(to->substr(to->rfind('/') + 1)).value_or(0);
  }

  base::FixedClock clock;  // nine in the morning of `today`
  base::IdMaker ids{clock};
  std::unique_ptr<sql::testing::TestDatabase> database;
  auth::Cipher cipher{auth::MasterKey{}};
  std::shared_ptr<const auth::Roles> roles;
  std::filesystem::path folder;
  file::Store files;
  auth::Directory directory;
  auth::SignIn sign_in;
  Services services;
  Site site;
  Id tenant = 0;  // of unit() and session()

 private:
  static std::filesystem::path made_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kepu-pages-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    std::filesystem::create_directories(std::filesystem::path(name) / "work");
    return name;
  }
  int uploads_ = 0;
};

}  // namespace kepu::site::testing
