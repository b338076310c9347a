#include "statistics/areas/variance_search.h"

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>

namespace kepu::statistics::areas {

double crossing(const Curve& slope, double low, double high) {
  std::uintmax_t steps = 200;
  const auto [a, b] = boost::math::tools::toms748_solve(slope, low, high,
                                                        boost::math::tools::eps_tolerance<double>(52), steps);
  return (a + b) / 2;
}

std::optional<double> highest_point(const Curve& height, const Curve& slope, double scale,
                                    bool zero_allowed) {
  std::optional<double> best;
  double best_height = 0;
  const auto offer = [&](double at) {
    const double here = height(at);
    if (std::isfinite(here) && (!best || here > best_height)) best = at, best_height = here;
  };
  constexpr int kFrom = -80, kTo = 40;  // eighths of a decade
  double low = 0;
  bool rising = zero_allowed && slope(0) > 0;
  if (zero_allowed && !rising) offer(0);
  for (int i = kFrom; i <= kTo; ++i) {
    const double at = scale * std::pow(10.0, i / 8.0);
    const double here = slope(at);
    if (rising && here <= 0) offer(here == 0 ? at : crossing(slope, low, at));
    rising = here > 0;
    low = at;
  }
  return best;
}

}  // namespace kepu::statistics::areas
