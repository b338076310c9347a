// Means, totals, ratios, variances: as statistics whose variance a Survey knows how to give.
//
// `y` has one row a row of the survey; what stands outside the domain (also NaN) is not read. Inside it must
// be numbers: an estimate over missing values is refused as survey.missing, with the row.
#pragma once

#include <Eigen/Core>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"
#include "statistics/weighting/cells.h"

namespace kepu::statistics {

// Σ w y / Σ w of each column; influence w (y − ȳ) / Σw. Refuses survey.empty (no weight in the domain).
Outcome<Statistic> mean_of(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y);

// Σ w y of each column.
Outcome<Statistic> total_of(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y);

// Σ w a / Σ w b of each pair of columns, numerators changing fastest; influence w (a − R b) / Σ w b.
// Refuses survey.empty where a denominator's total is 0.
Outcome<Statistic> ratio_of(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& numerator,
                            const Eigen::MatrixXd& denominator);

// Means (or totals) of all columns in all groups at once, groups changing fastest, with their joint
// covariance: what contrasts between groups need. Every group must occur in the domain (survey.empty).
Outcome<Statistic> group_means(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y,
                               const Cells& groups, bool totals = false);

// Variances and covariances in the population, n/(n−1) times the weighted mean of products of deviations, as
// a p × p matrix written by columns. Refuses survey.too_few (n < 2).
Outcome<Statistic> variance_of(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y);

// The variance that a simple random sample of the same size would give the mean (or total), with replacement
// or without (factor 1 − n/N, with the sum of weights as N). The design effect is the variance divided by
// this. Refuses survey.too_few, survey.sample_exceeds_population (without replacement, Σw < n: are the
// weights scaled?).
Outcome<Eigen::VectorXd> simple_variance(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& y,
                                         bool with_replacement, bool total);

// Cronbach's alpha K/(K−1) (1 − Σ var(item) / var(sum)) with the weights of the survey. Refuses
// survey.too_few (fewer than two items), survey.empty (the sum does not vary).
Outcome<double> cronbach_alpha(const Survey& survey, const Domain& domain, const Eigen::MatrixXd& items);

}  // namespace kepu::statistics
