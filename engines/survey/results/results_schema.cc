// The table of results. Steps are only ever added.
#include "engines/survey/results/results_store.h"

namespace kepu::survey::results {
namespace {

constexpr std::string_view kTables = R"sql(
create table survey_result (
  tenant bigint not null, round bigint not null, number bigint not null, state text not null, title text not null,
  body text not null,
  hash text not null, first_day text not null, words text not null, paper text not null,
  made_at bigint not null, made_by bigint not null, made_by_name text not null,
  final_at bigint not null, final_by bigint not null, final_by_name text not null,
  primary key (tenant, round, number));
create index survey_result_state on survey_result (tenant, state, first_day);
)sql";

}  // namespace

const std::vector<sql::Migration>& result_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"survey_result", 1, "调查结果", kTables}};
  return kSteps;
}

}  // namespace kepu::survey::results
