// 职责目录: the duties of a county's plan as data (catalog/duties.toml), and the proposal of duties for a
// text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan {

struct DutyArea {
  std::string id;     // "A4"
  std::string title;  // 青少年与学校科学教育
};

// Words that speak for a duty; duty_cue.h states the grammar. `strong` cues suffice alone, weak ones need a
// second.
struct Cue {
  std::string text;
  bool strong = true;
};

struct Duty {
  std::string id;       // "A4-10"
  std::string area;     // "A4"
  std::string engine;   // plan indicators survey registers schemes orders events training contests media
                        // response funds partners
  std::string title;    // 科学教师与科技辅导员培训
  std::string purpose;  // one sentence in Chinese: what must be possible
  std::vector<std::string> units;    // who usually acts
  std::vector<std::string> holds;    // what is recorded
  std::vector<Cue> cues;             // strong ones first
  std::vector<std::string> against;  // phrases that speak against it in the same sentence
  // Where it may be named: "task", "elsewhere" (goals, safeguards, headings, schedule), or "any".
  std::string place = "any";
};

struct DutyCatalog {
  int version = 0;
  std::string source;                                     // where the rows come from, for people
  std::map<std::string, std::string, std::less<>> words;  // word groups: name → alternatives joined by "|"
  std::vector<DutyArea> areas;
  std::vector<Duty> duties;
  const Duty* find(std::string_view id) const;
  const DutyArea* area(std::string_view id) const;
};

// At most 1 MiB and 1,000 duties. Refusals name the file's line: catalog.syntax, catalog.field,
// catalog.duplicate_id, catalog.unknown_area, catalog.unknown_engine, catalog.cue, catalog.too_large.
base::Result<DutyCatalog> parse_duty_catalog(std::string_view toml);

// The engines in the order in which pages list them, and their Chinese names: 计划, 名录, 点单 …; empty for
// an unknown one.
const std::vector<std::string_view>& duty_engines();
std::string_view engine_title(std::string_view engine);

struct DutyProposal {
  std::string duty;
  double confidence = 1;           // [0, 1]
  std::vector<std::string> words;  // the passages that speak for it, as they stand in the text
  Line line = 0;
};

// Compiled once from a catalog that parse_duty_catalog accepted; all else is const and thread-safe. A duty is
// proposed where one strong cue or two weak ones hold (kSureEnough is reached by a strong one).
class DutyMatcher {
 public:
  explicit DutyMatcher(const DutyCatalog& catalog);
  ~DutyMatcher();
  DutyMatcher(DutyMatcher&&) noexcept;
  // Duties that a task's title and body name; by falling confidence. `initiative`: the title above the task,
  // which heading parts of cues may look at.
  std::vector<DutyProposal> of_task(const Task& task, std::string_view initiative = {}) const;
  // Duties named outside tasks (metadata, goals, safeguards, schedule, department lists), in order of lines,
  // each once. `lines`: the whole extracted text.
  std::vector<DutyProposal> elsewhere(const Reading& reading, const std::vector<std::string>& lines) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All tasks and what stands outside, for to_json.
ProposedDuties propose_all(const DutyMatcher& matcher, const Reading& reading,
                           const std::vector<std::string>& lines);

}  // namespace kepu::plan
