// A weighted sample ready for estimates: the design or the replicates that give variances, the weights, and
// what calibration takes out of the variance. All estimators below statistics/survey take one.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/design.h"
#include "statistics/survey/replicates.h"
#include "statistics/weighting/pipeline.h"

namespace kepu::statistics {

// The rows an estimate is about. Rows outside are not removed: they keep their units in the design.
struct Domain {
  std::vector<std::uint8_t> in;  // 1 = inside

  static Domain all(std::size_t rows) { return {std::vector<std::uint8_t>(rows, 1)}; }
  std::size_t size() const;
  bool whole() const { return size() == in.size(); }
};

// A vector of numbers computed from weighted rows, in the two ways in which its variance can be had.
struct Statistic {
  Eigen::VectorXd value;
  // rows × values: w_i z_i with the influence z (derivative by the weight of row i); 0 outside of the domain.
  std::function<Eigen::MatrixXd()> influence;
  // The values with other weights (0 outside of the domain already set by the caller's rows).
  std::function<Eigen::VectorXd(std::span<const double> weights)> at;
};

// Numbers with their covariance.
struct Estimates {
  Eigen::VectorXd value;
  Eigen::MatrixXd covariance;
  Eigen::VectorXd se() const { return covariance.diagonal().cwiseSqrt(); }
};

// Immutable; threads may share it.
class Survey {
 public:
  // Taylor linearisation.
  explicit Survey(Design design);
  // Replicates with the weights of the full sample.
  Survey(std::vector<double> weights, Replicates replicates);
  // The same sample after the steps; replicates are re-weighted, each by all steps. Degrees of freedom of
  // replicates: calibration alone leaves them, after the other steps they are counted again (as in R).
  // Refuses as the steps do.
  Outcome<Survey> reweighted(std::span<const WeightingStep> steps) const;
  Outcome<Survey> with(const VarianceRules& rules) const;  // a survey with replicates stays as it is

  std::size_t rows() const { return weights_.size(); }
  const std::vector<double>& weights() const { return weights_; }
  const Design* design() const { return design_.get(); }
  const Replicates* replicates() const { return replicates_ ? &*replicates_ : nullptr; }
  const Projections& projections() const { return projections_; }
  const std::vector<WeightingLogLine>& log() const { return log_; }
  // Calibrated and PPS samples count all rows as theirs, also those outside a domain.
  bool keeps_rows() const { return design_ && (!projections_.empty() || design_->pps()); }
  // Rows of the data set when it is about `domain`: all of them where it keeps its rows.
  std::size_t rows_in(const Domain& domain) const { return keeps_rows() ? rows() : domain.size(); }

  // Design: units minus strata of the domain. Replicates: the known number for the whole sample, else rank
  // − 1.
  int degrees_of_freedom(const Domain& domain) const;

  // Covariance of a statistic about `domain`. Refuses survey.lonely_psu, survey.replicates,
  // survey.negative_variance (PPS with joint probabilities can give one).
  Outcome<Eigen::MatrixXd> covariance(const Domain& domain, const Statistic& statistic) const;
  Outcome<Estimates> estimate(const Domain& domain, const Statistic& statistic) const;
  // The values of the statistic in each replicate (R × values).
  Eigen::MatrixXd replicate_values(const Statistic& statistic) const;

 private:
  Survey() = default;
  std::shared_ptr<const Design> design_;
  std::optional<Replicates> replicates_;
  std::vector<double> weights_;
  Projections projections_;
  std::vector<WeightingLogLine> log_;
};

}  // namespace kepu::statistics
