// The tables of the reports engine. Steps are only ever added.
#include "core/sql/sql.h"
#include "engines/reports/report_store.h"

namespace kepu::reports {
namespace {

// report_now points to what a unit last said of a task (submitted or accepted), so that the state of the
// whole county is one indexed read however many years lie behind it.
constexpr std::string_view kReports = R"sql(
create table report_rule (
  tenant bigint not null, kind text not null, since text not null, active bigint not null,
  opens_before bigint not null, due_days bigint not null, late_days bigint not null,
  edited_at bigint not null, edited_by text not null,
  primary key (tenant, kind, since));
create table light_rule (
  tenant bigint not null, watch_lag double precision not null, late_lag double precision not null,
  soon_days bigint not null, lead_weight double precision not null,
  revision bigint not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant));
create table report (
  tenant bigint not null, id bigint not null, period text not null, period_last text not null, unit bigint not null,
  task bigint not null, code text not null, title text not null, state text not null,
  status text not null, reason text not null, share double precision, narrative text not null,
  revision bigint not null, first_submitted_at bigint not null, submitted_at bigint not null,
  decided_at bigint not null, edited_at bigint not null, due text not null,
  submitted_by bigint not null, submitted_name text not null, decided_name text not null, edited_name text not null,
  decision text not null,
  primary key (tenant, id), unique (tenant, period, unit, task));
create index report_unit on report (tenant, unit, period_last);
create index report_task on report (tenant, task, unit, period_last);
create index report_code on report (tenant, code);
create index report_title on report (tenant, title);
create index report_state on report (tenant, state, unit);
create index report_when on report (tenant, first_submitted_at);
create table report_figure (
  tenant bigint not null, report bigint not null, target bigint not null, position bigint not null,
  label text not null, unit text not null, metric text not null, value double precision, note text not null,
  primary key (tenant, report, target));
create table report_event (
  tenant bigint not null, report bigint not null, number bigint not null, at bigint not null, person bigint not null,
  name text not null, unit_name text not null, deed text not null, note text not null,
  status text not null, share double precision, reason text not null, narrative text not null, figures text not null,
  primary key (tenant, report, number));
create table report_now (
  tenant bigint not null, unit bigint not null, task bigint not null, report bigint not null,
  primary key (tenant, unit, task));
create table report_extension (
  tenant bigint not null, id bigint not null, period text not null, unit bigint not null,
  old_due text not null, wanted text not null, reason text not null, state text not null,
  granted text not null, decision text not null,
  asked_by bigint not null, asked_name text not null, asked_at bigint not null,
  decided_name text not null, decided_at bigint not null, revision bigint not null,
  primary key (tenant, id));
create index report_extension_period on report_extension (tenant, period, unit);
create index report_extension_state on report_extension (tenant, state);
)sql";

constexpr std::string_view kEvidence = R"sql(
create table evidence (
  tenant bigint not null, id bigint not null, unit bigint not null, kind text not null, title text not null,
  note text not null, folded text not null, valid_from text not null, valid_until text not null,
  revision bigint not null, withdrawn text not null, version bigint not null, created_at bigint not null,
  edited_at bigint not null, edited_by text not null,
  primary key (tenant, id));
create index evidence_unit on evidence (tenant, unit, created_at);
create index evidence_when on evidence (tenant, created_at);
create table evidence_version (
  tenant bigint not null, evidence bigint not null, number bigint not null, sha256 text not null,
  file_name text not null, type text not null, size bigint not null, url text not null,
  at bigint not null, added_by text not null, note text not null,
  primary key (tenant, evidence, number));
create table evidence_content (
  tenant bigint not null, unit bigint not null, content text not null, evidence bigint not null,
  primary key (tenant, unit, content));
create index evidence_content_evidence on evidence_content (tenant, evidence);
create table evidence_link (
  tenant bigint not null, subject_kind text not null, subject bigint not null, evidence bigint not null,
  at bigint not null, linked_by text not null,
  primary key (tenant, subject_kind, subject, evidence));
create index evidence_link_evidence on evidence_link (tenant, evidence);
create table evidence_token (
  tenant bigint not null, token text not null, evidence bigint not null,
  primary key (tenant, token, evidence));
create index evidence_token_evidence on evidence_token (tenant, evidence);
)sql";

constexpr std::string_view kYearPlans = R"sql(
create table year_plan (
  tenant bigint not null, id bigint not null, year bigint not null, unit bigint not null, state text not null,
  revision bigint not null, submitted_at bigint not null, decided_at bigint not null, edited_at bigint not null,
  submitted_by bigint not null, submitted_name text not null, decided_name text not null, edited_name text not null,
  decision text not null,
  primary key (tenant, id), unique (tenant, year, unit));
create index year_plan_state on year_plan (tenant, state, unit);
create table year_plan_item (
  tenant bigint not null, plan bigint not null, task bigint not null, position bigint not null, code text not null,
  title text not null, goal text not null, measures text not null, start_date text not null, due_date text not null,
  contact text not null, skipped bigint not null, reason text not null,
  primary key (tenant, plan, task));
)sql";

// How many were first submitted between two days, by unit: from the index alone.
constexpr std::string_view kCounting = R"sql(
drop index report_when;
create index report_first on report (tenant, first_submitted_at, unit);
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"reports", 1, "填报期、填报与延期", kReports},
      {"reports", 2, "佐证库", kEvidence},
      {"reports", 3, "年度工作计划", kYearPlans},
      {"reports", 4, "按单位计数的索引", kCounting},
  };
  return kSteps;
}

}  // namespace kepu::reports
