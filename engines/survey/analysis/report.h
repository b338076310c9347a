// The result as an official paper (GB/T 9704), and as plain text for the command line.
#pragma once

#include <optional>
#include <string>

#include "core/doc/word.h"
#include "engines/survey/analysis/result.h"

namespace kepu::survey::analysis {

struct ReportWords {
  std::string issuer;             // empty: no signature
  std::optional<base::Date> day;  // of the signature
  std::string words;              // the office's own, a paragraph a line; empty: none
};

// Every table has its source line beneath; the method with every weighting step is the appendix. The same
// result and words give the same bytes.
doc::Paper paper_of(const RoundResult& result, const ReportWords& words);
std::string text_of(const RoundResult& result);

}  // namespace kepu::survey::analysis
