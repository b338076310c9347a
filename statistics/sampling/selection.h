// Draws inside one unit: addresses of a village, persons of a household.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/sampling/generator.h"

namespace kepu::statistics::sampling {

// `take` of `count` without replacement, positions from 0 ascending, every subset equally likely: selection
// by Fan, Muller and Rezucha (1962; Knuth's algorithm S): position i is drawn when below(left) < wanted.
// Refuses sampling.too_many (take > count).
Outcome<std::vector<std::size_t>> draw_simple(std::size_t count, std::size_t take, Generator& random);

// Every count/take-th from a random start: position floor((uniform + j) · count/take), j = 0 … take − 1. Each
// with probability take/count. Refuses sampling.too_many.
Outcome<std::vector<std::size_t>> draw_every_kth(std::size_t count, std::size_t take, Generator& random);

struct Person {
  std::size_t position = 0;  // from 0, in the order of the household's list (men before women, elder first)
  double probability = 1;    // of having been drawn
};

// One of `eligible` ≥ 1 persons, each equally likely. Refuses sampling.empty.
Outcome<Person> draw_person(std::size_t eligible, Generator& random);

// The eight tables of Kish (1949, JASA 44, 380–387), A B1 B2 C D E1 E2 F, which interviewers carry on paper.
// `serial` counts the addresses from 0; twelve in a row use every table in its proportion (A 2, B1 1, B2 1, C
// 2, D 2, E1 1, E2 1, F 2), beginning at `start` in 0 … 11 (drawn once for a survey). Up to six persons; the
// probability is that of the tables (with five persons 1/6 1/6 1/4 1/6 1/4). Refuses sampling.empty,
// sampling.kish (more than six: the tables would never reach the seventh; use draw_person).
Outcome<Person> kish_person(std::size_t eligible, std::size_t serial, std::size_t start);

}  // namespace kepu::statistics::sampling
