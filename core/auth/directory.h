// The directory of a tenant: units, people, accounts, grants, stand-ins. Every change checks the acting
// person's rights over the unit concerned, is refused when it would give anybody more than the acting person
// holds, and writes its entry into the audit log in the same transaction. Things of other tenants are
// not_found. Thread-safe; no function may be called from inside Database::read() or write().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/auth/auth.h"
#include "core/auth/crypt.h"
#include "core/auth/roles.h"

namespace kepu::auth {

using base::Done;
using base::Result;

struct PersonQuery {
  std::optional<Id> unit;  // with all below it
  std::string text;        // part of name, post or login; or a whole phone number
  std::string role;        // holders of this role
  bool inactive_too = false;
  int offset = 0, limit = 50;  // limit at most 1,000
};
struct PersonPage {
  std::vector<Person> people;  // by unit (in the order of the tree), then name by pinyin
  std::int64_t total = 0;
};

// What an edit carries: the value as it shall be, and in `revision` the one it started from. Ids, login,
// second factor and last sign-in are not edited so.
struct Account {
  Id id = 0;
  Id person = 0;
  std::string login;
  bool disabled = false;
  bool must_change_password = false;
  bool second_factor = false;
  base::Millis last_sign_in = 0;
};

// Returns a plain Chinese reason where something of an engine hangs on the unit ("有 3 项任务由其牵头").
// Called inside a write transaction.
using UseCheck = std::function<std::optional<std::string>(sql::Session&, Id tenant, Id unit)>;

struct Change;  // one transaction: internal (change.h)

class Directory {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    const Cipher& cipher;
    std::shared_ptr<const Roles> roles;
  };
  explicit Directory(Parts parts);
  ~Directory();
  const std::shared_ptr<const Roles>& roles() const { return parts_.roles; }
  // Before the first request only.
  void add_use_check(UseCheck check);

  // ---- tenants. `by` must be a program_actor of tenant 0 for creating. Creates the root unit too, named
  // like the tenant. `change_tenant` needs tenant.manage in that tenant.
  Result<Tenant> create_tenant(const Actor& by, Tenant tenant);
  Done change_tenant(const Actor& by, const Tenant& tenant);
  std::vector<Tenant> tenants();  // by name (pinyin): public, for choosing where to sign in
  std::optional<Tenant> tenant(Id id);
  std::optional<Tenant> tenant_by_code(std::string_view code);

  // ---- units: organisation.manage over the unit (adding: over its parent; moving: over both parents).
  // The tree costs one small query while nothing changed. Never null.
  std::shared_ptr<const UnitTree> units(Id tenant);
  Result<Id> add_unit(const Actor& by, Unit unit);
  Done change_unit(const Actor& by, const Unit& unit);  // names, kind, code, system, position
  Done move_unit(const Actor& by, Id unit, Id parent, std::int64_t revision);  // refuses circles
  // Refused while active people or units hang on it.
  Done deactivate_unit(const Actor& by, Id unit, const std::string& reason);
  Done reactivate_unit(const Actor& by, Id unit);
  // For mistakes only: refused where people, units, grants or something of an engine hang on it.
  Done delete_unit(const Actor& by, Id unit);

  // ---- people: person.read over their unit (one's own entry always). Lists show phones masked. One person
  // alone is shown with the phone plain to whoever holds person.contact over the unit; that look is written
  // into the audit log. The export (person.export) too.
  Result<PersonPage> find_people(const Actor& by, const PersonQuery& query);
  Result<Person> person(const Actor& by, Id person);
  Result<std::vector<Person>> export_people(const Actor& by, PersonQuery query);  // at most 20,000
  // Names for display, without a check of rights: of this tenant only.
  std::map<Id, std::string> names(Id tenant, const std::vector<Id>& people);
  // For notices, without a check of rights; empty where the person is gone or has none.
  std::string email_of(Id tenant, Id person);
  // Active people who hold the right over the unit by their own grants, for notices.
  std::vector<Id> holders(Id tenant, std::string_view right, Id unit);
  // person.manage over the unit (moving: over both).
  Result<Id> add_person(const Actor& by, Person person);
  // Name, post, phone, e-mail. A phone that holds "*" is a masked one: the stored one is kept.
  Done change_person(const Actor& by, const Person& person);
  Done move_person(const Actor& by, Id person, Id unit, std::int64_t revision);
  // Ends sessions, grants and stand-ins; the person stays in the records.
  Done deactivate_person(const Actor& by, Id person, const std::string& reason);
  Done reactivate_person(const Actor& by, Id person);

  // ---- accounts: person.manage over the person's unit, and the person may not hold more than oneself.
  std::optional<Account> account_of(Id tenant, Id person);
  // Login: 2–32 letters, digits, Chinese, ". _ - @", kept in lower case. Returns the account.
  Result<Id> create_account(const Actor& by, Id person, const std::string& login,
                            const std::string& password);
  // By somebody else: has to be changed at the next sign-in; ends all sessions.
  Done set_password(const Actor& by, Id person, const std::string& password);
  // A random one-time password that has to be changed at once: "K7QF-2M9X-…" (80 bits). Makes the account
  // too where there is none (then `login` must be given). It is shown once and stored as a digest only.
  Result<std::string> issue_password(const Actor& by, Id person, const std::string& login = {});
  Done disable_account(const Actor& by, Id person, const std::string& reason);
  Done enable_account(const Actor& by, Id person);
  // For a lost telephone: removes the second factor and its recovery codes, ends all sessions.
  Done reset_second_factor(const Actor& by, Id person);

  // ---- grants: role.grant by one's own grants (not as a stand-in) over the person's unit, and every right
  // of the role held by oneself over at least the same data.
  Result<std::vector<Grant>> grants_of(const Actor& by, Id person);  // person.read; without ended ones
  Result<Id> give(const Actor& by, Grant grant);                     // grant.id is not read
  Done end_grant(const Actor& by, Id grant);

  // ---- stand-ins: the principal himself with standin.manage (scope own suffices), or somebody with
  // standin.manage over the principal's unit who holds everything that the principal holds. No chains: who
  // is stood in for cannot stand in for others in the same days.
  Result<std::vector<StandIn>> stand_ins(const Actor& by, Id person = 0);  // 0: all one may see
  Result<Id> add_stand_in(const Actor& by, StandIn stand_in);
  Done end_stand_in(const Actor& by, Id stand_in);  // at once; the deputy may do it too

  // ---- who acts. not_found where person, account or unit are gone or inactive. One small query while
  // nothing changed; none with the tenant's `revision` known from the session look-up.
  Result<Actor> actor_of(Id tenant, Id account, std::optional<std::int64_t> revision = std::nullopt);

  // Runs `work` as one change of the tenant (for the imports); its refusal rolls everything back.
  Done run_change(const Actor& by, const std::function<Done(Change&)>& work);

 private:
  struct Caches;
  std::shared_ptr<const UnitTree> tree_at(sql::Session& session, Id tenant, std::int64_t revision, bool keep);
  Result<PersonPage> load_people(const Actor& by, const PersonQuery& query, std::string_view right,
                                 bool plain);
  Result<Actor> load_actor(sql::Session& session, Id tenant, Id account);

  Parts parts_;
  std::vector<UseCheck> use_checks_;
  std::unique_ptr<Caches> caches_;
};

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::auth
