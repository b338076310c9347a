// Field work: the drawn villages and dwellings, who goes there, what came of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engines/survey/disposition.h"
#include "engines/survey/interview.h"
#include "engines/survey/survey.h"

namespace kepu::survey {

struct AreaRow {  // of the frame, and of the draw where it was drawn
  int position = 0;
  Area area;
  int stratum = 0;
  double probability = 0;  // 0: not drawn
  bool certain = false;
  int listed = 0;  // dwellings found there; 0: not listed yet
  base::Millis listed_at = 0;
  std::string listed_by;
  Id surveyor = 0;
  std::string surveyor_name;
  bool drawn() const { return probability > 0; }
};

// 无 待批 已批准 未批准
enum class ReplacementState { none, asked, approved, refused };
std::string_view to_text(ReplacementState state);
std::string_view title_of(ReplacementState state);
ReplacementState parse_replacement_state(std::string_view text);

struct FieldCase {
  Id id = 0, round = 0;
  int area = 0;            // position in the frame
  int dwelling = 0;        // position in the list of the village, from 0
  double probability = 1;  // within the village
  Id replaces = 0;         // came in for that case; 0: drawn
  Id surveyor = 0;
  std::string surveyor_name;
  std::string code = std::string(kNotAttempted);
  int persons = 0;   // 0: not known
  Id interview = 0;  // that counts
  int visits = 0;
  int waiting = 0;  // interviews that came when another counted already
  ReplacementState replacement = ReplacementState::none;
  std::string replacement_why;
  Id asked_by = 0;
  base::Millis last_at = 0;
  std::string number() const;  // 12-035: place in the frame and in the list, both from 1
};
bool is_open(const FieldCase& c);
// Why a case may not be replaced, or nothing: it has to be done with, by rule, and not for a refusal alone.
// 没有人应答的住户至少要在不同日子去过 kLeastVisits 次。拒访不得替换（避免挑选愿意配合的住户）。
std::optional<std::string> no_replacement_because(const FieldCase& c);

enum class InterviewState { counts, replaced, waiting, dropped };  // 采用 已更新 待定 未采用
std::string_view to_text(InterviewState state);
std::string_view title_of(InterviewState state);
InterviewState parse_interview_state(std::string_view text);

struct StoredInterview {
  Id id = 0, field_case = 0, person = 0;
  std::string key, person_name;
  base::Millis at = 0;
  InterviewState state = InterviewState::counts;
  Interview body;
};
struct StoredAttempt {
  std::string person_name;
  base::Millis at = 0;
  Attempt attempt;
};

struct CaseWhole {
  FieldCase field_case;
  Round round;
  AreaRow area;
  std::vector<StoredAttempt> attempts;      // oldest first
  std::vector<StoredInterview> interviews;  // newest first
};

// What became of a record that was sent.
struct Taken {
  enum class Kind { accepted, replayed, waiting, refused } kind = Kind::accepted;
  std::string message;  // plain Chinese
  base::Errors errors;  // refused: by field
};
std::string_view to_text(Taken::Kind kind);

// ---- back-checks: some interviews are asked again on a few questions by somebody else

inline constexpr std::size_t kMostBackQuestions = 6;
struct BackCheck {
  Id field_case = 0;
  std::string number, surveyor_name, by;
  Id surveyor = 0;
  base::Millis at = 0;  // 0: still to be done
  int asked = 0, differing = 0;
};
// The questions that are asked again: the background, then scored ones spread over the questionnaire.
std::vector<const Question*> back_questions(const Questionnaire& q);
// Of `asked` questions, how many were answered otherwise; an age within one year is the same.
int differing(const Answers& first, const Answers& again, const std::vector<const Question*>& asked);

}  // namespace kepu::survey
