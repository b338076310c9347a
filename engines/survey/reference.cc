#include "engines/survey/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace kepu::survey {

using base::Code;

namespace {

struct Variable {
  std::string_view name, title;
  std::vector<std::string_view> categories;  // empty: any
};
const std::vector<Variable>& variables() {
  static const std::vector<Variable> kAll = {
      {"sex", "性别", {"男", "女"}},
      {"age", "年龄", {"18—29岁", "30—39岁", "40—49岁", "50—59岁", "60—69岁"}},
      {"education", "文化程度", {"小学及以下", "初中", "高中", "大专", "本科及以上"}},
      {"place", "城乡", {"城镇", "乡村"}},
      {"township", "乡镇", {}}};
  return kAll;
}

std::vector<std::vector<std::string>> lines_of(std::string_view text) {
  std::vector<std::vector<std::string>> out;
  for (const auto& line : base::split(base::replace_all(text, "｜", "|"), "\n")) {
    std::vector<std::string> cells;
    for (const auto& cell : base::split(line, "|")) cells.push_back(base::trim(cell));
    out.push_back(cells.size() == 1 && cells[0].empty() ? std::vector<std::string>() : std::move(cells));
  }
  return out;
}

// "18-29", "18–29", "18至29岁" → "18—29岁"
std::string age_title(std::string text) {
  for (const char* dash : {"-", "–", "－", "~", "至", "——"}) text = base::replace_all(text, dash, "—");
  return base::ends_with(text, "岁") ? text : text + "岁";
}

Margin& margin_of(std::vector<Margin>& all, std::string_view variable, const std::string& source) {
  for (auto& m : all) {
    if (m.variable == variable) return m;
  }
  all.push_back({std::string(variable), {}, source});
  return all.back();
}

}  // namespace

ReadMargins parse_margins(std::string_view text, const std::string& source) {
  ReadMargins out;
  const auto lines = lines_of(text);
  const auto error = [&](std::size_t line, const std::string& what) {
    out.errors.push_back(
        {Code::invalid, "survey.margins", "margins", fmt::format("第 {} 行：{}", line + 1, what)});
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& cells = lines[i];
    if (cells.empty()) continue;
    if (cells.size() != 3) {
      error(i, "写作“变量 | 类别 | 人数”，如“性别 | 男 | 251000”。");
      continue;
    }
    const auto variable = std::find_if(variables().begin(), variables().end(), [&](const Variable& v) {
      return v.name == cells[0] || v.title == cells[0];
    });
    if (variable == variables().end()) {
      error(i, "变量只能是性别、年龄、文化程度、城乡、乡镇。");
      continue;
    }
    auto category = cells[1];
    if (variable->name == "age") category = age_title(category);
    const auto& known = variable->categories;
    if (!known.empty() && std::find(known.begin(), known.end(), category) == known.end()) {
      std::vector<std::string> names(known.begin(), known.end());
      error(i, fmt::format("“{}”的类别只能是{}。", variable->title, base::join(names, "、")));
      continue;
    }
    const auto people = base::parse_number(base::to_narrow(cells[2]));
    if (!people || !(*people > 0) || *people > 1e9) {
      error(i, "人数要大于 0。");
      continue;
    }
    margin_of(out.margins, variable->name, source).counts.emplace_back(category, *people);
  }
  return out;
}

std::vector<Margin> margins_of(const Round& round, const std::vector<Area>& areas) {
  auto out = parse_margins(round.margins, round.margins_source).margins;
  double people = 0, known = 0;
  for (const auto& a : areas) people += a.people;
  if (!out.empty()) {
    for (const auto& [category, count] : out.front().counts) known += count;
  }
  const double scale = known > 0 && people > 0 ? known / people : 1;
  const std::string source = scale == 1 ? "抽样框中的 18—69 岁常住人口"
                                        : "抽样框中的人口构成，按总体人数换算（抽样框与总体的统计时点不同）";
  const auto there = [&](std::string_view variable) {
    return std::any_of(out.begin(), out.end(), [&](const Margin& m) { return m.variable == variable; });
  };
  const bool place = there("place"), township = there("township");
  const auto add = [&](std::string_view variable, const std::string& category, double count) {
    auto& counts = margin_of(out, variable, source).counts;
    const auto at =
        std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == category; });
    if (at == counts.end()) {
      counts.emplace_back(category, count);
    } else {
      at->second += count;
    }
  };
  for (const auto& a : areas) {
    if (a.people <= 0) continue;
    if (!place) add("place", std::string(place_title(a.place)), a.people * scale);
    if (!township) add("township", a.township, a.people * scale);
  }
  return out;
}

ReadPublished parse_published(std::string_view text) {
  ReadPublished out;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& cells = lines[i];
    if (cells.empty()) continue;
    const auto error = [&](const char* what) {
      out.errors.push_back(
          {Code::invalid, "survey.published", "published", fmt::format("第 {} 行：{}", i + 1, what)});
    };
    if (cells.size() != 6) {
      error("写作“地区 | 年度 | 百分比 | 下限 | 上限 | 来源”，没有上下限的空着。");
      continue;
    }
    Published p;
    p.area = cells[0];
    p.source = cells[5];
    p.year = static_cast<int>(base::parse_int(cells[1]).value_or(0));
    const auto percent = base::parse_number(cells[2]);
    p.lower = base::parse_number(cells[3]);
    p.upper = base::parse_number(cells[4]);
    if (p.area.empty() || p.source.empty()) {
      error("地区和来源都要写。");
    } else if (p.year < 2000 || p.year > 2100 || !percent || *percent < 0 || *percent > 100) {
      error("年度或百分比不对。");
    } else if (p.lower.has_value() != p.upper.has_value() || (!p.lower && !cells[3].empty()) ||
               (p.lower && !(*p.lower <= *percent && *percent <= *p.upper))) {
      error("上下限要么都写、要么都空着，并包含公布的数。");
    } else {
      p.percent = *percent;
      out.published.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace kepu::survey
