// The form of one question, for questionnaires and for the item bank.
#pragma once

#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

const form::Form& question_form();
form::Values values_of(const Question& q);
// Of checked values; what the walk finds wrong is not looked at here.
Question question_of(const form::Values& values);

}  // namespace kepu::survey::field
