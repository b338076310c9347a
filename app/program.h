// The composition root: opens what the program stands on and puts the engines together. The only list of
// engines is in program.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "core/base/result.h"
#include "core/notify/sms.h"

namespace kepu::sql {
class Database;
struct Migration;
struct Migrated;
}  // namespace kepu::sql
namespace kepu::site {
class Site;
}
namespace kepu::job {
class Jobs;
}
namespace kepu::file {
class Store;
}
namespace kepu::calendar {
struct Year;
}
namespace kepu::plan {
class PlanEngine;
}
namespace kepu::appraisal {
class AppraisalEngine;
}
namespace kepu::evaluation {
class EvaluationEngine;
}
namespace kepu::indicators {
class IndicatorsEngine;
}
namespace kepu::inspection {
class InspectionEngine;
}
namespace kepu::meetings {
class MeetingsEngine;
}
namespace kepu::rollup {
class RollupEngine;
}
namespace kepu::orders {
class OrdersEngine;
}
namespace kepu::points {
class PointsEngine;
}
namespace kepu::registers {
class RegistersEngine;
}
namespace kepu::survey {
class SurveyEngine;
namespace results {
class ResultsEngine;
}
}  // namespace kepu::survey
namespace kepu::auth {
class Directory;
class SignIn;
class ApiKeys;
}  // namespace kepu::auth
namespace kepu::api {
class Webhooks;
}
namespace kepu::http {
class Application;
}

namespace kepu::app {

struct Config {
  std::string data = "var";    // folder of database, files, key, uploads
  std::string database;        // URL; empty: sqlite:DATA/kepu.db
  std::string default_tenant;  // code
  bool secure_cookies = false;
  // How notices leave the program; an empty smtp_url: no e-mail.
  std::string smtp_url, smtp_from, smtp_user, smtp_password;
  notify::TextGateway sms;      // how codes reach a telephone; empty: not at all
  std::string home;             // the public address, for links in letters
  bool internal_hooks = false;  // webhooks may reach this machine and private networks
  std::string url() const { return database.empty() ? "sqlite:" + data + "/kepu.db" : database; }
};

std::vector<sql::Migration> all_migrations();
std::vector<auth::Right> all_rights();

// Everything that runs, built in order and taken down in reverse. Throws std::runtime_error with a plain
// message where a part does not start (key file unreadable, database unreachable, newer than the program).
class Program {
 public:
  // `migrate`: bring the schema up to date first.
  explicit Program(const Config& config, bool migrate = true);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  sql::Database& db();
  auth::Directory& directory();
  auth::SignIn& sign_in();
  plan::PlanEngine& plan();
  file::Store& files();
  appraisal::AppraisalEngine& appraisal();
  indicators::IndicatorsEngine& indicators();
  inspection::InspectionEngine& inspection();
  meetings::MeetingsEngine& meetings();
  evaluation::EvaluationEngine& evaluation();
  rollup::RollupEngine& rollup();
  registers::RegistersEngine& registers();
  orders::OrdersEngine& orders();
  points::PointsEngine& points();
  survey::SurveyEngine& survey();
  survey::results::ResultsEngine& survey_results();
  site::Site& site();
  auth::ApiKeys& keys();
  api::Webhooks& hooks();
  http::Application& front();  // what a server answers with: the open interface, and the site behind it
  job::Jobs& jobs();           // not started: serve does
  const base::Clock& clock();
  // Every right in the tenant, for commands; the audit log shows “命令行”.
  auth::Actor command_actor(base::Id tenant);
  // The tenant of a code; of an empty code the only one. A refusal says which there are.
  base::Result<auth::Tenant> tenant(const std::string& code);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Files of catalog/ inside the program.
std::string_view shipped_duties();
std::string_view shipped_roles();
std::string_view shipped_calendar();
std::vector<calendar::Year> shipped_years();  // parsed
std::string_view shipped_appraisal();
std::string_view shipped_registers();
std::string_view shipped_orders();
// Files of demo/: "plan" the issued plan, "draft" how its draft differs, "superior", "units",
// "survey" scored questions of a survey.
std::string_view shipped_demo(std::string_view name);

// The one table: base::Code → exit status of a command.
int exit_status_of(base::Code code);

}  // namespace kepu::app
