// The tables of the roll-up. A row belongs to the tenant that wrote it; nobody writes another's. Returns and
// what was given back are only ever added.
#include "engines/rollup/rollup_store.h"

namespace kepu::rollup {
namespace {

constexpr std::string_view kTables = R"sql(
create table rollup_link (
  tenant bigint not null, id bigint not null, superior bigint not null, since bigint not null, by_name text not null,
  ended_at bigint not null, ended_by text not null, reason text not null,
  primary key (tenant, id));
create index rollup_link_superior on rollup_link (superior, tenant);
create table rollup_link_end (
  tenant bigint not null, link bigint not null, county bigint not null, at bigint not null, by_name text not null,
  reason text not null,
  primary key (tenant, link));
create table rollup_guard (
  tenant bigint not null, turns bigint not null, primary key (tenant));
create table rollup_call (
  tenant bigint not null, id bigint not null, state text not null, title text not null, note text not null,
  first_day text not null, last_day text not null, due text not null, items text not null,
  replaces bigint not null, replaced_by bigint not null, revision bigint not null,
  edited_at bigint not null, edited_by text not null, issued_at bigint not null, issued_by text not null,
  closed_at bigint not null, closed_by text not null, closed_reason text not null,
  primary key (tenant, id));
create table rollup_recipient (
  tenant bigint not null, call bigint not null, county bigint not null, at bigint not null,
  primary key (tenant, call, county));
create index rollup_recipient_county on rollup_recipient (county, call);
create table rollup_draft (
  tenant bigint not null, call bigint not null, choices text not null, revision bigint not null,
  edited_at bigint not null, edited_by text not null,
  primary key (tenant, call));
create table rollup_return (
  tenant bigint not null, id bigint not null, superior bigint not null, call bigint not null, number bigint not null,
  body text not null, sha256 text not null, at bigint not null,
  primary key (tenant, id), unique (tenant, call, number));
create index rollup_return_superior on rollup_return (superior, call, tenant);
create table rollup_give_back (
  tenant bigint not null, returned bigint not null, call bigint not null, county bigint not null, number bigint not null,
  reason text not null, at bigint not null, by_name text not null,
  primary key (tenant, returned));
create index rollup_give_back_county on rollup_give_back (county, call);
create table rollup_told (
  tenant bigint not null, kind text not null, subject bigint not null, at bigint not null,
  primary key (tenant, kind, subject));
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"rollup", 1, "汇总上报", kTables}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看汇总上报"},
                                                   {kCall, "向各县下发汇总要求、退回上报"},
                                                   {kFill, "填写本地区的上报"},
                                                   {kSubmit, "审定并上报本地区的数据"}};
  return kRights;
}

}  // namespace kepu::rollup
