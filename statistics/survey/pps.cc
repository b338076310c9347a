#include "statistics/survey/pps.h"

#include <fmt/format.h>

#include <cmath>

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd approximate(PpsMethod method, const DesignStage& stage) {
  const auto units = static_cast<Index>(stage.stratum_of.size());
  MatrixXd delta = MatrixXd::Zero(units, units);
  for (const auto& stratum : stage.strata) {
    const double n = stratum.units;
    double mean = 0;
    for (std::int32_t k = 0; k < stratum.units; ++k) {
      mean += stage.fraction[static_cast<std::size_t>(
                  stage.by_stratum[static_cast<std::size_t>(stratum.first + k)])] /
              n;
    }
    for (std::int32_t a = 0; a < stratum.units; ++a) {
      const auto i = stage.by_stratum[static_cast<std::size_t>(stratum.first + a)];
      const double pi = stage.fraction[static_cast<std::size_t>(i)];
      for (std::int32_t b = 0; b < stratum.units; ++b) {
        const auto j = stage.by_stratum[static_cast<std::size_t>(stratum.first + b)];
        const double sum = pi + stage.fraction[static_cast<std::size_t>(j)];
        // Two certain units have nothing to do with each other.
        const bool certain = method == PpsMethod::overton ? sum / 2 == 1 : sum == 1;
        const double left = method == PpsMethod::overton ? n - sum / 2 : n - sum + mean;
        delta(i, j) = i == j ? 1 - pi : certain ? 0 : 1 - left / (n - 1);
      }
    }
  }
  return delta;
}

}  // namespace

Outcome<MatrixXd> pps_delta(PpsMethod method, const DesignStage& stage, const MatrixXd& joint) {
  const auto units = static_cast<Index>(stage.stratum_of.size());
  if (method == PpsMethod::overton || method == PpsMethod::hartley_rao) return approximate(method, stage);
  if (joint.rows() != units || joint.cols() != units) {
    return refuse("survey.pps",
                  fmt::format("the joint probabilities are a matrix {} × {}, the sample has {} units",
                              joint.rows(), joint.cols(), units));
  }
  if (!(joint.array() > 0).all() || !(joint.array() <= 1 + 1e-9).all()) {
    return refuse("survey.pps", "a joint probability is not between 0 and 1: some pairs can never be drawn");
  }
  const Eigen::VectorXd pi = joint.diagonal();
  MatrixXd delta = (joint - pi * pi.transpose()).cwiseQuotient(joint);
  const double small = joint.minCoeff() / 10000;
  delta = (delta.array().abs() < small).select(0, delta);
  if (method == PpsMethod::joint_yates_grundy) {
    // x'Δx − Σ_ij Δ_ij x_j x_j: the diagonal takes away what each column sums to.
    const Eigen::VectorXd sums = delta.colwise().sum().transpose();
    delta.diagonal() -= sums;
  }
  return delta;
}

}  // namespace kepu::statistics
