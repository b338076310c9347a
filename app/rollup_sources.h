// What a county's other engines tell the roll-up: tasks by light, the report window that fell due last, and
// which own task takes up one of the superior's.
#pragma once

#include "engines/plan/plan_engine.h"
#include "engines/reports/reports_engine.h"
#include "engines/rollup/rollup_engine.h"

namespace kepu::app {

// The engines must outlive what is returned.
rollup::Sources rollup_sources(plan::PlanEngine& plan, reports::ReportsEngine& reports);

}  // namespace kepu::app
