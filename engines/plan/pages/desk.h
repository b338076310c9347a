// What the pages of the plan engine share: the running plan with everything around it, addresses, small
// parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/html/components.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "core/site/site.h"
#include "engines/plan/pages.h"
#include "engines/plan/plan_engine.h"

namespace kepu::plan {

// The light of a task as pages show it: by reports where an engine tells (Extensions::standing), else by
// dates.
struct DateLight {
  html::Light light;
  std::string word;
  std::string why;  // the rule as it applied; empty: by dates alone
};
DateLight light_of(const Running& now, const TaskItem& task, base::Date today);

// Groups of page files register themselves; each is one function in pages/*.cc.
void add_version_pages(site::Site& site,
                       PlanEngine& engine);  // list of plans, upload, versions, withdraw, file download
void add_review_pages(site::Site& site, PlanEngine& engine);   // the parsed plan beside its source, all edits
void add_name_pages(site::Site& site, PlanEngine& engine);     // names → units, open items, adoption
void add_compare_pages(site::Site& site, PlanEngine& engine);  // two versions
void add_alignment_pages(site::Site& site, PlanEngine& engine);  // alignment with the superior's; citations
void add_dashboard_pages(site::Site& site, PlanEngine& engine);  // "/" , schedule (Gantt), targets
void add_matrix_pages(site::Site& site, PlanEngine& engine);     // "/matrix"
void add_item_pages(site::Site& site, PlanEngine& engine);       // "/tasks", task, initiative
void add_unit_pages(site::Site& site,
                    PlanEngine& engine);  // "/departments", one unit's own page, confirmation
void add_duty_pages(site::Site& site, PlanEngine& engine);    // "/duties", one duty, the catalogue's editor
void add_public_pages(site::Site& site, PlanEngine& engine);  // "/p/{tenant}…"
void add_export_pages(site::Site& site, PlanEngine& engine);  // Word

// The adopted plan; refusal plan.none_adopted.
base::Result<Running> running(site::Context& context, PlanEngine& engine);
// The version of the path variable {version}, of this tenant.
base::Result<std::shared_ptr<const Plan>> version_of(site::Context& context, PlanEngine& engine);
By by(const site::Context& context);

std::string task_url(Id task);                                    // /tasks/ID
std::string initiative_url(Id initiative);                        // /initiatives/ID
std::string unit_url(Id unit);                                    // /departments/ID
std::string duty_url(std::string_view duty);                      // /duties/A4-10
std::string version_url(Id version, std::string_view page = {});  // /versions/ID/review
std::string year_span(int from, int to);                          // 2021—2025年
std::string initiative_kind_title(InitiativeKind kind);           // 提升行动 / 重点工程

}  // namespace kepu::plan
