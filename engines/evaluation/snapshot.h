// What a round came to, in values that need no database: built from live records while the round runs, kept
// as text when it is frozen. Pages and the report are made from it alone, so that a frozen round gives the
// same report for ever. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/doc/word.h"
#include "engines/evaluation/evaluation.h"

namespace kepu::evaluation {

struct UnitWord {  // what a unit said of a task
  std::string unit;
  bool lead = false, counts = false;
  Completion said = Completion::none;
  std::string words, evidence;
};
struct Proof {  // evidence that the platform holds
  std::string title, url;
};

struct TaskResult {
  Id task = 0;
  std::string code, title, initiative;
  bool project = false;                  // 重点工程; else 提升行动
  Completion self = Completion::none;    // none: missing
  Completion final_ = Completion::none;  // the judgement, else the self-check
  bool judged = false;
  std::string reason, judged_by;
  std::string light;     // done ok watch late idle, of the platform's own standing; empty: it cannot tell
  std::string platform;  // "滞后　逾期未报"; empty: it cannot tell
  std::string source;    // of that
  std::string body;      // of the plan
  std::vector<std::string> leads, shares;  // names of units, as the plan calls them
  std::vector<std::string> silent;         // units whose word is missing
  bool every_year = false;                 // named as coming round every year
  std::vector<UnitWord> words;
  std::vector<Proof> proofs;
};

struct TargetResult {
  Id target = 0;
  std::string code;  // of its task; empty: of the plan
  std::string text, goal, baseline, value, state, light, why, source, url, unit;
  bool headline = false;
};

struct Snapshot {
  std::string county, title, kind, plan, basis, words, problems, measures, issuer;
  Date from, until, day;  // day: of the figures
  int plan_from = 0, plan_to = 0;
  int units = 0, reported = 0;        // sheets, and those that count
  std::vector<TaskResult> tasks;      // in plan order
  std::vector<TargetResult> targets;  // likewise

  struct Counts {
    int done = 0, partly = 0, not_done = 0, missing = 0;
  };
  Counts counts() const;  // by final_
  Counts counts(const std::string& initiative) const;
};

struct Missing {
  std::string what, who, why;
};
// Everything that is not known: units that have not said anything, tasks that nobody judged, targets without
// a value.
std::vector<Missing> missing_of(const Snapshot& snapshot);

// Text for the database and back: read(to_text(s)) == s, and the same snapshot gives the same bytes.
std::string to_text(const Snapshot& snapshot);
base::Result<Snapshot> snapshot_from(std::string_view text);  // evaluation.snapshot where it is damaged

// The report as an official paper (GB/T 9704), every figure with the number of its source line. Same input,
// same bytes. `sha256` of a frozen snapshot's text stands at the end; empty: a draft, and says so.
doc::Paper report_of(const Snapshot& snapshot, const std::string& sha256);

}  // namespace kepu::evaluation
