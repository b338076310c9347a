#include "statistics/sampling/subset_sums.h"

#include <vector>

namespace kepu::statistics::sampling {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

// Forward, the sums of the first i units; backward, what `pick` makes of them when the later ones are
// multiplied in. In between lies the unit that is left out.
VectorXd leave_out(const VectorXd& x, Index skipped, const VectorXd& pick) {
  const Index count = x.size(), terms = pick.size();
  Eigen::MatrixXd after(terms, count + 1);
  after.col(count) = pick;
  for (Index i = count - 1; i >= 0; --i) {
    after.col(i) = after.col(i + 1);
    if (i != skipped) after.col(i).head(terms - 1) += x(i) * after.col(i + 1).tail(terms - 1);
  }
  VectorXd before = VectorXd::Zero(terms), out(count);
  before(0) = 1;
  for (Index i = 0; i < count; ++i) {
    out(i) = i == skipped ? 0 : before.dot(after.col(i + 1));
    if (i == skipped) continue;
    for (Index m = terms - 1; m > 0; --m) before(m) += x(i) * before(m - 1);
  }
  return out;
}

}  // namespace

VectorXd sums_without_one(const VectorXd& x, const VectorXd& pick) { return leave_out(x, -1, pick); }

VectorXd sums_without_pairs(const VectorXd& x, Index k, const VectorXd& pick) {
  return leave_out(x, k, pick);
}

}  // namespace kepu::statistics::sampling
