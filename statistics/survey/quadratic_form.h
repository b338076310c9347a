// The distribution of Σ a_k χ²_1, to which Rao–Scott statistics converge, and of its ratio to χ²_d/d.
#pragma once

#include <limits>
#include <span>

namespace kepu::statistics {

// P(Σ a_k χ²_1 > x), or with finite `ddf` P(Σ a_k χ²_1 > x · χ²_ddf / ddf). `a` may hold negative numbers.
// The two approximations below take whole degrees of freedom of the denominator, as R does (ddf is cut for
// χ²_ddf, not for the divisor), which is slightly conservative for few units.

// Satterthwaite 1946: one scaled χ² (or F) with the same two moments.
double upper_by_moments(double x, std::span<const double> a,
                        double ddf = std::numeric_limits<double>::infinity());
// Kuonen 1999, Biometrika 86: saddlepoint approximation; by moments where it is singular (x at the mean).
double upper_by_saddlepoint(double x, std::span<const double> a,
                            double ddf = std::numeric_limits<double>::infinity());
// Imhof 1961, Biometrika 48 (3.2): numerical inversion, absolute error about 1e-8; where the result is below
// 1e-7 the saddlepoint approximation is given, whose relative error is the smaller one.
double upper_by_integration(double x, std::span<const double> a,
                            double ddf = std::numeric_limits<double>::infinity());

}  // namespace kepu::statistics
