#include "statistics/items/maximise.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <optional>

namespace kepu::statistics::items {

namespace {

constexpr int kManyPersons = 10000;
constexpr int kPartOfPersons = 5000;
constexpr int kFewAnswers = 10;    // an answer rarer than this in the part: the part is not used
constexpr double kFarthest = 300;  // no estimate lies there: the maximum is at infinity
constexpr int kStepsBeforeNewton = 6;
constexpr double kSlow = 0.2;  // of the distance is left after a step

using Value = MarginalLikelihood::Value;

class Search {
 public:
  Search(const MarginalLikelihood& likelihood, const CalibrationOptions& options)
      : likelihood_(likelihood), options_(options), value_{likelihood.start(), 0, {}, {0, 0}, {0, 0}} {}

  // Begins where another search ended, with its information times `scale`.
  void begin_at(const Maximum& other, double scale) {
    value_.x = other.value.x;
    use(other.information * scale, false);
  }

  Outcome<Maximum> run(double tolerance) {
    double distance = 0, before = 0;
    value_ = likelihood_.at(value_.x);
    if (!std::isfinite(value_.log_likelihood))
      return refuse("irt.no_convergence", "no start has a likelihood");
    for (; iterations_ < options_.max_iterations; ++iterations_) {
      if (!newton_ && iterations_ >= next_try_) try_newton();
      const Eigen::VectorXd step = newton_ ? newton_->solve(value_.gradient) : em_step();
      distance = std::sqrt(std::max(0.0, step.dot(value_.gradient)));
      const bool arrived = distance < tolerance;
      if (arrived && !newton_) return refuse_flat();
      if (!go(step, arrived)) {
        if (newton_ && exact_)
          forget_newton();
        else if (newton_)
          try_newton();
        else
          return refuse("irt.no_convergence", "no step raises the likelihood");
        continue;
      }
      if (arrived) return finish(distance);
      if (value_.x.lpNorm<Eigen::Infinity>() > kFarthest) return refuse_infinite();
      // Information of elsewhere that no longer leads well: compute that of here.
      if (newton_ && before > 0 && distance > kSlow * before)
        try_newton();
      else
        exact_ = false;
      before = newton_ ? distance : 0;
    }
    return refuse("irt.no_convergence",
                  fmt::format("after {} steps the maximum is still {:.3g} standard errors away", iterations_,
                              distance));
  }

 private:
  Eigen::VectorXd em_step() const {
    return likelihood_.complete_information(value_).ldlt().solve(value_.gradient);
  }

  void use(Eigen::MatrixXd information, bool exact) {
    information_ = std::move(information);
    Eigen::LLT<Eigen::MatrixXd> factor(information_);
    const bool positive = factor.info() == Eigen::Success && factor.rcond() > 1e-13;
    if (positive)
      newton_ = std::move(factor);
    else
      newton_.reset();
    exact_ = exact;
  }
  void try_newton() {
    use(likelihood_.observed_information(value_), true);
    if (!newton_) next_try_ = iterations_ + wait_, wait_ = std::min(40, 2 * wait_);
  }
  void forget_newton() { newton_.reset(), next_try_ = iterations_ + wait_, wait_ = std::min(40, 2 * wait_); }

  // Goes along `step`, at most 1 in any parameter, halving while the likelihood falls. At the end (`last`)
  // rounding decides, so that any value will do.
  bool go(const Eigen::VectorXd& step, bool last) {
    const double longest = step.lpNorm<Eigen::Infinity>();
    if (!std::isfinite(longest)) return false;
    double part = longest > 1 ? 1 / longest : 1;
    const double slack = 1e-13 * std::abs(value_.log_likelihood);
    for (int halving = 0; halving < 12; ++halving, part /= 2) {
      Value next = likelihood_.at(value_.x + part * step);
      if (next.log_likelihood >= value_.log_likelihood - slack ||
          (last && std::isfinite(next.log_likelihood))) {
        value_ = std::move(next);
        return true;
      }
    }
    return false;
  }

  Outcome<Maximum> finish(double distance) {
    return Maximum{std::move(value_), std::move(information_), iterations_ + 1, distance};
  }

  std::string name_of_extreme() const {
    int place = 0;
    value_.x.cwiseAbs().maxCoeff(&place);
    for (std::size_t j = 0; j < likelihood_.items().size(); ++j) {
      for (int p = 0; p < likelihood_.items()[j].parameters(); ++p) {
        if (likelihood_.place(j, static_cast<std::size_t>(p)) == place) return fmt::format("item {}", j + 1);
      }
    }
    return "";
  }
  tl::unexpected<Refusal> refuse_infinite() const {
    return refuse("irt.not_identified",
                  fmt::format("a parameter of {} grows without bound: the answers do not "
                              "determine it; a prior or fewer parameters would",
                              name_of_extreme()));
  }
  tl::unexpected<Refusal> refuse_flat() const {
    return refuse(
        "irt.not_identified",
        "the information matrix is singular at the maximum: the answers do not determine all parameters");
  }

  const MarginalLikelihood& likelihood_;
  const CalibrationOptions& options_;
  Value value_;
  std::optional<Eigen::LLT<Eigen::MatrixXd>> newton_;
  Eigen::MatrixXd information_;
  bool exact_ = false;
  int iterations_ = 0, next_try_ = kStepsBeforeNewton, wait_ = 3;
};

bool every_answer_occurs(const MarginalLikelihood& likelihood) {
  const auto& cells = likelihood.cells();
  std::vector<int> seen(static_cast<std::size_t>(cells.rows) + 1, 0);
  for (const auto cell : cells.cell) ++seen[cell];
  for (std::size_t j = 0; j < likelihood.items().size(); ++j) {
    for (const int k : likelihood.items()[j].used()) {
      if (seen[static_cast<std::size_t>(cells.base[j] + k)] < kFewAnswers) return false;
    }
  }
  return true;
}

}  // namespace

Outcome<Maximum> maximise(const MarginalLikelihood& likelihood, const CalibrationOptions& options) {
  Search search(likelihood, options);
  const auto& cells = likelihood.cells();
  if (cells.persons >= kManyPersons) {
    const auto part = likelihood.with(kernel::every(cells, cells.persons / kPartOfPersons));
    if (every_answer_occurs(part)) {
      const auto first = Search(part, options).run(1e-3);
      const auto sum = [](const kernel::Cells& c) {
        return std::accumulate(c.weight.begin(), c.weight.end(), 0.0);
      };
      if (first) search.begin_at(*first, sum(cells) / sum(part.cells()));
    }
  }
  return search.run(options.tolerance);
}

}  // namespace kepu::statistics::items
