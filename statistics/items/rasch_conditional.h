// The Rasch model by conditional maximum likelihood: difficulties free of any assumption on the persons.
#pragma once

#include "statistics/items/classical.h"

namespace kepu::statistics::items {

struct RaschConditional {
  std::vector<double> difficulty;  // sum 0
  std::vector<double> se;          // of the centred difficulties
  double log_likelihood = 0;       // conditional
  std::size_t n = 0;               // persons with an answer
};

// Binary items; missing answers by groups of equal pattern of missingness. Elementary symmetric functions by
// the sum algorithm (Fischer 1974; Andersen 1972). Refuses items.columns, rasch.binary, rasch.extreme (an
// item that all or none solved, among persons who are neither 0 nor full), rasch.size (over 200 items),
// rasch.not_identified (items that fall apart into groups), irt.no_convergence.
Outcome<RaschConditional> rasch_conditional(Columns columns, std::span<const double> weights = {});

}  // namespace kepu::statistics::items
