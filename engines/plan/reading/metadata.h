// What stands around the plan: title, notice, 文号, issuer, date, status, area, period, superior documents.
#pragma once

#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

// Fills the corresponding fields of `out`.
void read_metadata(const Source& source, const Outline& outline, Reading& out);

// A 文号 such as 国发〔2021〕9号 at `pos` of the text, brackets of any form, blanks allowed; to is behind 号.
struct DocumentNumber {
  Chars text;  // normalised: 国发〔2021〕9号
  std::size_t from = 0, to = 0;
  bool unbalanced = false;  // brackets of different widths
};
std::optional<DocumentNumber> document_number_in(View text, std::size_t from = 0);

// First and last year of 2021—2025年 or “十四五” in a text.
std::optional<std::pair<int, int>> period_in(View text);

}  // namespace kepu::plan::grammar
