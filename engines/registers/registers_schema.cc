// The tables of registers. Steps are only ever added.
#include "engines/registers/registers_store.h"

namespace kepu::registers {
namespace {

constexpr std::string_view kTables = R"sql(
create table register_type (
  tenant bigint not null, key text not null, version bigint not null, body text not null, at bigint not null,
  person_name text not null, primary key (tenant, key, version));
create table register_person (
  tenant bigint not null, id bigint not null, name text not null, pinyin text not null, phone text not null,
  phone_index text not null, account bigint not null, merged_into bigint not null, erased_at bigint not null,
  minor bigint not null, guardian text not null, revision bigint not null, created_at bigint not null,
  primary key (tenant, id));
create index register_person_phone on register_person (tenant, phone_index);
create index register_person_pinyin on register_person (tenant, pinyin, id);
create index register_person_account on register_person (tenant, account);
create table register_entry (
  tenant bigint not null, id bigint not null, type text not null, type_version bigint not null, number text not null,
  state text not null, name text not null, pinyin text not null, unit bigint not null, place bigint not null,
  home bigint not null, person bigint not null, parent bigint not null, kind text not null, body text not null,
  secret text not null, valid_from text not null, valid_until text not null, reason text not null,
  consent text not null, consent_at bigint not null, minor bigint not null, applicant bigint not null,
  revision bigint not null, created_at bigint not null, created_by text not null, edited_at bigint not null,
  edited_by text not null, published_at bigint not null,
  primary key (tenant, id));
create index register_entry_type on register_entry (tenant, type, id);
create index register_entry_pinyin on register_entry (tenant, type, pinyin, id);
create index register_entry_number on register_entry (tenant, type, number, id);
create index register_entry_state on register_entry (tenant, type, state, valid_until, home);
create index register_entry_due on register_entry (tenant, state, valid_until);
create index register_entry_kind on register_entry (tenant, type, kind, id);
create index register_entry_person on register_entry (tenant, person);
create index register_entry_parent on register_entry (tenant, parent);
create table register_tag (
  tenant bigint not null, type text not null, field text not null, value text not null, entry bigint not null,
  primary key (tenant, type, field, value, entry));
create index register_tag_entry on register_tag (tenant, entry);
create table register_token (
  tenant bigint not null, type text not null, token text not null, entry bigint not null,
  primary key (tenant, type, token, entry));
create index register_token_entry on register_token (tenant, entry);
create table register_span (
  tenant bigint not null, entry bigint not null, type text not null, first_day text not null, last_day text not null,
  primary key (tenant, entry, first_day));
create index register_span_type on register_span (tenant, type, first_day);
create table register_step (
  tenant bigint not null, entry bigint not null, number bigint not null, at bigint not null, action text not null,
  person bigint not null, person_name text not null, unit_name text not null, words text not null,
  before_state text not null, after_state text not null,
  primary key (tenant, entry, number));
create table register_counter (
  tenant bigint not null, type text not null, year bigint not null, last bigint not null,
  primary key (tenant, type, year));
create table register_merge (
  tenant bigint not null, id bigint not null, winner bigint not null, loser bigint not null, account bigint not null,
  at bigint not null, person_name text not null, reason text not null, undone_at bigint not null,
  undone_by text not null, primary key (tenant, id));
create table register_merged (
  tenant bigint not null, merge_id bigint not null, kind text not null, id bigint not null,
  primary key (tenant, merge_id, kind, id));
create table register_distinct (
  tenant bigint not null, one bigint not null, other bigint not null, at bigint not null, person_name text not null,
  primary key (tenant, one, other));
create table register_proof (
  tenant bigint not null, id bigint not null, person bigint not null, kind text not null, title text not null,
  on_day text not null, hours double precision not null, audience bigint not null, host bigint not null,
  note text not null, source text not null, state text not null, reason text not null, told_at bigint not null,
  told_by bigint not null, told_name text not null, decided_at bigint not null, decided_by bigint not null,
  decided_name text not null, decided_unit text not null, revision bigint not null,
  primary key (tenant, id));
create index register_proof_person on register_proof (tenant, person, on_day);
create index register_proof_state on register_proof (tenant, state, host);
create unique index register_proof_source on register_proof (tenant, source, person) where source <> '';
create table register_certificate (
  tenant bigint not null, code text not null, person bigint not null, payload text not null, signature text not null,
  issued_at bigint not null, issued_by text not null, revoked_at bigint not null, revoked_by text not null,
  reason text not null, primary key (tenant, code));
create index register_certificate_person on register_certificate (tenant, person);
)sql";

// Files that prove what somebody did (a JSON list of hash, name and type).
constexpr std::string_view kProofFiles =
    "alter table register_proof add column files text not null default ''";

// Keys by which a type's own fields are sorted, and the rule by which those of a whole type were made.
constexpr std::string_view kSort = R"sql(
create table register_sort (
  tenant bigint not null, entry bigint not null, field text not null, type text not null, key text not null,
  primary key (tenant, entry, field));
create index register_sort_key on register_sort (tenant, type, field, key, entry);
create table register_sorted (
  tenant bigint not null, type text not null, field text not null, rule text not null,
  primary key (tenant, type, field));
)sql";

// A day that is held has one row: no two bookings can hold it.
constexpr std::string_view kBookings = R"sql(
create table register_booking (
  tenant bigint not null, id bigint not null, entry bigint not null, unit bigint not null, first_day text not null,
  last_day text not null, purpose text not null, state text not null, reason text not null,
  item_condition text not null, condition_note text not null, returned_on text not null, asked_at bigint not null,
  decided_at bigint not null, asked_by bigint not null, asked_name text not null, decided_name text not null,
  revision bigint not null, primary key (tenant, id));
create index register_booking_entry on register_booking (tenant, entry, last_day);
create index register_booking_state on register_booking (tenant, state, last_day);
create table register_booking_day (
  tenant bigint not null, entry bigint not null, day text not null, booking bigint not null,
  primary key (tenant, entry, day));
)sql";

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"registers", 1, "名录", kTables},
                                                     {"registers", 2, "实绩佐证材料", kProofFiles},
                                                     {"registers", 3, "按字段排序", kSort},
                                                     {"registers", 4, "预约借用", kBookings}};
  return kSteps;
}

const std::vector<auth::Right>& rights() {
  static const std::vector<auth::Right> kRights = {{kRead, "查看名录"},
                                                   {kApply, "申请和申报名录条目"},
                                                   {kReview, "审核名录申请、确认科普实绩"},
                                                   {kManage, "批准、发布和维护名录，合并人员，出具证明"},
                                                   {kTypes, "设置名录类型"}};
  return kRights;
}

}  // namespace kepu::registers
