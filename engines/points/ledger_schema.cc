// The tables of points. Steps are only ever added; rows of points_booking and points_line too.
#include "engines/points/ledger_store.h"
#include "engines/points/reward_store.h"

namespace kepu::points {
namespace {

constexpr std::string_view kTables = R"sql(
create table points_rules (
  tenant bigint not null, version bigint not null, first_day text not null, rules text not null, by_name text not null,
  primary key (tenant, version));
create table points_head (tenant bigint not null, number bigint not null, hash text not null, primary key (tenant));
create table points_booking (
  tenant bigint not null, number bigint not null, at bigint not null, entry text not null, person bigint not null,
  name text not null, points bigint not null, day text not null, source text not null, words text not null,
  by_name text not null, rules bigint not null, hash text not null,
  primary key (tenant, number));
create index points_booking_person on points_booking (tenant, person, day);
create index points_booking_entry on points_booking (tenant, entry, day);
create table points_line (
  tenant bigint not null, booking bigint not null, account text not null, points bigint not null,
  primary key (tenant, booking, account));
create table points_account (
  tenant bigint not null, person bigint not null, name text not null, balance bigint not null check (balance >= 0),
  primary key (tenant, person));
create table points_lot (
  tenant bigint not null, person bigint not null, booking bigint not null, last_day text not null,
  remaining bigint not null check (remaining >= 0),
  primary key (tenant, person, booking));
create index points_lot_end on points_lot (tenant, last_day) where remaining > 0;
create table points_use (
  tenant bigint not null, booking bigint not null, lot bigint not null, points bigint not null,
  primary key (tenant, booking, lot));
create table points_service (
  tenant bigint not null, source text not null, person bigint not null, name text not null, role text not null,
  kind text not null, title text not null, day text not null, minutes bigint not null, filled bigint not null,
  township bigint not null, points bigint not null, why text not null,
  primary key (tenant, source, person));
create index points_service_day on points_service (tenant, day);
create index points_service_person on points_service (tenant, person, day);
create table points_correction (
  tenant bigint not null, id bigint not null, person bigint not null, name text not null, points bigint not null,
  reason text not null, state text not null, asked_by text not null, asked_person bigint not null,
  asked_at bigint not null, decided_by text not null, decided_why text not null, decided_at bigint not null,
  primary key (tenant, id));
create index points_correction_state on points_correction (tenant, state, asked_at);
create table points_reward (
  tenant bigint not null, id bigint not null, title text not null, what text not null, place text not null,
  points bigint not null, stock bigint not null check (stock >= 0), most_each bigint not null, active bigint not null,
  revision bigint not null,
  primary key (tenant, id));
create table points_claim (
  tenant bigint not null, id bigint not null, reward bigint not null, person bigint not null, name text not null,
  title text not null, place text not null, points bigint not null, code text not null, state text not null,
  request text not null, made_at bigint not null, until_day text not null, ended_at bigint not null,
  by_name text not null, reason text not null, booking bigint not null,
  primary key (tenant, id), unique (tenant, person, request));
create unique index points_claim_code on points_claim (tenant, code);
create index points_claim_state on points_claim (tenant, state, made_at);
create index points_claim_person on points_claim (tenant, person, made_at);
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"points", 1, "服务积分", kTables}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kOwn, "查看自己的时长和积分，兑换"},
                                                   {kRead, "查看积分账户和合计"},
                                                   {kManage, "设置积分规则和兑换物品，提出更正"},
                                                   {kApprove, "批准积分更正"},
                                                   {kHandOut, "发放兑换物品"}};
  return kRights;
}

}  // namespace kepu::points
