// The ability scale in points: the integral over θ as a weighted sum (rectangle rule, Bock & Aitkin 1981).
#pragma once

#include <vector>

namespace kepu::statistics::items {

// Equidistant ascending nodes and their prior probabilities, which sum to 1.
struct Quadrature {
  std::vector<double> node;
  std::vector<double> weight;
};

// Normal density at `n` ≥ 2 nodes from lo to hi, normalised to sum 1. 61 nodes on [-6, 6] are accurate to
// about 1e-9 for tests of up to 60 items.
Quadrature normal_quadrature(int n = 61, double lo = -6, double hi = 6, double mean = 0, double sd = 1);

}  // namespace kepu::statistics::items
