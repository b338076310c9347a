#include "statistics/areas/model_basis.h"

#include <fmt/format.h>

#include <Eigen/QR>
#include <cmath>

namespace kepu::statistics::areas {

Outcome<Eigen::MatrixXd> model_matrix(std::span<const std::span<const double>> columns, bool intercept,
                                      std::size_t rows, const char* what) {
  const auto first = static_cast<Eigen::Index>(intercept ? 1 : 0);
  Eigen::MatrixXd x(static_cast<Eigen::Index>(rows), first + static_cast<Eigen::Index>(columns.size()));
  if (intercept) x.col(0).setOnes();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].size() != rows) {
      return refuse("areas.shape", fmt::format("covariate {} has {} values for {} {}s", c + 1,
                                               columns[c].size(), rows, what));
    }
    for (std::size_t i = 0; i < rows; ++i) {
      if (!std::isfinite(columns[c][i])) {
        return refuse("areas.value", fmt::format("covariate {} of {} {} is not finite", c + 1, what, i + 1));
      }
      x(static_cast<Eigen::Index>(i), first + static_cast<Eigen::Index>(c)) = columns[c][i];
    }
  }
  return x;
}

Outcome<ModelBasis> make_basis(const Eigen::MatrixXd& x) {
  const Eigen::Index p = x.cols();
  if (p == 0) return refuse("areas.few", "the model has neither an intercept nor a covariate");
  if (x.rows() <= p) {
    return refuse("areas.few", fmt::format("{} rows for {} coefficients: more rows are needed", x.rows(), p));
  }
  // Scaled by the largest value first: the norm of very large or very small columns must not overflow.
  Eigen::RowVectorXd scale = x.cwiseAbs().colwise().maxCoeff();
  for (Eigen::Index c = 0; c < p; ++c) {
    if (scale(c) <= 0) return refuse("areas.collinear", fmt::format("column {} of the model is zero", c + 1));
    scale(c) *= (x.col(c) / scale(c)).norm();
  }
  const Eigen::MatrixXd scaled = x * scale.cwiseInverse().asDiagonal();
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> pivoted(scaled);
  pivoted.setThreshold(1e-10);
  if (pivoted.rank() < p) {
    return refuse("areas.collinear",
                  fmt::format("the {} columns of the model have rank {}", p, pivoted.rank()));
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(scaled);
  ModelBasis basis;
  basis.q = qr.householderQ() * Eigen::MatrixXd::Identity(x.rows(), p);
  basis.r_inverse =
      qr.matrixQR().topRows(p).template triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(p, p));
  basis.r_inverse = scale.cwiseInverse().asDiagonal() * basis.r_inverse;
  return basis;
}

}  // namespace kepu::statistics::areas
