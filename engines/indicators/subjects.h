// What hangs on an item of the plan (a target's binding and changes, a task's weight) and has to follow it
// when the plan is revised: the items of a new version have new ids. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/plan/running.h"

namespace kepu::indicators {

using base::Id;

enum class SubjectKind { target, task, initiative };
std::string_view to_text(SubjectKind kind);

// One followed item, as it was when it was last written down.
struct Subject {
  Id id = 0;    // ours, for ever
  Id item = 0;  // of the plan, in the version of then
  SubjectKind kind = SubjectKind::target;
  bool headline = false;
  std::string text;  // the target's clause, the title of a task or initiative
  std::string
      owner;  // title of the task (else initiative) that a target stands in, of the initiative of a task
  std::string unit;  // of a target
};

// The items of a plan that are living, as subjects without id.
std::vector<Subject> subjects_of(const plan::Plan& plan);
Subject subject_of(const plan::Plan& plan, const plan::TargetItem& target);

// Item of the plan → subject. An item is found by its id; else by the same wording in the same owner; else by
// the same wording alone where that is unique on both sides; the headline by being it; else, of one kind,
// unit and owner, by the likeness of the text (≥ kSameText). One to one; what is not found is absent. The
// order of `known` does not matter.
inline constexpr double kSameText = 0.75;
std::map<Id, Id> follow(const std::vector<Subject>& known, const plan::Plan& plan);

}  // namespace kepu::indicators
