// Rounds, self-check sheets, judgements and what goes on, in the database. Every change checks the right
// again, the state table and the revision, and writes its audit entry and notices in the same transaction.
// Refusals: evaluation.not_found, evaluation.not_in_state, evaluation.changed_meanwhile, and evaluation.FIELD
// for what is wrong in a field. Thread-safe; no function may be called from inside Database::read() or
// write().
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/sql/sql.h"
#include "engines/evaluation/evaluation.h"
#include "engines/evaluation/next_period.h"

namespace kepu::evaluation {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();
// For Directory::add_use_check.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

struct By {
  const auth::Actor& actor;
  std::string remote;
};
// The office and leaders; others see their own units' sheets and frozen rounds.
bool sees_all(const auth::Actor& actor);

struct Seed {  // a task that a unit is asked about
  Id unit = 0, task = 0;
  std::string code, title;
  bool lead = false;
};

class EvaluationStore {
 public:
  EvaluationStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory)
      : db_(db), clock_(clock), ids_(ids), directory_(directory) {}

  // ---- rounds
  std::vector<Round> rounds(Id tenant);  // newest first, without snapshots
  base::Result<Round> round(Id tenant, Id id);
  base::Result<Id> save_round(const By& by, const Round& round);  // id 0: a new one; of a draft
  // Fixes the plan version and asks every unit of `seeds`.
  base::Done open(const By& by, Id round, std::int64_t revision, Id version, const std::vector<Seed>& seeds);
  base::Done move(const By& by, Id round, std::int64_t revision, Action action);  // close, reopen, cancel
  base::Done save_words(const By& by, const Round& round);                        // words, problems, measures
  // Keeps the snapshot; nothing of the round changes afterwards.
  base::Done freeze(const By& by, Id round, std::int64_t revision, const std::string& snapshot,
                    const std::string& sha256);

  // ---- sheets
  std::vector<Sheet> sheets(Id tenant, Id round);  // in the order of the unit tree
  base::Result<Sheet> sheet(Id tenant, Id round, Id unit);
  std::vector<Answer> answers(Id tenant, Id round, Id unit = 0);  // 0: of all; by code
  bool may_see(const auth::Actor& actor, const Round& round, Id unit) const;
  // Refuses all errors of the form at once (field "said-TASK", "words-TASK"). `submit`: every task must have
  // its word, 部分完成 and 未完成 their reason. Answers of tasks that the unit was not asked about are
  // ignored.
  base::Errors save_sheet(const By& by, Id round, Id unit, std::int64_t revision,
                          const std::vector<Answer>& answers, bool submit);
  base::Done decide_sheet(const By& by, Id round, Id unit, std::int64_t revision, bool accept,
                          const std::string& note);
  // Sheets that wait for these units (none: any), of rounds that collect.
  struct Waiting {
    Round round;
    Sheet sheet;
  };
  std::vector<Waiting> waiting(Id tenant, const std::optional<std::vector<Id>>& units,
                               const std::vector<SheetState>& states);

  // ---- judgements
  std::map<Id, Judgement> judgements(Id tenant, Id round);
  // `self`: what the self-check says now; a judgement that differs wants a reason.
  base::Done judge(const By& by, Id round, const Judgement& judgement, Completion self);

  // ---- what goes on
  std::map<std::string, CarryDecision> carries(Id tenant, Id round);
  // All or none.
  base::Done decide_carry(const By& by, Id round, const std::vector<CarryDecision>& decisions);

 private:
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action,
           std::string subject, std::string summary);
  base::Result<Round> load_round(sql::Session& session, Id tenant, Id id);
  base::Result<Round> take_round(sql::Session& session, Id tenant, Id id, std::int64_t revision,
                                 Action action);
  void touch(sql::Session& session, const By& by, Id round, State state);
  void tell(sql::Session& session, const By& by, const std::vector<Id>& people, const std::string& key,
            const std::string& title, const std::string& text, const std::string& url);
  base::Done save_carry(sql::Session& session, const By& by, Id round, const CarryDecision& decision);
  std::vector<Sheet> load_sheets(sql::Session& session, Id tenant, Id round, Id unit);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
};

}  // namespace kepu::evaluation
