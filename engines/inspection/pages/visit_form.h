// The form that inspectors fill on site. It is whole in the page, so that a phone can keep it without network
// (web/ts/visit.ts); without a script it is a plain form.
#pragma once

#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

struct VisitForm {
  const VisitWhole& whole;
  Pairs fields;              // what stands in it
  std::vector<Photo> known;  // photos that fields may name
  base::Errors errors;
  std::string key;  // of this record
};
void write_visit_form(Out& h, const Context& context, const VisitForm& form);
// What was answered, to be read.
void write_record(Out& h, const VisitWhole& whole, const Submission& submission);

}  // namespace kepu::inspection
