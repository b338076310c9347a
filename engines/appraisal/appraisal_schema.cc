// The tables of the appraisal engine. Steps are only ever added.
#include "engines/appraisal/appraisal_store.h"

namespace kepu::appraisal {
namespace {

constexpr std::string_view kTables = R"sql(
create table appraisal (
  tenant bigint not null, id bigint not null, year bigint not null, title text not null, state text not null,
  rules text not null, revision bigint not null,
  self_due text not null, assess_due text not null, notice_from text not null, notice_until text not null,
  edited_at bigint not null, edited_by text not null, published_at bigint not null, frozen_at bigint not null,
  finished_at bigint not null, inputs_hash text not null, scores_hash text not null,
  primary key (tenant, id), unique (tenant, year));
create index appraisal_state on appraisal (tenant, state);
create table appraisal_entry (
  tenant bigint not null, appraisal bigint not null, unit bigint not null, name text not null, grp text not null,
  position bigint not null, revision bigint not null, submitted_at bigint not null, submitted_by text not null,
  edited_at bigint not null, edited_by text not null,
  primary key (tenant, appraisal, unit));
create index appraisal_entry_unit on appraisal_entry (tenant, unit);
create table appraisal_figure (
  tenant bigint not null, appraisal bigint not null, unit bigint not null, item text not null,
  value bigint, why text not null, records bigint not null, from_date text not null, to_date text not null,
  at bigint not null,
  primary key (tenant, appraisal, unit, item));
create table appraisal_mark (
  tenant bigint not null, appraisal bigint not null, unit bigint not null, item text not null, kind text not null,
  person bigint not null, person_name text not null, points bigint, reason text not null, link text not null,
  at bigint not null,
  primary key (tenant, appraisal, unit, item, kind, person));
create index appraisal_mark_person on appraisal_mark (tenant, appraisal, person, kind);
create table appraisal_appeal (
  tenant bigint not null, id bigint not null, appraisal bigint not null, unit bigint not null, item text not null,
  state text not null, text text not null, link text not null, at bigint not null, filed_by text not null,
  decided_at bigint not null, decided_by text not null, decision text not null,
  primary key (tenant, id), unique (tenant, appraisal, unit, item));
create index appraisal_appeal_state on appraisal_appeal (tenant, state);
create table appraisal_frozen (
  tenant bigint not null, appraisal bigint not null, inputs text not null, scores text not null,
  primary key (tenant, appraisal));
create table appraisal_score (
  tenant bigint not null, appraisal bigint not null, unit bigint not null, year bigint not null, name text not null,
  grp text not null, grade text not null, self bigint, assessed bigint, total bigint, bonus bigint not null,
  deduction bigint not null, missing bigint not null, position bigint not null, finished_on text not null,
  primary key (tenant, appraisal, unit));
create index appraisal_score_unit on appraisal_score (tenant, unit, year);
create index appraisal_score_year on appraisal_score (tenant, year);
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"appraisal", 1, "年度考核", kTables}};
  return kSteps;
}

std::vector<auth::Right> rights() {
  return {{"appraisal.read", "查看考核"},           {"appraisal.edit", "编制考核指标表"},
          {"appraisal.manage", "组织考核"},         {"appraisal.self", "考核自评和申诉"},
          {"appraisal.assess", "考核评分（评委）"}, {"appraisal.review", "考核审核和申诉裁定"}};
}

}  // namespace kepu::appraisal
