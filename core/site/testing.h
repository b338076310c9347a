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

// A request to this address, as it comes from a browser.
inline http::Request request_to(http::Method method, const std::string& target) {
  http::Request request;
  request.method = method;
  request.target = target;
  const auto mark = target.find('?');
  request.path = http::url_decode(target.substr(0, mark), false).value_or("/");
  if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
  request.remote = "192.0.2.7";
  request.host = "kepu.test";
  request.id = "t1";
  request.headers = {{"user-agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"}, {"host", "kepu.test"}};
  return request;
}

// A browser without scripts: keeps cookies, follows nothing by itself, and sends with a form the token of the
// last page that held one. A form with a field "csrf" is sent with that one.
class Browser {
 public:
  explicit Browser(Site& site, const Session& who = {}) : site_(site), csrf_(who.csrf) {
    if (!who.token.empty()) cookies_ = {{std::string(kSessionCookie), who.token}};
  }

  // The answer holds until the next request.
  const http::Response& get(const std::string& target) { return send(http::Method::get, target, {}, {}); }
  const http::Response& post(const std::string& target, http::Pairs form,
                             std::vector<http::Upload> files = {}) {
    if (http::find(form, "csrf") == nullptr) form.emplace_back("csrf", csrf_);
    return send(http::Method::post, target, std::move(form), std::move(files));
  }
  // The page that the last answer leads to.
  const http::Response& follow() { return get(location()); }

  const http::Response& last() const { return last_; }
  const std::string& body() const { return last_.shared ? *last_.shared : last_.body; }
  std::string location() const {
    const auto* to = last_.get("Location");
    return to == nullptr ? std::string() : *to;
  }
  bool shows(std::string_view text) const { return body().find(text) != std::string::npos; }
  std::string cookie(std::string_view name) const {
    const auto* value = http::find(cookies_, name);
    return value == nullptr ? std::string() : *value;
  }
  const std::string& csrf() const { return csrf_; }
  // The value of a hidden field on the last page.
  std::string hidden(const std::string& name) const {
    const std::string mark = "name=\"" + name + "\" value=\"";
    const auto at = body().find(mark);
    if (at == std::string::npos) return {};
    const auto from = at + mark.size();
    return body().substr(from, body().find('"', from) - from);
  }

 private:
  const http::Response& send(http::Method method, const std::string& target, http::Pairs form,
                             std::vector<http::Upload> files) {
    auto request = request_to(method, target);
    request.cookies = cookies_;
    request.form = std::move(form);
    request.uploads = std::move(files);
    last_ = site_.answer(std::move(request));
    for (const auto& [name, value] : last_.headers) {
      if (name == "Set-Cookie") take_cookie(value);
    }
    if (const std::string fresh = hidden("csrf"); !fresh.empty()) csrf_ = fresh;
    return last_;
  }
  void take_cookie(const std::string& line) {
    const auto equals = line.find('=');
    const std::string name = line.substr(0, equals);
    const std::string value = line.substr(equals + 1, line.find(';') - equals - 1);
    std::erase_if(cookies_, [&](const auto& c) { return c.first == name; });
    if (!value.empty()) cookies_.emplace_back(name, value);
  }

  Site& site_;
  http::Pairs cookies_;
  http::Response last_;
  std::string csrf_;
};

class PageTest : public ::testing::Test {
 protected:
  static constexpr const char* kPassword = "青山绿水之间住着几户人家";  // of everybody who has signed in

  // `roles_text`: the text of a roles file, empty: that of auth::testing::World; `steps`: migrations besides
  // those of audit and auth, in their order; `code`: the county of somebody who names none.
  PageTest(std::string_view roles_text, const std::vector<std::vector<sql::Migration>>& steps,
           base::Date today = {2026, 3, 2}, std::string code = {})
      : database(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database->db(), roles_text),
        folder(made_folder()),
        files((folder / "files").string()),
        services{world.db, clock, ids, directory, sign_in, files, (folder / "work").string()},
        site(services, {"科普行动平台", std::move(code)}) {
    clock.set(base::start_of(today) + 9 * 3'600'000);
    auto all = audit::migrations();
    all.insert(all.end(), auth::migrations().begin(), auth::migrations().end());
    for (const auto& more : steps) all.insert(all.end(), more.begin(), more.end());
    sql::migrate(world.db, all);
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
    const Id whose = of == 0 ? tenant : of;
    const auto by = auth::program_actor(whose, "测试", roles);
    auth::Person person;
    person.name = login + "人员";
    person.unit = unit == 0 ? directory.units(whose)->root() : unit;
    const Id who = must(directory.add_person(by, person));
    const std::string first = must(directory.issue_password(by, who, login));
    must(directory.give(by, {0, who, role, scope, {}, ""}));
    return first_session(whose, who, login, first);
  }
  // Somebody who is there already, with an account.
  Session session_of(const auth::Actor& actor) {
    const auto by = auth::program_actor(actor.tenant, "测试", roles);
    const auto first = auth::testing::must(directory.issue_password(by, actor.person, actor.login));
    return first_session(actor.tenant, actor.person, actor.login, first);
  }
  Browser browser(const Session& who = {}) { return Browser(site, who); }

  http::Response send(const Session& who, http::Method method, const std::string& target,
                      http::Pairs form = {}, std::vector<http::Upload> uploads = {}, const How& how = {}) {
    auto request = request_to(method, target);
    request.cookies = {{"kp_session", who.token}};
    if (how.json || !how.body.empty()) request.headers.emplace_back("accept", "application/json");
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

  std::unique_ptr<sql::testing::TestDatabase> database;
  auth::testing::World world;
  base::FixedClock& clock = world.clock;  // nine in the morning of `today`
  base::IdMaker& ids = world.ids;
  auth::Cipher& cipher = world.cipher;
  const std::shared_ptr<const auth::Roles>& roles = world.roles;
  auth::Directory& directory = world.directory;
  auth::SignIn& sign_in = world.sign_in;
  std::filesystem::path folder;
  file::Store files;
  Services services;
  Site site;
  Id tenant = 0;  // of unit() and session()

 private:
  Session first_session(Id whose, Id person, const std::string& login, const std::string& one_time) {
    using auth::testing::must;
    auth::Credentials given;
    given.tenant = whose;
    given.login = login;
    given.password = one_time;
    const auto first = must(sign_in.sign_in(given));
    const auto second = must(sign_in.change_password(first.token, one_time, kPassword, ""));
    return {second.token, second.csrf, whose, person};
  }
  static std::filesystem::path made_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kepu-pages-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    std::filesystem::create_directories(std::filesystem::path(name) / "work");
    return name;
  }
  int uploads_ = 0;
};

}  // namespace kepu::site::testing
