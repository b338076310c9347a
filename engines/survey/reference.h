// What the office types in beside the interviews: what is known of the county's people, and published figures
// to compare with. One line each, columns divided by "|".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/survey/survey.h"

namespace kepu::survey {

struct ReadMargins {
  std::vector<Margin> margins;  // by variable, in the order in which they come
  base::Errors errors;          // field "margins"
};
// "sex | 男 | 251000". Variables sex (男 女), age (18—29岁 … 60—69岁), education (小学及以下 初中
// 高中 大专 本科及以上), place (城镇 乡村), township (names of the frame); also by their Chinese names 性别
// 年龄 文化程度 城乡 乡镇.
ReadMargins parse_margins(std::string_view text, const std::string& source);
// Where the lines say nothing of place or township, the frame does, scaled to the same number of people.
std::vector<Margin> margins_of(const Round& round, const std::vector<Area>& areas);

struct ReadPublished {
  std::vector<Published> published;
  base::Errors errors;  // field "published"
};
// "澄州市 | 2025 | 14.8 | 13.1 | 16.5 | 澄州市公民科学素质调查公报"; the limits may be empty.
ReadPublished parse_published(std::string_view text);

}  // namespace kepu::survey
