#include "engines/indicators/balance.h"

#include <algorithm>
#include <cmath>

namespace kepu::indicators {

namespace {

std::optional<double> mean_of(const std::vector<AreaValue>& areas, std::optional<double> AreaValue::*value) {
  double sum = 0;
  int n = 0;
  for (const auto& a : areas) {
    if (!(a.*value)) continue;
    sum += *(a.*value);
    ++n;
  }
  return n == 0 ? std::nullopt : std::optional(sum / n);
}

}  // namespace

Balance balance_of(const std::vector<AreaValue>& areas, bool adds_up, std::optional<double> county,
                   std::optional<double> county_before) {
  Balance out;
  out.level_is_mean = adds_up;
  out.level = adds_up ? mean_of(areas, &AreaValue::now) : county;
  out.level_before = adds_up ? mean_of(areas, &AreaValue::before) : county_before;
  double sum = 0;
  for (const auto& a : areas) {
    if (!a.now) {
      ++out.missing;
      continue;
    }
    ++out.with_value;
    sum += *a.now;
    out.smallest = out.smallest ? std::min(*out.smallest, *a.now) : *a.now;
    out.largest = out.largest ? std::max(*out.largest, *a.now) : *a.now;
  }
  if (out.with_value > 1 && *out.smallest > 0) out.ratio = *out.largest / *out.smallest;
  for (const auto& a : areas) {
    AreaGap gap{a.unit, a.now, a.before, {}, {}, {}, {}};
    if (a.now && out.level) gap.gap = *a.now - *out.level;
    if (a.before && out.level_before) gap.gap_before = *a.before - *out.level_before;
    if (a.now && adds_up && sum > 0) gap.part = *a.now / sum;
    if (gap.gap && gap.gap_before) gap.widened = std::abs(*gap.gap) - std::abs(*gap.gap_before);
    out.areas.push_back(gap);
  }
  return out;
}

}  // namespace kepu::indicators
