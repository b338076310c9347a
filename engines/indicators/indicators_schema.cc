// The tables of the indicators engine. Steps are only ever added.
#include "core/sql/sql.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {
namespace {

// `item` is the plan's id of the version in which the subject was last written down (subjects.h).
constexpr std::string_view kTargets = R"sql(
create table indicator_subject (
  tenant bigint not null, id bigint not null, kind text not null, item bigint not null, headline bigint not null,
  text text not null, owner text not null, unit text not null,
  primary key (tenant, id), unique (tenant, kind, item));
create table indicator_binding (
  tenant bigint not null, subject bigint not null, metric text not null, span text not null, units text not null,
  reference text not null, note text not null, revision bigint not null, edited_by text not null,
  edited_at bigint not null,
  primary key (tenant, subject));
create table indicator_change (
  tenant bigint not null, id bigint not null, subject bigint not null, state text not null, from_date text not null,
  old_value double precision, value double precision, old_year bigint, year bigint, milestones text not null,
  reason text not null, basis text not null,
  asked_person bigint not null, asked_for bigint not null, asked_by text not null, asked_at bigint not null,
  decided_by text not null, decided_at bigint not null, note text not null,
  primary key (tenant, id));
create index indicator_change_subject on indicator_change (tenant, subject);
create index indicator_change_state on indicator_change (tenant, state);
create table indicator_weight (
  tenant bigint not null, subject bigint not null, number bigint not null, weight double precision, state text not null,
  reason text not null, decided_by text not null, at bigint not null,
  primary key (tenant, subject, number))
)sql";

// `newest` is 1 for the last correction of a period, 0 for those before it.
constexpr std::string_view kValues = R"sql(
create table indicator_metric (
  tenant bigint not null, id bigint not null, title text not null, unit text not null, definition text not null,
  nature text not null, counting text not null, decimals bigint not null, frequency text not null,
  fillers text not null, from_date text not null, due_days bigint not null, active bigint not null,
  revision bigint not null, edited_by text not null, edited_at bigint not null,
  primary key (tenant, id));
create table indicator_metric_unit (
  tenant bigint not null, metric bigint not null, unit bigint not null,
  primary key (tenant, metric, unit));
create table indicator_value (
  tenant bigint not null, metric bigint not null, unit bigint not null, period_end text not null, number bigint not null,
  id bigint not null, newest bigint not null, value double precision not null, source text not null, note text not null,
  reason text not null, state text not null, person bigint not null, entered_by text not null, entered_at bigint not null,
  decided_by text not null, decision_note text not null, decided_at bigint not null,
  primary key (tenant, metric, unit, period_end, number));
create index indicator_value_unit on indicator_value (tenant, unit, newest);
create index indicator_value_state on indicator_value (tenant, newest, state, entered_at);
create table indicator_reading (
  tenant bigint not null, area text not null, people text not null, year bigint not null, number bigint not null,
  id bigint not null, newest bigint not null, value double precision not null, low double precision,
  high double precision, sample bigint, source text not null, note text not null, reason text not null,
  entered_by text not null, entered_at bigint not null,
  primary key (tenant, area, people, year, number))
)sql";

// A submission keeps what was handed in, whatever becomes of the set and its metrics.
constexpr std::string_view kSets = R"sql(
create table indicator_set (
  tenant bigint not null, id bigint not null, title text not null, recipient text not null, note text not null,
  revision bigint not null, edited_by text not null, edited_at bigint not null,
  primary key (tenant, id));
create table indicator_set_item (
  tenant bigint not null, metric_set bigint not null, id bigint not null, position bigint not null, code text not null,
  title text not null, metric text not null, span text not null,
  primary key (tenant, metric_set, id));
create table indicator_submission (
  tenant bigint not null, id bigint not null, metric_set bigint not null, year bigint not null, number bigint not null,
  note text not null, submitted_by text not null, submitted_at bigint not null,
  primary key (tenant, id), unique (tenant, metric_set, year, number));
create table indicator_submission_value (
  tenant bigint not null, submission bigint not null, position bigint not null, code text not null, title text not null,
  metric text not null, unit text not null, decimals bigint not null, value double precision, why text not null,
  primary key (tenant, submission, position))
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"indicators", 1, "目标的绑定、调整与权重", kTargets},
      {"indicators", 2, "人工指标、填报数与公民科学素质读数", kValues},
      {"indicators", 3, "指标集与报送", kSets},
  };
  return kSteps;
}

std::vector<auth::Right> rights() {
  return {
      {"indicators.read", "查看指标"},        {"indicators.edit", "管理指标和目标绑定"},
      {"indicators.fill", "填报人工指标"},    {"indicators.confirm", "确认填报的指标数"},
      {"indicators.approve", "审批目标调整"},
  };
}

}  // namespace kepu::indicators
