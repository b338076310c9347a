// What may not be a criterion: 国办函〔2026〕12号 forbids to appraise by likes, votes, forwards, online time,
// study time, check-ins, install rates and points rank. The wordings are data (catalog/appraisal.toml).
// Immutable after parse(), thread-safe.
//
// A word is looked for as it is meant, whatever stands between its characters: width, blanks, dots and
// invisible characters do not count. It is no criterion, and passes,
//   - where it is part of a longer word that means something else (`unless`: 签到表 is a sheet that proves
//   who
//     came, 重点赞助 is no 点赞, 转发文件 hands a paper on), and
//   - in a clause that forbids or does without it (`negations`: 不以点赞数排名).
// So “以活动签到表为佐证” passes and “每日签到得 1 分” does not. A criterion that has both is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {

struct Found {
  std::string rule;     // 国办函〔2026〕12号 …
  std::string title;    // 点赞量
  std::string word;     // as it stands in the catalogue
  std::string instead;  // what may be measured in its place
};

class Criteria {
 public:
  // Refuses appraisal.catalog with the place of the first error.
  static base::Result<Criteria> parse(std::string_view toml);
  // Each kind once, in the order of the catalogue.
  std::vector<Found> find(std::string_view text) const;
  // Of all that says what earns points: 项目 内容 标准 方法 备注 and the title of the metric. One error a
  // field, with the names of the form's fields, rule appraisal.forbidden_criterion.
  base::Errors refusals(const Item& item) const;

 private:
  struct Kind {
    std::string rule, title, instead;
    std::vector<std::string> words, symbols, unless;
  };
  std::vector<Kind> kinds_;
  std::vector<std::string> negations_;
};

// The example table of the catalogue, for a new year; its year is 0.
base::Result<Table> example_table(std::string_view toml);

}  // namespace kepu::appraisal
