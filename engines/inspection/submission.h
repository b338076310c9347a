// What inspectors bring home from a visit: answers and findings, sent once with a key of its own. The same
// key again changes nothing. One that was begun before somebody else's arrived is kept beside it and decided
// by a person: nothing that was written on site is lost.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engines/inspection/inspection.h"

namespace kepu::inspection {

struct Answer {
  std::string value;  // "yes", "no", "none" (不适用); a number; a text; empty: not answered
  std::string note;
  std::vector<Photo> photos;
  bool operator==(const Answer&) const = default;
};

struct Finding {
  std::string key;  // stable within the visit: "f1"
  std::string what, place;
  Severity severity = Severity::general;
  TaskName task;
  std::vector<Photo> photos;
  bool operator==(const Finding&) const = default;
};

struct Body {
  base::Date on;                  // of the visit
  std::map<int, Answer> answers;  // by number of the question
  std::vector<Finding> findings;
  std::string summary;
  bool operator==(const Body&) const = default;
};

enum class SubmissionState { counts, replaced, waiting, dropped };  // 采用 已更新 待定 未采用
std::string_view to_text(SubmissionState state);
std::string_view title_of(SubmissionState state);
std::optional<SubmissionState> parse_submission_state(std::string_view text);

struct Submission {
  Id id = 0;
  std::string key;
  Id person = 0;
  std::string person_name;
  base::Millis at = 0;             // when it arrived
  std::int64_t base_revision = 0;  // of the visit's answers that it was begun on
  SubmissionState state = SubmissionState::counts;
  Body body;
};

inline constexpr std::size_t kMostFindings = 20, kMostPhotos = 60;

using Pairs = std::vector<std::pair<std::string, std::string>>;
// Fields "q1", "q1-note", "on", "summary", "f1-what", "f1-place", "f1-severity", "f1-task" (id), kept photos
// "q1-photo" and "f1-photo" (sha256), which must be in `known`. New photos come by field in `fresh`.
// A finding without a text, a photo and a place is left out. Errors name their field.
struct ReadBody {
  Body body;
  base::Errors errors;
};
ReadBody read_body(const std::vector<Question>& checklist, const std::vector<TaskName>& tasks,
                   const Pairs& fields, const std::vector<Photo>& known,
                   const std::vector<std::pair<std::string, Photo>>& fresh);

// The fields that read_body would read so, photos as kept ones.
Pairs to_fields(const Body& body);

std::vector<Photo> photos_of(const Body& body);

std::string to_json(const Body& body);
base::Result<Body> body_from_json(std::string_view json);  // refuses submission.json
std::string to_json(const std::vector<Photo>& photos);
std::vector<Photo> photos_from_json(std::string_view json);  // what cannot be read is none

// What is said of an answer: 是, 8 分, 12 场, —
std::string answer_text(const Question& question, const Answer& answer);

}  // namespace kepu::inspection
