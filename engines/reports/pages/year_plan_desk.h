// What the pages of yearly plans share.
#pragma once

#include <string>
#include <string_view>

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

std::string url_of(int year, Id unit);
// A year of the running plan; empty: this year, or the one of the plan nearest to it. Refuses others.
base::Result<int> year_of(const site::Context& context, std::string_view text, const plan::Running& now);
html::Light light_of(const YearPlan* plan);  // none: not begun

void add_year_plan_form_pages(site::Site& site, ReportsEngine& engine);  // /year-plans/{year}/{unit}

}  // namespace kepu::reports
