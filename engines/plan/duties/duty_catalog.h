// 职责目录: the duties of a county's plan as data (catalog/duties.toml), and the proposal of duties for a
// text.
#pragma once

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

// Words that speak for a duty. A cue counts where all its parts occur in one sentence (parts joined by "+" in
// the file; "|" separates alternatives inside a part; "*" stands for at most 8 characters); `strong` cues
// suffice alone, weak ones need a second.
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
  std::vector<std::string> units;  // who usually acts
  std::vector<std::string> holds;  // what is recorded
  std::vector<Cue> cues;
  std::vector<std::string> against;  // phrases that speak against it in the same sentence
  // Where it may be named: "task", "elsewhere" (goals, safeguards, headings, schedule), or "any".
  std::string place = "any";
};

struct DutyCatalog {
  int version = 0;
  std::vector<DutyArea> areas;
  std::vector<Duty> duties;
  const Duty* find(std::string_view id) const;
  const DutyArea* area(std::string_view id) const;
};

// Refusals name the file's line: catalog.syntax, catalog.duplicate_id, catalog.unknown_engine, catalog.cue.
base::Result<DutyCatalog> parse_duty_catalog(std::string_view toml);
std::string_view engine_title(std::string_view engine);  // 计划, 名录, 点单 …

struct DutyProposal {
  std::string duty;
  double confidence = 1;           // [0, 1]
  std::vector<std::string> words;  // the passages that speak for it, as they stand in the text
  Line line = 0;
};

// Compiled once from a catalog; propose() is const and thread-safe.
class DutyMatcher {
 public:
  explicit DutyMatcher(const DutyCatalog& catalog);
  ~DutyMatcher();
  DutyMatcher(DutyMatcher&&) noexcept;
  // Duties that a task's title and body name; by falling confidence.
  std::vector<DutyProposal> of_task(const Task& task) const;
  // Duties named outside tasks (metadata, goals, safeguards, schedule, department lists). `lines`: the whole
  // extracted text.
  std::vector<DutyProposal> elsewhere(const Reading& reading, const std::vector<std::string>& lines) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All tasks and what stands outside, for to_json.
ProposedDuties propose_all(const DutyMatcher& matcher, const Reading& reading,
                           const std::vector<std::string>& lines);

}  // namespace kepu::plan
