// 校核: what a clerk may change in a version that is under review, as pure functions from plan to plan. The
// store saves the difference and writes one audit entry with the summary that comes back.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "engines/plan/plan.h"

namespace kepu::plan {

namespace edit {

struct Describe {  // metadata
  Metadata metadata;
};
struct ChangeInitiative {
  Id initiative;
  InitiativeKind kind;
  std::string title, goal;
  std::vector<std::string> lead, responsible;
};
struct ChangeTask {
  Id task;
  std::string title, body;
  std::vector<std::string> lead, responsible;
  std::string start, due;  // ISO or empty
};
struct AddInitiative {
  InitiativeKind kind;
  std::string title;
  Line line = 0;
};
struct AddTask {
  Id initiative;
  std::string title, body;
  Line line = 0;
};
// `from` goes into `into`: bodies joined in plan order, departments and duties united, quantities follow;
// `from` is dropped. A title that stands in the document is kept as a sentence of the joined body.
struct MergeTasks {
  Id into, from;
};
struct SplitTask {  // the body from character `at` (code points) on becomes a new task with `title`
  Id task;
  std::size_t at;
  std::string title;
};
struct MoveTask {
  Id task, initiative;
  int position;  // 0-based among the living tasks of the new initiative; beyond the end: last
};
struct MoveInitiative {
  Id initiative;
  int position;  // 0-based among the living ones of its kind; beyond the end: last
};
struct Drop {  // a task, an initiative with its tasks, a target or a phase
  Id item;
};
struct Restore {  // a task only where its initiative is living
  Id item;
};
struct SetTarget {  // id 0: a new one; a new headline takes the place of the old
  TargetItem target;
};
struct SetPhase {  // id 0: a new one
  PhaseItem phase;
};
struct SettleAnomaly {
  Id anomaly;
  bool settled;
  std::string note;
};
struct Accept {  // a low-confidence item is right as it stands
  Id item;
};
struct SetDuty {  // confirm, reject, or add by hand
  Id task;
  std::string duty;
  DutyState state;
};
struct SetElsewhereDuty {
  std::string duty;
  DutyState state;
};
struct ConfirmDuties {  // all proposals of living tasks at or above this confidence
  double at_least;
};

}  // namespace edit

using Edit =
    std::variant<edit::Describe, edit::ChangeInitiative, edit::ChangeTask, edit::AddInitiative, edit::AddTask,
                 edit::MergeTasks, edit::SplitTask, edit::MoveTask, edit::MoveInitiative, edit::Drop,
                 edit::Restore, edit::SetTarget, edit::SetPhase, edit::SettleAnomaly, edit::Accept,
                 edit::SetDuty, edit::SetElsewhereDuty, edit::ConfirmDuties>;

struct Edited {
  Plan plan;
  std::string summary;  // plain Chinese: 将任务农-03“…”改名为“…”
  std::string subject;  // "task:ID"
};

// What is changed by hand is sure: its confidence becomes 1. Names are trimmed, empty and repeated ones left
// out. Refusals (rule): plan.title_empty, plan.title_long (> 200), plan.not_found, plan.date, plan.period,
// plan.split_range, plan.merge_self, plan.merge_initiatives (other initiative: move first),
// plan.target_value, plan.milestone_year, plan.name_long (> 60), plan.names_many (> 300), plan.text_long (>
// 20,000), plan.status, plan.duty, plan.initiative_dropped (restore it first), plan.no_change (nothing to
// confirm). Positions, codes and marks stay consistent: positions run from 0 without gaps among living items,
// codes are unique, every living task stands in a living initiative.
base::Result<Edited> apply(Plan plan, const Edit& edit, const std::function<Id()>& next_id);

}  // namespace kepu::plan
