#include "engines/reports/reports_engine.h"

#include <fmt/format.h>

#include "core/sql/sql.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

ReportsEngine::ReportsEngine(site::Services services, Parts parts)
    : services_(std::move(services)),
      parts_(std::move(parts)),
      store_({services_.db, services_.clock, services_.ids, services_.directory, parts_.plans,
              parts_.calendars, parts_.metrics, parts_.bindings}),
      evidence_(services_.db, services_.clock, services_.ids),
      year_plans_({services_.db, services_.clock, services_.ids, services_.directory, parts_.plans}) {
  services_.directory.add_use_check(unit_in_use);
}

std::map<Id, plan::Standing> ReportsEngine::standings(Id tenant, const plan::Running& now, Date today) {
  return services_.db.read([&](sql::Session&) {
    const auto windows = store_.windows(tenant, today);
    const auto reports = store_.latest(tenant, today);
    const Window* due = last_due(windows, today);
    const auto extended = due == nullptr ? std::map<Id, Date>{} : store_.extended(tenant, due->key);
    return reports::standings(now, store_.light_rule(tenant), windows, Latest(reports, *now.plan), extended,
                              today);
  });
}

void ReportsEngine::add_to(site::Site& site) {
  add_report_list_pages(site, *this);
  add_review_pages(site, *this);
  add_report_pages(site, *this);
  add_fill_pages(site, *this);
  add_window_pages(site, *this);
  add_rule_pages(site, *this);
  add_calendar_pages(site, *this);
  add_evidence_list_pages(site, *this);
  add_evidence_pages(site, *this);
  add_year_plan_pages(site, *this);
  add_report_todos(site, *this);
}

void ReportsEngine::add_to(plan::Extensions& extensions) { add_sections(extensions, *this); }

}  // namespace kepu::reports
