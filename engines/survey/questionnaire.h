// A questionnaire: blocks of questions with skips, checks and orders of chance. A released version never
// changes. Three questions of the background are read by name, because every estimate rests on them: sex (1
// 男 2 女), age (years) and education (1 小学及以下 2 初中 3 高中、中专 4 大专 5 本科及以上).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "engines/survey/expression.h"
#include "engines/survey/survey.h"

namespace kepu::survey {

enum class QuestionKind { single, multi, number, text, note };  // 单选 多选 数字 文字 说明
std::string_view to_text(QuestionKind kind);
std::string_view title_of(QuestionKind kind);
std::optional<QuestionKind> parse_question_kind(std::string_view text);  // both

struct Option {
  std::string code, text;  // codes from 90 on (不知道, 拒答) keep their place at the end
  bool operator==(const Option&) const = default;
};

struct Question {
  std::string name;  // letters, digits, "_"; unique
  std::string text;
  QuestionKind kind = QuestionKind::single;
  std::vector<Option> options;
  bool required = true;
  bool shuffle = false;  // options in an order of chance
  std::string relevant;  // asked where this holds; empty: always
  std::string constraint, constraint_message;
  std::optional<Dimension> dimension;  // scored
  std::string right;                   // the code; of several, sorted and separated by a blank
  bool anchor = false;                 // also asked last round
  std::string item;                    // code in the item bank; empty: only here
  bool operator==(const Question&) const = default;
  bool scored() const { return dimension.has_value(); }
};

struct Block {
  std::string name, title;
  std::string relevant;
  bool shuffle = false;  // questions in an order of chance
  std::vector<Question> questions;
  bool operator==(const Block&) const = default;
};

struct Questionnaire {
  std::string title;
  std::vector<Block> blocks;
  bool operator==(const Questionnaire&) const = default;
  const Question* find(std::string_view name) const;
  std::vector<const Question*> scored() const;  // in order
  std::size_t size() const;                     // questions that are answered
};
inline constexpr std::size_t kMostQuestions = 600;

// Points of a scored question: the full points of its dimension divided evenly, so all together give 100
// where every dimension is there.
double points_of(const Questionnaire& q, const Question& question);
bool is_right(const Question& question, std::string_view answer);

// ---- the walk through all branches, before a version is released

struct WalkFault {
  std::string question;  // name; empty: of the whole
  std::string rule;  // walk.name, walk.forward, walk.unreachable, walk.dead_end, walk.key, walk.background …
  std::string message;
};
struct Walk {
  std::vector<WalkFault> faults;          // any of them refuses the release
  std::int64_t paths = 0;                 // ways through, told apart by the answers that decide something
  std::size_t shortest = 0, longest = 0;  // questions asked on a way
  bool complete = true;  // false: more than kMostPaths ways; what was not walked is not vouched for
};
inline constexpr std::int64_t kMostPaths = 200'000;
Walk walk(const Questionnaire& q);

// ---- order by chance

// Block by block, the questions in the order in which this respondent gets them, with their options in order.
// Follows from the seed alone.
std::vector<std::vector<Question>> ordered(const Questionnaire& q, std::uint64_t seed);

// ---- as stored, and as XLSForm (https://xlsform.org: sheets survey, choices, settings)

std::string to_json(const Questionnaire& q);
base::Result<Questionnaire> questionnaire_from_json(std::string_view json);  // refuses questionnaire.json

// Lines "代码 | 文字", as they are typed and shown.
std::string options_text(const std::vector<Option>& options);
std::vector<Option> parse_options(std::string_view text);

}  // namespace kepu::survey
