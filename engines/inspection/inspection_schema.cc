// The tables of inspections. Steps are only ever added.
#include "engines/inspection/inspection_store.h"

namespace kepu::inspection {
namespace {

constexpr std::string_view kTables = R"sql(
create table inspection_round (
  tenant bigint not null, id bigint not null, state text not null, title text not null, basis text not null,
  first_day text not null, last_day text not null, strata text not null, tasks text not null, checklist text not null,
  seed text not null, words text not null, paper text not null, revision bigint not null,
  created_at bigint not null, created_by text not null, edited_at bigint not null, edited_by text not null,
  drawn_at bigint not null, circulated_at bigint not null,
  primary key (tenant, id));
create table inspection_frame (
  tenant bigint not null, round bigint not null, position bigint not null, unit bigint not null,
  stratum bigint not null, name text not null, drawn bigint not null,
  primary key (tenant, round, position));
create table inspection_inspector (
  tenant bigint not null, round bigint not null, person bigint not null, unit bigint not null, name text not null,
  primary key (tenant, round, person));
create table inspection_visit (
  tenant bigint not null, id bigint not null, round bigint not null, unit bigint not null, state text not null,
  drawn bigint not null, reason text not null, submission bigint not null, revision bigint not null,
  answered_at bigint not null, answered_by text not null,
  primary key (tenant, id), unique (tenant, round, unit));
create index inspection_visit_unit on inspection_visit (tenant, unit);
create table inspection_visitor (
  tenant bigint not null, visit bigint not null, person bigint not null, round bigint not null,
  primary key (tenant, visit, person));
create index inspection_visitor_person on inspection_visitor (tenant, person, visit);
create index inspection_visitor_round on inspection_visitor (tenant, round);
create table inspection_submission (
  tenant bigint not null, visit bigint not null, key text not null, id bigint not null, person bigint not null,
  person_name text not null, at bigint not null, base_revision bigint not null, state text not null,
  body text not null,
  primary key (tenant, visit, key));
create index inspection_submission_state on inspection_submission (tenant, state, visit);
create table inspection_photo (
  tenant bigint not null, visit bigint not null, sha256 text not null, name text not null, type text not null,
  person bigint not null, at bigint not null,
  primary key (tenant, visit, sha256));
create table inspection_problem (
  tenant bigint not null, id bigint not null, number text not null, state text not null, source text not null,
  severity bigint not null, what text not null, place text not null, from_whom text not null,
  round bigint not null, visit bigint not null, finding text not null, unit bigint not null, owner bigint not null,
  task bigint not null, task_code text not null, task_title text not null, measure text not null, due text not null,
  photos text not null, revision bigint not null, opened_at bigint not null, opened_by text not null,
  reported_on text not null, ended_at bigint not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, id), unique (tenant, number), unique (tenant, visit, finding));
create index inspection_problem_state on inspection_problem (tenant, state, due, id);
create index inspection_problem_owner on inspection_problem (tenant, owner, state, due);
create index inspection_problem_unit on inspection_problem (tenant, unit);
create index inspection_problem_round on inspection_problem (tenant, round);
create index inspection_problem_task on inspection_problem (tenant, task_code, state);
create index inspection_problem_due on inspection_problem (tenant, due, id);
create table inspection_step (
  tenant bigint not null, problem bigint not null, number bigint not null, at bigint not null, action text not null,
  person bigint not null, person_name text not null, unit_name text not null, words text not null,
  due text not null, files text not null,
  primary key (tenant, problem, number));
create table inspection_counter (
  tenant bigint not null, year bigint not null, last bigint not null, primary key (tenant, year));
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"inspection", 1, "督查与问题清单", kTables}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看督查和问题清单"},
                                                   {kManage, "组织督查、交办和销号问题"},
                                                   {kVisit, "现场督查和复核"},
                                                   {kRectify, "报送本单位整改"}};
  return kRights;
}

}  // namespace kepu::inspection
