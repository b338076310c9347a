#include "statistics/survey/decision.h"

#include <fmt/format.h>

#include <cmath>

#include "statistics/survey/distributions.h"
#include "statistics/survey/estimate.h"

namespace kepu::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Outcome<TargetTest> test_target(const ProportionEstimate& p, double target, double alpha) {
  if (!(target > 0 && target < 1 && alpha > 0 && alpha < 0.5)) {
    return refuse("survey.target", fmt::format("target {} at level {}", target, alpha));
  }
  const auto logit = interval_of(p, IntervalMethod::xlogit, 1 - 2 * alpha);
  if (!logit) return tl::unexpected(logit.error());
  const auto wilson = interval_of(p, IntervalMethod::wilson, 1 - 2 * alpha);
  if (!wilson) return tl::unexpected(wilson.error());
  const double e = p.estimate;
  TargetTest out;
  out.t = (e - target) / p.se();
  out.p_greater = t_upper(out.t, p.degrees);
  out.p_less = t_upper(-out.t, p.degrees);
  const double distance = std::log(e / (1 - e)) - std::log(target / (1 - target));
  out.t_logit = distance * e * (1 - e) / p.se();
  out.p_greater_logit = t_upper(out.t_logit, p.degrees);
  out.p_less_logit = t_upper(-out.t_logit, p.degrees);
  out.lower_logit = logit->lower;
  out.upper_logit = logit->upper;
  out.lower_wilson = wilson->lower;
  if (out.lower_logit >= target) out.verdict = TargetVerdict::met;
  if (out.upper_logit < target) out.verdict = TargetVerdict::missed;
  return out;
}

Outcome<Change> change_between(double first, double first_variance, double first_degrees, double second,
                               double second_variance, double second_degrees) {
  const double v = first_variance + second_variance;
  if (!(v > 0) || !(first_degrees > 0) || !(second_degrees > 0)) {
    return refuse("survey.interval", "a change without variance or degrees of freedom cannot be judged");
  }
  Change out;
  out.difference = second - first;
  out.se = std::sqrt(v);
  out.df_sum = first_degrees + second_degrees;
  out.df_satterthwaite =
      v * v /
      (first_variance * first_variance / first_degrees + second_variance * second_variance / second_degrees);
  out.t = out.difference / out.se;
  out.p_sum = 2 * t_upper(std::abs(out.t), out.df_sum);
  out.p_satterthwaite = 2 * t_upper(std::abs(out.t), out.df_satterthwaite);
  const double t = t_quantile(0.975, out.df_sum);
  out.lower = out.difference - t * out.se;
  out.upper = out.difference + t * out.se;
  return out;
}

Outcome<TTest> t_test(const Survey& survey, const Domain& domain, const Domain& design_domain,
                      std::span<const double> y, std::span<const double> group) {
  bool zero = false, one = false;
  MatrixXd x = MatrixXd::Ones(static_cast<Index>(y.size()), 2);
  for (std::size_t i = 0; i < y.size(); ++i) {
    x(static_cast<Index>(i), 1) = group[i];
    if (!domain.in[i]) continue;
    zero = zero || group[i] == 0;
    one = one || group[i] == 1;
    if (group[i] != 0 && group[i] != 1)
      return refuse("survey.groups", fmt::format("row {} is in no group", i + 1));
  }
  if (!zero || !one) return refuse("survey.groups", "a t test compares two groups that both occur");
  const auto model = regress(survey, domain, design_domain, x, Eigen::Map<const VectorXd>(y.data(), x.rows()),
                             RegressionFamily::linear);
  if (!model) return tl::unexpected(model.error());
  TTest out;
  out.difference = model->coefficients[1];
  out.t = out.difference / std::sqrt(model->covariance(1, 1));
  out.df = model->residual_degrees;
  out.p = 2 * t_upper(std::abs(out.t), out.df);
  return out;
}

Outcome<TTest> t_test(const Survey& survey, const Domain& domain, std::span<const double> y) {
  const auto mean =
      mean_of(survey, domain, MatrixXd(Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size()))));
  if (!mean) return tl::unexpected(mean.error());
  const auto v = survey.covariance(domain, *mean);
  if (!v) return tl::unexpected(v.error());
  TTest out;
  out.difference = mean->value[0];
  out.t = out.difference / std::sqrt((*v)(0, 0));
  out.df = survey.degrees_of_freedom(domain) - 1;
  out.p = 2 * t_upper(std::abs(out.t), out.df);
  return out;
}

Outcome<Estimates> standardised_means(const Survey& survey, const Domain& domain, const Domain& answered,
                                      std::span<const double> y, const Cells& by, const Cells& over,
                                      std::span<const double> population) {
  if (population.size() != static_cast<std::size_t>(by.count)) {
    return refuse("weighting.margins",
                  fmt::format("{} shares for {} categories", population.size(), by.count));
  }
  // Rows outside the domain are a post-stratum of their own that keeps its weight.
  Margin margin{"standardisation", {}, {}, {}};
  const std::int32_t outside = by.count * over.count;
  margin.cells.count = outside + 1;
  margin.cells.of.assign(survey.rows(), outside);
  margin.population.assign(static_cast<std::size_t>(outside) + 1, 0.0);
  double shares = 0;
  for (const double n : population) shares += n;
  std::vector<double> mass(static_cast<std::size_t>(over.count), 0.0);
  for (std::size_t i = 0; i < survey.rows(); ++i) {
    if (!domain.in[i]) {
      margin.population[static_cast<std::size_t>(outside)] += survey.weights()[i];
      continue;
    }
    if (by.of[i] < 0 || over.of[i] < 0)
      return refuse("survey.missing", fmt::format("row {} has no category", i + 1));
    margin.cells.of[i] = over.of[i] * by.count + by.of[i];
    mass[static_cast<std::size_t>(over.of[i])] += survey.weights()[i];
  }
  for (std::int32_t g = 0; g < over.count; ++g) {
    for (std::int32_t b = 0; b < by.count; ++b) {
      margin.population[static_cast<std::size_t>(g * by.count + b)] =
          mass[static_cast<std::size_t>(g)] * population[static_cast<std::size_t>(b)] / shares;
    }
  }
  const std::vector<WeightingStep> steps{PoststratifyStep{std::move(margin), true}};
  const auto standard = survey.reweighted(steps);
  if (!standard) return tl::unexpected(standard.error());
  const auto means = group_means(*standard, answered,
                                 Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size())), over);
  if (!means) return tl::unexpected(means.error());
  return standard->estimate(answered, *means);
}

}  // namespace kepu::statistics
