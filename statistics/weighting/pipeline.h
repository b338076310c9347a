// The weighting of a survey as a list of steps, run with a log, and run again for every replicate.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "statistics/weighting/adjust.h"
#include "statistics/weighting/calibrate.h"
#include "statistics/weighting/margins.h"

namespace kepu::statistics {

struct NonresponseStep {
  Cells classes;
  std::vector<std::uint8_t> responded;
  double max_factor = std::numeric_limits<double>::infinity();
};

struct PoststratifyStep {
  Margin margin;
  bool partial = false;
};

struct RakeStep {
  RakePlan plan;
  RakeRules rules;
};

struct CalibrateStep {
  Calibration calibration;
};

struct TrimStep {
  TrimRules rules;
};

using WeightingStep = std::variant<NonresponseStep, PoststratifyStep, RakeStep, CalibrateStep, TrimStep>;

// One line of the log: the weights after the step.
struct WeightingLogLine {
  std::string step;  // base, nonresponse, poststratify, rake, calibrate, trim
  WeightSummary weights;
  int sweeps = 0;         // of raking
  double worst_miss = 0;  // of a margin, relative
  std::string worst_margin;
};

struct Weighted {
  std::vector<double> weights;
  Projections projections;  // in the order of the steps
  std::vector<WeightingLogLine> log;
  std::vector<int> sweeps;  // of each step, 0 where it does not sweep
};

// Runs the steps on base weights. Refuses as the steps do. Linear calibration can leave negative weights: the
// log counts them.
Outcome<Weighted> run_weighting(std::span<const WeightingStep> steps, std::span<const double> base);

// The same steps on the weights of one replicate, in place, with as many raking sweeps as the full sample
// took (so does R survey). Where a replicate has nobody in a needed cell its weights become NaN, and refusals
// of calibration are passed on. Threads may run different replicates at once.
Outcome<void> rerun_weighting(std::span<const WeightingStep> steps, const Weighted& full,
                              std::span<double> weights);

}  // namespace kepu::statistics
