// Order and codes inside a plan. Private to this folder.
#pragma once

#include <string>
#include <string_view>

#include "engines/plan/plan.h"

namespace kepu::plan {

// Actions before projects (stable), then positions of initiatives and of tasks by the rule in plan.h.
void number_positions(Plan& plan);

// The code of a further task of this initiative: the mark that its tasks bear, and the next free number.
std::string next_code(const Plan& plan, const InitiativeItem& initiative);

// How messages name an item: 提升行动“青少年科学素质提升行动”, 任务农-03“开展农村科普活动”; long titles are
// shortened.
std::string name_of(const InitiativeItem& initiative);
std::string name_of(const TaskItem& task);
std::string quoted(std::string_view title);

// What tells an initiative's title from those of others: 实施青少年科学素质提升行动 → 青少年. The whole
// wording where nothing else is left.
std::string theme_of(std::string_view title);

}  // namespace kepu::plan
