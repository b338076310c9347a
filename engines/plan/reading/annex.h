// Allocation tables (and annexes that list the allocation line by line), matched to the body's titles by
// likeness.
#pragma once

#include <vector>

#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct TitleDifference {  // the annex calls it otherwise than the body
  std::string in_body, in_annex;
  Line body_line = 0, annex_line = 0;
};

struct AnnexResult {
  std::vector<TitleDifference> differences;
  std::vector<std::string> unmatched;  // rows that no initiative or task is like
  std::vector<Line> unmatched_lines;
};

// Gives initiatives and tasks the departments that the body does not name. Where the body has no initiatives
// or an initiative has no tasks, the table's rows become them.
AnnexResult read_annex(const Source& source, std::vector<Initiative>& initiatives);

}  // namespace kepu::plan::grammar
