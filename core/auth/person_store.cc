#include "core/auth/store.h"

namespace kepu::auth::store {
namespace {

constexpr std::string_view kPerson =
    "select p.person, p.unit, p.name, p.post, p.phone, p.phone_index, p.email, p.active, p.revision, "
    "a.login, a.second_factor_on, a.last_sign_in from auth_person p "
    "left join auth_account a on a.tenant = p.tenant and a.person = p.person ";

PersonRow person_from(const sql::Row& row) {
  PersonRow out;
  Person& p = out.person;
  p.id = row.integer(0);
  p.unit = row.integer(1);
  p.name = row.text(2);
  p.post = row.text(3);
  p.phone = row.text(4);
  out.phone_index = row.text(5);
  p.email = row.text(6);
  p.active = row.flag(7);
  p.revision = row.integer(8);
  p.login = row.text(9);
  p.second_factor = row.flag(10);
  p.last_sign_in = row.integer(11);
  return out;
}

sql::Args person_args(Id tenant, const PersonRow& row, const Stamp& stamp) {
  const Person& p = row.person;
  return {{"tenant", tenant},
          {"person", p.id},
          {"unit", p.unit},
          {"name", p.name},
          {"post", p.post},
          {"phone", p.phone},
          {"phone_index", row.phone_index},
          {"email", p.email},
          {"revision", p.revision},
          {"at", stamp.at},
          {"by", stamp.by}};
}

}  // namespace

std::vector<PersonRow> people(Session& s, Id tenant) {
  return s.rows(std::string(kPerson) + "where p.tenant = :tenant", {{"tenant", tenant}}, person_from);
}

std::optional<PersonRow> person(Session& s, Id tenant, Id id) {
  return s.one(std::string(kPerson) + "where p.tenant = :tenant and p.person = :person",
               {{"tenant", tenant}, {"person", id}}, person_from);
}

std::optional<Stamp> person_stamp(Session& s, Id tenant, Id id) {
  return s.one("select changed_at, changed_by from auth_person where tenant = :tenant and person = :person",
               {{"tenant", tenant}, {"person", id}}, [](const sql::Row& row) {
                 return Stamp{row.integer(0), row.text(1)};
               });
}

std::vector<Id> people_with_phone(Session& s, Id tenant, std::string_view phone_index) {
  if (phone_index.empty()) return {};
  return s.rows(
      "select person from auth_person where tenant = :tenant and phone_index = :phone and active = 1",
      {{"tenant", tenant}, {"phone", phone_index}}, [](const sql::Row& row) { return row.integer(0); });
}

std::int64_t people_in(Session& s, Id tenant, Id unit, bool active_only) {
  return s.integer(
      "select count(*) from auth_person where tenant = :tenant and unit = :unit and active >= :least",
      {{"tenant", tenant}, {"unit", unit}, {"least", active_only ? 1 : 0}});
}

void insert_person(Session& s, Id tenant, const PersonRow& row, const Stamp& stamp) {
  s.run(
      "insert into auth_person (tenant, person, unit, name, post, phone, phone_index, email, active, reason, "
      "revision, changed_at, changed_by) values (:tenant, :person, :unit, :name, :post, :phone, "
      ":phone_index, "
      ":email, 1, '', :revision, :at, :by)",
      person_args(tenant, row, stamp));
}

std::int64_t update_person(Session& s, Id tenant, const PersonRow& row, const Stamp& stamp) {
  return s.run(
      "update auth_person set unit = :unit, name = :name, post = :post, phone = :phone, "
      "phone_index = :phone_index, email = :email, revision = revision + 1, changed_at = :at, changed_by = "
      ":by "
      "where tenant = :tenant and person = :person and revision = :revision",
      person_args(tenant, row, stamp));
}

void set_person_active(Session& s, Id tenant, Id person, bool active, std::string_view reason,
                       const Stamp& stamp) {
  s.run(
      "update auth_person set active = :active, reason = :reason, revision = revision + 1, changed_at = :at, "
      "changed_by = :by where tenant = :tenant and person = :person",
      {{"tenant", tenant},
       {"person", person},
       {"active", active},
       {"reason", reason},
       {"at", stamp.at},
       {"by", stamp.by}});
}

Place phone_place(Id tenant, Id person) { return {"auth_person", "phone", tenant, person}; }

}  // namespace kepu::auth::store
