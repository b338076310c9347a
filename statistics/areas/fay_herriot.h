// Small areas from area-level data: the model of Fay and Herriot (1979, JASA 74, 269–277).
//   y_i = x_i'β + v_i + e_i,   v_i ~ (0, A),   e_i ~ (0, D_i),   D_i known
// y_i is the direct estimate of area i, D_i its sampling variance, A the variance between areas that the
// covariates leave unexplained. The EBLUP x_i'b + γ_i (y_i − x_i'b), γ_i = A/(A + D_i), lies between the
// direct estimate and the model. docs/methods/areas.md derives what is used here.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::areas {

// How A is estimated. All are truncated at 0; the adjusted likelihoods are always above 0.
enum class VarianceMethod {
  reml,        // restricted likelihood
  ml,          // profile likelihood
  moment,      // Fay–Herriot: Σ (y−x'b)²/(A+D) = m − p; what meta-analysis calls Paule–Mandel
  prasad_rao,  // ANOVA of ordinary least squares, Prasad and Rao (1990, JASA 85, 163–171)
  amrl_yl,  // restricted × atan(Σ A/(A+D))^(1/m), Yoshimori and Lahiri (2014, J. Multiv. Anal. 124, 281–294)
  ampl_yl,  // profile × the same
  amrl_ll,  // restricted × A, Li and Lahiri (2010, J. Multiv. Anal. 101, 882–892)
  ampl_ll,  // profile × A
};

// "REML" "ML" "FH" "PR" "AMRL_YL" "AMPL_YL" "AMRL_LL" "AMPL_LL"; none for other names.
std::optional<VarianceMethod> variance_method(std::string_view name);
std::string_view name_of(VarianceMethod method);

// One value an area in every column, all of one length.
struct AreaData {
  std::span<const double> estimates;                // NaN = out of sample
  std::span<const double> variances;                // D ≥ 0 where there is an estimate; elsewhere not read
  std::vector<std::span<const double>> covariates;  // finite for every area, out of sample too
  bool intercept = true;                            // a column of ones before the covariates
};

struct AreaEstimate {
  bool sampled = false;
  double estimate = 0;   // EBLUP; out of sample x'b
  double synthetic = 0;  // x'b
  double shrinkage = 0;  // γ: weight of the direct estimate; 0 out of sample
  double g1 = 0;         // A D/(A+D); out of sample A
  double g2 = 0;         // from estimating β; out of sample x' Cov(b) x
  double g3 = 0;         // from estimating A; out of sample 0
  // Mean squared error g1 + g2 + 2 g3 − bias(A) (D/(A+D))². None where no estimator of second order is known
  // (amrl_ll, ampl_ll, ampl_yl). Out of sample A + x' Cov(b) x. The correction of `moment` can make it
  // negative.
  std::optional<double> mse;
};

struct FayHerriot {
  VarianceMethod method = VarianceMethod::reml;
  double variance = 0;         // A
  bool zero_variance = false;  // A is 0: the estimates are wholly synthetic; an adjusted likelihood avoids it
  double variance_bias = 0;    // estimated bias of A: ml (negative) and moment; else 0
  double variance_error = 0;   // asymptotic standard error of A
  std::vector<double> coefficients;  // intercept first
  std::vector<double> coefficient_errors;
  std::vector<double> coefficient_covariance;  // p × p
  std::vector<AreaEstimate> areas;             // in the order of the data
  int sampled = 0;                             // m
  double log_likelihood = 0;                   // of the unrestricted form, at this A
  double aic = 0, bic = 0;                     // with p + 1 parameters and m areas
};

// Refuses: areas.shape (columns of unlike length), areas.value (what is not finite, a negative variance; says
// which area, counted from 1), areas.few (m ≤ p), areas.collinear, areas.known_exactly (A = 0 while an area
// has D = 0: no weight can be given). O(m p²) for each of about 300 evaluations. Pure; threads may share.
Outcome<FayHerriot> fit_fay_herriot(const AreaData& data, VarianceMethod method);

// The error for intervals and publication: √mse; where the correction made mse ≤ 0, √(g1 + g2 + 2 g3); none
// where there is no mse.
std::optional<double> root_mse(const AreaEstimate& area);

struct Interval {
  double low = 0, high = 0;
};

// estimate ± z √mse. Refuses areas.no_mse, areas.level (not inside (0, 1)).
Outcome<Interval> interval_of(const AreaEstimate& area, double level = 0.95);

}  // namespace kepu::statistics::areas
