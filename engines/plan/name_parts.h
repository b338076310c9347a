// A name of a body taken apart: 中共岚江县委网络安全和信息化委员会办公室 → level 县, party, field 网信, kind
// 办. Private to this folder. Names are compared by these parts, so that the same body is known under its
// many wordings.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engines/plan/mapping.h"

namespace kepu::plan {

struct Region {
  std::string name;    // 岚江县, by wording; empty where unknown
  std::string stem;    // 岚江
  char32_t level = 0;  // 县 市 区 旗
};
Region region_of(std::string_view name);  // also from 岚江县人民政府

enum class Branch { none, party, government };

struct NameParts {
  std::string wording;  // the whole
  std::string core;  // without level, region and party in front, region inside and a township's 人民政府
  char32_t level = 0;  // as written: 国 省 市 州 盟 县 区 旗; 0 where none
  Branch branch = Branch::none;
  std::string body;              // by body_names(): 科协; empty where it is none of these
  std::set<std::string> fields;  // by field_words(); other characters stand for themselves
  std::string kind;              // by body_endings(): 局; empty where it has none
};
NameParts take_apart(std::string_view name, const Region& region);

// 国 3, 省 2, 市 州 盟 1, 县 区 旗 0; a county-level city's own 市 counts 0.
int rank_of(char32_t level, const Region& region);

// 各乡镇（街道）, 县直各部门 and the like; none where the name means one body.
std::optional<Meaning> group_meaning(std::string_view name, const Region& region);

}  // namespace kepu::plan
