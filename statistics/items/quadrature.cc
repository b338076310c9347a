#include "statistics/items/quadrature.h"

#include <cmath>
#include <numeric>

namespace kepu::statistics::items {

Quadrature normal_quadrature(int n, double lo, double hi, double mean, double sd) {
  Quadrature q;
  for (int i = 0; i < n; ++i) {
    q.node.push_back(lo + (hi - lo) * i / (n - 1));
    const double z = (q.node.back() - mean) / sd;
    q.weight.push_back(std::exp(-z * z / 2));
  }
  const double sum = std::accumulate(q.weight.begin(), q.weight.end(), 0.0);
  for (double& w : q.weight) w /= sum;
  return q;
}

}  // namespace kepu::statistics::items
