// Probabilities π_kl that two units are drawn together, under five schemes of fixed size: what the
// Horvitz–Thompson and Yates–Grundy variances of a PPS sample need. Tillé (2006, Sampling Algorithms).
#pragma once

#include <Eigen/Core>
#include <span>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

enum class Scheme {
  systematic,  // Madow, in file order: pairs may have 0
  tille,       // elimination, Tillé (1996, Biometrika 83, 238–241)
  midzuno,   // Midzuno (1952), for any π as the complement of elimination on 1 − π (Tillé 2006, §6.3.5)
  sampford,  // Sampford (1967, Biometrika 54, 499–513)
  max_entropy,  // conditional Poisson: Chen, Dempster and Liu (1994, Biometrika 81, 457–469)
};

struct JointOptions {
  // max_entropy: where the iteration for the working probabilities ends (Σ |step|).
  double tolerance = 1e-13;
  // max_entropy: π_kl from the ratio formula (π_k w_l − π_l w_k)/(w_l − w_k) of Deville (2000) and equal
  // shares of the rest, as the R package `sampling` does; it loses digits where weights are nearly equal.
  // Else by exact sums.
  bool ratio_formula = false;
};

// Symmetric, π on the diagonal; units with π = 0 or 1 have the product. Memory N², work N² n (tille, midzuno
// N² (N−n); systematic N (N + n²)); max_entropy adds the iteration. Σ_l π_kl = n π_k to rounding. Refuses
// sampling.empty, sampling.value (π outside [0, 1]), sampling.whole (Σ π not whole within 1e-6; systematic
// allows it), sampling.unconverged,
// sampling.too_many (sampford, max_entropy: sums of products beyond a double, from about 600 units drawn).
Outcome<Eigen::MatrixXd> joint_probabilities(std::span<const double> probabilities, Scheme scheme,
                                             JointOptions options = {});

}  // namespace kepu::statistics::sampling
