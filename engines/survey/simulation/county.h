// A county that does not exist, whose every inhabitant is known: what a survey of it should find is no
// secret. Rounds drawn from it, with refusals, empty dwellings and gaps as in the field, test the analysis
// from end to end and fill the demonstration.
//
// Every person has an ability θ = 0.6 × schooling − 0.18 × age group + 0.15 (man) + 0.2 (urban) + village +
// own, and answers each of 20 items by the two-parameter model once and for all; so the true share of
// literate people is a plain count. All from a seed, the same with every compiler.
#pragma once

#include <cstdint>
#include <vector>

#include "engines/survey/dataset.h"

namespace kepu::survey::simulation {

struct CountyOptions {
  int villages = 240;    // of 12 townships, in 4 strata
  int households = 250;  // of a village on average, 100 … 600
  double shift = -0.20;  // added to every ability: where the true share comes to lie
};

struct RoundOptions {
  int villages = 30;      // drawn, proportional to size
  int dwellings = 52;     // drawn in each
  int replacements = 2;   // at most, in each
  double target = 0;      // percent; 0: none
  bool published = true;  // the numbers of other surveys, from the truth of this county
};

// Immutable once made; threads may share it.
class County {
 public:
  explicit County(std::uint64_t seed, CountyOptions options = {});

  // Percent of all people aged 18–69 whose score reaches 70.
  double truth() const { return truth_; }
  double truth_of(std::size_t township) const { return by_township_[township]; }
  std::size_t people() const { return people_.size(); }

  // One round: the draw, the interviews, what came of them. About 1,200 people are interviewed.
  Dataset round(std::uint64_t seed, const RoundOptions& options = {}) const;

 private:
  struct Person {
    std::uint32_t right = 0;  // bit k: answers item k right
    std::uint8_t age = 18;
    Sex sex = Sex::male;
    Education education = Education::primary;
  };
  struct Village {
    int stratum = 0, township = 0;
    Place place = Place::rural;
    double size = 0;  // as the frame has it
    std::vector<std::uint32_t>
        dwellings;       // first person of each; an empty dwelling begins where the next does
    double refusal = 0;  // tendency
  };

  void populate(Village& village, double effect, std::uint64_t seed);
  void add_frame(Dataset& out) const;
  void add_margins(Dataset& out) const;
  std::vector<std::size_t> draw_villages(const RoundOptions& options, std::uint64_t seed,
                                         std::vector<double>& probabilities) const;
  void interview(Dataset& out, int psu, std::size_t village, const RoundOptions& options,
                 std::uint64_t seed) const;

  double shift_ = 0;
  std::vector<Village> villages_;
  std::vector<Person> people_;
  double truth_ = 0;
  std::vector<double> by_township_, township_people_;
};

// What `kepu survey simulate --seed N` writes, and what the demonstration county shows: a round of 2026 in
// 岚江县 with its target, last round and superior areas.
Dataset demonstration_round(std::uint64_t seed = 2026);

}  // namespace kepu::survey::simulation
