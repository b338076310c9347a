// The roll-up engine as the program composes it.
#pragma once

#include <functional>

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/plan/running.h"
#include "engines/rollup/rollup_store.h"

namespace kepu::rollup {

// What the program knows of a county besides its metrics; from the engines of plan and reports. Called
// outside of any read; empty functions know nothing.
struct Sources {
  std::function<Facts(Id county, Date today)> facts;
  std::function<std::vector<TaskState>(Id county, Date today)> tasks;  // living tasks, in plan order
  // The county's own task that takes up a task of the superior's plan, by the alignment of the two plans; 0:
  // none is known.
  std::function<Id(Id county, const Item& item)> matching;
};

// Thread-safe; outlives the site that it is added to.
class RollupEngine {
 public:
  // `catalog` is complete when the first page is asked for.
  RollupEngine(site::Services services, plan::RunningPlans& plans, const metric::Catalog& catalog,
               Sources sources);

  RollupStore& store() { return store_; }
  plan::RunningPlans& plans() { return plans_; }
  const metric::Catalog& catalog() const { return catalog_; }
  std::vector<TaskState> tasks(Id county, Date today) const;

  // The call as the county would answer it today: its figures in one snapshot.
  Inputs inputs(Id county, const Call& call, const std::vector<Choice>& draft, Date today);
  Composed composed(Id county, const Call& call, const std::vector<Choice>& draft, Date today);

  // rollup.on_time 汇总按期上报率.
  void add_metrics(metric::Catalog& catalog);
  // Routes, menu, search, to-dos.
  void add_to(site::Site& site);
  // Notices about what is new: after a change that concerns another tenant, and by a job. What it did, for
  // the job's log.
  std::string tell();

 private:
  site::Services services_;
  RollupStore store_;
  plan::RunningPlans& plans_;
  const metric::Catalog& catalog_;
  Sources sources_;
};

}  // namespace kepu::rollup
