// Fitting weights to known population counts: post-strata (one table) and raking (several margins in turn).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/weighting/cells.h"
#include "statistics/weighting/projection.h"

namespace kepu::statistics {

// One known table. `population[c]` counts the people of category c (≥ 0); `names` are for messages only and
// may be empty.
struct Margin {
  std::string name;
  Cells cells;
  std::vector<double> population;
  std::vector<std::string> names;
};

// Weights after a step, and what the step takes out of the variance.
struct Fitted {
  std::vector<double> weights;
  std::shared_ptr<const Projection> projection;
  int sweeps = 0;            // of raking
  double worst_miss = 0;     // greatest relative difference between fitted and known counts
  std::string worst_margin;  // where that is
};

// w_i · N_c / Σ_c w. Refuses: weighting.missing (a row without category), weighting.empty_category (people
// in the population, nobody in the sample: names it and what to collapse it with),
// weighting.not_in_population (people in the sample, none in the population). `partial` leaves out categories
// without sample.
Outcome<Fitted> poststratify(const Margin& margin, std::span<const double> weights, bool partial = false);

// When raking ends. As R survey: after the sweep in which no cell of the joint table of weights changed by
// `epsilon` or more (below 1: times the sum of weights), at latest after max_sweeps.
struct RakeRules {
  double epsilon = 1e-9;
  int max_sweeps = 500;
  // Greatest relative miss of a margin that is accepted: converged steps are not yet met margins.
  double accept_miss = 1e-4;
};

// Raking (Deming and Stephan 1940; Deville, Särndal and Sautory 1993, JASA 88). It works on the joint cells
// of the margins: time is linear in rows once, then independent of rows. Immutable: threads may share it.
class RakePlan {
 public:
  // Refuses weighting.missing, weighting.margins (none; sums of the margins differ by more than one in a
  // thousand) with the names concerned.
  static Outcome<RakePlan> make(std::vector<Margin> margins);

  // Refuses weighting.empty_category, weighting.not_in_population, weighting.margins_missed (margin and
  // category that could not be met, and what to collapse).
  Outcome<Fitted> rake(std::span<const double> weights, const RakeRules& rules) const;

  // The factor of each joint cell after exactly `sweeps` sweeps, for sums of weights `mass` by joint cell.
  // A category without mass makes factors that are not finite.
  std::vector<double> factors(std::span<const double> mass, int sweeps) const;
  // The same, until no cell changes by `epsilon` (in units of mass) or max_sweeps; `sweeps` says how many.
  std::vector<double> factors_until(std::span<const double> mass, double epsilon, int max_sweeps,
                                    int& sweeps) const;

  const CrossedCells& joint() const { return *joint_; }
  const std::vector<Margin>& margins() const { return margins_; }
  std::vector<double> mass(std::span<const double> weights) const;

 private:
  void sweep(std::span<const double> mass, std::vector<double>& factor,
             std::vector<std::vector<double>>* after_margin) const;
  Outcome<void> check(std::span<const double> mass) const;
  void find_worst(std::span<const double> mass, const std::vector<double>& factor, Fitted& out) const;

  std::vector<Margin> margins_;
  std::shared_ptr<const CrossedCells> joint_;
};

}  // namespace kepu::statistics
