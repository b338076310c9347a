// The words of this kind of document: what its sections are called, whom its actions and projects are for,
// how a task sentence begins. One place, so that a new wording is one entry.
#pragma once

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

enum class SectionKind { other, background, aim, actions, projects, tasks, safeguards, schedule };

// By the wording of a heading.
SectionKind section_kind(View title);
// Whether an unnumbered short line is a first-level heading: known wording of sections and nothing else.
bool is_bare_section(View title);
// 保障措施's second level: 加强组织领导, 经费保障, 督促检查 …
bool is_safeguard_title(View title);
// A heading of a time schedule: 进度安排, 实施步骤 …
bool is_schedule_title(View title);

enum class Theme {
  none,
  youth,
  farmers,
  workers,
  elderly,
  officials,
  community,
  women,
  minorities,
  resources,
  information,
  facilities,
  grassroots,
  cooperation,
  people_of_science,
  teaching,
  industry,
  emergency,
  creation
};
bool is_group_of_people(Theme theme);

// The theme that a title of an initiative (…行动, …工程, …计划) speaks of.
Theme theme_of(View title);
// A title that is an initiative even without a number: nothing but verb, theme and 行动/工程.
bool is_plain_initiative(View title);
// Whether a title may be one at all: ends in 行动, 工程 or 计划, and is short.
bool is_initiative_like(View title);

// 任务, 措施, 分工: heads that structure an initiative and are no tasks themselves.
enum class Head { none, goal, measures, division };
Head head_of(View title);

// Whether a sentence begins as task titles do: 加强, 实施, 推进, 建立 …
bool begins_like_task(View sentence);

}  // namespace kepu::plan::grammar
