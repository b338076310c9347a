// Members of a team of the demonstration county, who sign in by themselves and take shifts.
#pragma once

#include <vector>

#include "core/auth/auth.h"
#include "engines/orders/serve_store.h"

namespace kepu::app {
class Program;
}

namespace kepu::app::demo {

class TeamMembers {
 public:
  // `store` runs on the clock of the demonstration's past.
  TeamMembers(Program& program, base::Id tenant, orders::OrderStore& store);
  base::Done find();
  // The leader and one more come and go by the host's codes; now and then a third is filled in later, on
  // which `department` decides.
  base::Done come(const orders::Order& order, const auth::Actor& department);
  // Orders that are still to be served have their shifts: a leader, a speaker and two helpers, of whom the
  // members take what they can. None of today: whoever tries the program out is free to.
  base::Done plan_shifts();

 private:
  int visit_of(base::Id order, base::Id person);

  Program& program_;
  base::Id tenant_;
  orders::OrderStore& store_;
  orders::ServeStore serving_;
  std::vector<auth::Actor> members_;
  int filled_ = 0;
};

}  // namespace kepu::app::demo
