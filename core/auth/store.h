// All SQL of the directory. Internal to this kit. Every function reads and writes one tenant only; whoever
// calls has checked the rights.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/sql/sql.h"

namespace kepu::auth::store {

using sql::Session;

// Who changed a row last, for the message of a conflict.
struct Stamp {
  base::Millis at = 0;
  std::string by;
};

// ---- tenants
void insert_tenant(Session& s, const Tenant& tenant, base::Millis now);
std::int64_t update_tenant(Session& s, const Tenant& tenant);
std::vector<Tenant> tenants(Session& s);
std::optional<Tenant> tenant(Session& s, Id id);
std::optional<Tenant> tenant_by_code(Session& s, std::string_view code);
// Rises with every change of the directory; 0: no such tenant.
std::int64_t revision(Session& s, Id tenant);
// Also locks the tenant's row, so that changes of one tenant come one after the other.
bool bump_revision(Session& s, Id tenant);

// ---- units
std::vector<Unit> units(Session& s, Id tenant);
std::optional<Unit> unit(Session& s, Id tenant, Id unit);
std::optional<Stamp> unit_stamp(Session& s, Id tenant, Id unit);
void insert_unit(Session& s, Id tenant, const Unit& unit, const Stamp& stamp);
// Writes all columns where the row still has unit.revision; the number of rows (0: changed meanwhile).
std::int64_t update_unit(Session& s, Id tenant, const Unit& unit, const Stamp& stamp);
void set_unit_active(Session& s, Id tenant, Id unit, bool active, std::string_view reason,
                     const Stamp& stamp);
void delete_unit(Session& s, Id tenant, Id unit);
std::int64_t grants_listing(Session& s, Id tenant, Id unit);

// ---- people (phone as stored: sealed)
struct PersonRow {
  Person person;  // phone sealed, see phone_place()
  std::string phone_index;
};
std::vector<PersonRow> people(Session& s, Id tenant);
std::optional<PersonRow> person(Session& s, Id tenant, Id person);
std::optional<Stamp> person_stamp(Session& s, Id tenant, Id person);
std::vector<Id> people_with_phone(Session& s, Id tenant, std::string_view phone_index);
std::int64_t people_in(Session& s, Id tenant, Id unit, bool active_only);
void insert_person(Session& s, Id tenant, const PersonRow& row, const Stamp& stamp);
std::int64_t update_person(Session& s, Id tenant, const PersonRow& row, const Stamp& stamp);
void set_person_active(Session& s, Id tenant, Id person, bool active, std::string_view reason,
                       const Stamp& stamp);
Place phone_place(Id tenant, Id person);

// ---- accounts
struct AccountRow {
  Account account;
  std::string password;       // argon2id, or "code:" and a digest for a one-time password
  std::string second_factor;  // sealed
  std::int64_t last_step = 0;
  bool person_active = false;
};
std::optional<AccountRow> account(Session& s, Id tenant, Id account);
std::optional<AccountRow> account_of_person(Session& s, Id tenant, Id person);
std::optional<AccountRow> account_by_login(Session& s, Id tenant, std::string_view login);
void insert_account(Session& s, Id tenant, const AccountRow& row);  // UniqueViolation: login taken
void set_password(Session& s, Id tenant, Id account, std::string_view password, bool must_change);
void set_disabled(Session& s, Id tenant, Id account, bool disabled);
// A new secret has no used steps.
void set_second_factor(Session& s, Id tenant, Id account, std::string_view sealed, bool on);
// False where that step, or a later one, was used already.
bool use_step(Session& s, Id tenant, Id account, std::int64_t step);
void set_last_sign_in(Session& s, Id tenant, Id account, base::Millis at);
void replace_recovery_codes(Session& s, Id tenant, Id account, const std::vector<std::string>& digests);
bool use_recovery_code(Session& s, Id tenant, Id account, std::string_view digest);
std::int64_t recovery_codes(Session& s, Id tenant, Id account);
Place second_factor_place(Id tenant, Id account);

// ---- grants and stand-ins. `day` is an ISO date: what ended before it is left out.
std::vector<Grant> grants(Session& s, Id tenant, Id person, std::string_view day);  // person 0: everybody's
std::optional<Grant> grant(Session& s, Id tenant, Id grant);
void insert_grant(Session& s, Id tenant, const Grant& grant, const Stamp& stamp);
void set_grant_until(Session& s, Id tenant, Id grant, std::string_view until);
void delete_grant(Session& s, Id tenant, Id grant);
void delete_grants_of(Session& s, Id tenant, Id person);
std::vector<StandIn> stand_ins(Session& s, Id tenant, std::string_view day);
std::vector<StandIn> stand_ins_of(Session& s, Id tenant, Id person, std::string_view day);  // on either side
std::optional<StandIn> stand_in(Session& s, Id tenant, Id id);
void insert_stand_in(Session& s, Id tenant, const StandIn& stand_in, const Stamp& stamp);
void set_stand_in_until(Session& s, Id tenant, Id id, std::string_view until);
void delete_stand_in(Session& s, Id tenant, Id id);

// ---- sessions
struct SessionRow {
  SessionInfo info;
  std::string digest;
  bool pending = false;
  std::int64_t revision = 0;  // of the tenant's directory
};
std::optional<SessionRow> session(Session& s, Id tenant, std::string_view digest);
std::vector<SessionRow> sessions(Session& s, Id tenant, Id account);
void insert_session(Session& s, const SessionRow& row);
void touch_session(Session& s, Id tenant, std::string_view digest, base::Millis now);
std::int64_t delete_session(Session& s, Id tenant, std::string_view digest);
std::int64_t delete_session_by_id(Session& s, Id tenant, Id account, Id session);
void delete_sessions_of(Session& s, Id tenant, Id account, std::string_view except_digest = {});
std::int64_t delete_expired_sessions(Session& s, Id tenant, base::Millis now, base::Millis idle_before);

// ---- throttling
struct ThrottleRow {
  std::int64_t failures = 0;
  base::Millis last_at = 0, until_at = 0;
};
ThrottleRow throttle(Session& s, Id tenant, std::string_view subject);  // as it is; zeros where none
// Makes the row where it is missing and holds it until the end of the transaction.
ThrottleRow lock_throttle(Session& s, Id tenant, std::string_view subject);
void put_throttle(Session& s, Id tenant, std::string_view subject, const ThrottleRow& row);
void delete_throttle(Session& s, Id tenant, std::string_view subject);
std::int64_t delete_old_throttles(Session& s, Id tenant, base::Millis before);

}  // namespace kepu::auth::store
