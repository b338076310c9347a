#include "statistics/weighting/pipeline.h"

#include <algorithm>
#include <utility>

namespace kepu::statistics {

namespace {

const char* name_of(const WeightingStep& step) {
  static constexpr const char* kNames[] = {"nonresponse", "poststratify", "rake", "calibrate", "trim"};
  return kNames[step.index()];
}

struct Run {
  std::span<const double> weights;

  static Outcome<Fitted> unprojected(Outcome<std::vector<double>> weights) {
    if (!weights) return tl::unexpected(weights.error());
    return Fitted{std::move(*weights), nullptr, 0, 0, {}};
  }
  Outcome<Fitted> operator()(const NonresponseStep& s) const {
    return unprojected(adjust_for_nonresponse(weights, s.classes, s.responded, s.max_factor));
  }
  Outcome<Fitted> operator()(const PoststratifyStep& s) const {
    return poststratify(s.margin, weights, s.partial);
  }
  Outcome<Fitted> operator()(const RakeStep& s) const { return s.plan.rake(weights, s.rules); }
  Outcome<Fitted> operator()(const CalibrateStep& s) const { return calibrate(s.calibration, weights); }
  Outcome<Fitted> operator()(const TrimStep& s) const { return unprojected(trim(weights, s.rules)); }
};

struct Rerun {
  std::span<double> weights;
  int sweeps;

  Outcome<void> take(const Outcome<std::vector<double>>& next) const {
    if (!next) return tl::unexpected(next.error());
    std::copy(next->begin(), next->end(), weights.begin());
    return {};
  }
  Outcome<void> operator()(const NonresponseStep& s) const {
    return take(adjust_for_nonresponse(weights, s.classes, s.responded));
  }
  // An empty cell gives 0 · ∞ = NaN, so that the replicate is seen to be without value.
  Outcome<void> operator()(const PoststratifyStep& s) const {
    std::vector<double> mass(s.margin.population.size(), 0.0);
    const auto& of = s.margin.cells.of;
    for (std::size_t i = 0; i < weights.size(); ++i) mass[static_cast<std::size_t>(of[i])] += weights[i];
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto c = static_cast<std::size_t>(of[i]);
      weights[i] *= s.margin.population[c] / mass[c];
    }
    return {};
  }
  Outcome<void> operator()(const RakeStep& s) const {
    const auto factor = s.plan.factors(s.plan.mass(weights), sweeps);
    const auto& of = s.plan.joint().cells.of;
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= factor[static_cast<std::size_t>(of[i])];
    return {};
  }
  Outcome<void> operator()(const CalibrateStep& s) const {
    const auto g = calibration_factors(s.calibration, weights);
    if (!g) return tl::unexpected(g.error());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= (*g)[static_cast<Eigen::Index>(i)];
    return {};
  }
  Outcome<void> operator()(const TrimStep& s) const { return take(trim(weights, s.rules)); }
};

}  // namespace

Outcome<Weighted> run_weighting(std::span<const WeightingStep> steps, std::span<const double> base) {
  Weighted out;
  out.weights.assign(base.begin(), base.end());
  out.log.push_back({"base", summarise(base), 0, 0, {}});
  for (const auto& step : steps) {
    auto next = std::visit(Run{out.weights}, step);
    if (!next) return tl::unexpected(next.error());
    out.weights = std::move(next->weights);
    if (next->projection) out.projections.push_back(std::move(next->projection));
    out.sweeps.push_back(next->sweeps);
    out.log.push_back(
        {name_of(step), summarise(out.weights), next->sweeps, next->worst_miss, next->worst_margin});
  }
  return out;
}

Outcome<void> rerun_weighting(std::span<const WeightingStep> steps, const Weighted& full,
                              std::span<double> weights) {
  for (std::size_t k = 0; k < steps.size(); ++k) {
    if (auto ok = std::visit(Rerun{weights, full.sweeps[k]}, steps[k]); !ok) return ok;
  }
  return {};
}

}  // namespace kepu::statistics
