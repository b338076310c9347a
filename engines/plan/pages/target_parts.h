// Targets and the schedule: parts that the dashboard shows too, and their own pages.
#pragma once

#include "core/html/charts.h"
#include "engines/plan/pages/desk.h"

namespace kepu::plan {

// 基数 → milestones → target as a chart with its table; for a relative target the words.
void write_target_chart(html::Out& h, const TargetItem& target, const Metadata& metadata);
html::Gantt phase_gantt(const Plan& plan, base::Date today);

void add_target_pages(site::Site& site, PlanEngine& engine);  // /targets, /targets/{target}, /schedule

}  // namespace kepu::plan
