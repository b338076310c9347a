// The survey engine as the program composes it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/plan/running.h"
#include "engines/survey/survey_store.h"

namespace kepu::survey {

// Thread-safe after it was composed; outlives the site that it is added to.
class SurveyEngine {
 public:
  SurveyEngine(site::Services services, plan::RunningPlans& plans, const auth::Cipher& cipher);

  SurveyStore& store() { return store_; }
  plan::RunningPlans& plans() { return plans_; }

  // The records of a frozen round, the same bytes each time. Refuses survey.not_found, survey.not_frozen,
  // survey.hash.
  base::Result<Dataset> dataset(Id tenant, Id round) { return store_.dataset(tenant, round); }

  // What stands on the page of a round besides, written for those who may read it (the result of its
  // analysis). Before the first request.
  using OnRound = std::function<void(site::Context&, const Round&, html::Out&)>;
  void add_on_round(OnRound write) { on_round_.push_back(std::move(write)); }
  const std::vector<OnRound>& on_round() const { return on_round_; }

  // survey.interviews 完成访问的份数.
  void add_metrics(metric::Catalog& catalog);
  // Routes, menu, to-dos.
  void add_to(site::Site& site);

 private:
  SurveyStore store_;
  plan::RunningPlans& plans_;
  std::vector<OnRound> on_round_;
};

}  // namespace kepu::survey
