// For the tests of these pages: two counties on an empty database, the site, and a browser without scripts.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/auth/testing.h"
#include "core/file/file.h"
#include "core/site/site.h"
#include "core/sql/testing.h"
#include "engines/administration/administration.h"

namespace kepu::administration::testing {

using auth::testing::must;
using base::Id;

// Keeps cookies, follows nothing by itself, and sends the token of the last page that held one.
class Browser {
 public:
  explicit Browser(site::Site& site) : site_(site) {}

  const http::Response& get(const std::string& target) { return send(http::Method::get, target, {}, {}); }
  const http::Response& post(const std::string& target, http::Pairs form,
                             std::vector<http::Upload> files = {}) {
    if (http::find(form, "csrf") == nullptr) form.emplace_back("csrf", csrf_);
    return send(http::Method::post, target, std::move(form), std::move(files));
  }
  // The page that the last answer leads to.
  const http::Response& follow() { return get(location()); }

  const http::Response& last() const { return last_; }
  std::string location() const {
    const auto* to = last_.get("Location");
    return to == nullptr ? std::string() : *to;
  }
  bool shows(std::string_view text) const { return last_.body.find(text) != std::string::npos; }
  std::string cookie(std::string_view name) const {
    const auto* value = http::find(cookies_, name);
    return value == nullptr ? std::string() : *value;
  }
  const std::string& csrf() const { return csrf_; }
  // The value of a hidden field on the last page.
  std::string hidden(const std::string& name) const {
    const std::string mark = "name=\"" + name + "\" value=\"";
    const auto at = last_.body.find(mark);
    if (at == std::string::npos) return {};
    const auto from = at + mark.size();
    return last_.body.substr(from, last_.body.find('"', from) - from);
  }

 private:
  const http::Response& send(http::Method method, const std::string& target, http::Pairs form,
                             std::vector<http::Upload> files) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = http::url_decode(target.substr(0, mark), false).value_or("/");
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = cookies_;
    request.form = std::move(form);
    request.uploads = std::move(files);
    request.remote = "192.0.2.7";
    request.host = "kepu.test";
    request.id = "t1";
    request.headers = {{"user-agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"}, {"host", "kepu.test"}};
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

  site::Site& site_;
  http::Pairs cookies_;
  http::Response last_;
  std::string csrf_;
};

class AdministrationTest : public ::testing::Test {
 protected:
  static constexpr const char* kPassword = "青山绿水之间住着几户人家";

  AdministrationTest()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("kepu-administration-{}-{}", getpid(),
                            ::testing::UnitTest::GetInstance()->current_test_info()->name())),
        database_(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database_->db()),
        lan(world, "lan", "岚江县"),
        yun(world, "yun", "云溪县"),
        files_((folder_ / "files").string()),
        services_{world.db,
                  world.clock,
                  world.ids,
                  world.directory,
                  world.sign_in,
                  files_,
                  (folder_ / "work").string()},
        site(services_, {"科普行动平台", "lan"}) {
    add_to(site);
  }
  ~AdministrationTest() override { std::filesystem::remove_all(folder_); }

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
  Browser browser() { return Browser(site); }
  Browser signed_in(const std::string& login, const std::string& area = "lan") {
    Browser b(site);
    b.get("/sign-in");
    b.post("/sign-in", {{"tenant", area}, {"login", login}, {"password", kPassword}});
    EXPECT_EQ(b.last().status, 303) << b.last().body;
    b.get("/account");  // the token of the session
    return b;
  }
  // An uploaded file with these bytes.
  http::Upload upload_of(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories(folder_);
    http::Upload upload;
    upload.field = "file";
    upload.name = name;
    upload.path = (folder_ / fmt::format("upload-{}", ++uploads_)).string();
    upload.size = bytes.size();
    std::ofstream(upload.path, std::ios::binary) << bytes;
    return upload;
  }
  std::vector<audit::Entry> entries(Id tenant, const std::string& action) {
    return world.db.read([&](sql::Session& s) {
      audit::Query query;
      query.action_prefix = action;
      return audit::find(s, tenant, query).entries;
    });
  }

  std::filesystem::path folder_;
  std::unique_ptr<sql::testing::TestDatabase> database_;
  auth::testing::World world;
  auth::testing::County lan, yun;
  file::Store files_;
  site::Services services_;
  site::Site site;
  int uploads_ = 0;
};

}  // namespace kepu::administration::testing
