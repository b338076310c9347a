// From a dataset to an honest answer. Pure: no SQL, no HTML, no clock, no randomness but that of a seed taken
// from the data; the same dataset, rules and program give the same bytes. docs/methods/result.md derives what
// is done here.
//
//   who was asked → weights → score by the rule of its time → shares with intervals → townships → compared,
//   against the target → items, quality
//
// A county's round (1,500 people, 500 replicates) takes some hundredths of a second; memory grows with people
// × items. Thread-safe.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "engines/survey/analysis/result.h"
#include "engines/survey/dataset.h"
#include "statistics/items/literacy_rule.h"
#include "statistics/survey/proportion.h"

namespace kepu::survey::analysis {

struct AnalysisOptions {
  std::vector<statistics::items::LiteracyRule> rules = {statistics::items::official_literacy_rule()};
  // logit (default), beta (Korn–Graubard), wilson; whether a figure is published always follows
  // Korn–Graubard.
  statistics::IntervalMethod interval = statistics::IntervalMethod::logit;
  int replicates = 500;          // bootstrap, each raked again
  double trim_times_median = 5;  // weights above so many medians are cut
  int least_class = 10;          // respondents of a nonresponse class
  int least_villages = 6;        // in which a margin's category occurs, so that no replicate lacks it
  int threads = 2;
  std::string program = "kepu";  // with its version; part of the result
};

// Refuses what check() of dataset_check.h finds (the first of it), survey.rule (no rule of that time, or the
// points of the items are not its full score), survey.few (fewer than 30 complete interviews, or fewer than
// two villages), survey.margins_missed (raking cannot meet the margins: names the one), survey.statistics
// (what the library cannot compute, in its words).
base::Result<RoundResult> analyse(const Dataset& dataset, const AnalysisOptions& options = {});

}  // namespace kepu::survey::analysis
