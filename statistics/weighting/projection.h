// What calibration takes out of the variance. Weights that were fitted to population totals make every
// statistic partly certain; a projection removes that part from the weighted influence x_i = w_i z_i.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "statistics/weighting/cells.h"

namespace kepu::statistics {

class Projection {
 public:
  virtual ~Projection() = default;
  // Replaces every column of x (rows × statistics). May be called from several threads at once.
  virtual void apply(Eigen::Ref<Eigen::MatrixXd> x) const = 0;
};

using Projections = std::vector<std::shared_ptr<const Projection>>;

// Post-stratification: in each cell x_i −= w_i · Σ(x·old/w) / Σ old, with the weights before (old) and after.
// (Valliant 1993, JASA 88, with the weighting of R survey.)
std::shared_ptr<const Projection> poststratum_projection(const Cells& cells, std::vector<double> before,
                                                         std::vector<double> after);

// Raking by R survey's rule: ten sweeps over the margins, each x_i −= w_i · (unweighted mean over the cell of
// x/w) with the weights right after that margin in the last cycle. These weights are base_i · factor[margin]
// [joint cell of i], so that the sweeps run over joint cells and not over rows.
std::shared_ptr<const Projection> rake_projection(std::shared_ptr<const CrossedCells> joint,
                                                  std::vector<double> base,
                                                  std::vector<std::vector<double>> factors);

// Regression (Deville and Särndal 1992, JASA 87, (3.4)): x/w is replaced by the residual of its least-squares
// fit on the columns of `auxiliary`·root, times w, where w = g·root and root = √(weights before).
std::shared_ptr<const Projection> regression_projection(const Eigen::MatrixXd& auxiliary,
                                                        const Eigen::VectorXd& root,
                                                        const Eigen::VectorXd& g);

}  // namespace kepu::statistics
