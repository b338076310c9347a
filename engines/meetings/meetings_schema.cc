// The tables of meetings. Steps are only ever added.
#include "engines/meetings/meetings_store.h"

namespace kepu::meetings {
namespace {

constexpr std::string_view kTables = R"sql(
create table meetings_member (
  tenant bigint not null, id bigint not null, unit bigint not null, role text not null, person_name text not null,
  deputy_name text not null, basis text not null, first_day text not null, last_day text not null, revision bigint not null,
  primary key (tenant, id));
create index meetings_member_unit on meetings_member (tenant, unit);
create table meetings_meeting (
  tenant bigint not null, id bigint not null, state text not null, kind text not null, title text not null,
  place text not null, chair text not null, day text not null, time_of_day text not null, agenda text not null,
  minutes text not null, paper text not null, paper_name text not null, paper_type text not null,
  reason text not null, revision bigint not null, created_at bigint not null, created_by text not null,
  edited_at bigint not null, edited_by text not null, called_at bigint not null, held_at bigint not null,
  filed_at bigint not null,
  primary key (tenant, id));
create index meetings_meeting_day on meetings_meeting (tenant, state, day);
create table meetings_invitation (
  tenant bigint not null, meeting bigint not null, unit bigint not null, position bigint not null,
  member bigint not null, answer text not null, who text not null, attendance text not null, came text not null,
  primary key (tenant, meeting, unit));
create index meetings_invitation_unit on meetings_invitation (tenant, unit, answer);
create table meetings_decision (
  tenant bigint not null, id bigint not null, number text not null, state text not null, meeting bigint not null,
  what text not null, unit bigint not null, partners text not null, task bigint not null, task_code text not null,
  task_title text not null, due text not null, reported_on text not null, revision bigint not null,
  made_at bigint not null, made_by text not null, ended_at bigint not null, edited_at bigint not null,
  edited_by text not null,
  primary key (tenant, id), unique (tenant, number));
create index meetings_decision_state on meetings_decision (tenant, state, due, id);
create index meetings_decision_unit on meetings_decision (tenant, unit, state, due);
create index meetings_decision_meeting on meetings_decision (tenant, meeting);
create index meetings_decision_task on meetings_decision (tenant, task_code);
create table meetings_step (
  tenant bigint not null, decision bigint not null, number bigint not null, at bigint not null,
  action text not null, person bigint not null, person_name text not null, unit_name text not null,
  words text not null, due text not null, paper text not null, paper_name text not null, paper_type text not null,
  primary key (tenant, decision, number));
create table meetings_counter (
  tenant bigint not null, kind text not null, year bigint not null, last bigint not null,
  primary key (tenant, kind, year));
create table meetings_briefing (
  tenant bigint not null, id bigint not null, state text not null, year bigint not null, issue bigint not null,
  title text not null, day text not null, meeting bigint not null, metrics text not null, words text not null,
  questions text not null, issuer text not null, figures text not null, sha256 text not null, revision bigint not null,
  created_at bigint not null, created_by text not null, edited_at bigint not null, edited_by text not null,
  issued_at bigint not null, issued_by text not null,
  primary key (tenant, id));
create table meetings_recurring (
  tenant bigint not null, id bigint not null, title text not null, basis text not null, every text not null,
  times bigint not null, proof text not null, kind text not null, unit bigint not null, since text not null, ended text not null, revision bigint not null,
  primary key (tenant, id));
create table meetings_proof (
  tenant bigint not null, id bigint not null, recurring bigint not null, day text not null, words text not null,
  paper text not null, paper_name text not null, paper_type text not null, at bigint not null,
  person_name text not null,
  primary key (tenant, id));
create index meetings_proof_recurring on meetings_proof (tenant, recurring, day);
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"meetings", 1, "会议、议定事项与简报", kTables}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看会议、议定事项和简报"},
                                                   {kManage, "组织会议、交办议定事项、印发简报"},
                                                   {kAct, "答复会议通知、办理本单位议定事项"}};
  return kRights;
}

}  // namespace kepu::meetings
