// The form of an interview: the same on a phone, a tablet and for papers that the office enters. Without a
// script it is a plain form with every question in sight and its condition beside it.
#pragma once

#include <string>

#include "engines/survey/interview.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

struct InterviewForm {
  const CaseWhole& whole;
  const Questionnaire& questionnaire;
  Pairs fields;  // what was typed
  base::Errors errors;
  std::string key;
  bool paper = false;  // the number of the paper is asked for
};
void write_interview_form(Out& h, const Context& context, const InterviewForm& form);

struct AttemptForm {
  const CaseWhole& whole;
  Pairs fields;
  base::Errors errors;
  std::string key;
};
void write_attempt_form(Out& h, const Context& context, const AttemptForm& form);

// What was answered, for the office.
void write_interview(Out& h, const Questionnaire& q, const Interview& interview);

// One question as fields "q-NAME".
void write_question(Out& h, const Question& q, const Pairs& fields, const base::Errors& errors,
                    const Block* block);

}  // namespace kepu::survey::field
