// For tests of engines that ask for the running plan.
#pragma once

#include "engines/plan/running.h"

namespace kepu::plan::testing {

class NoPlan final : public RunningPlans {  // nothing was adopted yet
 public:
  base::Result<std::shared_ptr<const Running>> running(Id) override {
    return base::refuse(base::Code::not_found, "plan.none_adopted", "还没有采纳方案。");
  }
  base::Result<std::shared_ptr<const Running>> running_version(Id tenant, Id) override {
    return running(tenant);
  }
};

}  // namespace kepu::plan::testing
