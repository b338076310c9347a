// Who leads and who takes part, as plans write it: labelled lists (牵头部门：…；责任部门：…), sentences
// (由…牵头，…等单位参加), brackets at the end of a paragraph (〔…按职责分工负责〕).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

struct Departments {
  std::vector<std::string> lead, responsible;  // as written, in order, duplicates kept
  bool mixed_separators = false;               // 、 and ， in one list
  bool empty() const { return lead.empty() && responsible.empty(); }
  void add(const Departments& other);
};

// A whole text that is nothing but an allocation: a labelled line, a sentence or the inside of a bracket.
// None where it is ordinary text. `loose`: also accept a plain list of names, as stands in a table cell or
// under the head 分工.
std::optional<Departments> parse_departments(View text, bool loose = false);

// The allocation at the end of a paragraph, in a bracket or as its last sentence(s); `from` is where it
// begins.
struct Tail {
  Departments departments;
  std::size_t from = 0;
};
std::optional<Tail> departments_at_end(View paragraph);

// A line that begins with a role label (牵头单位：…), so that following lines may continue its list.
bool begins_with_role(View text);
// Nothing but names of units with separators between them: the continuation of a list on the next line.
bool is_department_list(View text);
// One list, split at its separators outside brackets.
std::vector<std::string> split_departments(View list, bool* mixed = nullptr);
bool looks_like_department(View name);

// The role that a label or a column head names.
enum class Role { none, lead, responsible };
Role role_of(View label);

}  // namespace kepu::plan::grammar
