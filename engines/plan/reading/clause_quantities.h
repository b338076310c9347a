// What one clause of a plan commits to: numbers with units, frequencies, gaps left to be filled in, and
// coverage in words. Where the clause stands, and whether it tells of the past, is known before.
#pragma once

#include <optional>
#include <vector>

#include "engines/plan/reading/chars.h"
#include "engines/plan/reading/quantities.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct Clause {
  View text;              // between two commas or stops
  View sentence;          // up to the end of the clause
  bool past = false;      // told of what was, not of what shall be
  bool literacy = false;  // its sentence speaks of the share of citizens who are scientifically literate
  std::optional<int> deadline;
  int first_year = 0;  // of the plan; 0 where unknown
  int initiative = -1, task = -1;
  Line line = 0;
};

inline constexpr std::size_t kMostQuantities = 10000;  // far more than a plan has

// Adds what the clause commits to; counts of the plan's own parts go to `announced`. Of a clause of the past
// only the base of the headline target is taken.
void read_clause(const Clause& clause, std::vector<Quantity>& out, std::vector<Announced>& announced);

}  // namespace kepu::plan::grammar
