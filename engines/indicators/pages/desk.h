// What the pages of the indicators share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/html/charts.h"
#include "core/html/components.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "core/site/site.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/plan/pages.h"

namespace kepu::indicators {

using plan::mark_of;
using site::timeline_of;
using site::Typed;
using site::view_of;

void add_catalog_pages(site::Site& site, IndicatorsEngine& engine);  // /indicators
void add_metric_pages(site::Site& site, IndicatorsEngine& engine);   // /indicators/{metric}, its records
void add_balance_pages(site::Site& site, IndicatorsEngine& engine);  // /indicators/{metric}/balance
void add_manual_pages(site::Site& site, IndicatorsEngine& engine);   // /indicators/new, …/edit
void add_filling_pages(site::Site& site, IndicatorsEngine& engine);  // /indicators/filling, …/fill, …/value
void add_value_pages(site::Site& site, IndicatorsEngine& engine);    // /indicators/values: list and decisions
void add_target_pages(site::Site& site, IndicatorsEngine& engine);    // /indicators/targets, binding
void add_change_pages(site::Site& site, IndicatorsEngine& engine);    // /indicators/changes
void add_literacy_pages(site::Site& site, IndicatorsEngine& engine);  // /indicators/literacy
void add_progress_pages(site::Site& site, IndicatorsEngine& engine);  // /indicators/progress
void add_set_pages(site::Site& site, IndicatorsEngine& engine);       // /indicators/sets

// Panels on the pages of the plan.
void write_target_panels(site::Context& context, IndicatorsEngine& engine, const plan::Running& running,
                         const plan::TargetItem& target, html::Out& h);
void write_task_panels(site::Context& context, IndicatorsEngine& engine, const plan::Running& running,
                       const plan::TaskItem& task, html::Out& h);
void write_dashboard_panels(site::Context& context, IndicatorsEngine& engine, const plan::Running& running,
                            html::Out& h);

base::Result<plan::Running> running(site::Context& context, IndicatorsEngine& engine);
base::Result<metric::Metric> metric_of(site::Context& context, IndicatorsEngine& engine);  // of {metric}
base::Result<ManualMetric> manual_of(site::Context& context, IndicatorsEngine& engine);    // of {metric}

std::string metric_url(std::string_view metric,
                       std::string_view page = {});           // /indicators/plan.tasks/balance
std::string target_url(Id target);                            // /targets/ID
std::string binding_url(Id target);                           // /indicators/targets/ID
std::string unit_name(const auth::UnitTree& units, Id unit);  // 0: 全县
// "12.5%", "1247 人"; "—" where there is none.
std::string shown(std::optional<double> value, const metric::Metric& metric);
// Of a target: with two decimals at most.
std::string shown(std::optional<double> value, std::string_view unit);
// Units over which the person may see single figures; none: all.
std::optional<std::vector<Id>> scope_of(const site::Context& context);
bool sees(const site::Context& context, Id unit);
// First day of the running plan, else of this year.
base::Date first_day(site::Context& context, IndicatorsEngine& engine);

}  // namespace kepu::indicators
