// Internal: elementary symmetric sums with one or two units left out, for all units at once and by additions
// of positive numbers only. (The usual recursion S_m(without k) = S_m − x_k S_{m−1}(without k) loses all
// digits for larger n.)
#pragma once

#include <Eigen/Core>

namespace kepu::statistics::sampling {

// With S_m the sum over all subsets of m of the x's of their products: for every l the value
// Σ_m pick_m S_m(without l). Memory and time O(N n).
Eigen::VectorXd sums_without_one(const Eigen::VectorXd& x, const Eigen::VectorXd& pick);

// The same without `k` and l; 0 at l = k.
Eigen::VectorXd sums_without_pairs(const Eigen::VectorXd& x, Eigen::Index k, const Eigen::VectorXd& pick);

}  // namespace kepu::statistics::sampling
