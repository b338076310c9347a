// The points engine as the program composes it.
#pragma once

#include "core/job/job.h"
#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/points/ledger_store.h"
#include "engines/points/reward_store.h"
#include "engines/registers/registers.h"

namespace kepu::points {

// Thread-safe; outlives the site that it is added to.
class PointsEngine {
 public:
  struct Sources {
    registers::Registers& registers;
    std::function<std::vector<std::string>(Id tenant)> kinds;   // titles of the kinds of service
    std::function<std::vector<std::string>(Id tenant)> grades;  // titles of the registers of people
  };
  PointsEngine(site::Services services, Sources sources)
      : sources_(std::move(sources)), ledger_(services.db, services.clock, services.ids, shipped_rules()) {}

  const Sources& sources() const { return sources_; }
  LedgerStore& ledger() { return ledger_; }
  RewardStore& rewards() { return rewards_; }

  // points.hours_proven 两方证实的服务时长, points.hours_filled 补录的服务时长, points.volunteers
  // 参加服务的志愿者, points.issued 发放积分. A figure opens into its months, never into people.
  void add_metrics(metric::Catalog& catalog);
  // Routes, menu, to-dos.
  void add_to(site::Site& site);
  void add_jobs(job::Jobs& jobs);

 private:
  Sources sources_;
  LedgerStore ledger_;
  RewardStore rewards_{ledger_};
};

}  // namespace kepu::points
