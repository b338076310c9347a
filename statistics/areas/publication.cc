#include "statistics/areas/publication.h"

#include <algorithm>

namespace kepu::statistics::areas {

Publication judge(const AreaEstimate& area, const PublicationRule& rule, std::optional<double> effective_n) {
  const bool is_synthetic = !area.sampled || area.shrinkage == 0;
  if (is_synthetic && !rule.synthetic_allowed) return Publication::synthetic;
  if (effective_n && *effective_n < rule.minimum_effective_n) return Publication::few_respondents;
  const auto interval = interval_of(area, rule.level);
  if (!interval) return Publication::no_error;
  const double width = std::min(interval->high, 1.0) - std::max(interval->low, 0.0);
  if (width <= rule.always_below_width) return Publication::publish;
  if (width >= rule.maximum_width) return Publication::too_wide;
  const double smaller = std::min(area.estimate, 1 - area.estimate);
  return width > rule.maximum_relative_width * smaller ? Publication::too_wide_relative
                                                       : Publication::publish;
}

}  // namespace kepu::statistics::areas
