// The marginal likelihood of a test as a function of all its parameters: value, gradient, information.
// Internal.
#pragma once

#include <span>

#include "statistics/items/free_item.h"
#include "statistics/items/node_kernel.h"

namespace kepu::statistics::items {

class MarginalLikelihood {
 public:
  MarginalLikelihood(kernel::Cells cells, std::vector<FreeItem> items, const CalibrationOptions& options);

  int parameters() const { return parameters_; }
  const std::vector<FreeItem>& items() const { return items_; }
  const kernel::Cells& cells() const { return cells_; }
  // Number in the parameter vector of parameter p of item j.
  int place(std::size_t j, std::size_t p) const { return places_[j][p]; }

  // The likelihood of another set of persons of the same items.
  MarginalLikelihood with(kernel::Cells cells) const { return {std::move(cells), items_, options_}; }

  Eigen::VectorXd start() const;

  // At parameters x; -∞ where x is impossible (then nothing else is set).
  struct Value {
    Eigen::VectorXd x;
    double log_likelihood = 0;
    Eigen::VectorXd gradient;
    kernel::NodeTable counts;  // a row a cell: expected numbers of persons with that answer
    kernel::NodeTable total;   // one row: expected numbers of all persons
  };
  Value at(const Eigen::VectorXd& x) const;

  // Expected information as if θ were known: the step of the EM algorithm (Lange 1995). Positive definite.
  Eigen::MatrixXd complete_information(const Value& value) const;
  // Minus the second derivatives of the log likelihood (Louis 1982).
  Eigen::MatrixXd observed_information(const Value& value) const;
  // ∂ log L_i / ∂ parameter, unweighted, without the prior: persons × parameters.
  Eigen::MatrixXd person_scores(const Eigen::VectorXd& x) const;

 private:
  struct Scores;  // the items' scores at the nodes
  struct Differences;
  struct SlotTable {
    std::vector<int> cell, missing;  // see kernel::Slots
    std::vector<bool> has_missing;   // by item
    int slots = 0;
  };
  kernel::NodeTable probabilities(const Eigen::VectorXd& x, bool& possible) const;
  std::vector<double> own(const Eigen::VectorXd& x, std::size_t j) const;
  void add_prior(const Eigen::VectorXd& x, double* value, Eigen::VectorXd* gradient,
                 Eigen::MatrixXd* information) const;
  Scores scores(const Eigen::VectorXd& x) const;
  void add_within(const Value& value, Eigen::MatrixXd& information) const;
  void add_across(const Scores& scores, const kernel::NodeTable& probability, const Value& value,
                  Eigen::MatrixXd& information) const;
  Differences differences(std::size_t j, const Scores& scores, const Value& value,
                          const std::vector<double>& missing, SlotTable& slots) const;
  void add_means(const Scores& scores, const kernel::NodeTable& probability,
                 Eigen::MatrixXd& information) const;

  kernel::Cells cells_;
  std::vector<FreeItem> items_;
  CalibrationOptions options_;
  kernel::NodeTable prior_;
  std::vector<std::vector<int>> places_;
  int parameters_ = 0;
};

}  // namespace kepu::statistics::items
