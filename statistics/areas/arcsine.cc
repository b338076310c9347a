#include "statistics/areas/arcsine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace kepu::statistics::areas {

Outcome<ArcsineData> to_arcsine(std::span<const double> proportions, std::span<const double> effective_n) {
  if (proportions.size() != effective_n.size()) {
    return refuse("areas.shape", fmt::format("{} proportions, {} effective numbers of persons",
                                             proportions.size(), effective_n.size()));
  }
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  ArcsineData out;
  for (std::size_t i = 0; i < proportions.size(); ++i) {
    const double p = proportions[i], n = effective_n[i];
    const bool is_missing = std::isnan(p);
    if (!is_missing && !(p >= 0 && p <= 1 && n > 0 && std::isfinite(n))) {
      return refuse("areas.value", fmt::format("area {}: proportion {}, effective number {}", i + 1, p, n));
    }
    out.estimates.push_back(is_missing ? kMissing : std::asin(std::sqrt(p)));
    out.variances.push_back(is_missing ? kMissing : 1 / (4 * n));
  }
  return out;
}

double back_naive(double m) {
  const double sine = std::sin(m);
  return sine * sine;
}

double back_corrected(double m, double variance) {
  return (1 - std::exp(-2 * variance) * std::cos(2 * m)) / 2;
}

Outcome<Interval> back_interval(const AreaEstimate& area, double level) {
  const auto on_scale = interval_of(area, level);
  if (!on_scale) return tl::unexpected(on_scale.error());
  constexpr double kEnd = std::numbers::pi / 2;
  return Interval{back_naive(std::clamp(on_scale->low, 0.0, kEnd)),
                  back_naive(std::clamp(on_scale->high, 0.0, kEnd))};
}

}  // namespace kepu::statistics::areas
