#include "statistics/survey/survey.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kepu::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

std::size_t Domain::size() const {
  return static_cast<std::size_t>(std::count_if(in.begin(), in.end(), [](auto b) { return b != 0; }));
}

Survey::Survey(Design design)
    : design_(std::make_shared<const Design>(std::move(design))), weights_(design_->weights()) {}

Survey::Survey(std::vector<double> weights, Replicates replicates)
    : replicates_(std::move(replicates)), weights_(std::move(weights)) {}

Outcome<Survey> Survey::with(const VarianceRules& rules) const {
  Survey other = *this;
  if (design_) other.design_ = std::make_shared<const Design>(design_->with(rules));
  return other;
}

Outcome<Survey> Survey::reweighted(std::span<const WeightingStep> steps) const {
  auto full = run_weighting(steps, weights_);
  if (!full) return tl::unexpected(full.error());
  Survey out = *this;
  if (replicates_) {
    MatrixXd columns(static_cast<Index>(rows()), replicates_->count());
    for (int r = 0; r < replicates_->count(); ++r) {
      const std::span<double> column(columns.col(r).data(), rows());
      replicates_->weights(r, weights_, column);
      if (auto ok = rerun_weighting(steps, *full, column); !ok) return tl::unexpected(ok.error());
    }
    auto replicates = Replicates::of_columns(std::move(columns));
    replicates.scale = replicates_->scale;
    replicates.rscales = replicates_->rscales;
    replicates.mse = replicates_->mse;
    // As in R: calibration leaves the degrees, the other steps have them counted again.
    replicates.degrees = replicates_->degrees;
    const bool calibrated_only = std::all_of(steps.begin(), steps.end(), [](const WeightingStep& step) {
      return std::holds_alternative<CalibrateStep>(step);
    });
    if (!replicates.degrees && calibrated_only) replicates.degrees = degrees_of_freedom(Domain::all(rows()));
    out.replicates_ = std::move(replicates);
  } else {
    out.projections_.insert(out.projections_.end(), full->projections.begin(), full->projections.end());
  }
  out.weights_ = std::move(full->weights);
  out.log_.insert(out.log_.end(), full->log.begin() + (log_.empty() ? 0 : 1), full->log.end());
  return out;
}

int Survey::degrees_of_freedom(const Domain& domain) const {
  if (design_) return design_->degrees_of_freedom(domain.in, weights_);
  if (replicates_->degrees && domain.whole()) return *replicates_->degrees;
  return replicates_->degrees_of_freedom(domain.in, weights_);
}

MatrixXd Survey::replicate_values(const Statistic& statistic) const {
  MatrixXd theta(replicates_->count(), statistic.value.size());
  std::vector<double> w(rows());
  for (int r = 0; r < replicates_->count(); ++r) {
    replicates_->weights(r, weights_, w);
    theta.row(r) = statistic.at(w).transpose();
  }
  return theta;
}

Outcome<MatrixXd> Survey::covariance(const Domain& domain, const Statistic& statistic) const {
  if (replicates_) return replicates_->variance(replicate_values(statistic), statistic.value);
  MatrixXd x = statistic.influence();
  for (const auto& projection : projections_) projection->apply(x);
  auto v = design_->variance(x, domain.in, keeps_rows());
  if (v && design_->pps() && (v->diagonal().array() < 0).any()) {
    return refuse(
        "survey.negative_variance",
        "the joint probabilities give a negative variance; use the Yates–Grundy form or Brewer's method");
  }
  return v;
}

Outcome<Estimates> Survey::estimate(const Domain& domain, const Statistic& statistic) const {
  auto v = covariance(domain, statistic);
  if (!v) return tl::unexpected(v.error());
  return Estimates{statistic.value, std::move(*v)};
}

}  // namespace kepu::statistics
