#include "engines/plan/reading/department_lists.h"

#include <algorithm>

#include "engines/plan/reading/departments.h"

namespace kepu::plan::grammar {

View strip_end(View text) {
  text = trimmed(text);
  while (!text.empty() && one_of(text.back(), U"。；;，,、.．"))
    text = trimmed(text.substr(0, text.size() - 1));
  return text;
}

namespace {

View without_etc(View name) {
  static const Words kTails = {U"等有关部门和单位", U"等相关部门和单位", U"等有关部门",
                               U"等相关部门",       U"等有关单位",       U"等相关单位",
                               U"等单位",           U"等部门",           U"等"};
  for (View tail : kTails)
    if (ends(name, tail) && name.size() > tail.size())
      return trimmed(name.substr(0, name.size() - tail.size()));
  return name;
}

}  // namespace

bool looks_like_department(View name) {
  const Chars clean = without_blanks(name);
  View n = clean;
  if (n.size() < 2 || n.size() > 28) return false;
  if (one_of(n.back(), U"）)")) {  // 各乡镇（街道）, 县卫生健康委（县疾控局）
    const std::size_t open = n.find_first_of(U"（(");
    if (open != View::npos && open >= 2) n = n.substr(0, open);
  }
  static const Words kEndings = {
      U"局",     U"委",   U"办",   U"部",   U"会",   U"院",     U"联",     U"协",     U"团",
      U"中心",   U"台",   U"站",   U"社",   U"所",   U"公司",   U"校",     U"队",     U"厅",
      U"政府",   U"街道", U"镇",   U"乡",   U"单位", U"部门",   U"园",     U"园区",   U"室",
      U"馆",     U"库",   U"行",   U"企业", U"大学", U"委员会", U"处",     U"高新区", U"开发区",
      U"经开区", U"新区", U"旗",   U"县",   U"区",   U"市",     U"署",     U"关",     U"场",
      U"集团",   U"报",   U"网",   U"军",   U"农场", U"苏木",   U"办公厅", U"商",     U"电网",
      U"工委",   U"学",   U"科协", U"总站", U"基地", U"联盟",   U"机构"};
  return ends_any(n, kEndings);
}

bool all_departments(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& n) { return looks_like_department(from_utf8(n)); });
}

std::vector<std::string> split_departments(View list, bool* mixed) {
  std::vector<std::string> out;
  int depth = 0;
  bool pause = false, comma = false;
  Chars name;
  const auto flush = [&] {
    const Chars clean = tidy(name);
    View n = clean;
    while (!n.empty() && one_of(n.front(), U"、，,；;。：:")) n.remove_prefix(1);
    n = without_etc(strip_end(n));
    for (View by : {View(U"由"), View(U"以及")})
      if (starts(n, by) && n.size() > by.size() + 1) n.remove_prefix(by.size());
    if (!n.empty()) out.push_back(utf8(n));
    name.clear();
  };
  for (char32_t c : list) {
    if (one_of(c, U"（(〔[［【")) ++depth;
    if (one_of(c, U"）)〕]］】") && depth > 0) --depth;
    const bool is_pause = c == U'、', is_comma = one_of(c, U"，,；;。");
    if (depth == 0 && (is_pause || is_comma)) {
      pause |= is_pause;
      comma |= is_comma && c != U'。';
      flush();
    } else {
      name.push_back(c);
    }
  }
  flush();
  // A list with blanks only: 县教委 县科协.
  if (out.size() == 1 && !pause && !comma) {
    std::vector<std::string> parts;
    Chars part;
    for (char32_t c : trimmed(list)) {
      if (!is_blank(c)) {
        part.push_back(c);
      } else if (!part.empty()) {
        parts.push_back(utf8(without_etc(part)));
        part.clear();
      }
    }
    if (!part.empty()) parts.push_back(utf8(without_etc(part)));
    if (parts.size() > 1 && all_departments(parts)) out = std::move(parts);
  }
  if (mixed && pause && comma && out.size() > 2) *mixed = true;
  return out;
}

}  // namespace kepu::plan::grammar
