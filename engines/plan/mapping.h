// 单位名称对应: what unit a written name means in this county. Decided once per name, remembered for every
// later plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/running.h"

namespace kepu::plan {

// What a name stands for. Groups expand into the real units of the tree when the plan is adopted or shown.
// unit: one unit 单位. counties: 各县（市、区）, units of kind county below the root (a city's tree).
// townships: 各乡镇（街道）. villages: 各村（社区）. departments: 各部门、各成员单位. everyone: 全部单位,
// departments and townships. outside: 本级以外或泛指, no unit of ours.
enum class Meaning { unit, counties, townships, villages, departments, everyone, outside };
const std::vector<Meaning>& all_meanings();
std::string_view to_text(Meaning meaning);
std::string_view title_of(Meaning meaning);
std::optional<Meaning> parse_meaning(std::string_view text);

struct NameMeaning {
  std::string name;  // as written
  Meaning meaning = Meaning::unit;
  Id unit = 0;  // for Meaning::unit
};

// The tenant's decided names, by wording: 各乡镇（街道） and 各乡镇(街道) are one name.
class Names {
 public:
  void add(NameMeaning meaning);  // replaces an earlier decision
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
// Best first, at most five, none below 0.4; empty where nothing fits. Rules: equal wording of full or short
// name; equal without 县/市/区 in front; known equivalents and words of the same fields (name_words.h);
// abbreviation (all characters of the shorter name stand in the longer in order, first and kind of body
// alike); likeness; group words; bodies of superior areas. Only active units are proposed.
std::vector<NameProposal> propose_meanings(std::string_view name, const auth::UnitTree& tree);

// The name of a new unit for a written name, with the level of the region in front as county offices write
// it: 教体局 → 县教体局, 宣传部 → 县委宣传部, 团委 → 团县委. Names that bear a level or the region,
// townships, villages and group words stay as they are; so do all where `region` ends in no 县 市 区 旗.
std::string full_unit_name(std::string_view name, std::string_view region);

// All names that living initiatives and tasks write, each wording once, in order of first appearance.
struct WrittenName {
  std::string name;
  int lead = 0, responsible = 0;  // mentions in the document
  Line line = 0;
};
std::vector<WrittenName> written_names(const Plan& plan);
// Those that mean nothing yet.
std::vector<std::string> unmapped_names(const Plan& plan, const Names& names);

// The units that a name means, groups expanded into active units in the order of the tree; empty for outside,
// for undecided names, and for units that the tree does not hold.
std::vector<Id> units_of(std::string_view name, const Names& names, const auth::UnitTree& tree);

// From the living tasks; ids are 0. By plan order, then lead before responsible, then order in the document.
std::vector<Assignment> assign(const Plan& plan, const Names& names, const auth::UnitTree& tree);

}  // namespace kepu::plan
