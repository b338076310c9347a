// The draw, one that anybody can repeat from the published seed and the frame. Stages: villages by
// probability proportional to the people of 18–69 (systematic, within strata;
// statistics/sampling/multistage_draw.h), dwellings of a village every k-th from a random start, one person
// of the dwelling by a table of its own. The number of the seed is the first 64 bits of SHA-256 of the text.
//   stage 0, parent = stratum            villages
//   stage 1, parent = position of village  dwellings (the same rule as draw_stages, village by village,
//   because
//                                        dwellings are listed only where a village was drawn)
//   stage 2, part = serial of the dwelling  the person
//   stage 3, part = position of village    the order of replacements
//   stage 4, part = serial of the dwelling  whether the interview is asked again (back-check)
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engines/survey/survey.h"

namespace kepu::survey {

inline constexpr int kDrawVersion = 1;

std::uint64_t seed_number(std::string_view seed);

struct DrawnArea {
  int area = 0;            // position in the frame, from 0
  int stratum = 0;         // index into Planned::strata
  double probability = 1;  // of the village
  bool certain = false;
  bool operator==(const DrawnArea&) const = default;
};
struct Draw {
  Planned planned;
  std::vector<int> strata;  // by area
  std::vector<DrawnArea> areas;
};
// `areas` in the order of in_order(). Refuses survey.seed (empty) and what plan_sample refuses.
base::Result<Draw> draw_areas(const SamplePlan& plan, const std::vector<Area>& areas, std::string_view seed);

// Everything a stranger needs to repeat it, as lines of text; its SHA-256 is what is signed. Probabilities
// with 17 significant digits.
std::string draw_text(const SamplePlan& plan, const std::vector<Area>& areas, std::string_view seed,
                      const Draw& draw);

// Dwellings of a drawn village: positions from 0 in its list, ascending. All where `take` ≥ `listed`.
struct DrawnDwelling {
  int position = 0;
  double probability = 1;  // within the village
};
std::vector<DrawnDwelling> draw_dwellings(std::string_view seed, int area, int listed, int take);
// The dwellings that were not drawn, in the order in which they replace: the first that is still free is
// next.
std::vector<int> replacement_order(std::string_view seed, int area, int listed,
                                   const std::vector<int>& drawn);

// The person: those of 18–69 in the dwelling are listed men before women, the elder first; of n the
// table_of[n−1]-th (from 1) is asked. A table a dwelling, as Kish (1949, JASA 44, 380–387) has it, but each
// person of n ≤ kMostPersons with the same chance (draw_person). Known beforehand, so a phone without network
// and an interviewer with paper choose the same.
inline constexpr int kMostPersons = 12;
std::int64_t serial_of(int area, int dwelling);
std::array<int, kMostPersons> selection_table(std::string_view seed, std::int64_t serial);

// Whether the interview of this dwelling is asked again, with the chance `share`.
bool is_back_checked(std::string_view seed, std::int64_t serial, double share);

// The seed of the order of items and options of a dwelling's questionnaire.
std::uint64_t order_seed(std::string_view seed, std::int64_t serial);

}  // namespace kepu::survey
