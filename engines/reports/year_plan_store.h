// The only SQL of year plans. Thread-safe.
#pragma once

#include "core/auth/auth.h"
#include "core/sql/sql.h"
#include "engines/reports/report.h"
#include "engines/reports/report_store.h"
#include "engines/reports/year_plan.h"

namespace kepu::reports {

class YearPlanStore {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    plan::RunningPlans& plans;
  };
  explicit YearPlanStore(Parts parts) : parts_(parts) {}

  std::optional<YearPlan> find(Id tenant, int year, Id unit);
  std::vector<YearPlan> all(Id tenant, int year);  // without items
  std::vector<YearPlan> with_items(Id tenant, int year);
  std::vector<YearPlan> waiting(Id tenant);  // submitted, without items, oldest first
  std::vector<YearPlan> returned(Id tenant, Id unit);

  // report.edit over the unit. Submitting needs a complete plan (check in year_plan.h); what was approved is
  // changed only after it was sent back. conflict (year.changed_meanwhile) naming who and when. All errors at
  // once.
  base::Errors write(const By& by, int year, Id unit, std::int64_t revision,
                     const std::vector<YearItem>& items, bool submit);
  // report.review over the unit; nobody approves what he submitted himself; sending back needs a reason.
  base::Done decide(const By& by, int year, Id unit, std::int64_t revision, Deed deed,
                    const std::string& reason);

 private:
  Parts parts_;
};

}  // namespace kepu::reports
