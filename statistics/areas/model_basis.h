// Internal: covariates as an orthonormal basis, so that no later step depends on their scales.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::areas {

// X = Q R; coefficients β = R⁻¹ b where b are those of Q, rows of X become rows of Q by X R⁻¹.
struct ModelBasis {
  Eigen::MatrixXd q;
  Eigen::MatrixXd r_inverse;
};

// The columns beside each other, with ones first where `intercept`. Refuses areas.shape (a column not of
// `rows`), areas.value (not finite; names the column and `what`), both counted from 1.
Outcome<Eigen::MatrixXd> model_matrix(std::span<const std::span<const double>> columns, bool intercept,
                                      std::size_t rows, const char* what);

// Refuses areas.few (fewer rows than columns + 1, or no column), areas.collinear (rank to 1e-10 of scaled
// columns).
Outcome<ModelBasis> make_basis(const Eigen::MatrixXd& x);

}  // namespace kepu::statistics::areas
