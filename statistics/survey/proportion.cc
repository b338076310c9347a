#include "statistics/survey/proportion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "statistics/survey/distributions.h"
#include "statistics/survey/estimate.h"
#include "statistics/survey/likelihood_profile.h"

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double logit(double p) { return std::log(p / (1 - p)); }
double expit(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

double ProportionEstimate::se() const { return std::sqrt(variance); }

Outcome<ProportionEstimate> proportion(const Survey& survey, const Domain& domain,
                                       std::span<const double> y) {
  for (std::size_t i = 0; i < y.size() && i < domain.in.size(); ++i) {
    if (domain.in[i] && (y[i] < 0 || y[i] > 1)) {
      return refuse("survey.proportion", fmt::format("row {} has {}, which is no share", i + 1, y[i]));
    }
  }
  const MatrixXd column = Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size()));
  const auto statistic = mean_of(survey, domain, column);
  if (!statistic) return tl::unexpected(statistic.error());
  ProportionEstimate out;
  out.estimate = statistic->value[0];
  out.rows = static_cast<double>(survey.rows_in(domain));
  out.degrees = survey.degrees_of_freedom(domain);
  const double pq = out.estimate * (1 - out.estimate);
  if (const Replicates* replicates = survey.replicates()) {
    const MatrixXd theta = survey.replicate_values(*statistic);
    const auto v = replicates->variance(theta, statistic->value);
    if (!v) return tl::unexpected(v.error());
    out.variance = (*v)(0, 0);
    if (pq > 0) {
      const auto on_logit = replicates->variance(theta.unaryExpr(&logit), statistic->value.unaryExpr(&logit));
      // A replicate at 0 or 1 lies infinitely far off: leaving it out would make the variance too small.
      const bool at_edge = ((theta.array() <= 0) || (theta.array() >= 1)).any();
      out.logit_variance = on_logit && !at_edge ? (*on_logit)(0, 0) : std::nan("");
    }
  } else {
    const auto v = survey.covariance(domain, *statistic);
    if (!v) return tl::unexpected(v.error());
    out.variance = (*v)(0, 0);
    out.logit_variance = out.variance / (pq * pq);
  }
  double weighted = 0;
  for (std::size_t i = 0; i < y.size(); ++i) weighted += domain.in[i] && survey.weights()[i] != 0;
  out.dispersion = weighted / (weighted - 1);
  return out;
}

namespace {

Interval wald(double centre, double se, double t) { return {centre - t * se, centre + t * se}; }

Interval wilson(double p, double n, double t) {
  const double z = t * t / n;
  const double centre = (p + z / 2) / (1 + z);
  const double half = t / (1 + z) * std::sqrt(p * (1 - p) / n + z / (4 * n));
  return {p <= 0 ? 0 : centre - half,
          p >= 1 ? 1 : centre + half};  // exact at the edges, whatever rounding says
}

Interval korn_graubard(double p, double n, double alpha) {
  return {beta_quantile(alpha / 2, n * p, n * (1 - p) + 1),
          beta_quantile(1 - alpha / 2, n * p + 1, n * (1 - p))};
}

}  // namespace

Outcome<Interval> interval_of(const ProportionEstimate& e, IntervalMethod method, double confidence) {
  const double p = e.estimate, alpha = 1 - confidence;
  const double t = t_quantile(1 - alpha / 2, e.degrees);
  const bool edge = p <= 0 || p >= 1;
  const bool works_at_edge = method == IntervalMethod::beta || method == IntervalMethod::wilson;
  if (!(confidence > 0 && confidence < 1) || !(p >= 0 && p <= 1) || !std::isfinite(t)) {
    return refuse("survey.interval",
                  fmt::format("no interval for {} with {} degrees of freedom", p, e.degrees));
  }
  const bool wald_like = method == IntervalMethod::mean || method == IntervalMethod::logit ||
                         method == IntervalMethod::xlogit || method == IntervalMethod::asin;
  // Without variance (a stratum taken whole) these shrink to the estimate; n_eff is infinite.
  const bool has_limit = wald_like || method == IntervalMethod::wilson;
  if (!edge && e.variance == 0 && has_limit) return Interval{p, p};
  if ((edge && !works_at_edge) || (!edge && !(e.variance > 0))) {
    return refuse("survey.interval",
                  fmt::format("the estimate {} has no variance: this method gives no interval", p));
  }
  const double n = edge ? e.rows : e.effective_n();
  switch (method) {
    case IntervalMethod::mean:
      return wald(p, e.se(), t);
    case IntervalMethod::logit:
    case IntervalMethod::xlogit: {
      const double se =
          method == IntervalMethod::logit ? std::sqrt(e.logit_variance) : e.se() / (p * (1 - p));
      if (!std::isfinite(se)) return refuse("survey.interval", "a replicate has the proportion 0 or 1");
      const Interval i = wald(logit(p), se, t);
      return Interval{expit(i.lower), expit(i.upper)};
    }
    case IntervalMethod::asin: {
      const Interval i = wald(std::asin(std::sqrt(p)), e.se() / (2 * std::sqrt(p * (1 - p))), t);
      return Interval{std::pow(std::sin(i.lower), 2), std::pow(std::sin(i.upper), 2)};
    }
    case IntervalMethod::beta: {
      const double ratio = t_quantile(1 - alpha / 2, e.rows - 1) / t;
      const Interval i = korn_graubard(p, n * ratio * ratio, alpha);
      if (!std::isfinite(i.lower) || !std::isfinite(i.upper))
        return refuse("survey.interval", "too few rows");
      return i;
    }
    case IntervalMethod::wilson:
      return wilson(p, n, t);
    case IntervalMethod::likelihood:
      return profile_by_spline(p, e.variance, e.rows, e.dispersion, confidence, e.degrees);
    case IntervalMethod::likelihood_exact:
      return profile_exact(p, n, t);
  }
  return refuse("survey.interval", "no such method");
}

}  // namespace kepu::statistics
