// How documents are cited: their numbers, dates and periods.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

// A 文号 such as 国发〔2021〕9号 at `pos` of the text, brackets of any form, blanks allowed; to is behind 号.
struct DocumentNumber {
  Chars text;  // normalised: 国发〔2021〕9号
  std::size_t from = 0, to = 0;
  bool unbalanced = false;  // brackets of different widths
};
std::optional<DocumentNumber> document_number_in(View text, std::size_t from = 0);

// First and last year of 2021—2025年 or “十四五” in a text.
std::optional<std::pair<int, int>> period_in(View text);

// 20222025: two years whose dash is lost, at `pos`.
std::optional<std::pair<int, int>> joined_years_at(View text, std::size_t pos);

// A date as 2022年4月21日 or 二〇二二年四月二十一日, blanks anywhere. None where the text holds no real date.
struct Dated {
  std::string iso;
  std::size_t from = 0, to = 0;
};
std::optional<Dated> date_in(View text);
// A date in any writing, also 2022-05-10 and 2016/5/4, ISO; empty where the text begins with none.
std::string any_date_in(View text);
// A date that is the whole line and has lost characters on the way: 2022年1221, 202283, 一二年一月十二日.
// ISO; empty where none or more than one reading fits. Of two readings the one not after `latest` is taken.
std::string damaged_date(View line, const std::string& latest = {});

}  // namespace kepu::plan::grammar
