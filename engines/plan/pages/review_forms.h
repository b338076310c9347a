// The forms of the review page: which fields an edit has, and from what was typed to an Edit.
#pragma once

#include <optional>
#include <string>

#include "core/form/form.h"
#include "engines/plan/pages/desk.h"

namespace kepu::plan {

// A form that came back with errors: which one, for which item, with what was typed.
struct Typed {
  std::string action;  // "task", "split" …
  Id item = 0;
  form::Values values;
  base::Errors errors;
};

const form::Form& metadata_form();
const form::Form& initiative_form();
const form::Form& task_form();
const form::Form& new_initiative_form();
const form::Form& new_task_form();
const form::Form& target_form();
const form::Form& phase_form();

form::Values values_of(const Metadata& metadata);
form::Values values_of(const InitiativeItem& initiative);
form::Values values_of(const TaskItem& task);
form::Values values_of(const TargetItem& target);
form::Values values_of(const PhaseItem& phase);

// The edit of a posted form (field "do" names it, "item" the item). The errors of its fields, each beside its
// field, where it cannot be one; plan.edit_unknown where the form is none of ours.
struct ReadEdit {
  std::optional<Edit> edit;
  Typed typed;  // what was typed, for showing it again
};
ReadEdit read_edit(const http::Request& request, const Plan& plan);

// Places where a task's text may be split: behind each sentence; position in code points and what follows.
struct SplitPlace {
  std::size_t at;
  std::string next;
};
std::vector<SplitPlace> split_places(const TaskItem& task);

}  // namespace kepu::plan
