// For tests of the pages: two counties on either database, people with a role who use the site without a
// script.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/auth/testing.h"
#include "core/doc/workbook.h"
#include "core/file/file.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/registers/registers_engine.h"

namespace kepu::registers {

using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;

inline constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "科协经办"
purpose = "办理"
scope = "tenant"
rights = ["register.read", "register.apply", "register.review", "register.manage"]
[[role]]
id = "town"
title = "乡镇"
purpose = "审核"
scope = "subtree"
rights = ["register.read", "register.apply", "register.review", "register.manage"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "申报"
scope = "unit"
rights = ["register.read", "register.apply"]
[[role]]
id = "person"
title = "本人"
purpose = "申请"
scope = "own"
rights = ["register.read", "register.apply"]
[[role]]
id = "expert"
title = "科普专家"
purpose = "讲座"
scope = "own"
rights = ["register.read", "plan.read"]
[[role]]
id = "nobody"
title = "无关"
purpose = "无关"
scope = "tenant"
rights = ["plan.read"]
)";

inline std::string catalog() {
  std::ifstream in("catalog/registers.toml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class Browser {
 public:
  Browser(site::Site& site, std::string token) : site_(site), token_(std::move(token)) {}
  int get(const std::string& target) { return send(http::Method::get, target, {}, {}); }
  int post(const std::string& target, http::Pairs form, std::vector<http::Upload> uploads = {},
           bool with_csrf = true) {
    if (with_csrf) form.emplace_back("csrf", csrf_);
    return send(http::Method::post, target, std::move(form), std::move(uploads));
  }
  bool shows(std::string_view text) const { return last_.body.find(text) != std::string::npos; }
  const http::Response& last() const { return last_; }
  std::string location() const {
    const auto* to = last_.get("Location");
    return to == nullptr ? "" : *to;
  }
  // The value of a hidden field on the last page.
  std::string hidden(const std::string& name) const {
    const std::string field = "name=\"" + name + "\" value=\"";
    const auto at = last_.body.find(field);
    if (at == std::string::npos) return {};
    const auto from = at + field.size();
    return last_.body.substr(from, last_.body.find('"', from) - from);
  }

 private:
  int send(http::Method method, const std::string& target, http::Pairs form,
           std::vector<http::Upload> uploads) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    for (const auto& [name, value] : cookies_) request.cookies.emplace_back(name, value);
    if (!token_.empty()) request.cookies.emplace_back(std::string(site::kSessionCookie), token_);
    request.form = std::move(form);
    request.uploads = std::move(uploads);
    request.remote = "192.0.2.7";
    request.host = "kepu.test";
    request.id = "t1";
    request.headers = {{"user-agent", "Mozilla/5.0 Chrome/120.0"}, {"host", "kepu.test"}};
    last_ = site_.answer(std::move(request));
    for (const auto& [name, value] : last_.headers) {
      if (name != "Set-Cookie") continue;
      const auto equals = value.find('=');
      cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    if (const auto token = hidden("csrf"); !token.empty()) csrf_ = token;
    return last_.status;
  }
  site::Site& site_;
  std::string token_, csrf_;
  std::map<std::string, std::string> cookies_;
  http::Response last_;
};

// On both engines: one keeps what was looked up between requests, the other never does.
class RegisterPages : public ::testing::TestWithParam<sql::testing::Engine> {
 protected:
  RegisterPages()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("kepu-registers-{}-{}", getpid(), ++folders_)),
        database_(database()),
        world(database_->db(), kRoles),
        lan(world, "lan", "岚江县"),
        yun(world, "yun", "云溪县"),
        files_((folder_ / "files").string()),
        signer_(auth::MasterKey{}),
        services_{world.db,
                  world.clock,
                  world.ids,
                  world.directory,
                  world.sign_in,
                  files_,
                  (folder_ / "work").string()},
        engine(services_, world.cipher, signer_, catalog(), {"https://kepu.test"}),
        site(services_, {"科普行动平台", "lan"}) {
    std::vector<sql::Migration> steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(world.db, steps);
    willow = lan.unit("柳溪镇", 0, UnitKind::township);
    egret = lan.unit("白鹭镇", 0, UnitKind::township);
    village = lan.unit("大坪村", willow, UnitKind::village);
    hospital = lan.unit("县人民医院");
    engine.add_metrics(metrics);
    engine.add_to(site);
  }
  ~RegisterPages() override { std::filesystem::remove_all(folder_); }
  void SetUp() override {
    if (skipped_) GTEST_SKIP() << "KEPU_TEST_POSTGRES is not set: run by tests/postgres.sh";
  }
  std::unique_ptr<sql::testing::TestDatabase> database() {
    auto out = sql::testing::TestDatabase::make(GetParam());
    skipped_ = out == nullptr;
    return skipped_ ? sql::testing::TestDatabase::make(sql::testing::Engine::sqlite) : std::move(out);
  }

  Browser signed_in(auth::testing::County& county, const std::string& role, Id unit, ScopeKind scope) {
    const std::string login = fmt::format("user{}", ++count_);
    const Id person = county.person("人员" + login, unit);
    const std::string first = county.account(person, login);
    county.grant(person, role, scope);
    auth::Credentials given;
    given.tenant = county.tenant;
    given.login = login;
    given.password = first;
    const auto session = must(world.sign_in.sign_in(given));
    must(world.sign_in.change_password(session.token, first, "青山绿水之间住着几户人家", ""));
    given.password = "青山绿水之间住着几户人家";
    return Browser(site, must(world.sign_in.sign_in(given)).token);
  }
  http::Pairs informant(const std::string& name) const {
    return {{"name", name},
            {"phone", "13800000001"},
            {"unit", std::to_string(willow)},
            {"place", std::to_string(village)},
            {"identity", "教师"},
            {"consent", "1"}};
  }
  // Reported, checked, approved and published by the town; its address.
  std::string published(Browser& town, const std::string& name) {
    town.get("/registers/informant/new");
    EXPECT_EQ(town.post("/registers/informant/new", informant(name)), 303) << town.last().body;
    const std::string url = town.location();
    for (const char* step : {"check", "approve", "publish"}) {
      EXPECT_EQ(town.get(url), 200);
      EXPECT_EQ(town.post(url + "/act", {{"do", step}, {"revision", town.hidden("revision")}}), 303)
          << town.last().body;
    }
    return url;
  }
  http::Upload workbook(const std::vector<std::vector<std::string>>& rows) {
    const std::string path = (folder_ / fmt::format("sheet{}.xlsx", ++count_)).string();
    std::filesystem::create_directories(folder_);
    doc::WorkbookWriter out(path);
    std::vector<doc::WorkbookWriter::Column> columns;
    for (const auto& title : rows.front()) columns.push_back({title});
    out.sheet("表", columns);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      std::vector<doc::Cell> cells(rows[i].begin(), rows[i].end());
      out.row(cells);
    }
    out.close();
    http::Upload u;
    u.field = "file";
    u.name = "表.xlsx";
    u.path = path;
    u.size = std::filesystem::file_size(path);
    return u;
  }

  http::Upload added(const std::string& field, const std::string& name, const std::string& bytes) {
    const std::string path = (folder_ / fmt::format("added{}", ++count_)).string();
    std::filesystem::create_directories(folder_);
    std::ofstream(path, std::ios::binary) << bytes;
    http::Upload u;
    u.field = field;
    u.name = name;
    u.path = path;
    u.size = bytes.size();
    return u;
  }

  static inline int folders_ = 0;
  bool skipped_ = false;
  std::filesystem::path folder_;
  std::unique_ptr<sql::testing::TestDatabase> database_;
  auth::testing::World world;
  auth::testing::County lan, yun;
  file::Store files_;
  auth::Signer signer_;
  site::Services services_;
  metric::Catalog metrics;
  RegistersEngine engine;
  site::Site site;
  Id willow = 0, egret = 0, village = 0, hospital = 0;
  int count_ = 0;
};

}  // namespace kepu::registers
