// Results of rounds in the database: computed as often as the office likes, made final once by somebody else;
// from then on nothing changes. What is kept is the text of the result, so that an old report shows its own
// numbers whatever the program has learnt since. Thread-safe; not to be called inside read() or write().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/sql/sql.h"
#include "engines/survey/analysis/result.h"

namespace kepu::survey::results {

using analysis::RoundResult;
using base::Id;

inline constexpr std::string_view kResultRead = "survey.read", kResultManage = "survey.manage",
                                  kResultApprove = "survey.approve";

// Part "survey_result".
const std::vector<sql::Migration>& result_migrations();

struct ResultBy {
  const auth::Actor& actor;
  std::string remote;
};

struct StoredResult {
  Id round = 0;
  int number = 0;  // 1, 2 … of the round
  bool final = false;
  RoundResult result;
  std::string hash;   // SHA-256 of the result's text
  std::string words;  // the office's own, in the report
  std::string paper;  // content hash of the final Word report
  Id made_by = 0;
  std::string made_by_name, final_by_name;
  base::Millis made_at = 0, final_at = 0;
};

// A draft that waits for somebody to make it final.
struct WaitingResult {
  Id round = 0;
  std::string title;  // of the round
  Id made_by = 0;
  std::string made_by_name;
};

class ResultsStore {
 public:
  ResultsStore(sql::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  // The newest; of a round with a final one, that. None where nothing was computed.
  std::optional<StoredResult> newest(Id tenant, Id round);
  // Final ones, the oldest fieldwork first: for metrics.
  std::vector<StoredResult> finals(Id tenant);

  // Rounds whose newest result is a draft, in order of their numbers.
  std::vector<WaitingResult> waiting(Id tenant);

  // Keeps a computed result as a draft; one equal to the newest draft is not kept again. Its number. Refuses
  // forbidden, survey.result.final (conflict: the round has a final result).
  base::Result<int> keep(const ResultBy& by, Id round, const RoundResult& result);
  // Refuses forbidden, not_found (no draft), survey.result.changed (conflict: `hash` is not the newest
  // draft's), survey.result.final (it is final already), survey.result.second_person (who computed it cannot
  // make it final).
  base::Done finalise(const ResultBy& by, Id round, const std::string& hash, const std::string& words,
                      const std::string& paper);

 private:
  sql::Database& db_;
  const base::Clock& clock_;
};

}  // namespace kepu::survey::results
