// Internal consistency as psych::alpha (psych 2.2.9) gives it: covariances of pairs where data are missing.
#pragma once

#include "statistics/items/classical.h"

namespace kepu::statistics::items {

struct Alpha {
  double raw = 0;           // Cronbach (1951): k/(k-1) (1 - tr C / sum C)
  double standardised = 0;  // the same from correlations
  double g6 = 0;            // Guttman's λ6: 1 - Σ(1 - smc)/sum R
  double average_r = 0, median_r = 0;
  double signal_noise = 0;    // k r̄/(1 - r̄)
  double standard_error = 0;  // Duhachek & Iacobucci (2004)
};

struct AlphaItem {
  int item = 0;       // position among the columns: constant items are left out
  std::size_t n = 0;  // answers
  double raw_r = 0;   // with the mean score, item included
  double std_r = 0;   // with the standardised total
  double r_cor = 0;   // corrected for overlap by the squared multiple correlation
  double r_drop = 0;  // with the rest
  double mean = 0, sd = 0;
  Alpha dropped;  // the test without the item
};

struct AlphaAnalysis {
  Alpha total;
  double mean = 0, sd = 0;  // of the persons' mean scores over what they answered
  std::vector<AlphaItem> items;
};

// Refuses items.columns, items.few (fewer than two items that vary), items.no_overlap (two items that nobody
// answered both). What has no value for the data at hand (λ6 without two items) is NaN.
Outcome<AlphaAnalysis> alpha_analysis(Columns columns);

}  // namespace kepu::statistics::items
