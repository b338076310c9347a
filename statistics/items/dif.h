// Differential item functioning: is an item harder for one group than for another of equal total score?
// The same tests compare two rounds of an item (drift): the round is the group.
#pragma once

#include "statistics/items/classical.h"

namespace kepu::statistics::items {

struct MantelHaenszel {
  double chi_square = 0, p = 1;  // without continuity correction
  double chi_square_corrected = 0, p_corrected = 1;
  double odds_ratio = 1;  // common; odds of answer 0 against 1 in the first group over those in the second
  double log_odds_ratio_se = 0;  // Robins, Breslow & Greenland (1986)
  double ets_delta = 0;  // -2.35 ln(odds ratio)                                  (Holland & Thayer 1988)
  char ets_class = 'A';  // A negligible, B, C large                              (Zieky 1993)
};

struct LogisticDif {  // Swaminathan & Rogers (1990): total; + group; + group × total
  double lr_uniform = 0, p_uniform = 1;
  double lr_nonuniform = 0, p_nonuniform = 1;
  double lr_total = 0, p_total = 1;
  double nagelkerke[3] = {0, 0, 0};  // R² of the three models
};

struct ItemDif {
  Outcome<MantelHaenszel> mantel_haenszel;
  Outcome<LogisticDif> logistic;
};

// Binary items (0, 1); `group` codes 0 … G-1 (-1 = missing). Rows with any missing answer or group are
// dropped; the matching score is the total, the studied item included, one stratum a value; strata of fewer
// than two persons are dropped. Refuses items.columns, dif.binary, dif.groups (fewer than two groups occur).
// Within an item: dif.two_groups (Mantel-Haenszel for two groups only), dif.no_information, dif.separated;
// and dif.not_asked for the logistic regressions where they are not wanted: they take nearly all of the time.
Outcome<std::vector<ItemDif>> item_dif(Columns columns, std::span<const std::int32_t> group,
                                       bool with_logistic = true);

}  // namespace kepu::statistics::items
