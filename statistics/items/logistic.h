// The logistic function without overflow and without cancellation.
#pragma once

#include <cmath>
#include <limits>

namespace kepu::statistics::items {

// 1/(1+e^-z); exact limits at ±∞.
inline double logistic(double z) { return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

// σ(x) - σ(y) for x ≥ y, accurate where both are near 0 or near 1: σ(x) σ(-y) (1 - e^(y-x)).
inline double logistic_difference(double x, double y) {
  const double gap = std::isinf(x) && x == y ? 0 : y - x;
  return logistic(x) * logistic(-y) * -std::expm1(gap);
}

}  // namespace kepu::statistics::items
