// 均衡度: one metric over areas, the distance of each from the county's level and its course. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"

namespace kepu::indicators {

using base::Id;

struct AreaValue {
  Id unit = 0;
  std::optional<double> now, before;  // this period, and the same one a year before
};

struct AreaGap {
  Id unit = 0;
  std::optional<double> now, before;
  std::optional<double> gap;         // now − level
  std::optional<double> gap_before;  // before − level then
  std::optional<double> part;        // of the sum, in [0, 1]; where the values add up
  // Whether the distance to the level has become smaller (< 0), larger (> 0); none where a figure is missing.
  std::optional<double> widened;
};

struct Balance {
  std::optional<double> level, level_before;  // what the areas are measured against
  bool level_is_mean = false;  // of the areas that have a value, where the county's value is their sum
  int with_value = 0, missing = 0;
  std::optional<double> smallest, largest;
  // Largest over smallest, where both are above 0.
  std::optional<double> ratio;
  std::vector<AreaGap> areas;  // in the order given
};

// `adds_up`: the county's value is the sum of its areas, so they are measured against their mean; else
// against the county's own value (none: not measured). Missing areas count in no mean.
Balance balance_of(const std::vector<AreaValue>& areas, bool adds_up, std::optional<double> county,
                   std::optional<double> county_before);

}  // namespace kepu::indicators
