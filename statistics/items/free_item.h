// One item while its parameters are sought: likelihood of each answer and its derivatives at a θ. Internal.
#pragma once

#include <vector>

#include "statistics/items/calibration.h"

namespace kepu::statistics::items {

// The answers that occur are used[0] < used[1] < …; the others have probability 0 (see Item on limits).
// Parameters: a, one intercept for each used answer but the first, 3PL then logit c.
class FreeItem {
 public:
  FreeItem(ItemKind kind, std::vector<int> used) : kind_(kind), used_(std::move(used)) {}

  const ItemKind& kind() const { return kind_; }
  const std::vector<int>& used() const { return used_; }
  int intercepts() const { return static_cast<int>(used_.size()) - 1; }
  int parameters() const { return 1 + intercepts() + (kind_.model == Model::three_pl ? 1 : 0); }

  // At one θ, for the used answers: log P is not needed, but P, its log's gradient (row u × parameters) and,
  // where asked for, its log's second derivatives (row u × parameters²).
  struct Point {
    std::vector<double> p, score, hessian;
  };
  // False where the parameters are none (graded intercepts that do not fall).
  bool at(const double* parameters, double theta, bool with_hessian, Point& out) const;

  // A start from the numbers of persons with each used answer.
  std::vector<double> start(const std::vector<double>& used_counts, const Priors& priors) const;
  Item item(const double* parameters) const;
  // Number of the parameter for each intercept of item(), -1 where it is infinite.
  std::vector<int> places_of_intercepts() const;

 private:
  void binary(const double* x, double theta, bool with_hessian, Point& out) const;
  bool graded(const double* x, double theta, bool with_hessian, Point& out) const;
  void partial_credit(const double* x, double theta, bool with_hessian, Point& out) const;

  ItemKind kind_;
  std::vector<int> used_;
};

}  // namespace kepu::statistics::items
