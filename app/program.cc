#include "app/program.h"

#include <filesystem>

#include "core/audit/audit.h"
#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"
#include "core/file/file.h"
#include "core/job/job.h"
#include "core/metric/metric.h"
#include "core/notify/notify.h"
#include "core/site/site.h"
#include "core/sql/sql.h"
#include "engines/administration/administration.h"
#include "engines/desk/desk.h"
#include "engines/inspection/inspection_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app {

namespace {

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

auth::Cipher cipher_of(const std::string& data) {
  auto key = auth::load_or_make_key(data + "/key");
  if (!key) throw std::runtime_error(key.error().message);
  return auth::Cipher(*key);
}

std::shared_ptr<const auth::Roles> shipped_role_set() {
  auto roles = auth::Roles::parse(shipped_roles(), "catalog/roles.toml", all_rights());
  if (!roles) throw std::runtime_error(roles.error().message);
  return *roles;
}

}  // namespace

// Kits before engines; an engine's tables after those it points to.
std::vector<sql::Migration> all_migrations() {
  std::vector<sql::Migration> all;
  append(all, audit::migrations());
  append(all, auth::migrations());
  append(all, notify::migrations());
  append(all, job::migrations());
  append(all, plan::migrations());
  append(all, inspection::migrations());
  return all;
}

std::vector<auth::Right> all_rights() {
  std::vector<auth::Right> all;
  append(all, auth::rights());
  append(all, plan::rights());
  append(all, inspection::rights());
  return all;
}

struct Program::Parts {
  explicit Parts(const Config& config, bool migrate)
      : folder(make_folder(config.data)),
        db(sql::Database::open(config.url())),
        migrated(migrate ? sql::migrate(*db, all_migrations()) : sql::Migrated{}),
        ids(clock),
        cipher(cipher_of(config.data)),
        roles(shipped_role_set()),
        directory({*db, clock, ids, cipher, roles}),
        sign_in({*db, clock, ids, cipher, directory}),
        files(config.data + "/files"),
        services{*db, clock, ids, directory, sign_in, files, config.data + "/work", config.secure_cookies},
        plan(services, shipped_duties()),
        inspection(services, plan),
        site(services, {"科普行动平台", config.default_tenant}),
        jobs(*db, clock) {
    inspection.add_metrics(metrics);
    inspection.extend(plan.extensions());
    plan.add_to(site);
    inspection.add_to(site);
    administration::add_to(site);
    desk::add_to(site, jobs);
    add_jobs();
  }

  void add_jobs() {
    jobs.add({"sessions.sweep", "清理过期的会话和登录失败记录", 24LL * 3600 * 1000, [this](base::Millis) {
                std::int64_t rows = 0;
                for (const auto& tenant : directory.tenants()) rows += sign_in.sweep(tenant.id);
                return fmt::format("清理 {} 条", rows);
              }});
  }

  static std::string make_folder(const std::string& folder) {
    std::filesystem::create_directories(folder);
    return folder;
  }

  std::string folder;
  base::SystemClock clock;
  std::unique_ptr<sql::Database> db;
  sql::Migrated migrated;
  base::IdMaker ids;
  auth::Cipher cipher;
  std::shared_ptr<const auth::Roles> roles;
  auth::Directory directory;
  auth::SignIn sign_in;
  file::Store files;
  site::Services services;
  metric::Catalog metrics;
  plan::PlanEngine plan;
  inspection::InspectionEngine inspection;
  site::Site site;
  job::Jobs jobs;
};

Program::Program(const Config& config, bool migrate) : parts_(std::make_unique<Parts>(config, migrate)) {}
Program::~Program() = default;

sql::Database& Program::db() { return *parts_->db; }
auth::Directory& Program::directory() { return parts_->directory; }
auth::SignIn& Program::sign_in() { return parts_->sign_in; }
plan::PlanEngine& Program::plan() { return parts_->plan; }
inspection::InspectionEngine& Program::inspection() { return parts_->inspection; }
site::Site& Program::site() { return parts_->site; }
job::Jobs& Program::jobs() { return parts_->jobs; }
const base::Clock& Program::clock() { return parts_->clock; }

auth::Actor Program::command_actor(base::Id tenant) {
  return auth::program_actor(tenant, "命令行", parts_->roles);
}

base::Result<auth::Tenant> Program::tenant(const std::string& code) {
  const auto all = parts_->directory.tenants();
  if (code.empty() && all.size() == 1) return all.front();
  std::vector<std::string> codes;
  for (const auto& t : all) {
    if (t.code == code) return t;
    codes.push_back(t.code + "（" + t.name + "）");
  }
  if (all.empty()) {
    return base::refuse(base::Code::not_found, "tenant.none",
                        "数据库里还没有地区。先用 kepu demo 建示范县，或用 kepu tenant add 建自己的地区。");
  }
  return base::refuse(base::Code::not_found, "tenant.unknown",
                      "请用 --tenant 指明地区代码：" + base::join(codes, "、") + "。");
}

int exit_status_of(base::Code code) {
  switch (code) {
    case base::Code::not_found:
      return 4;
    case base::Code::forbidden:
    case base::Code::unauthenticated:
      return 5;
    case base::Code::conflict:
      return 6;
    case base::Code::unavailable:
    case base::Code::too_many:
      return 7;
    case base::Code::invalid:
    case base::Code::too_large:
    case base::Code::unsupported:
      return 1;
  }
  return 1;
}

}  // namespace kepu::app
