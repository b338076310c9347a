// The appraisal engine as the program composes it.
#pragma once

#include <string_view>
#include <vector>

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/appraisal/appraisal_store.h"
#include "engines/plan/extensions.h"

namespace kepu::appraisal {

// Thread-safe; outlives the site that it is added to.
class AppraisalEngine {
 public:
  // `catalogue`: the text of catalog/appraisal.toml. Throws std::runtime_error with its first error.
  AppraisalEngine(site::Services services, plan::RunningPlans& plans, metric::Catalog& metrics,
                  std::string_view catalogue);

  AppraisalStore& store() { return store_; }
  const metric::Catalog& metrics() const { return metrics_; }
  const Table& example() const { return example_; }

  // The table with the titles and units of its metrics as they are now. Refused where one does not exist or
  // cannot be asked by unit (appraisal.unknown_metric).
  base::Result<Table> with_metrics(Id tenant, Table table) const;
  base::Done publish(const By& by, Id appraisal, std::int64_t revision);
  // Asks every bound metric for every unit (1 January of the year to today, 31 December at most) and begins
  // assessing with the figures frozen.
  base::Done open_assessing(const By& by, Id appraisal, std::int64_t revision, std::optional<base::Date> due);
  base::Result<std::vector<Figure>> ask(Id tenant, Id appraisal);

  // Declares plan.tasks_confirmed, plan.contacts_named and appraisal.score.
  void add_metrics();
  // Routes, menu, search, to-dos, and the section on a unit's page.
  void add_to(site::Site& site, plan::Extensions& extensions);

 private:
  site::Services services_;
  plan::RunningPlans& plans_;
  metric::Catalog& metrics_;
  AppraisalStore store_;
  Table example_;
};

}  // namespace kepu::appraisal
