// One interview as it comes in: from the page, from the queue of a phone, from paper. The same reading for
// all.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engines/survey/questionnaire.h"

namespace kepu::survey {

using Pairs = std::vector<std::pair<std::string, std::string>>;

enum class Mode { device, paper };  // 手机或平板 纸质问卷

struct Interview {
  int persons = 0;   // of 18–69 in the dwelling
  int person = 0;    // which of them was drawn, from 1
  std::string code;  // disposition: 1.1, 1.2, or 2.12 where too little was answered
  Mode mode = Mode::device;
  std::string paper;                          // number of the paper
  base::Millis from = 0, until = 0;           // of the interview, by the device's clock; 0: not known
  Answers answers;                            // of questions that were to be asked, in no order
  std::map<std::string, std::int64_t> times;  // milliseconds at a question, by name
  bool operator==(const Interview&) const = default;
};
double minutes_of(const Interview& interview);  // 0 where not known

// A break-off that answered less than this share of the scored questions is no partial interview.
inline constexpr double kPartialShare = 0.5;

// Fields: "persons", "q-NAME" (several times for 多选), "t-NAME", "from", "until", "paper", "stopped" ("1":
// the respondent broke off). Answers to questions that the skips leave out are dropped; what is asked of
// nobody is no error. Refusals name their field ("q-age"). `table` as selection_table() gives it.
struct ReadInterview {
  Interview interview;
  base::Errors errors;
};
ReadInterview read_interview(const Questionnaire& q, const std::array<int, 12>& table, const Pairs& fields);
// The fields that read_interview would read so.
Pairs to_fields(const Interview& interview);

// Share of the full points, by the key: Σ points of right answers. Only of complete interviews is it a score.
double score_of(const Questionnaire& q, const Answers& answers);

// What the dataset reads of the background; unknown or 0 where it was not answered.
Sex sex_of(const Answers& answers);
int age_of(const Answers& answers);
Education education_of(const Answers& answers);

std::string to_json(const Interview& interview);
base::Result<Interview> interview_from_json(std::string_view json);  // refuses interview.json

// ---- what a phone sends:
// {"records":[{"kind":"interview","case":"4711","key":"…","fields":[["q-age","40"]]},
// {"kind":"attempt",…}]}; the file that a phone saves where it finds no network is the same with
// "file":"kepu-survey"
struct Record {
  bool attempt = false;
  Id field_case = 0;
  std::string key;
  Pairs fields;
};
inline constexpr std::size_t kMostRecords = 500;
base::Result<std::vector<Record>> read_records(std::string_view json);  // refuses records.json

// A visit without an interview, or before one.
struct Attempt {
  std::string code;  // disposition
  base::Date on;
  int hour = 0;      // 0 … 23
  std::string note;  // no names, no telephone numbers
  int persons = 0;   // 0: not known
};
// Fields "code", "on", "hour", "note".
struct ReadAttempt {
  Attempt attempt;
  base::Errors errors;
};
ReadAttempt read_attempt(const Pairs& fields, base::Date today);

}  // namespace kepu::survey
