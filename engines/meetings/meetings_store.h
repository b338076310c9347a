// Members, meetings, decisions, briefings and recurring duties in the database. Every change checks the right
// again, the state table, and the revision where two could decide at once; it writes its audit entry and
// notices in the same transaction. Refusals: meetings.not_found, meetings.not_in_state,
// meetings.changed_meanwhile, and meetings.FIELD for what is wrong in a field. Thread-safe; no function may
// be called from inside Database::read() or write().
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/sql/sql.h"
#include "engines/meetings/briefing.h"
#include "engines/meetings/meetings.h"
#include "engines/meetings/recurring.h"

namespace kepu::meetings {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();
// For Directory::add_use_check.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

struct By {
  const auth::Actor& actor;
  std::string remote;
};

// The office and leaders; others see meetings to which their units were invited, and their own decisions.
bool sees_all(const auth::Actor& actor);

struct MeetingRow {  // of the list: a meeting without invitations
  Meeting meeting;
  Quorum quorum;
  int decisions = 0, open = 0;
};

struct DecisionQuery {
  std::optional<std::vector<Id>> units;  // none: the whole tenant
  std::optional<DecisionState> state;
  Id unit = 0, meeting = 0;
  std::string task_code, task_title;  // of one task
  std::string text;
  std::optional<Date> late_on;
  bool open_only = false;
  std::string order_by;  // SQL of the list's own columns; empty: newest first
  std::int64_t offset = 0, limit = 50;
};
struct DecisionPage {
  std::vector<Decision> decisions;
  std::int64_t total = 0;
};

struct DecisionChange {  // which fields are read depends on the action
  DecisionAction action = DecisionAction::take;
  std::int64_t revision = 0;
  std::string text;
  std::optional<Date> due;  // move_due, reopen
  File file;                // report
};

struct NewProof {  // of a recurring duty that is proven by a note
  Date day;
  std::string words;
  File file;
};
struct ProofRow : NewProof {
  Id id = 0, recurring = 0;
  std::string by;
  base::Millis at = 0;
};

class MeetingStore {
 public:
  MeetingStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory)
      : db_(db), clock_(clock), ids_(ids), directory_(directory) {}

  // ---- members
  std::vector<Member> members(Id tenant);
  base::Result<Member> member(Id tenant, Id id);
  base::Result<Id> save_member(const By& by, Member member);  // id 0: a new one

  // ---- meetings
  std::vector<MeetingRow> meetings(Id tenant);  // newest first
  base::Result<Meeting> meeting(Id tenant, Id id);
  bool may_see(const auth::Actor& actor, const Meeting& meeting) const;
  // Title, kind, day, time, place, chair, agenda and whom to invite; answers of units that stay are kept.
  base::Result<Id> save_meeting(const By& by, const Meeting& meeting);
  // Tells every invited unit.
  base::Done call(const By& by, Id meeting, std::int64_t revision);
  // By a unit, as long as the meeting has not been held.
  base::Done answer(const By& by, Id meeting, Id unit, Answer answer, const std::string& who);
  // Attendance of every invited unit; a meeting of a later day than today was not held yet.
  base::Done hold(const By& by, Id meeting, std::int64_t revision, const std::vector<Invitation>& came);
  // `paper` empty: the one that is there stays.
  base::Done save_minutes(const By& by, Id meeting, std::int64_t revision, const std::string& minutes,
                          const File& paper);
  base::Done file(const By& by, Id meeting, std::int64_t revision);  // meetings.minutes: without minutes
  base::Done cancel(const By& by, Id meeting, std::int64_t revision, const std::string& reason);
  // Called meetings that wait for the answer of these units (none: of any), soonest first.
  std::vector<Meeting> unanswered(Id tenant, const std::vector<Id>& units, Date today);
  std::vector<Meeting> held_between(Id tenant, Date from, Date to);  // newest first, without invitations

  // ---- decisions
  DecisionPage decisions(Id tenant, const DecisionQuery& query);
  base::Result<Decision> decision(Id tenant, Id id);
  std::vector<Step> steps(Id tenant, Id decision);
  bool may_see(const auth::Actor& actor, const Decision& decision) const;
  base::Done may_act(const auth::Actor& actor, const Decision& decision, DecisionAction action) const;
  base::Result<Id> add_decision(const By& by, Decision decision);  // of a meeting that was held
  base::Done act(const By& by, Id decision, const DecisionChange& change);
  // Late and open at the end of a day, and those due in a span, as far as the records tell.
  std::vector<Decision> due_between(Id tenant, const std::vector<Id>& units, Date from, Date to);
  std::vector<Decision> late_at(Id tenant, const std::vector<Id>& units, Date day);

  // ---- briefings
  std::vector<Briefing> briefings(Id tenant);  // newest first, without figures
  base::Result<Briefing> briefing(Id tenant, Id id);
  base::Result<Id> save_briefing(const By& by, const Briefing& briefing);  // title, meeting, words, questions
  int next_issue(Id tenant, int year);
  // Keeps the figures and the hash of the paper, whose bytes are stored already. `issued` bears the revision
  // it was drafted on and next_issue(); refuses meetings.issue_taken where another was issued meanwhile.
  base::Done issue_briefing(const By& by, const Briefing& issued);
  base::Done drop_briefing(const By& by, Id id, std::int64_t revision);  // a draft

  // ---- recurring duties
  std::vector<Recurring> recurrings(Id tenant);
  base::Result<Recurring> recurring(Id tenant, Id id);
  base::Result<Id> save_recurring(const By& by, Recurring recurring);
  base::Done add_proof(const By& by, Id recurring, const NewProof& proof);
  std::vector<ProofRow> proofs(Id tenant, Id recurring);  // 0: of all; newest first
  // What proves it, whatever kind of proof it wants.
  std::vector<Happened> happened(Id tenant, const Recurring& recurring);
  // The same of every duty by three look-ups.
  std::vector<std::pair<Recurring, std::vector<PeriodStanding>>> standings(Id tenant, Date today);

 private:
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action,
           std::string subject, std::string summary);
  base::Result<Meeting> load_meeting(sql::Session& session, Id tenant, Id id);
  // Raises the revision, or says who was quicker.
  base::Result<Meeting> take_meeting(sql::Session& session, Id tenant, Id id, std::int64_t revision,
                                     Action action);
  void save_invitations(sql::Session& session, Id tenant, const Meeting& meeting);
  void tell_units(sql::Session& session, const By& by, const Meeting& meeting,
                  const std::map<Id, std::vector<Id>>& people, const std::string& title,
                  const std::string& text, const std::string& key);
  std::map<Id, std::vector<Id>> people_of(Id tenant, const Meeting& meeting);
  base::Result<Decision> load_decision(sql::Session& session, Id tenant, Id id);
  void add_step(sql::Session& session, const By& by, Id decision, std::string_view action,
                const std::string& words, const std::optional<Date>& due, const File& file);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
};

}  // namespace kepu::meetings
