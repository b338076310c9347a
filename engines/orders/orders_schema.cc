// The tables of orders. Steps are only ever added.
#include "engines/orders/orders_store.h"

namespace kepu::orders {
namespace {

constexpr std::string_view kTables = R"sql(
create table orders_settings (
  tenant bigint not null, body text not null, revision bigint not null, at bigint not null, person_name text not null,
  primary key (tenant));
create table orders_service (
  tenant bigint not null, id bigint not null, position bigint not null, active bigint not null, body text not null,
  revision bigint not null, at bigint not null, person_name text not null,
  primary key (tenant, id));
create table orders_order (
  tenant bigint not null, id bigint not null, number text not null, code text not null, idem_key text not null,
  state text not null, service bigint not null, kind text not null, title text not null, words text not null,
  area bigint not null, township bigint not null, place text not null, days text not null, first_day text not null,
  time text not null, people bigint not null, name text not null, phone text not null, phone_index text not null,
  minor bigint not null, guardian text not null, channel text not null, phone_proven bigint not null,
  placed_by bigint not null, community bigint not null, department bigint not null, team bigint not null,
  team_name text not null, day text not null, from_minute bigint not null, to_minute bigint not null,
  parent bigint not null, merged_into bigint not null, rating bigint not null, rating_words text not null,
  reason text not null, since bigint not null, due bigint not null, escalated bigint not null,
  revision bigint not null, created_at bigint not null, closed_at bigint not null, erased_at bigint not null,
  primary key (tenant, id));
create unique index orders_order_number on orders_order (tenant, number);
create unique index orders_order_code on orders_order (tenant, code);
create unique index orders_order_key on orders_order (tenant, idem_key) where idem_key <> '';
create index orders_order_phone on orders_order (tenant, phone_index, id) where phone_index <> '';
create index orders_order_state on orders_order (tenant, state, id);
create index orders_order_township on orders_order (tenant, township, id);
create index orders_order_community on orders_order (tenant, community, id);
create index orders_order_department on orders_order (tenant, department, id);
create index orders_order_team on orders_order (tenant, team, id);
create index orders_order_parent on orders_order (tenant, parent);
create index orders_order_merged on orders_order (tenant, merged_into);
create index orders_order_due on orders_order (tenant, due) where due <> 0;
create index orders_order_kept on orders_order (tenant, closed_at) where closed_at <> 0 and erased_at = 0;
create index orders_order_closed on orders_order (tenant, closed_at) where closed_at <> 0;
create index orders_order_day on orders_order (tenant, service, first_day);
create table orders_step (
  tenant bigint not null, order_id bigint not null, number bigint not null, at bigint not null, action text not null,
  person bigint not null, person_name text not null, unit_name text not null, words text not null,
  before_state text not null, after_state text not null, for_resident bigint not null, minutes bigint not null,
  primary key (tenant, order_id, number));
create table orders_counter (
  tenant bigint not null, year bigint not null, last bigint not null, primary key (tenant, year));
create table orders_tally (
  tenant bigint not null, day text not null, township bigint not null, kind text not null, placed bigint not null,
  closed bigint not null, refused bigint not null, cancelled bigint not null, rated bigint not null,
  rating_sum bigint not null, people bigint not null,
  primary key (tenant, day, township, kind));
)sql";

// For lists over millions (orders_store_list.cc): counts by what a list is narrowed by, an index for each
// sorting and for each filter that holds what is asked beside it, one of the open orders alone. And why a
// need was not met: of what ended before, as far as its row still tells.
constexpr std::string_view kLists = R"sql(
alter table orders_order add column unmet text not null default '';
update orders_order set unmet = case when service = 0 then 'no_service' else 'no_supply' end where state = 'refused';
create table orders_count (
  tenant bigint not null, community bigint not null, department bigint not null, township bigint not null,
  kind text not null, state text not null, orders bigint not null,
  primary key (tenant, community, department, township, kind, state));
insert into orders_count (tenant, community, department, township, kind, state, orders)
  select tenant, community, department, township, kind, state, count(*) from orders_order
  group by tenant, community, department, township, kind, state;
drop index orders_order_township;
drop index orders_order_community;
drop index orders_order_department;
create index orders_order_list on orders_order (tenant, id, state, kind, township, department, community);
create index orders_order_first_day on orders_order (tenant, first_day, id, state, kind, township, department, community);
create index orders_order_people on orders_order (tenant, people, id, state, kind, township, department, community);
create index orders_order_township on orders_order (tenant, township, kind, state, department, community, id);
create index orders_order_community on orders_order (tenant, community, kind, state, department, township, id);
create index orders_order_department on orders_order (tenant, department, township, kind, state, community, id);
create index orders_order_kind on orders_order (tenant, kind, id);
create index orders_order_service on orders_order (tenant, service, id);
drop index orders_order_parent;
drop index orders_order_merged;
drop index orders_order_closed;
create index orders_order_parent on orders_order (tenant, parent, id) where parent <> 0;
create index orders_order_created on orders_order
  (tenant, created_at, state, people, rating, community, township, department, id);
create index orders_order_closed on orders_order
  (tenant, closed_at, state, people, rating, community, township, department, id) where closed_at <> 0;
create table orders_month (
  tenant bigint not null, month text not null, township bigint not null, kind text not null, placed bigint not null,
  closed bigint not null, refused bigint not null, cancelled bigint not null, rated bigint not null,
  rating_sum bigint not null, people bigint not null,
  primary key (tenant, month, township, kind));
insert into orders_month (tenant, month, township, kind, placed, closed, refused, cancelled, rated, rating_sum, people)
  select tenant, substr(day, 1, 7), township, kind, sum(placed), sum(closed), sum(refused), sum(cancelled), sum(rated),
  sum(rating_sum), sum(people) from orders_tally group by tenant, substr(day, 1, 7), township, kind;
create index orders_order_open on orders_order
  (tenant, id, state, kind, township, department, community, team, due, first_day, people, created_at) where closed_at = 0;
create index orders_order_unmet on orders_order
  (tenant, created_at, unmet, township, kind, department, community, service) where unmet <> '';
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"orders", 1, "点单服务", kTables},
                                                     {"orders", 2, "百万订单的清单和没满足的需求", kLists}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看订单"},
                                                   {kPlace, "代群众点单"},
                                                   {kCheck, "核实和派单"},
                                                   {kClaim, "领单"},
                                                   {kDispatch, "为订单安排队伍"},
                                                   {kServe, "替服务队接单"},
                                                   {kJoin, "参加服务、到场签到"},
                                                   {kSettle, "核查差评和投诉"},
                                                   {kSetup, "设置服务菜单和派单规则"},
                                                   {kContact, "经接口读取点单人的称呼和电话"}};
  return kRights;
}

std::optional<std::string> unit_in_use(sql::Session& s, Id tenant, Id unit) {
  const auto open = s.integer(
      "select count(*) from (select 1 as one from orders_order where tenant = :tenant and (community = :unit "
      "or "
      "department = :unit) and due <> 0 limit 1000) found",
      {{"tenant", tenant}, {"unit", unit}});
  if (open == 0) return std::nullopt;
  return "有 " + std::to_string(open) + " 个未办结的订单由其办理";
}

}  // namespace kepu::orders
