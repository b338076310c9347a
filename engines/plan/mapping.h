// 单位名称对应: what unit a written name means in this county. Decided once per name, remembered for every
// later plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

// What a name stands for. Groups expand into the real units of the tree when the plan is adopted or shown.
enum class Meaning { unit, townships, villages, departments, everyone, outside };
// 单位 / 各乡镇（街道） / 各村（社区） / 各部门、各成员单位 / 全部单位 / 本县以外或泛指，不对应
std::string_view to_text(Meaning meaning);
std::string_view title_of(Meaning meaning);
std::optional<Meaning> parse_meaning(std::string_view text);

struct NameMeaning {
  std::string name;  // as written
  Meaning meaning = Meaning::unit;
  Id unit = 0;  // for Meaning::unit
};

// The tenant's decided names, by wording.
class Names {
 public:
  void add(NameMeaning meaning);
  const NameMeaning* find(std::string_view name) const;
  std::vector<NameMeaning> all() const;  // by pinyin

 private:
  std::unordered_map<std::string, NameMeaning> by_wording_;
};

// What the program proposes for a name that nobody has decided.
struct NameProposal {
  NameMeaning meaning;
  double confidence = 0;  // 1: the unit bears this name; ≥ 0.8 safe abbreviation; below: look
  std::string why;  // plain Chinese: 与单位全称一致 / 简称 / 疑为缺“县”字 / 泛指各乡镇
};
// Best first; empty where nothing fits. Rules: equal wording of full or short name; without 县/市/区 in
// front; abbreviation (all characters of the shorter name stand in the longer in order, first and kind of
// body alike); likeness; group words.
std::vector<NameProposal> propose_meanings(std::string_view name, const auth::UnitTree& tree);

// The name of a new unit for a written name: 教体局 → 县教体局 where the others of the list bear 县.
std::string full_unit_name(std::string_view name, std::string_view region);

// All names that a plan writes, each once, in order of first appearance, with where they stand.
struct WrittenName {
  std::string name;
  int lead = 0, responsible = 0;  // how often
  Line line = 0;
};
std::vector<WrittenName> written_names(const Plan& plan);
// Those that mean nothing yet.
std::vector<std::string> unmapped_names(const Plan& plan, const Names& names);

// The units that a name means, groups expanded; empty for outside and for undecided names.
std::vector<Id> units_of(std::string_view name, const Names& names, const auth::UnitTree& tree);

// Who does what: one row a task and unit, lead wins over responsible where a unit is named twice.
struct Assignment {
  Id id = 0;
  Id task = 0;
  Id unit = 0;
  Role role = Role::responsible;
  std::string written;      // the name in the document that brought it in; empty: added by hand
  bool from_group = false;  // came in through 各乡镇（街道） and the like
  Id contact = 0;           // the person whom the unit named
  std::string contact_name;
  base::Millis confirmed_at = 0;  // when the unit confirmed it
  std::string confirmed_by;
};
// By plan order, then lead before responsible, then order in the document.
std::vector<Assignment> assign(const Plan& plan, const Names& names, const auth::UnitTree& tree);

// The matrix: columns are units (leads first by count, then pinyin; townships folded into one group column
// unless `units` asks), rows are tasks.
struct MatrixColumn {
  Id unit = 0;              // 0: a group column
  std::string title;        // short name
  std::vector<Id> members;  // of a group column
  int lead = 0, responsible = 0;
};
struct Matrix {
  std::vector<MatrixColumn> columns;
  std::vector<const TaskItem*> rows;
  std::vector<std::vector<std::optional<Role>>> cells;  // [row][column]
};
struct MatrixFilter {
  Id initiative = 0;         // 0: all
  Id unit = 0;               // only tasks of this unit
  std::optional<Role> role;  // of that unit
  std::string text;          // in title or code
  bool unfold_groups = false;
};
Matrix make_matrix(const Plan& plan, const std::vector<Assignment>& assignments, const auth::UnitTree& tree,
                   const MatrixFilter& filter);

}  // namespace kepu::plan
