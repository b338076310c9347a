// The tables of surveys. Steps are only ever added.
#include "engines/survey/survey_store.h"

namespace kepu::survey {
namespace {

constexpr std::string_view kTables = R"sql(
create table survey_round (
  tenant bigint not null, id bigint not null, state text not null, title text not null, year bigint not null,
  first_day text not null, last_day text not null, basis text not null, target_percent double precision not null,
  target_year bigint not null, target_words text not null, proportion double precision not null,
  margin double precision not null, design_effect double precision not null, response double precision not null,
  take bigint not null, strata text not null, questionnaire bigint not null, seed text not null, digest text not null,
  drawn_by bigint not null, drawn_name text not null, drawn_at bigint not null, approved_by bigint not null,
  approved_name text not null, approved_at bigint not null, frozen_at bigint not null, note text not null,
  margins text not null, margins_source text not null, published text not null, hash text not null,
  back_share double precision not null, revision bigint not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, id));
create table survey_area (
  tenant bigint not null, round bigint not null, position bigint not null, code text not null, name text not null,
  township text not null, place text not null, households bigint not null, people bigint not null,
  stratum bigint not null, probability double precision not null, certain bigint not null, listed bigint not null,
  listing text not null, listed_at bigint not null, listed_by text not null, surveyor bigint not null,
  surveyor_name text not null,
  primary key (tenant, round, position));
create table survey_case (
  tenant bigint not null, id bigint not null, round bigint not null, area bigint not null, dwelling bigint not null,
  probability double precision not null, replaces bigint not null, surveyor bigint not null,
  surveyor_name text not null, address text not null, code text not null, persons bigint not null,
  interview bigint not null, visits bigint not null, waiting bigint not null, replacement text not null,
  replacement_why text not null, asked_by bigint not null, last_at bigint not null,
  primary key (tenant, id), unique (tenant, round, area, dwelling));
create index survey_case_surveyor on survey_case (tenant, surveyor, round);
create index survey_case_replacement on survey_case (tenant, replacement);
create table survey_interview (
  tenant bigint not null, case_id bigint not null, key text not null, id bigint not null, round bigint not null,
  person bigint not null, person_name text not null, at bigint not null, state text not null, body text not null,
  primary key (tenant, case_id, key));
create index survey_interview_round on survey_interview (tenant, round, state);
create table survey_attempt (
  tenant bigint not null, case_id bigint not null, key text not null, round bigint not null, person bigint not null,
  person_name text not null, at bigint not null, code text not null, day text not null, hour bigint not null,
  note text not null,
  primary key (tenant, case_id, key));
create table survey_questionnaire (
  tenant bigint not null, id bigint not null, title text not null, body text not null, questions bigint not null,
  scored bigint not null, released_at bigint not null, released_by text not null, paths bigint not null,
  revision bigint not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, id));
create table survey_item (
  tenant bigint not null, code text not null, body text not null, active bigint not null, exposed bigint not null,
  last_year bigint not null, revision bigint not null, edited_at bigint not null, edited_by text not null,
  primary key (tenant, code));
create table survey_back_check (
  tenant bigint not null, case_id bigint not null, round bigint not null, person bigint not null,
  person_name text not null, at bigint not null, asked bigint not null, differing bigint not null,
  answers text not null,
  primary key (tenant, case_id));
)sql";

constexpr std::string_view kDates = R"sql(
create table survey_date_change (
  tenant bigint not null, round bigint not null, number bigint not null, first_day text not null,
  last_day text not null, new_first_day text not null, new_last_day text not null, reason text not null,
  person bigint not null, person_name text not null, at bigint not null,
  primary key (tenant, round, number));
alter table survey_round add column frozen_names text not null default '';
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"survey", 1, "公民科学素质调查", kTables},
                                                     {"survey", 2, "改期的记录，冻结时的名称", kDates}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看公民科学素质调查"},
                                                   {kManage, "组织公民科学素质调查"},
                                                   {kApprove, "签发抽样、批准替换和冻结数据"},
                                                   {kInterview, "入户访问（只见自己的住户）"}};
  return kRights;
}

}  // namespace kepu::survey
