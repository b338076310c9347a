// The single edits behind apply(), by family, and the checks that they share. Private to this folder. Each
// changes the plan in place and says what it did; where it refuses, the plan may be half changed and is
// thrown away by apply().
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/plan/plan_edit.h"

namespace kepu::plan {

struct Said {
  std::string summary, subject;
};
using NextId = std::function<Id()>;

// edit_metadata.cc
base::Result<Said> carry_out(Plan& plan, const edit::Describe& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::SettleAnomaly& edit, const NextId& next_id);
// edit_initiatives.cc
base::Result<Said> carry_out(Plan& plan, const edit::AddInitiative& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::ChangeInitiative& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::MoveInitiative& edit, const NextId& next_id);
// edit_tasks.cc
base::Result<Said> carry_out(Plan& plan, const edit::AddTask& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::ChangeTask& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::MoveTask& edit, const NextId& next_id);
// edit_merge.cc
base::Result<Said> carry_out(Plan& plan, const edit::MergeTasks& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::SplitTask& edit, const NextId& next_id);
// edit_drop.cc
base::Result<Said> carry_out(Plan& plan, const edit::Drop& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::Restore& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::Accept& edit, const NextId& next_id);
// edit_targets.cc
base::Result<Said> carry_out(Plan& plan, const edit::SetTarget& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::SetPhase& edit, const NextId& next_id);
// edit_duties.cc
base::Result<Said> carry_out(Plan& plan, const edit::SetDuty& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::SetElsewhereDuty& edit, const NextId& next_id);
base::Result<Said> carry_out(Plan& plan, const edit::ConfirmDuties& edit, const NextId& next_id);

inline constexpr std::size_t kTitleMax = 200;    // characters
inline constexpr std::size_t kTextMax = 20'000;  // characters
inline constexpr std::size_t kNameMax = 60;      // characters
inline constexpr std::size_t kNamesMax = 300;
inline constexpr int kFirstYear = 1990, kLastYear = 2100;

// Living items only: plan.not_found says what to do.
base::Result<InitiativeItem*> find_initiative(Plan& plan, Id id);
base::Result<TaskItem*> find_task(Plan& plan, Id id);
// The vector that holds the task; the task must be in the plan.
std::vector<TaskItem>& tasks_around(Plan& plan, const TaskItem& task);

base::Result<std::string> checked_title(std::string_view title, std::string_view field = "title");
base::Done check_text(std::string_view text, std::string_view field);
// Trimmed, without empty and repeated ones.
base::Result<std::vector<std::string>> checked_names(const std::vector<std::string>& names,
                                                     std::string_view field);
base::Done check_years(int from, int to, std::string_view field);

std::string subject_of(const InitiativeItem& initiative);
std::string subject_of(const TaskItem& task);
tl::unexpected<base::Error> not_found(std::string_view what);

}  // namespace kepu::plan
