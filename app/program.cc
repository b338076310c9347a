#include "app/program.h"

#include <filesystem>

#include "app/rollup_sources.h"
#include "app/survey_rounds.h"
#include "core/api/gate.h"
#include "core/api/webhooks.h"
#include "core/audit/audit.h"
#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/auth/sign_in.h"
#include "core/auth/signature.h"
#include "core/base/text.h"
#include "core/calendar/calendar_store.h"
#include "core/file/file.h"
#include "core/job/job.h"
#include "core/metric/metric.h"
#include "core/notify/notify.h"
#include "core/notify/send.h"
#include "core/search/search.h"
#include "core/site/site.h"
#include "core/sql/sql.h"
#include "engines/administration/administration.h"
#include "engines/administration/interface.h"
#include "engines/appraisal/appraisal_engine.h"
#include "engines/desk/desk.h"
#include "engines/desk/reminders.h"
#include "engines/evaluation/evaluation_engine.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/inspection/inspection_engine.h"
#include "engines/meetings/meetings_engine.h"
#include "engines/orders/api/order_api.h"
#include "engines/orders/orders_engine.h"
#include "engines/plan/plan_engine.h"
#include "engines/points/points_engine.h"
#include "engines/registers/registers_engine.h"
#include "engines/reports/reports_engine.h"
#include "engines/rollup/rollup_engine.h"
#include "engines/survey/survey_engine.h"

namespace kepu::app {

namespace {

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

auth::MasterKey key_of(const std::string& data) {
  auto key = auth::load_or_make_key(data + "/key");
  if (!key) throw std::runtime_error(key.error().message);
  return *key;
}

std::shared_ptr<const auth::Roles> shipped_role_set() {
  auto roles = auth::Roles::parse(shipped_roles(), "catalog/roles.toml", all_rights());
  if (!roles) throw std::runtime_error(roles.error().message);
  return *roles;
}

}  // namespace

std::vector<calendar::Year> shipped_years() {
  auto years = calendar::parse_years(shipped_calendar(), "catalog/calendar.toml");
  if (!years) throw std::runtime_error(years.error().message);
  return *years;
}

// Kits before engines; an engine's tables after those it points to.
std::vector<sql::Migration> all_migrations() {
  std::vector<sql::Migration> all;
  append(all, audit::migrations());
  append(all, auth::migrations());
  append(all, auth::api_migrations());
  append(all, api::webhook_migrations());
  append(all, notify::migrations());
  append(all, job::migrations());
  append(all, plan::migrations());
  append(all, calendar::migrations());
  append(all, reports::migrations());
  append(all, appraisal::migrations());
  append(all, indicators::migrations());
  append(all, inspection::migrations());
  append(all, meetings::migrations());
  append(all, evaluation::migrations());
  append(all, registers::migrations());
  append(all, search::migrations());
  append(all, orders::migrations());
  append(all, orders::resident_migrations());
  append(all, orders::offers_migrations());
  append(all, orders::serve_migrations());
  append(all, orders::phone_migrations());
  append(all, orders::feed_migrations());
  append(all, points::migrations());
  append(all, rollup::migrations());
  append(all, survey::migrations());
  append(all, survey::results::result_migrations());
  return all;
}

std::vector<auth::Right> all_rights() {
  std::vector<auth::Right> all;
  append(all, auth::rights());
  append(all, plan::rights());
  append(all, reports::rights());
  append(all, appraisal::rights());
  append(all, indicators::rights());
  append(all, inspection::rights());
  append(all, meetings::rights());
  append(all, evaluation::rights());
  append(all, registers::rights());
  append(all, orders::rights());
  append(all, points::rights());
  append(all, rollup::rights());
  append(all, survey::rights());
  return all;
}

struct Program::Parts {
  explicit Parts(const Config& config, bool migrate)
      : folder(make_folder(config.data)),
        db(sql::Database::open(config.url())),
        migrated(migrate ? sql::migrate(*db, all_migrations()) : sql::Migrated{}),
        ids(clock, job::next_node(*db)),
        key(key_of(config.data)),
        cipher(key),
        signer(key),
        roles(shipped_role_set()),
        directory({*db, clock, ids, cipher, roles}),
        sign_in({*db, clock, ids, cipher, directory}),
        files(config.data + "/files"),
        services{*db, clock, ids, directory, sign_in, files, config.data + "/work", config.secure_cookies},
        plan(services, shipped_duties()),
        calendars(*db, shipped_years()),
        reports(services, {plan, calendars, metrics,
                           [this](base::Id tenant, const plan::Running& now) {
                             return indicators.evaluation().metrics_of_targets(tenant, now);
                           }}),
        appraisal(services, plan, metrics, shipped_appraisal()),
        indicators(services, plan, plan.extensions(), metrics),
        inspection(services, plan),
        meetings(services, plan, plan.extensions(), metrics),
        evaluation(services, {plan, plan.extensions(), reports.store(), indicators.targets(), metrics}),
        registers(services, cipher, signer, shipped_registers(), {config.home}),
        orders(services, cipher, calendars, registers.registers(), shipped_orders(),
               {config.home, notify::text_sender(config.sms, clock)}),
        points(services, {registers.registers(), [this](base::Id tenant) { return kinds_of(tenant); },
                          [this](base::Id tenant) { return grades_of(tenant); }}),
        rollup(services, plan, metrics, rollup_sources(plan, reports)),
        survey(services, plan, cipher),
        survey_rounds(survey),
        survey_results(services, survey_rounds, "kepu " KEPU_VERSION),
        keys({*db, clock, ids, directory, orders::api_rights()}),
        hooks({*db, clock, ids, directory, cipher,
               [rules = notify::HookRules{.internal = config.internal_hooks}](const notify::Post& post) {
                 return notify::send_post(rules, post);
               },
               config.internal_hooks, orders::event_kinds()}),
        site(services, {"科普行动平台", config.default_tenant}),
        gate({site, keys, clock, "科普行动平台开放接口", KEPU_VERSION, config.home}),
        jobs(*db, clock),
        reminders(services, site, calendars) {
    appraisal.add_metrics();
    plan.add_to(site);
    reports.declare(metrics);
    reports.add_to(plan.extensions());
    reports.add_to(site);
    indicators.add_to(site);
    appraisal.add_to(site, plan.extensions());
    inspection.add_metrics(metrics);
    inspection.extend(plan.extensions());
    inspection.add_to(site);
    meetings.add_metrics();
    meetings.extend();
    meetings.add_to(site);
    evaluation.add_metrics(metrics);
    evaluation.extend();
    evaluation.add_to(site);
    registers.add_metrics(metrics);
    registers.add_to(site);
    orders.add_metrics(metrics);
    orders.add_to(site);
    orders.serving().on_served([this](const orders::Served& served) {
      return points.ledger().on_service(served.tenant, service_of(served));
    });
    points.add_metrics(metrics);
    points.add_to(site);
    rollup.add_metrics(metrics);
    rollup.add_to(site);
    survey.add_metrics(metrics);
    survey.add_on_round(
        [](site::Context&, const survey::Round& round, html::Out& h) { write_result_link(round, h); });
    survey.add_to(site);
    survey_results.on_final(
        [this](const survey::results::ResultBy& by, const survey::results::StoredResult& result) {
          enter_reading(indicators.store(),
                        auth::program_actor(by.actor.tenant, by.actor.name + "（调查定稿）", roles), result);
        });
    survey_results.add_metrics(metrics);
    survey_results.add_to(site);
    orders::add_operations(gate, orders.store());
    orders::add_events(gate);
    orders::tell_events(orders.store(), hooks);
    administration::add_to(site);
    administration::add_interface(site, {keys, hooks, gate});
    desk::add_to(site, jobs, {!config.smtp_url.empty(), [this](base::Id t) { return hook_secret(t); }});
    add_jobs(config);
  }

  std::vector<std::string> kinds_of(base::Id tenant) {
    std::vector<std::string> out;
    for (const auto& k : orders.store().settings(tenant)->kinds) out.push_back(k.title);
    return out;
  }
  std::vector<std::string> grades_of(base::Id tenant) {
    std::vector<std::string> out;
    for (const auto& t : registers.store().types(tenant)->current) {
      if (t.subject == registers::Subject::person) out.push_back(t.title);
    }
    return out;
  }
  // What orders saw served, as points are booked for it.
  points::Service service_of(const orders::Served& served) {
    points::Service out;
    out.source = served.source;
    out.person = served.person;
    out.name = served.name;
    out.role = served.leader ? "队长" : served.role ? std::string(orders::title_of(*served.role)) : "队员";
    out.first = served.first;
    const auto settings = orders.store().settings(served.tenant);
    if (const auto* kind = settings->kind(served.kind)) out.kind = kind->title;
    out.title = served.title;
    out.day = served.day;
    out.minutes = served.minutes;
    out.filled = served.filled;
    out.township = served.township;
    const auto record = registers.registers().record(served.tenant, served.person);
    const auto types = registers.store().types(served.tenant);
    if (record) {
      for (const auto& e : record->entries) {
        if (!registers::in_force(e, served.day)) continue;
        for (const auto& t : types->current) {
          if (t.key == e.type) out.grades.push_back(t.title);
        }
      }
    }
    return out;
  }

  std::string hook_secret(base::Id tenant) const { return cipher.blind_index("webhook", "notify", tenant); }

  notify::Delivery::Ways ways_of(const Config& config) {
    notify::Delivery::Ways ways;
    if (!config.smtp_url.empty()) {
      const notify::SmtpServer server{config.smtp_url, config.smtp_from, config.smtp_user,
                                      config.smtp_password};
      ways.mail = [server](const notify::Letter& letter) { return notify::send_mail(server, letter); };
    }
    const notify::HookRules rules{.internal = config.internal_hooks};
    ways.call = [rules](const notify::Call& call) { return notify::send_call(rules, call); };
    ways.address = [this](base::Id tenant, base::Id person) { return directory.email_of(tenant, person); };
    ways.secret = [this](base::Id tenant) { return hook_secret(tenant); };
    ways.home = config.home;
    return ways;
  }

  void add_jobs(const Config& config) {
    const auto delivery = std::make_shared<notify::Delivery>(*db, clock, ways_of(config));
    jobs.add({"notices.deliver", "发送邮件和网络回调", 60'000,
              [delivery](base::Millis) { return delivery->deliver(); }});
    jobs.add({"events.deliver", "送出事件回调", 5'000, [this](base::Millis) { return hooks.deliver(); }});
    jobs.add({"events.sweep", "清理送出的事件", 3600'000, [this](base::Millis) { return hooks.sweep(); }});
    jobs.add({"api.usage", "记下接口密钥的用量", 60'000, [this](base::Millis) { return keys.save_usage(); }});
    orders.add_jobs(jobs);
    points.add_jobs(jobs);
    jobs.add(
        {"rollup.tell", "通知汇总要求、退回和上报", 60'000, [this](base::Millis) { return rollup.tell(); }});
    jobs.add(
        {"work.remind", "提醒到期和逾期的事项", 3600'000, [this](base::Millis) { return reminders.run(); }});
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
  auth::MasterKey key;
  auth::Cipher cipher;
  auth::Signer signer;
  std::shared_ptr<const auth::Roles> roles;
  auth::Directory directory;
  auth::SignIn sign_in;
  file::Store files;
  site::Services services;
  metric::Catalog metrics;
  plan::PlanEngine plan;
  calendar::CalendarStore calendars;
  reports::ReportsEngine reports;
  appraisal::AppraisalEngine appraisal;
  indicators::IndicatorsEngine indicators;
  inspection::InspectionEngine inspection;
  meetings::MeetingsEngine meetings;
  evaluation::EvaluationEngine evaluation;
  registers::RegistersEngine registers;
  orders::OrdersEngine orders;
  points::PointsEngine points;
  rollup::RollupEngine rollup;
  survey::SurveyEngine survey;
  SurveyRounds survey_rounds;
  survey::results::ResultsEngine survey_results;
  auth::ApiKeys keys;
  api::Webhooks hooks;
  site::Site site;
  api::Gate gate;
  job::Jobs jobs;
  desk::Reminders reminders;
};

Program::Program(const Config& config, bool migrate) : parts_(std::make_unique<Parts>(config, migrate)) {}
Program::~Program() = default;

sql::Database& Program::db() { return *parts_->db; }
auth::Directory& Program::directory() { return parts_->directory; }
auth::SignIn& Program::sign_in() { return parts_->sign_in; }
plan::PlanEngine& Program::plan() { return parts_->plan; }
file::Store& Program::files() { return parts_->files; }
appraisal::AppraisalEngine& Program::appraisal() { return parts_->appraisal; }
indicators::IndicatorsEngine& Program::indicators() { return parts_->indicators; }
inspection::InspectionEngine& Program::inspection() { return parts_->inspection; }
meetings::MeetingsEngine& Program::meetings() { return parts_->meetings; }
evaluation::EvaluationEngine& Program::evaluation() { return parts_->evaluation; }
registers::RegistersEngine& Program::registers() { return parts_->registers; }
orders::OrdersEngine& Program::orders() { return parts_->orders; }
points::PointsEngine& Program::points() { return parts_->points; }
rollup::RollupEngine& Program::rollup() { return parts_->rollup; }
survey::SurveyEngine& Program::survey() { return parts_->survey; }
survey::results::ResultsEngine& Program::survey_results() { return parts_->survey_results; }
site::Site& Program::site() { return parts_->site; }
auth::ApiKeys& Program::keys() { return parts_->keys; }
api::Webhooks& Program::hooks() { return parts_->hooks; }
http::Application& Program::front() { return parts_->gate; }
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
