// Two metrics over the running plan that score items bind to: how many of its tasks a unit has confirmed, and
// for how many it has named who answers.
#pragma once

#include "core/metric/metric.h"
#include "engines/plan/running.h"

namespace kepu::appraisal {

// plan.tasks_confirmed and plan.contacts_named. `plans` outlives the catalogue.
void add_plan_metrics(metric::Catalog& catalog, plan::RunningPlans& plans);

}  // namespace kepu::appraisal
