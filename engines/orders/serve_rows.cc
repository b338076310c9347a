#include "engines/orders/serve_rows.h"

#include <fmt/format.h>

#include "core/base/words.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr std::string_view kTables = R"sql(
create table orders_presence (
  tenant bigint not null, order_id bigint not null, person bigint not null, team bigint not null, name text not null,
  kind text not null, state text not null, in_at bigint not null, out_at bigint not null, filled_by text not null,
  filled_person bigint not null, decided_by text not null, decided_person bigint not null, decided_unit text not null,
  reason text not null, recorded_at bigint not null,
  primary key (tenant, order_id, person));
create index orders_presence_person on orders_presence (tenant, person, in_at);
create index orders_presence_open on orders_presence (tenant, recorded_at, state) where recorded_at = 0;
)sql";

constexpr base::Word<PresenceKind> kKinds[] = {{PresenceKind::code, "code", "到场码签到"},
                                               {PresenceKind::filled, "filled", "补录"}};
constexpr base::Word<PresenceState> kStates[] = {{PresenceState::expected, "expected", "未到"},
                                                 {PresenceState::in, "in", "已到场"},
                                                 {PresenceState::out, "out", "已离场"},
                                                 {PresenceState::no_show, "no_show", "缺席"},
                                                 {PresenceState::waiting, "waiting", "补录待批准"},
                                                 {PresenceState::approved, "approved", "补录已批准"},
                                                 {PresenceState::refused, "refused", "补录未批准"}};

// A person may come more than once: the key takes the visit in.
constexpr std::string_view kVisits = R"sql(
create table orders_visit (
  tenant bigint not null, order_id bigint not null, person bigint not null, visit bigint not null, team bigint not null,
  name text not null, kind text not null, state text not null, in_at bigint not null, out_at bigint not null,
  filled_by text not null, filled_person bigint not null, decided_by text not null, decided_person bigint not null,
  decided_unit text not null, reason text not null, recorded_at bigint not null, leader bigint not null,
  shift bigint not null, in_key text not null, out_key text not null,
  primary key (tenant, order_id, person, visit));
insert into orders_visit select tenant, order_id, person, 1, team, name, kind, state, in_at, out_at, filled_by,
  filled_person, decided_by, decided_person, decided_unit, reason, recorded_at, leader, 0, '', '' from orders_presence;
drop table orders_presence;
alter table orders_visit rename to orders_presence;
create index orders_presence_person on orders_presence (tenant, person, in_at);
create index orders_presence_open on orders_presence (tenant, recorded_at, state) where recorded_at = 0;
)sql";

constexpr std::string_view kShifts = R"sql(
create table orders_shift (
  tenant bigint not null, id bigint not null, order_id bigint not null, role text not null, from_at bigint not null,
  to_at bigint not null, places bigint not null, made_by text not null, made_at bigint not null,
  primary key (tenant, id));
create index orders_shift_order on orders_shift (tenant, order_id, from_at);
create table orders_duty (
  tenant bigint not null, shift bigint not null, person bigint not null, order_id bigint not null, name text not null,
  put_in_by text not null, made_at bigint not null,
  primary key (tenant, shift, person));
create index orders_duty_person on orders_duty (tenant, person);
create index orders_duty_order on orders_duty (tenant, order_id);
)sql";

constexpr std::string_view kPhotos = R"sql(
create table orders_photo (
  tenant bigint not null, order_id bigint not null, sha256 text not null, type text not null, at bigint not null,
  person bigint not null, person_name text not null,
  primary key (tenant, order_id, sha256));
)sql";

// A row to hold on to (hold_person): two transactions about one person go one after the other on both
// engines.
constexpr std::string_view kHeld = R"sql(
create table orders_held (
  tenant bigint not null, person bigint not null, times bigint not null,
  primary key (tenant, person));
)sql";

}  // namespace

Presence presence_from(const sql::Row& r) {
  Presence p;
  p.order = r.integer(0);
  p.person = r.integer(1);
  p.visit = static_cast<int>(r.integer(2));
  p.team = r.integer(3);
  p.name = r.text(4);
  p.kind = base::parse_word(kKinds, r.view(5)).value_or(PresenceKind::code);
  p.state = base::parse_word(kStates, r.view(6)).value_or(PresenceState::in);
  p.in_at = r.integer(7);
  p.out_at = r.integer(8);
  p.filled_by = r.text(9);
  p.decided_by = r.text(10);
  p.reason = r.text(11);
  p.recorded = r.integer(12) != 0;
  p.leader = r.flag(13);
  p.shift = r.integer(14);
  return p;
}

std::vector<Visit> visits_of(sql::Session& s, Id tenant, Id order, Id person) {
  return s.rows(
      fmt::format("select {}, in_key, out_key from orders_presence where tenant = :tenant and order_id = "
                  ":order_id and person = :person order by visit",
                  kPresenceColumns),
      {{"tenant", tenant}, {"order_id", order}, {"person", person}}, [](const sql::Row& r) {
        Visit v;
        static_cast<Presence&>(v) = presence_from(r);
        v.in_key = r.text(15);
        v.out_key = r.text(16);
        return v;
      });
}

void hold_person(sql::Session& s, Id tenant, Id person) {
  s.run(
      "insert into orders_held (tenant, person, times) values (:tenant, :person, 1) on conflict (tenant, "
      "person) do "
      "update set times = orders_held.times + 1",
      {{"tenant", tenant}, {"person", person}});
}

std::string_view title_of(PresenceState state) { return base::word_of(kStates, state).title; }

const std::vector<sql::Migration>& serve_migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"orders_serve", 1, "到场与时长", kTables},
      {"orders_serve", 2, "到场的是不是队长",
       "alter table orders_presence add column leader bigint not null default 0"},
      {"orders_serve", 3, "一人可以来几次", kVisits},
      {"orders_serve", 4, "班次与岗位", kShifts},
      {"orders_serve", 5, "现场照片", kPhotos},
      {"orders_serve", 6, "一人一时一处", kHeld}};
  return kSteps;
}

}  // namespace kepu::orders
