// Metrics over the running plan itself: tasks, who confirmed them, who answers for them.
#pragma once

#include "core/metric/metric.h"
#include "engines/plan/running.h"

namespace kepu::indicators {

// `plans` outlives the catalogue.
void add_plan_metrics(metric::Catalog& catalog, plan::RunningPlans& plans);

}  // namespace kepu::indicators
