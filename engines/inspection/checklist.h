// The questions of a round as the clerk types them, one a line:
//   是否公开年度工作计划 | 是否 | 佐证
//   阵地开放和使用情况 | 评分 10 | 佐证
//   全年开展活动场次 | 数字 场
//   主要做法 | 文字 | 选答
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/inspection/inspection.h"

namespace kepu::inspection {

std::string_view title_of(QuestionKind kind);

inline constexpr std::size_t kMostQuestions = 60;

// Blank lines do not count. Every line that cannot be read is an error of field "checklist" that names it
// (rules checklist.kind, checklist.mark, checklist.empty, checklist.long, checklist.score, checklist.none,
// checklist.many).
struct ReadChecklist {
  std::vector<Question> questions;
  base::Errors errors;
};
ReadChecklist parse_checklist(std::string_view text);
// parse_checklist(to_text(q)).questions is q.
std::string to_text(const std::vector<Question>& questions);

}  // namespace kepu::inspection
