// 督查通报: what a round came to, counted from the records that count and the problems as they stood on a
// day.
#pragma once

#include <vector>

#include "core/doc/word.h"
#include "engines/inspection/inspection_store.h"

namespace kepu::inspection {

struct UnitResult {
  Id unit = 0;
  std::string name;
  std::optional<double> share;  // of the points that could be had: scores, and yes as the whole of 1
  int problems = 0, closed = 0;
};

struct QuestionResult {
  Question question;
  int answered = 0, yes = 0, no = 0;
  std::optional<double> mean;  // of scores and numbers
};

struct Circular {
  int visited = 0, not_visited = 0;
  std::vector<UnitResult> units;  // the best first, then by the order of the visits
  std::vector<QuestionResult> questions;
  std::vector<Problem> problems;  // that counted on the day, the gravest first
  int closed = 0;
};

// Share of one record: Σ points / Σ possible over answered score and yes-no questions (yes 1 of 1, no 0 of
// 1); not applicable, numbers and texts do not count. None where nothing counts.
std::optional<double> share_of(const std::vector<Question>& checklist, const Body& body);

// `records`: the record that counts of each visit, null where there was none. `as_of`: problems opened and
// ended until then.
Circular circular_of(const RoundWhole& whole,
                     const std::vector<std::pair<const Visit*, const Body*>>& records,
                     const std::vector<Problem>& problems, const auth::UnitTree& units, base::Millis as_of);

// As an official paper. `words`: the office's own, a paragraph a line.
doc::Paper paper_of(const Round& round, const Circular& circular, const auth::UnitTree& units,
                    const std::string& issuer, const std::string& words, base::Date day);

std::string percent_text(const std::optional<double>& share);

}  // namespace kepu::inspection
