// The tables of evaluations. Steps are only ever added.
#include "engines/evaluation/evaluation_store.h"

namespace kepu::evaluation {
namespace {

constexpr std::string_view kTables = R"sql(
create table evaluation_round (
  tenant bigint not null, id bigint not null, kind text not null, state text not null, title text not null,
  basis text not null, first_day text not null, last_day text not null, due text not null, version bigint not null,
  words text not null, problems text not null, measures text not null, snapshot text not null, sha256 text not null,
  revision bigint not null, created_at bigint not null, created_by text not null, edited_at bigint not null,
  edited_by text not null, opened_at bigint not null, frozen_at bigint not null, frozen_by text not null,
  primary key (tenant, id));
create table evaluation_sheet (
  tenant bigint not null, round bigint not null, unit bigint not null, state text not null, note text not null,
  revision bigint not null, submitted_at bigint not null, submitted_by text not null, decided_at bigint not null,
  decided_by text not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, round, unit));
create index evaluation_sheet_unit on evaluation_sheet (tenant, unit, state);
create table evaluation_answer (
  tenant bigint not null, round bigint not null, unit bigint not null, task bigint not null, code text not null,
  title text not null, lead bigint not null, said text not null, words text not null, evidence text not null,
  primary key (tenant, round, unit, task));
create index evaluation_answer_task on evaluation_answer (tenant, round, task);
create table evaluation_judgement (
  tenant bigint not null, round bigint not null, task bigint not null, completion text not null,
  reason text not null, revision bigint not null, at bigint not null, person_name text not null,
  primary key (tenant, round, task));
create table evaluation_carry (
  tenant bigint not null, round bigint not null, item text not null, carry text not null, title text not null,
  body text not null, goal text not null, reason text not null, revision bigint not null, at bigint not null,
  person_name text not null,
  primary key (tenant, round, item));
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"evaluation", 1, "评估与下一规划期", kTables}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {
      {kRead, "查看评估"}, {kManage, "组织评估、研判和定稿"}, {kFill, "填报本单位自查"}};
  return kRights;
}

}  // namespace kepu::evaluation
