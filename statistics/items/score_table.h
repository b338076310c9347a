// Columns of scores as a matrix, and what is computed of it again and again. Internal.
#pragma once

#include <Eigen/Dense>

#include "statistics/items/classical.h"

namespace kepu::statistics::items {

// Equal lengths, at least one column, no infinite number (items.columns).
Outcome<void> check_columns(Columns columns);

struct ScoreTable {
  Eigen::MatrixXd score;         // complete cases × items
  Eigen::VectorXd weight;        // of those
  std::vector<std::size_t> row;  // where they stand in the columns
};
ScoreTable complete_cases(Columns columns, std::span<const double> weights);

// Weighted covariance matrix of the columns, divisor Σw - Σw/n (n-1 where all weights are 1).
Eigen::MatrixXd weighted_covariance(const Eigen::MatrixXd& x, const Eigen::VectorXd& weight);
// k/(k-1) (1 - trace/sum) of a covariance matrix.
double cronbach(const Eigen::MatrixXd& covariance);
// Rows in ascending order of `total`, equal ones in file order.
std::vector<int> stable_order(const Eigen::VectorXd& total);

}  // namespace kepu::statistics::items
