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

#include "core/doc/workbook.h"
#include "core/file/file.h"
#include "core/site/testing.h"
#include "engines/registers/registers_engine.h"
#include "engines/registers/registers_store_testing.h"

namespace kepu::registers {

using site::testing::Browser;

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
    return Browser(site, {.token = must(world.sign_in.sign_in(given)).token});
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
    EXPECT_EQ(town.post("/registers/informant/new", informant(name)).status, 303) << town.last().body;
    const std::string url = town.location();
    for (const char* step : {"check", "approve", "publish"}) {
      EXPECT_EQ(town.get(url).status, 200);
      EXPECT_EQ(town.post(url + "/act", {{"do", step}, {"revision", town.hidden("revision")}}).status, 303)
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
