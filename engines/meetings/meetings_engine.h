// The meetings engine as the program composes it.
#pragma once

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/meetings/meetings_store.h"
#include "engines/plan/extensions.h"
#include "engines/plan/running.h"

namespace kepu::meetings {

// Thread-safe; outlives the site that it is added to. `extensions` and `catalog` are complete when the first
// page is asked for.
class MeetingsEngine {
 public:
  MeetingsEngine(site::Services services, plan::RunningPlans& plans, plan::Extensions& extensions,
                 metric::Catalog& catalog);

  MeetingStore& store() { return store_; }
  plan::RunningPlans& plans() { return plans_; }
  const plan::Extensions& extensions() const { return extensions_; }
  const metric::Catalog& catalog() const { return catalog_; }

  // meetings.held 已召开会议, meetings.decisions_on_time 议定事项按期办结率, meetings.decisions_late
  // 逾期议定事项, meetings.briefings 已印发简报, meetings.duties_proven 定期事项完成率.
  void add_metrics();
  // Decisions on the pages of tasks and units.
  void extend();
  // Routes, menu, search, to-dos.
  void add_to(site::Site& site);

 private:
  MeetingStore store_;
  plan::RunningPlans& plans_;
  plan::Extensions& extensions_;
  metric::Catalog& catalog_;
};

}  // namespace kepu::meetings
