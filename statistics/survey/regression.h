// Linear and logistic regression with the weights and the variance of the design (Binder 1983, Int. Stat.
// Rev. 51).
#pragma once

#include <Eigen/Core>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"

namespace kepu::statistics {

enum class RegressionFamily { linear, logistic };

struct Regression {
  std::vector<bool> estimated;   // of each column; false: it repeats earlier columns and has no coefficient
  Eigen::VectorXd coefficients;  // of the estimated columns
  Eigen::MatrixXd covariance;
  double residual_degrees = 0;  // df of the design − number of coefficients + 1
  Eigen::VectorXd se() const { return covariance.diagonal().cwiseSqrt(); }
  // Two-sided p of each coefficient by t with residual_degrees.
  Eigen::VectorXd p_values() const;
};

// Coefficients of y on the columns of `x` (the caller gives the intercept) over the rows of the domain; the
// pseudo- likelihood maximum, covariance A⁻¹ B A⁻¹ with the design's B, or the spread of the replicates'
// coefficients. `y` of a logistic regression lies in 0…1. `design_domain`: the rows that count for the
// degrees of freedom with replicates (before rows with missing values were left out); for a design those of
// `domain`. Refuses survey.missing, survey.empty, survey.separated (a logistic maximum does not exist, in
// the sample or in a replicate: the coefficient grows without end), survey.negative_weight (as glm of R),
// survey.proportion, and what Survey::covariance refuses.
Outcome<Regression> regress(const Survey& survey, const Domain& domain, const Domain& design_domain,
                            const Eigen::MatrixXd& x, const Eigen::VectorXd& y, RegressionFamily family);

struct WaldTest {
  double f = 0;
  double df = 0, ddf = 0;
  double p = 0;
};

// All coefficients of `columns` (numbers of columns of x) are 0: F = β' V⁻¹ β / df. Columns without
// coefficient do not count. Refuses survey.singular, survey.empty (none left).
Outcome<WaldTest> wald_test(const Regression& model, const std::vector<int>& columns);

}  // namespace kepu::statistics
