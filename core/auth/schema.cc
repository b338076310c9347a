// The tables of the directory and of signing in. Every primary key begins with the tenant.
#include "core/auth/directory.h"
#include "core/sql/sql.h"

namespace kepu::auth {
namespace {

constexpr std::string_view kDirectory = R"(
create table auth_tenant (
  tenant bigint not null primary key,
  code text not null unique,
  name text not null,
  area_code text not null,
  parent_name text not null,
  created_at bigint not null,
  revision bigint not null
);
create table auth_unit (
  tenant bigint not null,
  unit bigint not null,
  parent bigint not null,
  kind text not null,
  name text not null,
  short_name text not null,
  area_code text not null,
  system text not null,
  position bigint not null,
  active bigint not null,
  reason text not null,
  revision bigint not null,
  changed_at bigint not null,
  changed_by text not null,
  primary key (tenant, unit)
);
create table auth_person (
  tenant bigint not null,
  person bigint not null,
  unit bigint not null,
  name text not null,
  post text not null,
  phone text not null,
  phone_index text not null,
  email text not null,
  active bigint not null,
  reason text not null,
  revision bigint not null,
  changed_at bigint not null,
  changed_by text not null,
  primary key (tenant, person)
);
create index auth_person_unit on auth_person (tenant, unit);
create index auth_person_phone on auth_person (tenant, phone_index);
create table auth_account (
  tenant bigint not null,
  account bigint not null,
  person bigint not null,
  login text not null,
  password text not null,
  must_change bigint not null,
  disabled bigint not null,
  second_factor text not null,
  second_factor_on bigint not null,
  last_step bigint not null,
  last_sign_in bigint not null,
  primary key (tenant, account),
  unique (tenant, login),
  unique (tenant, person)
);
create table auth_recovery_code (
  tenant bigint not null,
  account bigint not null,
  digest text not null,
  primary key (tenant, account, digest)
);
create table auth_grant (
  tenant bigint not null,
  grant_id bigint not null,
  person bigint not null,
  role text not null,
  scope text not null,
  until_date text not null,
  given_at bigint not null,
  given_by text not null,
  primary key (tenant, grant_id)
);
create index auth_grant_person on auth_grant (tenant, person);
create table auth_grant_unit (
  tenant bigint not null,
  grant_id bigint not null,
  unit bigint not null,
  primary key (tenant, grant_id, unit)
);
create index auth_grant_unit_unit on auth_grant_unit (tenant, unit);
create table auth_stand_in (
  tenant bigint not null,
  stand_in bigint not null,
  principal bigint not null,
  deputy bigint not null,
  from_date text not null,
  until_date text not null,
  reason text not null,
  given_at bigint not null,
  given_by text not null,
  primary key (tenant, stand_in)
);
create index auth_stand_in_deputy on auth_stand_in (tenant, deputy);
create index auth_stand_in_principal on auth_stand_in (tenant, principal);
)";

constexpr std::string_view kSignIn = R"(
create table auth_session (
  tenant bigint not null,
  digest text not null,
  session bigint not null,
  account bigint not null,
  created_at bigint not null,
  last_seen bigint not null,
  expires_at bigint not null,
  remote text not null,
  agent text not null,
  pending bigint not null,
  primary key (tenant, digest)
);
create index auth_session_account on auth_session (tenant, account);
create table auth_throttle (
  tenant bigint not null,
  subject text not null,
  failures bigint not null,
  last_at bigint not null,
  until_at bigint not null,
  primary key (tenant, subject)
);
)";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> steps = {
      {"auth", 1, "地区、单位、人员、账号、角色、代理", kDirectory}, {"auth", 2, "会话、登录限速", kSignIn}};
  return steps;
}

}  // namespace kepu::auth
