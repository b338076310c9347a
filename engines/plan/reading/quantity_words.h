// The words around a number: units, set phrases, periods, the plan's own structure, the literacy share.
#pragma once

#include <optional>
#include <vector>

#include "engines/plan/reading/chars.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

// The unit that stands at `at`, by which people, things and events are counted; empty where none does.
View unit_at(View text, std::size_t at);

// Whether what looks like the unit begins another word: 人才, 个人, 项目, 场馆. `behind` is what follows the
// unit.
bool begins_word(View unit, View behind);

// 五项 + 提升行动 / 重点工程 …: at `at`, behind the measure word, the plan speaks of its own parts.
struct Structure {
  std::size_t to = 0;
  bool actions = false, projects = false;
};
std::optional<Structure> structure_at(View text, std::size_t at);

struct Period {
  View word, unit;  // 每学期, 学期
};
const std::vector<Period>& periods_of_time();

// Whether a text speaks of the share of citizens who are scientifically literate.
bool speaks_of_literacy(View text);

// 全市平均水平 in 达到全市平均水平; empty where no other area's level is named.
Chars level_of_others(View text);

// 以上, 不少于, 超过 around the number and unit that stand at [from, to).
Operator operator_at(View clause, std::size_t from, std::size_t to);

// Whether a number in Chinese numerals at `i`, `digits` long, with its unit before `end`, is a count and no
// set phrase. `periodic`: the clause says 每年 or the like.
bool counts_in_words(View clause, std::size_t i, std::size_t digits, double value, View unit, std::size_t end,
                     bool periodic);

// The year by which: 2025 in 到2025年.
std::optional<int> deadline_in(View text);

}  // namespace kepu::plan::grammar
