// The only SQL of the appraisal engine. Thread-safe; every function keeps to the tenant of the actor or the
// one given. Writes check right, state (flow.h) and bounds, write the audit entry in the same transaction,
// and answer after the commit. Of two writes that collide one wins and the other is refused by
// appraisal.changed_meanwhile, naming who and when. No function may be called inside Database::write(); those
// that write not inside read() either.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/sql/sql.h"
#include "engines/appraisal/criteria.h"
#include "engines/appraisal/flow.h"

namespace kepu::auth {
class Directory;
}

namespace kepu::appraisal {

// Who acts, from where.
struct By {
  const auth::Actor& actor;
  std::string remote;
};

// A year's appraisal as it lies there.
struct Head {
  Id id = 0;
  int year = 0;
  std::string title;
  State state = State::draft;
  std::int64_t revision = 0;  // rises with every edit and step
  std::optional<base::Date> self_due, assess_due, notice_from, notice_until;
  base::Millis edited_at = 0, published_at = 0, frozen_at = 0, finished_at = 0;
  std::string edited_by;
  std::string inputs_hash, scores_hash;  // of a final one
};
struct Loaded {
  Head head;
  std::shared_ptr<const Table> table;
};

struct UnitSheet {  // what is known of a unit besides its marks
  Entry entry;
  std::int64_t revision = 0;  // rises with every self, reviewed and appeal mark
  base::Millis submitted_at = 0, edited_at = 0;
  std::string submitted_by, edited_by;
};

enum class AppealState { open, upheld, rejected };  // 待裁定 支持 维持原分
std::string_view to_text(AppealState state);
std::string_view title_of(AppealState state);
struct Appeal {
  Id id = 0, appraisal = 0, unit = 0;
  std::string item;
  AppealState state = AppealState::open;
  std::string text, link;
  base::Millis at = 0, decided_at = 0;
  std::string by, decided_by, decision;  // decision: the reasons
};

// A line of the results, for lists: of a final year as frozen, else as it stands.
struct ResultRow {
  Id unit = 0;
  int year = 0;
  std::string name, group, grade;
  std::optional<Points> self, assessed, total;
  Points bonus = 0, deduction = 0;
  int missing = 0;
};

// What verify() found.
struct Proof {
  Head head;
  bool sound = false;
  std::string inputs_hash, scores_hash;  // computed anew
  std::int64_t audit_entry = 0;          // number of the entry that holds the hashes
  std::vector<std::string> lines;        // each check and its result, in plain Chinese
};

class AppraisalStore {
 public:
  AppraisalStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory,
                 Criteria criteria);

  const Criteria& criteria() const { return criteria_; }

  // ---- reading
  std::vector<Head> heads(Id tenant);  // newest year first
  // Refusals: appraisal.not_found; appraisal.frozen_broken where the table was tampered with.
  base::Result<Loaded> load(Id tenant, Id appraisal);
  base::Result<Loaded> of_year(Id tenant, int year);
  std::vector<UnitSheet> sheets(Id tenant, Id appraisal);  // by position
  base::Result<UnitSheet> sheet(Id tenant, Id appraisal, Id unit);
  // All that score() wants; `unit` 0: of every unit. `brief` leaves out what the score does not need (names,
  // reasons, links).
  base::Result<Inputs> inputs(Id tenant, Id appraisal, Id unit = 0, bool brief = false);
  std::vector<ResultRow> results(Id tenant, Id appraisal);            // frozen ones; empty before that
  std::vector<ResultRow> results_of_unit(Id tenant, Id unit);         // of all final years, newest first
  std::vector<Appeal> appeals(Id tenant, Id appraisal, Id unit = 0);  // newest first; unit 0: all
  // For to-dos and lists, one look-up each.
  std::vector<Appeal> open_appeals(Id tenant);
  std::vector<Head> running(Id tenant);  // neither draft nor final
  std::vector<UnitSheet> unsubmitted(Id tenant, Id appraisal);
  std::vector<Id> units_marked_by(Id tenant, Id appraisal, Id person);
  // Final results as metric::Source wants them: of the newest year that was final by the end of the day.
  std::map<Id, ResultRow> latest_results(Id tenant, base::Date until, const std::vector<Id>& units);

  // ---- the table (appraisal.edit, appraisal.manage)
  // Refusals: appraisal.year_taken, appraisal.forbidden_criterion, appraisal.code_twice.
  base::Result<Id> create(const By& by, const Table& table);
  base::Done edit(const By& by, Id appraisal, std::int64_t revision, const Table& table,
                  const std::string& what);
  // Freezes `table`, which is the stored one with the titles of its metrics filled in, and the list of units.
  base::Done publish(const By& by, Id appraisal, std::int64_t revision, const Table& table);

  // ---- steps (appraisal.manage)
  struct Step {
    Action action = Action::publish;
    std::optional<base::Date> due;  // of what begins: self scores, marks, the notice (its last day)
    std::string reason;             // for recall and reopen_assessing
    std::vector<Figure> figures;    // for open_assessing
  };
  base::Done step(const By& by, Id appraisal, std::int64_t revision, const Step& step);

  // ---- marks. Only `item`, `points`, `reason` and `link` of a Mark are read. Each call replaces all marks
  // of its kind (assessors: their own) of the unit.
  base::Done save_self(const By& by, Id appraisal, Id unit, std::int64_t revision, std::vector<Mark> marks,
                       bool submit);
  base::Done return_self(const By& by, Id appraisal, Id unit, const std::string& reason);
  base::Done assess(const By& by, Id appraisal, Id unit, std::vector<Mark> marks);
  base::Done review(const By& by, Id appraisal, Id unit, std::int64_t revision, std::vector<Mark> marks);

  // ---- appeals
  base::Result<Id> appeal(const By& by, Id appraisal, Id unit, const std::string& item,
                          const std::string& text, const std::string& link);
  struct Decision {
    AppealState state = AppealState::rejected;
    std::optional<Points> points;  // of upheld; none: 不适用
    std::string reason;
  };
  base::Done decide(const By& by, Id appeal, const Decision& decision);

  // ---- proof
  base::Result<Proof> verify(Id tenant, Id appraisal);

 private:
  base::Result<Loaded> load(sql::Session& session, Id tenant, Id appraisal);
  Inputs inputs(sql::Session& session, Id tenant, const Loaded& loaded, Id unit, bool brief);
  base::Result<Loaded> locked(sql::Session& session, Id tenant, Id appraisal, Action action);
  base::Result<UnitSheet> raise_sheet(sql::Session& session, const By& by, Id appraisal, Id unit,
                                      std::optional<std::int64_t> revision);
  base::Done set_state(sql::Session& session, const By& by, const Head& head, State to);
  base::Done not_own(const auth::Actor& actor, Id unit) const;
  base::Done check_table(const Table& table) const;
  base::Done link_proofs(sql::Session& session, const By& by, Id appraisal, Id unit,
                         const std::vector<Mark>& before, const std::vector<Mark>& marks);
  std::string replace_marks(sql::Session& session, const By& by, Id appraisal, Id unit, Mark::Kind kind,
                            std::vector<Mark>& marks);
  void log(sql::Session& session, const By& by, std::string_view right, std::string_view action, Id appraisal,
           Id unit, const std::string& summary, const std::string& detail = {}) const;
  void tell(sql::Session& session, Id tenant, const std::vector<Id>& people, const std::string& key,
            const std::string& title, const std::string& text, const std::string& url);
  base::Done finish(sql::Session& session, const By& by, const Loaded& loaded);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
  Criteria criteria_;
  std::mutex mutex_;
  std::map<std::tuple<Id, Id, std::int64_t>, std::shared_ptr<const Table>> tables_;
};

const std::vector<sql::Migration>& migrations();
std::vector<auth::Right> rights();

std::string subject_of(Id appraisal, Id unit = 0);  // of audit entries: "appraisal:4711", "appraisal:4711:12"
// Why this person may not score or decide on the unit: it is his own, above his own, or below it (but for
// people of the county itself). None where he may.
std::optional<std::string> own_unit_bar(const auth::Actor& actor, const auth::UnitTree& units, Id unit);

}  // namespace kepu::appraisal
