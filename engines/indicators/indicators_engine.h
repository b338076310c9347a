// The indicators engine as the program composes it.
#pragma once

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/indicators/evaluation.h"
#include "engines/indicators/indicators_store.h"
#include "engines/plan/extensions.h"

namespace kepu::indicators {

// Thread-safe once composed; outlives the site that it is added to. Puts the metrics of the plan and the
// manual ones into the catalogue, and its panels on the pages of targets and the dashboard.
class IndicatorsEngine {
 public:
  IndicatorsEngine(site::Services services, plan::RunningPlans& plans, plan::Extensions& extensions,
                   metric::Catalog& catalog);

  IndicatorStore& store() { return store_; }
  Evaluation& evaluation() { return evaluation_; }
  Targets& targets() { return evaluation_; }
  plan::RunningPlans& plans() { return plans_; }
  const plan::Extensions& extensions() const { return extensions_; }
  const metric::Catalog& catalog() const { return catalog_; }

  // Routes, menu, search, and what waits for a person.
  void add_to(site::Site& site);

 private:
  plan::RunningPlans& plans_;
  plan::Extensions& extensions_;
  metric::Catalog& catalog_;
  IndicatorStore store_;
  Evaluation evaluation_;
};

}  // namespace kepu::indicators
