// Everything countable that a plan commits to: numbers with units, frequencies, gaps left to be filled in,
// and the headline share. Years, ordinals, counts that only announce the plan's own structure and names of
// programmes are none.
#pragma once

#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct Announced {  // 五项提升行动: a count of the plan's own parts
  int count = 0;
  std::string text;  // 五项提升行动
  bool actions = false, projects = false;
  Line line = 0;
};

// Fills quantities and headline of `out` (its initiatives must be read already); gives the announced counts.
std::vector<Announced> read_quantities(const Source& source, const Outline& outline, Reading& out);

}  // namespace kepu::plan::grammar
