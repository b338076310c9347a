// The draw of a survey: strata, then units within units, each stage by its own method, all from one recorded
// seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

enum class StageMethod { pps_systematic, every_kth, simple_random };

// One stage of the frame. Units lie in the order in which they are drawn (their order is an implicit
// stratification); every unit belongs to one parent: a stratum at the first stage, a unit of the stage before
// later.
struct Stage {
  std::string name;  // for messages: 村, 户
  StageMethod method = StageMethod::pps_systematic;
  std::vector<std::int32_t> parents;  // one a unit, ascending
  std::vector<double> sizes;          // pps_systematic: one a unit, ≥ 0; else may be empty
  // How many are drawn in each parent: one for each parent, or a single number for all. A parent with fewer
  // units than that gives all it has (and the record says so).
  std::vector<std::int32_t> takes;
};

struct Drawn {
  std::int32_t stage = 0;
  std::int32_t unit = 0;    // index in the stage's columns
  std::int32_t parent = 0;  // index in the stage before, or the stratum
  double conditional = 0;   // probability of this unit given its parent
  double probability = 0;   // of this unit altogether
  bool certain = false;     // conditional = 1
};

// Enough to repeat the draw: with the same frame, seed and version the list is the same.
struct DrawRecord {
  std::uint64_t seed = 0;
  std::string generator;                // kGeneratorName
  int version = 1;                      // of the rule by which parts get their seeds
  std::vector<Drawn> units;             // by stage, then frame order
  std::vector<std::string> shortfalls;  // "stage 2 (户), parent 17: 9 wanted, 7 there"
};

// The draw within parent `p` of stage `s` (from 0) uses Generator(part_seed(part_seed(seed, s), p)): its
// uniform() is the start of the systematic methods. Work and memory are linear in the frame. Refuses
// sampling.empty (no stage), sampling.frame (columns of unlike length, parents out of range or not ascending,
// a negative take, with stage and unit), sampling.value (a size).
Outcome<DrawRecord> draw_stages(std::int32_t strata, const std::vector<Stage>& stages, std::uint64_t seed);

}  // namespace kepu::statistics::sampling
