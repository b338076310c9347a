// The evaluation engine as the program composes it.
#pragma once

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "core/sql/kept.h"
#include "engines/evaluation/evaluation_store.h"
#include "engines/indicators/indicators.h"
#include "engines/plan/extensions.h"
#include "engines/plan/running.h"
#include "engines/reports/reports.h"

namespace kepu::evaluation {

// Thread-safe; outlives the site that it is added to.
class EvaluationEngine {
 public:
  struct Parts {
    plan::RunningPlans& plans;
    plan::Extensions& extensions;  // complete when the first page is asked for
    reports::Reports& reports;
    indicators::Targets& targets;
    const metric::Catalog& catalog;
  };
  EvaluationEngine(site::Services services, Parts parts);

  EvaluationStore& store() { return store_; }
  const Parts& parts() const { return parts_; }

  // evaluation.sheets_on_time 自查按时提交率.
  void add_metrics(metric::Catalog& catalog);
  // The word of the last evaluation on the pages of tasks.
  void extend();
  // Routes, menu, to-dos.
  void add_to(site::Site& site);

 private:
  EvaluationStore store_;
  Parts parts_;
  sql::Kept<std::string, Snapshot> frozen_{16};
};

}  // namespace kepu::evaluation
