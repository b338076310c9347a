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

std::optional<double> highest_point(const Curve& height, const Curve& slope, double low, double high,
                                    bool zero_allowed) {
  std::optional<double> best;
  double best_height = 0;
  const auto offer = [&](double at) {
    const double here = height(at);
    if (std::isfinite(here) && (!best || here > best_height)) best = at, best_height = here;
  };
  bool rising = zero_allowed && slope(0) > 0;
  if (zero_allowed && !rising) offer(0);
  double before = 0;
  constexpr int kMost = 8 * 60;  // decades; also an end where the bounds over- or underflow
  for (int i = 0; i <= kMost; ++i) {
    const double at = low * std::pow(10.0, i / 8.0);
    if (!(at > 0 && at <= high && std::isfinite(at))) break;
    const double here = slope(at);
    if (rising && here <= 0) offer(here == 0 ? at : crossing(slope, before, at));
    rising = here > 0;
    before = at;
  }
  return best;
}

}  // namespace kepu::statistics::areas
