// Groups of people as the dataset, the margins and the report call them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "engines/survey/dataset.h"

namespace kepu::survey::analysis {

std::string_view title_of(Sex sex);              // 男 女 不详
std::string_view title_of(Place place);          // 城镇 乡村
std::string_view title_of(Education education);  // 小学及以下 … 本科及以上 不详
std::string_view title_of(Dimension dimension);  // 科学知识 科学方法 科学精神和思想 应用能力
std::string_view title_of(Outcome outcome);  // 完成 部分完成 拒访 无法接触 其他 情况不明 不合格

struct AgeGroup {
  int from = 18, to = 69;  // both included
};
std::string title_of(AgeGroup group);  // 18—29岁
// "18—29岁", "18-29", "18至29岁"; refuses survey.margin_category.
base::Result<AgeGroup> parse_age_group(std::string_view text);
// Those of the margin "age", in ascending order, else 18—29 30—39 40—49 50—59 60—69. Refuses
// survey.margin_category where the margin's groups do not cover 18–69 without gap or overlap.
base::Result<std::vector<AgeGroup>> age_groups(const Dataset& dataset);

inline constexpr int kYoungest = 18, kOldest = 69;

// A variable by which people are grouped. `of` has one entry a case: position among the categories, −1 not
// known.
struct Variable {
  std::string name, title;              // "age" 年龄
  std::vector<std::string> categories;  // titles
  std::vector<int> of;
  bool ordered = false;  // neighbours may be merged
};
// sex, age, education, place, township: in this order.
base::Result<std::vector<Variable>> variables_of(const Dataset& dataset);
// The title of a variable's name; empty for an unknown one.
std::string_view variable_title(std::string_view name);

}  // namespace kepu::survey::analysis
