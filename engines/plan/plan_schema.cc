// The tables of the plan engine. Steps are only ever added.
#include "core/sql/sql.h"
#include "engines/plan/plan_store.h"

namespace kepu::plan {
namespace {

constexpr std::string_view kPlans = R"sql(
create table plan (
  tenant bigint not null, id bigint not null, kind text not null, title text not null, created_at bigint not null,
  primary key (tenant, id));
create table plan_version (
  tenant bigint not null, id bigint not null, plan bigint not null, number bigint not null, kind text not null,
  state text not null, file text not null, file_name text not null,
  title text not null, issuer text not null, doc_number text not null, issue_date text not null, region text not null,
  region_parent text not null, notice_title text not null, status text not null,
  year_from bigint not null, year_to bigint not null,
  revision bigint not null, created_at bigint not null, created_by text not null,
  adopted_at bigint not null, adopted_by text not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, id), unique (tenant, plan, number));
create index plan_version_state on plan_version (tenant, kind, state);
create table plan_text (
  tenant bigint not null, version bigint not null, text text not null, primary key (tenant, version));
create table plan_initiative (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, kind text not null,
  title text not null, goal text not null, line bigint not null, end_line bigint not null,
  confidence double precision not null, dropped bigint not null,
  primary key (tenant, version, id));
create table plan_task (
  tenant bigint not null, version bigint not null, id bigint not null, initiative bigint not null,
  position bigint not null, code text not null, title text not null, body text not null,
  line bigint not null, end_line bigint not null, confidence double precision not null, dropped bigint not null,
  start_date text not null, due_date text not null,
  primary key (tenant, version, id));
create table plan_party (
  tenant bigint not null, version bigint not null, owner bigint not null, role text not null, position bigint not null,
  name text not null,
  primary key (tenant, version, owner, role, position));
create table plan_duty (
  tenant bigint not null, version bigint not null, task bigint not null, duty text not null, state text not null,
  confidence double precision not null, words text not null,
  primary key (tenant, version, task, duty));
create table plan_duty_elsewhere (
  tenant bigint not null, version bigint not null, duty text not null, line bigint not null, state text not null,
  words text not null,
  primary key (tenant, version, duty));
create table plan_target (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, kind text not null,
  value double precision, baseline double precision, baseline_year bigint, unit text not null, text text not null,
  relative_to text not null, operator text not null, year bigint, implicit bigint not null, headline bigint not null,
  dropped bigint not null, initiative bigint not null, task bigint not null, line bigint not null,
  confidence double precision not null,
  primary key (tenant, version, id));
create table plan_milestone (
  tenant bigint not null, version bigint not null, target bigint not null, year bigint not null,
  value double precision not null,
  primary key (tenant, version, target, year));
create table plan_phase (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, phase text not null,
  title text not null, summary text not null, year_from bigint not null, year_to bigint not null, line bigint not null,
  dropped bigint not null,
  primary key (tenant, version, id));
create table plan_safeguard (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, title text not null,
  items text not null, line bigint not null, end_line bigint not null,
  primary key (tenant, version, id));
create table plan_basis (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, title text not null,
  doc_number text not null, line bigint not null,
  primary key (tenant, version, id));
create table plan_anomaly (
  tenant bigint not null, version bigint not null, id bigint not null, position bigint not null, rule text not null,
  message text not null, line bigint not null, settled bigint not null, note text not null,
  primary key (tenant, version, id));
)sql";

constexpr std::string_view kRunning = R"sql(
create table plan_name (
  tenant bigint not null, wording text not null, name text not null, meaning text not null, unit bigint not null,
  primary key (tenant, wording));
create table plan_assignment (
  tenant bigint not null, version bigint not null, id bigint not null, task bigint not null, unit bigint not null,
  role text not null, position bigint not null, written text not null, from_group bigint not null,
  contact bigint not null, contact_name text not null, confirmed_at bigint not null, confirmed_by text not null,
  primary key (tenant, version, id), unique (tenant, version, task, unit));
create index plan_assignment_unit on plan_assignment (tenant, unit);
create table plan_link (
  tenant bigint not null, superior_version bigint not null, own_version bigint not null, superior_task bigint not null,
  own_task bigint not null,
  primary key (tenant, superior_version, own_version, superior_task));
create table plan_catalog (
  tenant bigint not null, toml text not null, edited_at bigint not null, edited_by text not null, primary key (tenant));
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"plan", 1, "方案、版本与条目", kPlans},
      {"plan", 2, "名称对应、责任分工与对标", kRunning},
  };
  return kSteps;
}

}  // namespace kepu::plan
