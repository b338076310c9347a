// Rounds, visits and problems in the database. Every change checks the right again, the state table, and
// where two could decide at once the revision; it writes its audit entry and notices in the same transaction.
// Thread-safe; no function may be called from inside Database::read() or write(), except where it takes a
// Session.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/sql/sql.h"
#include "engines/inspection/inspection.h"
#include "engines/inspection/sample.h"
#include "engines/inspection/submission.h"

namespace kepu::inspection {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();
// For Directory::add_use_check.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

struct By {
  const auth::Actor& actor;
  std::string remote;
};

// The office, inspectors and leaders. Others see rounds that were circulated and problems handed to their
// units.
bool sees_all(const auth::Actor& actor);

struct RoundRow {  // of the list
  Round round;     // without checklist and tasks
  int visits = 0, answered = 0, problems = 0, open = 0;
};

// Answered and left-out visits in whole; for the page of a round.
struct RoundWhole {
  Round round;
  std::vector<FrameUnit> frame;
  std::vector<Inspector> inspectors;
  std::vector<Visit> visits;  // by unit name
};

struct VisitWhole {
  Visit visit;
  Round round;
  std::vector<Submission> submissions;  // newest first
  const Submission* current() const;
};

struct VisitRow {
  Visit visit;
  std::string round_title;
  RoundState round_state = RoundState::running;
  base::Date from, until;
};

// What became of a submission.
struct Received {
  enum class Kind { accepted, replayed, conflict } kind = Kind::accepted;
  std::int64_t revision = 0;  // of the visit's answers now
  Id submission = 0;
  SubmissionState state = SubmissionState::counts;  // of this very one, also when it comes again
  std::string other;                                // conflict: whose answers count, and since when
};

struct ProblemQuery {
  std::optional<std::vector<Id>> units;  // owners; none: the whole tenant
  std::optional<ProblemState> state;
  std::optional<Severity> severity;
  std::optional<Source> source;
  Id owner = 0, round = 0, visit = 0;
  std::string task_code, task_title;  // of one task
  std::string text;                   // part of what, number, measure
  std::optional<base::Date> late_on;  // only those late on that day
  bool open_only = false;
  std::string order_by;  // SQL of the list's own columns; empty: newest first
  std::int64_t offset = 0, limit = 50;
};
struct ProblemPage {
  std::vector<Problem> problems;
  std::int64_t total = 0;
};

// What a change of a problem brings; which fields are read depends on the action.
struct ProblemChange {
  ProblemAction action = ProblemAction::assign;
  std::int64_t revision = 0;
  std::string text;               // reason or report
  Id owner = 0;                   // assign
  std::string measure;            // assign
  std::optional<base::Date> due;  // assign, move_due, give_back, reopen
  std::vector<Photo> files;       // report, pass
};

struct ProblemCounts {
  int noted = 0, rectifying = 0, reported = 0, passed = 0, closed = 0, late = 0;
};

class InspectionStore {
 public:
  InspectionStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory)
      : db_(db), clock_(clock), ids_(ids), directory_(directory) {}

  // ---- rounds. Refusals: inspection.not_found, inspection.not_in_state, inspection.changed_meanwhile.
  std::vector<RoundRow> rounds(Id tenant);
  base::Result<RoundWhole> round(Id tenant, Id id);
  base::Result<Id> add_round(const By& by, Round round);  // title, basis, days, strata, tasks, checklist
  base::Done change_round(const By& by, const Round& round);
  // Draws from the units as they are; visits of an earlier draw are replaced. `carriers`: see frame_of.
  base::Done draw_round(const By& by, Id round, std::int64_t revision, const std::string& seed,
                        const std::vector<Id>& carriers);
  base::Done name_unit(const By& by, Id round, std::int64_t revision, Id unit, const std::string& reason);
  // People who go; they are spread over the visits.
  base::Done set_inspectors(const By& by, Id round, std::int64_t revision,
                            const std::vector<Inspector>& people, int each);
  base::Done start_round(const By& by, Id round, std::int64_t revision);
  base::Done close_round(const By& by, Id round, std::int64_t revision);  // inspection.open_visits
  base::Done cancel_round(const By& by, Id round, std::int64_t revision, const std::string& reason);
  base::Done circulate_round(const By& by, Id round, std::int64_t revision, const std::string& words,
                             const std::string& paper);

  // ---- visits
  // Of one person (0: of everybody), in running rounds first; `open_only`: planned ones of running rounds.
  std::vector<VisitRow> visits(Id tenant, Id person, bool open_only);
  base::Result<VisitWhole> visit(Id tenant, Id id);
  // A unit learns of a round by its circular, not before.
  bool may_see(const auth::Actor& actor, const Round& round) const;
  bool may_see(const auth::Actor& actor, const Round& round, const Visit& visit) const;
  // The record that counts, by visit of a round.
  std::map<Id, Body> records(Id tenant, Id round);
  bool may_answer(const auth::Actor& actor, const Visit& visit) const;
  base::Done drop_visit(const By& by, Id visit, const std::string& reason);
  // Refuses visit.not_yours, visit.round_over, submission.key. A conflict is no refusal: it is kept.
  base::Result<Received> receive(const By& by, Id visit, const std::string& key, std::int64_t base_revision,
                                 const Body& body);
  // Of submissions that came too late: this one counts, or is left aside.
  base::Done decide(const By& by, Id visit, Id submission, bool counts, std::int64_t revision);

  // ---- problems
  ProblemPage problems(Id tenant, const ProblemQuery& query);
  base::Result<Problem> problem(Id tenant, Id id);
  std::vector<Step> steps(Id tenant, Id problem);
  bool may_see(const auth::Actor& actor, const Problem& problem) const;
  // Whether this person may do it now: state table, right over the unit, own unit barred from looking again.
  base::Done may_act(const auth::Actor& actor, const Problem& problem, ProblemAction action) const;
  base::Result<Id> add_problem(const By& by, Problem problem);
  base::Done act(const By& by, Id problem, const ProblemChange& change);
  ProblemCounts counts(Id tenant, const std::optional<std::vector<Id>>& units, base::Date today);
  // What waits, for the to-do list: in these states, over these units (none: all), by due date.
  std::vector<Problem> waiting(Id tenant, ProblemState state, const std::optional<std::vector<Id>>& owners,
                               std::int64_t limit);
  // A photo that was taken in for a visit, whether its record was complete already or not; only such photos
  // can be named in a record. Refuses visit.not_yours.
  base::Done keep_photo(const By& by, Id visit, const Photo& photo);
  std::vector<Photo> photos(Id tenant, Id visit);
  // The stored file of a problem (its photos, the proofs of its steps) by hash.
  std::optional<Photo> photo_of_problem(Id tenant, Id problem, const std::string& sha256);

  // ---- figures (see inspection_metrics.cc)
  // Open at the end of that day, by owner unit.
  std::vector<Problem> open_at(Id tenant, const std::vector<Id>& owners, base::Date day);
  // With a date due between the two, not withdrawn.
  std::vector<Problem> due_between(Id tenant, const std::vector<Id>& owners, base::Date from, base::Date to);

 private:
  base::Done may_act(const auth::Actor& actor, const auth::UnitTree& units, const Problem& problem,
                     ProblemAction action) const;
  base::Result<Round> load_round(sql::Session& session, Id tenant, Id id);
  base::Result<Visit> load_visit(sql::Session& session, Id tenant, Id id);
  std::vector<Visit> load_visits(sql::Session& session, Id tenant, Id round);
  base::Result<Problem> load_problem(sql::Session& session, Id tenant, Id id);
  // One change of a round: right, state, revision; `work` returns what the log says.
  base::Done modify_round(const By& by, Id round, std::int64_t revision, RoundAction action,
                          const std::function<base::Result<std::string>(sql::Session&, Round&)>& work);
  void save_round(sql::Session& session, Id tenant, const Round& round);
  void save_findings(sql::Session& session, const By& by, const Round& round, const Visit& visit,
                     const Body& body);
  void insert_problem(sql::Session& session, const By& by, Problem problem, const std::string& words);
  void add_step(sql::Session& session, const By& by, Id problem, std::string_view action,
                const std::string& words, const std::optional<base::Date>& due,
                const std::vector<Photo>& files);
  void make_visit(sql::Session& session, Id tenant, Id round, Id unit, bool drawn, const std::string& reason);
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action,
           std::string subject, std::string summary);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
};

}  // namespace kepu::inspection
