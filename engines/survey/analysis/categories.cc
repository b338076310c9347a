#include "engines/survey/analysis/categories.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::survey::analysis {

using base::Code;
using base::refuse;

std::string_view title_of(Sex sex) {
  switch (sex) {
    case Sex::male:
      return "男";
    case Sex::female:
      return "女";
    case Sex::unknown:
      break;
  }
  return "不详";
}

std::string_view title_of(Place place) { return place == Place::urban ? "城镇" : "乡村"; }

std::string_view title_of(Education education) {
  static constexpr std::string_view kTitles[] = {"不详", "小学及以下", "初中", "高中", "大专", "本科及以上"};
  return kTitles[static_cast<int>(education)];
}

std::string_view title_of(Dimension dimension) {
  static constexpr std::string_view kTitles[] = {"科学知识", "科学方法", "科学精神和思想", "应用能力"};
  return kTitles[static_cast<int>(dimension)];
}

std::string_view title_of(Outcome outcome) {
  static constexpr std::string_view kTitles[] = {"完成", "部分完成", "拒访",  "无法接触",
                                                 "其他", "情况不明", "不合格"};
  return kTitles[static_cast<int>(outcome)];
}

std::string title_of(AgeGroup group) { return fmt::format("{}—{}岁", group.from, group.to); }

base::Result<AgeGroup> parse_age_group(std::string_view text) {
  std::vector<int> numbers;
  bool inside = false;
  for (const char32_t c : base::to_code_points(base::to_narrow(text))) {
    const bool digit = c >= U'0' && c <= U'9';
    if (digit && !inside) numbers.push_back(0);
    if (digit && numbers.back() < 1000) numbers.back() = numbers.back() * 10 + static_cast<int>(c - U'0');
    inside = digit;
  }
  if (numbers.size() != 2 || numbers[0] > numbers[1]) {
    return refuse(Code::invalid, "survey.margin_category",
                  fmt::format("年龄组“{}”读不出起止年龄。请写成“18—29岁”这样。", text));
  }
  return AgeGroup{numbers[0], numbers[1]};
}

base::Result<std::vector<AgeGroup>> age_groups(const Dataset& dataset) {
  const auto margin = std::find_if(dataset.margins.begin(), dataset.margins.end(),
                                   [](const Margin& m) { return m.variable == "age"; });
  if (margin == dataset.margins.end()) {
    return std::vector<AgeGroup>{{18, 29}, {30, 39}, {40, 49}, {50, 59}, {60, 69}};
  }
  std::vector<AgeGroup> groups;
  for (const auto& [category, people] : margin->counts) groups.push_back(TRY(parse_age_group(category)));
  std::sort(groups.begin(), groups.end(), [](auto a, auto b) { return a.from < b.from; });
  int next = kYoungest;
  for (const auto g : groups) {
    if (g.from != next) break;
    next = g.to + 1;
  }
  if (groups.empty() || next != kOldest + 1 || groups.back().to != kOldest) {
    return refuse(Code::invalid, "survey.margin_category",
                  "年龄的总体人数没有把 18—69 岁不重不漏地分完。请检查各年龄组的起止。");
  }
  return groups;
}

std::string_view variable_title(std::string_view name) {
  if (name == "sex") return "性别";
  if (name == "age") return "年龄";
  if (name == "education") return "文化程度";
  if (name == "place") return "城乡";
  if (name == "township") return "乡镇（街道）";
  return {};
}

base::Result<std::vector<Variable>> variables_of(const Dataset& d) {
  const auto groups = TRY(age_groups(d));
  std::vector<Variable> out;
  for (const char* name : {"sex", "age", "education", "place", "township"}) {
    Variable v;
    v.name = name;
    v.title = variable_title(name);
    v.of.reserve(d.cases.size());
    out.push_back(std::move(v));
  }
  out[0].categories = {"男", "女"};
  for (const auto g : groups) out[1].categories.push_back(title_of(g));
  for (int e = 1; e <= 5; ++e) out[2].categories.emplace_back(title_of(static_cast<Education>(e)));
  out[3].categories = {"城镇", "乡村"};
  for (const auto& t : d.townships) out[4].categories.push_back(t.name);
  out[1].ordered = out[2].ordered = true;
  for (const Case& c : d.cases) {
    const Psu& psu = d.psus[static_cast<std::size_t>(c.psu)];
    int age = -1;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (c.age >= groups[g].from && c.age <= groups[g].to) age = static_cast<int>(g);
    }
    out[0].of.push_back(static_cast<int>(c.sex) - 1);
    out[1].of.push_back(age);
    out[2].of.push_back(static_cast<int>(c.education) - 1);
    out[3].of.push_back(psu.place == Place::urban ? 0 : 1);
    out[4].of.push_back(psu.township);
  }
  return out;
}

}  // namespace kepu::survey::analysis
