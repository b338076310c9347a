// The inspection engine as the program composes it.
#pragma once

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/inspection/inspection_store.h"
#include "engines/plan/extensions.h"
#include "engines/plan/running.h"

namespace kepu::inspection {

// Thread-safe; outlives the site that it is added to.
class InspectionEngine {
 public:
  InspectionEngine(site::Services services, plan::RunningPlans& plans);

  InspectionStore& store() { return store_; }
  plan::RunningPlans& plans() { return plans_; }

  // inspection.open 未销号问题, inspection.rectified_on_time 按期整改率.
  void add_metrics(metric::Catalog& catalog);
  // Open problems on the pages of tasks and units.
  void extend(plan::Extensions& extensions);
  // Routes, menu, search, to-dos.
  void add_to(site::Site& site);

 private:
  InspectionStore store_;
  plan::RunningPlans& plans_;
};

}  // namespace kepu::inspection
