#include "core/api/webhook_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::api {
namespace {

constexpr std::string_view kTables = R"sql(
create table webhook (
  tenant bigint not null, id bigint not null, title text not null, url text not null, events text not null,
  secret text not null, active bigint not null, made_at bigint not null, made_by text not null,
  failures bigint not null, problem text not null, paused_until bigint not null,
  primary key (tenant, id));
create table webhook_delivery (
  tenant bigint not null, id bigint not null, hook bigint not null, event text not null, body text not null,
  state text not null, tries bigint not null, status bigint not null, problem text not null, at bigint not null,
  next_at bigint not null, done_at bigint not null,
  primary key (tenant, id));
create index webhook_delivery_hook on webhook_delivery (tenant, hook, id);
create index webhook_delivery_state on webhook_delivery (tenant, hook, state, id);
create index webhook_delivery_due on webhook_delivery (tenant, hook, next_at) where state = 'waiting';
)sql";

constexpr base::Word<DeliveryState> kStates[] = {{DeliveryState::waiting, "waiting", "待送"},
                                                 {DeliveryState::sent, "sent", "已送到"},
                                                 {DeliveryState::dead, "dead", "送不到"}};
constexpr std::string_view kColumns = "id, event, body, state, tries, status, problem, at, next_at, done_at";

Delivery delivery_from(const sql::Row& r) {
  Delivery d;
  d.id = r.integer(0);
  d.event = r.text(1);
  d.body = r.text(2);
  d.state = base::parse_word(kStates, r.view(3)).value_or(DeliveryState::waiting);
  d.tries = static_cast<int>(r.integer(4));
  d.status = static_cast<int>(r.integer(5));
  d.problem = r.text(6);
  d.at = r.integer(7);
  d.next_at = r.integer(8);
  d.done_at = r.integer(9);
  return d;
}

}  // namespace

std::string_view to_text(DeliveryState state) { return base::word_of(kStates, state).text; }
std::string_view title_of(DeliveryState state) { return base::word_of(kStates, state).title; }

const std::vector<sql::Migration>& webhook_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"webhooks", 1, "事件回调", kTables}};
  return kSteps;
}

namespace store {

void insert_hook(sql::Session& s, Id tenant, const Webhook& hook, std::string_view sealed) {
  s.run(
      "insert into webhook (tenant, id, title, url, events, secret, active, made_at, made_by, failures, "
      "problem, "
      "paused_until) values (:tenant, :id, :title, :url, :events, :secret, 1, :at, :by, 0, '', 0)",
      {{"tenant", tenant},
       {"id", hook.id},
       {"title", hook.title},
       {"url", hook.url},
       {"events", base::join(hook.events, " ")},
       {"secret", sealed},
       {"at", hook.made_at},
       {"by", hook.made_by}});
}

bool set_secret(sql::Session& s, Id tenant, Id hook, std::string_view sealed) {
  return s.run("update webhook set secret = :secret where tenant = :tenant and id = :id",
               {{"secret", sealed}, {"tenant", tenant}, {"id", hook}}) == 1;
}

bool set_active(sql::Session& s, Id tenant, Id hook, bool active) {
  return s.run(
             "update webhook set active = :active, failures = 0, problem = '', paused_until = 0 where tenant "
             "= "
             ":tenant and id = :id and active <> :active",
             {{"active", active ? 1 : 0}, {"tenant", tenant}, {"id", hook}}) == 1;
}

void set_standing(sql::Session& s, Id tenant, Id hook, int failures, std::string_view problem,
                  Millis paused_until) {
  s.run(
      "update webhook set failures = :failures, problem = :problem, paused_until = :until where tenant = "
      ":tenant "
      "and id = :id",
      {{"failures", failures},
       {"problem", problem},
       {"until", paused_until},
       {"tenant", tenant},
       {"id", hook}});
}

std::vector<Webhook> hooks(sql::Session& s, Id tenant) {
  auto all = s.rows(
      "select id, title, url, events, active, made_at, made_by, failures, problem, paused_until from webhook "
      "where "
      "tenant = :tenant order by id desc",
      {{"tenant", tenant}}, [](const sql::Row& r) {
        Webhook h;
        h.id = r.integer(0);
        h.title = r.text(1);
        h.url = r.text(2);
        h.events = base::split(r.view(3), " ");
        h.active = r.flag(4);
        h.made_at = r.integer(5);
        h.made_by = r.text(6);
        h.failures = static_cast<int>(r.integer(7));
        h.problem = r.text(8);
        h.paused_until = r.integer(9);
        return h;
      });
  for (auto& h : all) {
    h.waiting = count(s, tenant, h.id, DeliveryState::waiting);
    h.dead = count(s, tenant, h.id, DeliveryState::dead);
  }
  return all;
}

std::string sealed_secret(sql::Session& s, Id tenant, Id hook) {
  return s
      .one("select secret from webhook where tenant = :tenant and id = :id",
           {{"tenant", tenant}, {"id", hook}}, [](const sql::Row& r) { return r.text(0); })
      .value_or("");
}

std::string tenant_code(sql::Session& s, Id tenant) {
  return s
      .one("select code from auth_tenant where tenant = :tenant", {{"tenant", tenant}},
           [](const sql::Row& r) { return r.text(0); })
      .value_or("");
}

std::vector<Id> subscribed(sql::Session& s, Id tenant, std::string_view event) {
  std::vector<Id> out;
  s.each("select id, events from webhook where tenant = :tenant and active = 1", {{"tenant", tenant}},
         [&](const sql::Row& r) {
           const auto events = base::split(r.view(1), " ");
           if (std::find(events.begin(), events.end(), event) != events.end()) out.push_back(r.integer(0));
         });
  return out;
}

void insert_delivery(sql::Session& s, Id tenant, Id hook, const Delivery& d) {
  s.run(
      "insert into webhook_delivery (tenant, id, hook, event, body, state, tries, status, problem, at, "
      "next_at, "
      "done_at) values (:tenant, :id, :hook, :event, :body, 'waiting', 0, 0, '', :at, :at, 0)",
      {{"tenant", tenant}, {"id", d.id}, {"hook", hook}, {"event", d.event}, {"body", d.body}, {"at", d.at}});
}

std::vector<Delivery> due(sql::Session& s, Id tenant, Id hook, Millis now, std::int64_t limit) {
  return s.rows(
      fmt::format("select {} from webhook_delivery where tenant = :tenant and hook = :hook and state = "
                  "'waiting' and next_at <= :now order by next_at, id limit :limit",
                  kColumns),
      {{"tenant", tenant}, {"hook", hook}, {"now", now}, {"limit", limit}}, delivery_from);
}

bool claim(sql::Session& s, Id tenant, const Delivery& d, Millis until) {
  return s.run(
             "update webhook_delivery set tries = tries + 1, next_at = :until where tenant = :tenant and id "
             "= :id "
             "and state = 'waiting' and next_at = :seen",
             {{"until", until}, {"tenant", tenant}, {"id", d.id}, {"seen", d.next_at}}) == 1;
}

void settle(sql::Session& s, Id tenant, const Delivery& d) {
  s.run(
      "update webhook_delivery set state = :state, status = :status, problem = :problem, next_at = :next, "
      "done_at = "
      ":done where tenant = :tenant and id = :id",
      {{"state", to_text(d.state)},
       {"status", d.status},
       {"problem", d.problem},
       {"next", d.next_at},
       {"done", d.done_at},
       {"tenant", tenant},
       {"id", d.id}});
}

bool revive(sql::Session& s, Id tenant, Id hook, Id delivery, Millis now) {
  return s.run(
             "update webhook_delivery set state = 'waiting', tries = 0, next_at = :now, done_at = 0 where "
             "tenant = "
             ":tenant and hook = :hook and id = :id and state = 'dead'",
             {{"now", now}, {"tenant", tenant}, {"hook", hook}, {"id", delivery}}) == 1;
}

std::int64_t count(sql::Session& s, Id tenant, Id hook, std::optional<DeliveryState> state) {
  if (!state)
    return s.integer("select count(*) from webhook_delivery where tenant = :tenant and hook = :hook",
                     {{"tenant", tenant}, {"hook", hook}});
  return s.integer(
      "select count(*) from webhook_delivery where tenant = :tenant and hook = :hook and state = :state",
      {{"tenant", tenant}, {"hook", hook}, {"state", to_text(*state)}});
}

std::vector<Delivery> deliveries(sql::Session& s, Id tenant, Id hook, std::optional<DeliveryState> state,
                                 std::int64_t offset, std::int64_t limit) {
  const std::string wanted(state ? to_text(*state) : std::string_view());
  return s.rows(
      fmt::format("select {} from webhook_delivery where tenant = :tenant and hook = :hook and (:state = "
                  "'' or state = :state) order by id desc limit :limit offset :offset",
                  kColumns),
      {{"tenant", tenant}, {"hook", hook}, {"state", wanted}, {"limit", limit}, {"offset", offset}},
      delivery_from);
}

std::optional<Delivery> delivery(sql::Session& s, Id tenant, Id hook, Id id) {
  return s.one(
      fmt::format("select {} from webhook_delivery where tenant = :tenant and hook = :hook and id = :id",
                  kColumns),
      {{"tenant", tenant}, {"hook", hook}, {"id", id}}, delivery_from);
}

std::int64_t give_up(sql::Session& s, Id tenant, Millis before, Millis now) {
  return s.run(
      "update webhook_delivery set state = 'dead', problem = '三天没有送到，不再送', done_at = :now where "
      "tenant = "
      ":tenant and state = 'waiting' and next_at < :before",
      {{"now", now}, {"tenant", tenant}, {"before", before}});
}

std::int64_t delete_done(sql::Session& s, Id tenant, Millis before) {
  return s.run(
      "delete from webhook_delivery where tenant = :tenant and state <> 'waiting' and done_at < :before",
      {{"tenant", tenant}, {"before", before}});
}

}  // namespace store
}  // namespace kepu::api
