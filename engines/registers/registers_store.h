// Registers in the database: types, entries, people, proofs, certificates. Every change checks the right
// again, the state table and the revision, and writes history, audit entry and notices in the same
// transaction. Thread-safe; no function may be called from inside Database::read() or write(), except where
// it takes a Session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/auth/signature.h"
#include "core/sql/kept.h"
#include "core/sql/sql.h"
#include "engines/registers/certificate.h"
#include "engines/registers/registers.h"

namespace kepu::registers {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();
// For Directory::add_use_check.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

struct By {
  const auth::Actor& actor;
  std::string remote;
};

// The types of a tenant: its own, and those shipped that it has not changed.
struct TypeSet {
  std::vector<Type> current;                     // in the order of the catalogue, own ones behind
  std::map<std::string, std::vector<Type>> old;  // by key, superseded versions
  const Type* find(std::string_view key) const;
  // The very version, or the current one where it is gone; null where there is no such type.
  const Type* find(std::string_view key, int version) const;
};

struct EntryQuery {
  std::string type;                      // empty: all
  std::optional<std::vector<Id>> units;  // whose unit or place is one of these; none: the whole tenant
  Id own = 0;                            // beside them, what this signed-in person applied for or is himself
  std::optional<State> state;
  std::optional<base::Date> public_on;   // what everybody may see on that day
  std::optional<base::Date> expired_on;  // term ran out before that day
  std::optional<base::Date> due_by;      // in force, with a term that ends on that day or before
  std::optional<std::vector<Id>> homes;  // place, or unit where none
  std::string kind;                      // value of the field of Use::kind
  std::vector<std::pair<std::string, std::string>> tags;  // field, value
  std::string text;  // part of name or number; public: of public fields too
  Id parent = 0, person = 0;
  std::string order_by;    // SQL of the list's own columns; empty: newest first
  std::string sort_field;  // of the one type: a field that is_sortable(), instead of order_by; those without
                           // come last
  bool sort_down = false;
  std::int64_t offset = 0, limit = 50;
  std::optional<std::int64_t> known_total;  // not counted again
};
struct EntryPage {
  std::vector<Entry> entries;
  std::int64_t total = 0;
};

// What a form brings in. `entry.id` 0: new; else `entry.revision` says which version was changed.
struct Application {
  Entry entry;
  std::string phone, guardian;  // of people; a phone that holds "*" stays as it is
  bool consent = false;
  bool self = false;  // the signed-in person applies for himself
};

struct Act {
  Action action = Action::submit;
  std::int64_t revision = 0;
  std::string text;                 // reason or note
  std::optional<base::Date> until;  // publish, renew: another end than the type's term
};

struct ImportRow {
  int row = 0;  // as the sheet counts
  Application application;
};
struct ImportReport {
  bool applied = false;
  int added = 0, known_people = 0;
  base::Errors problems;
};

struct PersonRow {  // of the list of people
  Person person;
  int entries = 0, in_force = 0;
  std::string registers;  // 科普专家、科普讲师
};
struct PersonQuery {
  std::string text;                      // part of the name, or a whole phone number
  std::optional<std::vector<Id>> units;  // with an entry of these
  std::string order_by;
  std::int64_t offset = 0, limit = 50;
};
struct PersonPage {
  std::vector<PersonRow> people;
  std::int64_t total = 0;
};

struct Duplicate {
  Person one, other;
  std::string why;  // 手机号相同; 姓名和单位相同; 读音相近、单位相同
  int weight = 0;   // 3 2 1
};
struct Merge {
  Id id = 0, winner = 0, loser = 0;
  std::string winner_name, loser_name, by, reason, undone_by;
  base::Millis at = 0, undone_at = 0;
};

struct Issued {
  std::string code, payload, signature, issued_by, revoked_by, reason;
  Id person = 0;
  base::Millis issued_at = 0, revoked_at = 0;
};

struct CountQuery {
  Id tenant = 0;
  std::string type;
  std::string kind;                      // empty: all
  std::optional<std::vector<Id>> homes;  // none: all
};

class RegisterStore final : public Registers {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    const auth::Cipher& cipher;
    const auth::Signer& signer;
    std::vector<Type> shipped;
  };
  explicit RegisterStore(Parts parts) : p_(std::move(parts)) {}

  // ---- types: register.types. Refusals: register.no_type, register.type (see check_type),
  // register.changed_meanwhile, register.fields_lost where entries use a field that would go and `lose` is
  // not set.
  std::shared_ptr<const TypeSet> types(Id tenant);
  base::Result<Type> type(Id tenant, std::string_view key, int version = 0);  // 0: the current one
  base::Done add_type(const By& by, const Type& type);
  base::Done change_type(const By& by, const Type& type, int base_version, bool lose);
  // Entries (not ended) that hold a value of the field.
  std::int64_t using_field(Id tenant, std::string_view key, std::string_view field);

  // ---- entries. Refusals: register.not_found, register.not_in_state, register.changed_meanwhile,
  // register.reason, register.minor, register.guardian, register.consent, register.already, register.expired,
  // register.own_entry.
  EntryPage entries(Id tenant, const EntryQuery& query);
  // By state as of today; "expired" and "due" beside the states.
  std::map<std::string, std::int64_t> counts(Id tenant, const std::string& type,
                                             const std::optional<std::vector<Id>>& units, Id own);
  // In force today, by register.
  std::map<std::string, std::int64_t> in_force_by_type(Id tenant);
  base::Result<Entry> entry(Id tenant, Id id, bool open_personal = false);
  std::vector<HistoryStep> history(Id tenant, Id entry);
  bool may_see(const auth::Actor& actor, const Entry& entry);
  bool is_own(const auth::Actor& actor, const Entry& entry);
  bool may_open_personal(const auth::Actor& actor, const Entry& entry);
  base::Done may_edit(const auth::Actor& actor, const Entry& entry);
  base::Done may_act(const auth::Actor& actor, const Entry& entry, Action action);
  base::Result<Id> apply(const By& by, const Application& application, bool submit);
  base::Done change(const By& by, const Application& application);
  base::Done act(const By& by, Id entry, const Act& act);
  // All rows or none. With register.manage over the unit they are in force at once (what was in force on
  // paper); otherwise they wait to be checked. `preview` changes nothing.
  base::Result<ImportReport> import(const By& by, const std::string& type, const std::vector<ImportRow>& rows,
                                    bool preview);
  // What waits: in this state, where the actor has the step.
  std::vector<Entry> waiting(const auth::Actor& actor, std::int64_t limit);
  std::vector<Entry> due_for_renewal(const auth::Actor& actor, std::int64_t limit);

  // ---- people. register.read over one of his entries' units (or himself); changes: register.manage
  // everywhere.
  PersonPage people(Id tenant, const PersonQuery& query);
  base::Result<Person> person(Id tenant, Id id, bool open = false);  // follows merges
  std::vector<Entry> entries_of(Id tenant, Id person);
  bool may_see_person(const auth::Actor& actor, const Person& person);
  base::Done change_person(const By& by, const Person& person);  // name, phone, account
  std::vector<Duplicate> duplicates(Id tenant, std::int64_t limit);
  base::Done not_the_same(const By& by, Id one, Id other);
  // The loser's entries, proofs and certificates go to the winner. Refuses person.same_register where both
  // are in force in one register.
  base::Result<Id> merge(const By& by, Id winner, Id loser, const std::string& reason);
  // Exactly what the merge moved goes back. Refuses person.later_merge where the winner was merged
  // afterwards.
  base::Done undo_merge(const By& by, Id merge);
  std::vector<Merge> merges(Id tenant, Id person);  // 0: all, newest first
  // All that is kept of him, as JSON; the look is logged.
  base::Result<std::string> export_person(const By& by, Id person);
  // Name, phone and texts are wiped, his entries end, certificates are revoked; counts of the past stay.
  base::Done erase(const By& by, Id person, const std::string& reason);

  // ---- proofs. Told by the person himself, or by who may apply over the host; confirmed by register.review
  // over the host, never by who told it nor by the person. Refusals: proof.self, proof.not_open,
  // proof.fields.
  std::vector<Proof> proofs(Id tenant, Id person);
  base::Result<Proof> proof(Id tenant, Id id);
  base::Result<Id> tell(const By& by, const Proof& proof);
  base::Done decide(const By& by, Id proof, bool confirmed, const std::string& reason, std::int64_t revision);
  base::Done withdraw_proof(const By& by, Id proof, std::int64_t revision);
  std::vector<Proof> waiting_proofs(const auth::Actor& actor, std::int64_t limit);
  base::Done may_decide(const auth::Actor& actor, const Proof& proof);
  // Who may look at what was added: the person, who told it, who may confirm over the host.
  bool may_see_files(const auth::Actor& actor, const Proof& proof);

  // ---- certificates: register.manage everywhere. Refusals: certificate.nothing, certificate.revoked.
  base::Result<std::string> issue(const By& by, Id person, base::Date from, base::Date to);  // its code
  base::Done revoke(const By& by, const std::string& code, const std::string& reason);
  std::optional<Issued> issued(Id tenant, std::string_view code);
  std::vector<Issued> certificates(Id tenant, Id person);
  const std::string& public_key() const { return p_.signer.public_key(); }

  // ---- figures. In force on that day, newest first.
  std::vector<Entry> in_force_on(const CountQuery& query, base::Date day, std::int64_t offset,
                                 std::int64_t limit);
  std::int64_t count_on(const CountQuery& query, base::Date day);
  std::map<Id, std::int64_t> count_by_home(const CountQuery& query, base::Date day);
  // Where somebody is in force on the day, by type: all types in one look-up.
  std::map<std::string, std::set<Id>> homes_by_type(Id tenant, base::Date day);
  std::map<std::string, std::int64_t> count_by_kind(const CountQuery& query, base::Date day);
  // First in force between the days.
  std::vector<Entry> fresh_between(const CountQuery& query, base::Date from, base::Date to);
  // Different people in force in any register of people.
  std::int64_t people_on(Id tenant, const std::optional<std::vector<Id>>& homes, base::Date day);

  // ---- Registers
  std::vector<FoundTeam> find_teams(Id tenant, const TeamQuery& query) override;
  std::vector<Entry> members(Id tenant, Id entry) override;
  Holding holding(Id tenant, std::string_view type, base::Date day) override;
  std::vector<std::pair<std::string, std::string>> person_types(Id tenant) override;
  base::Result<PersonRecord> record(Id tenant, Id person) override;
  std::optional<Id> person_of_account(Id tenant, Id account_person) override;
  base::Result<Id> record_proof(const auth::Actor& by, const Proof& proof) override;

  base::Date today() const { return p_.clock.today(); }

 private:
  Id level_unit(const auth::UnitTree& units, const Type& type, const Entry& entry, Step step) const;
  base::Done check_application(const auth::Actor& actor, const Type& type, const Application& a) const;
  base::Result<Id> person_for(sql::Session& session, const By& by, const Type& type, const Application& a);
  void insert_entry(sql::Session& session, const By& by, const Type& type, const Entry& entry);
  void write_marks(sql::Session& session, Id tenant, const Type& type, const Entry& entry);
  void write_sort(sql::Session& session, Id tenant, const Type& type, const Entry& entry);
  void make_sortable(Id tenant, const Type& type, const TypeField& field);
  std::vector<Entry> sorted_entries(sql::Session& session, Id tenant, const EntryQuery& query,
                                    const std::string& where, const sql::Args& conditions);
  base::Result<Entry> load_entry(sql::Session& session, Id tenant, Id id, bool open_personal);
  base::Result<Person> load_person(sql::Session& session, Id tenant, Id id, bool open);
  Person person_from(const sql::Row& row, Id tenant, bool open) const;
  Entry entry_from(const sql::Row& row, Id tenant, bool open_personal) const;
  std::string sealed_values(const Type& type, Id tenant, const Entry& entry, bool personal) const;
  std::string next_number(sql::Session& session, Id tenant, const Type& type);
  void add_step(sql::Session& session, const By& by, Id entry, std::string_view action,
                const std::string& words, State before, State after);
  void begin_span(sql::Session& session, Id tenant, const Entry& entry, base::Date day);
  void end_span(sql::Session& session, Id tenant, Id entry, base::Date day);
  void extend_span(sql::Session& session, Id tenant, const Entry& entry, base::Date today);
  void freeze(sql::Session& session, const By& by, const Type& type);
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action,
           std::string subject, std::string summary);
  void tell_applicant(sql::Session& session, const By& by, const Type& type, const Entry& entry,
                      const std::string& title, const std::string& text);

  Parts p_;
  sql::Kept<Id, TypeSet> kept_types_{256};
  sql::Kept<std::string, std::map<std::string, std::int64_t>> kept_counts_{1024};
};

}  // namespace kepu::registers
