// Rounds, questionnaires, cases and interviews in the database. Every change checks the right again, the
// state table and the revision where two could decide at once; it writes its audit entry in the same
// transaction. Addresses lie sealed; opening one is an audit entry. Thread-safe; no function may be called
// from inside Database::read() or write().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/sql/sql.h"
#include "engines/survey/field.h"
#include "engines/survey/questionnaire.h"
#include "engines/survey/sample.h"

namespace kepu::survey {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();

struct By {
  const auth::Actor& actor;
  std::string remote;
};

struct RoundRow {  // of the list
  Round round;
  int villages = 0, cases = 0, interviews = 0;
};
struct RoundWhole {
  Round round;
  std::vector<AreaRow> areas;            // of the frame, in order
  std::vector<DateChange> date_changes;  // oldest first
  std::vector<Area> frame() const;
  std::vector<AreaRow> drawn() const;
};

struct StoredQuestionnaire {
  Id id = 0;
  std::string title;
  std::int64_t revision = 0;
  base::Millis released_at = 0, edited_at = 0;
  std::string released_by, edited_by;
  int questions = 0, scored = 0;
  std::int64_t paths = 0;
  std::shared_ptr<const Questionnaire> body;  // null in lists
  bool released() const { return released_at > 0; }
};

struct BankItem {  // 题库: a scored question kept for several rounds
  std::string code;
  Question question;
  bool active = true;
  int exposed = 0;    // in how many released versions it stood
  int last_year = 0;  // of the last of them
  std::int64_t revision = 0;
  base::Millis edited_at = 0;
  std::string edited_by;
};

struct CaseQuery {
  Id round = 0;
  int area = -1;
  Id surveyor = 0;
  bool open_only = false;
  std::optional<ReplacementState> replacement;
};

class SurveyStore {
 public:
  SurveyStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory,
              const auth::Cipher& cipher)
      : db_(db), clock_(clock), ids_(ids), directory_(directory), cipher_(cipher) {}

  // ---- rounds. Refusals: survey.not_found, survey.not_in_state, survey.changed_meanwhile.
  std::vector<RoundRow> rounds(Id tenant);
  base::Result<RoundWhole> round(Id tenant, Id id);
  base::Result<Id> add_round(const By& by, Round round);
  base::Done change_round(const By& by, const Round& round);
  // Replaces the frame; check_frame() must have passed.
  base::Done set_frame(const By& by, Id round, std::int64_t revision, const std::vector<Area>& areas);
  base::Done draw(const By& by, Id round, std::int64_t revision, const std::string& seed);
  // By somebody else than who drew (survey.own_draw); refuses survey.digest where the draw cannot be
  // repeated.
  base::Done approve(const By& by, Id round, std::int64_t revision);
  base::Done give_back(const By& by, Id round, std::int64_t revision, const std::string& why);
  base::Done set_questionnaire(const By& by, Id round, std::int64_t revision, Id questionnaire);
  // Dwellings of a drawn village: one address a line, or (addresses empty) a count. Draws the cases. Refused
  // (survey.listing_used) once somebody was there.
  base::Done set_listing(const By& by, Id round, std::int64_t revision, int area,
                         const std::vector<std::string>& addresses, int count);
  // Of the whole village; its open cases go along.
  base::Done assign(const By& by, Id round, std::int64_t revision, int area, Id person,
                    const std::string& name);
  base::Done start(const By& by, Id round,
                   std::int64_t revision);  // survey.not_ready, saying what is missing
  base::Done close(const By& by, Id round, std::int64_t revision);  // survey.unlisted, survey.undecided
  base::Done reopen(const By& by, Id round, std::int64_t revision);
  base::Done cancel(const By& by, Id round, std::int64_t revision, const std::string& why);
  // Other dates; what check_dates() finds is refused. The old ones are kept, surveyors are told.
  base::Done reschedule(const By& by, Id round, std::int64_t revision, base::Date from, base::Date until,
                        const std::string& reason);
  base::Done set_reference(const By& by, Id round, std::int64_t revision, const std::string& margins,
                           const std::string& source, const std::string& published);
  base::Done freeze(const By& by, Id round, std::int64_t revision);
  // Of a frozen round, the same bytes each time, whatever county and townships are called since; refuses
  // survey.not_frozen, and survey.hash where the records no longer give what was frozen.
  base::Result<Dataset> dataset(Id tenant, Id round);

  // ---- questionnaires and items
  std::vector<StoredQuestionnaire> questionnaires(Id tenant);
  base::Result<StoredQuestionnaire> questionnaire(Id tenant, Id id);
  base::Result<Id> add_questionnaire(const By& by, const Questionnaire& q);
  base::Done change_questionnaire(const By& by, Id id, std::int64_t revision, const Questionnaire& q);
  // Walks it first: refuses questionnaire.faults.
  base::Done release(const By& by, Id id, std::int64_t revision);
  std::vector<BankItem> items(Id tenant);
  base::Done save_item(const By& by, const BankItem& item);  // revision 0: a new one

  // ---- field work
  std::vector<FieldCase> cases(Id tenant, const CaseQuery& query);
  base::Result<CaseWhole> field_case(Id tenant, Id id);
  // His own, or the office, which enters papers.
  bool may_enter(const auth::Actor& actor, const FieldCase& c) const;
  // Opens the address; written into the log.
  base::Result<std::string> address(const By& by, Id field_case);
  // The key under which a phone keeps what it has not sent: 32 bytes as base64url, the same for this person
  // and case each time, nobody else's.
  base::Result<std::string> draft_key(const By& by, Id field_case);
  // One answer a record, in order, after the commit of all that was taken.
  std::vector<Taken> receive(const By& by, const std::vector<Record>& records);
  base::Done decide(const By& by, Id field_case, Id interview, bool counts);
  base::Done ask_replacement(const By& by, Id field_case, const std::string& why);
  base::Done decide_replacement(const By& by, Id field_case, bool approve);
  // Counted interviews of a round, by case.
  std::map<Id, Interview> interviews(Id tenant, Id round);
  std::vector<BackCheck> back_checks(Id tenant, Id round);
  base::Done record_back_check(const By& by, Id field_case, const Answers& again);
  // Replacements that wait, over all rounds in the field.
  int waiting_replacements(Id tenant);

 private:
  struct Loaded {  // what a record is read with
    FieldCase field_case;
    RoundState state = RoundState::draft;
    std::string seed;
    std::shared_ptr<const Questionnaire> questionnaire;
  };
  base::Result<Round> load_round(sql::Session& session, Id tenant, Id id);
  std::vector<AreaRow> load_areas(sql::Session& session, Id tenant, Id round);
  base::Result<FieldCase> load_case(sql::Session& session, Id tenant, Id id);
  // Takes the round's row until the end of the write, so that whoever writes to a round comes one after
  // another.
  void hold(sql::Session& session, Id tenant, Id round);
  base::Result<FieldCase> hold_case(sql::Session& session, Id tenant, Id id);
  void save_round(sql::Session& session, Id tenant, const Round& round);
  base::Done modify(const By& by, Id round, std::int64_t revision, RoundAction action,
                    const std::function<base::Result<std::string>(sql::Session&, Round&)>& work);
  void log(sql::Session& session, const By& by, std::string_view right, std::string action,
           std::string subject, std::string summary);
  void insert_case(sql::Session& session, Id tenant, const FieldCase& c, const std::string& address);
  std::string listing(sql::Session& session, Id tenant, Id round, int area);
  FrozenNames names_now(sql::Session& session, const auth::Tenant& tenant, const auth::UnitTree& units,
                        Id round);
  base::Result<Dataset> build(sql::Session& session, Id tenant, const FrozenNames& names, const Round& round);
  std::shared_ptr<const Questionnaire> released_body(sql::Session& session, Id tenant, Id id);
  base::Result<Loaded> load_for(sql::Session& session, const By& by, const Record& record);
  Taken take(sql::Session& session, const By& by, const Record& record, const Loaded& loaded,
             const std::optional<Interview>& interview, const std::optional<Attempt>& attempt);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
  const auth::Cipher& cipher_;
  std::mutex mutex_;
  std::map<std::pair<Id, Id>, std::shared_ptr<const Questionnaire>> released_;  // never change
};

}  // namespace kepu::survey
