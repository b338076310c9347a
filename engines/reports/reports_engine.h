// The reports engine as the program composes it: what it registers.
#pragma once

#include "core/calendar/calendar_store.h"
#include "core/metric/metric.h"
#include "core/site/site.h"
#include "core/sql/kept.h"
#include "engines/plan/extensions.h"
#include "engines/reports/evidence_store.h"
#include "engines/reports/obligation.h"
#include "engines/reports/report_store.h"
#include "engines/reports/year_plan_store.h"

namespace kepu::reports {

// Thread-safe; outlives the site that it is added to.
class ReportsEngine {
 public:
  struct Parts {
    plan::RunningPlans& plans;
    calendar::CalendarStore& calendars;
    const metric::Catalog& metrics;  // complete when the first page is asked for
    Bindings bindings;               // which metric fills which target; may be empty
  };
  ReportsEngine(site::Services services, Parts parts);

  ReportStore& store() { return store_; }
  EvidenceStore& evidence() { return evidence_; }
  YearPlanStore& year_plans() { return year_plans_; }
  calendar::CalendarStore& calendars() { return parts_.calendars; }
  plan::RunningPlans& plans() { return parts_.plans; }

  // Lights of the running plan, looked up at once.
  std::map<Id, plan::Standing> standings(Id tenant, const plan::Running& now, Date today);

  void add_to(site::Site& site);
  // Sections of task, unit and dashboard, and the lights.
  void add_to(plan::Extensions& extensions);
  // reports.submitted, reports.on_time, evidence.count.
  void declare(metric::Catalog& catalog);

 private:
  site::Services services_;
  Parts parts_;
  ReportStore store_;
  EvidenceStore evidence_;
  YearPlanStore year_plans_;
};

}  // namespace kepu::reports
