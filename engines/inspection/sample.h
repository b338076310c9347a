// The draw of a round: which units are visited. Anybody can repeat it from the seed and the list of units:
// the units stand in their list in order; stratum k (from 0, in the round's order) draws `take` of its units
// by sampling::draw_simple (Fan, Muller and Rezucha 1962) from the generator of sampling::part_seed(seed, k),
// where seed is the first 64 bits of SHA-256 of the text that was given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engines/inspection/inspection.h"

namespace kepu::inspection {

struct FrameUnit {  // one unit that could be drawn
  Id unit = 0;
  int stratum = 0;   // index in Round::strata
  std::string name;  // as it was called at the draw
  bool drawn = false;
  bool operator==(const FrameUnit&) const = default;
};

// The active units of the round's kinds, in the order of the tree, without the root; where `carriers` is not
// empty only those in it (sorted).
std::vector<FrameUnit> frame_of(const auth::UnitTree& units, const std::vector<Stratum>& strata,
                                const std::vector<Id>& carriers);

std::uint64_t seed_number(std::string_view seed);

// Sets `drawn`. Refuses inspection.too_many (more wanted than there are, naming kind and numbers),
// inspection.nothing_drawn, inspection.seed (empty).
base::Result<std::vector<FrameUnit>> draw(std::vector<FrameUnit> frame, const std::vector<Stratum>& strata,
                                          std::string_view seed);

// Whether drawing again from the same list and seed gives the same units.
bool is_repeatable(const std::vector<FrameUnit>& frame, const std::vector<Stratum>& strata,
                   std::string_view seed);

}  // namespace kepu::inspection
