// Internal: the highest point of a likelihood in one variance component.
#pragma once

#include <functional>
#include <optional>

namespace kepu::statistics::areas {

using Curve = std::function<double(double)>;

// The maximum of `height` over [0, ∞), whose derivative is `slope`: the slope is looked at on a grid from
// `low` to `high`, eight points a decade; every change from rising to falling is refined to full precision,
// and the highest wins. 0 is a candidate where `zero_allowed` and the slope there does not rise. None where
// there is no candidate.
std::optional<double> highest_point(const Curve& height, const Curve& slope, double low, double high,
                                    bool zero_allowed);

// Where `slope` changes sign between low and high, to full precision; it must.
double crossing(const Curve& slope, double low, double high);

}  // namespace kepu::statistics::areas
