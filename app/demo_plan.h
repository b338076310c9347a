// What the clerk of a demonstration county does with a plan: import it, decide its names, confirm its duties,
// adopt it; and what the departments do with it then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/demo_text.h"
#include "app/program.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {

// Every name of the version that means nothing yet: the best proposal where it is safe, else a new unit
// (departments; `make_units`), else left to the clerk. Groups of townships are left where there are none.
struct DecidedNames {
  int decided = 0, made_units = 0, left = 0;
};
base::Result<DecidedNames> decide_names(Program& program, const plan::By& by, base::Id version,
                                        bool make_units);

// Confirms the proposed duties that are sure enough, and adopts.
base::Done adopt(Program& program, const plan::By& by, base::Id version);

// The departments and townships look at their tasks, one after the other in seeded order, until `percent` of
// the assignments are confirmed, each with the unit's liaison as the person who answers. The number of
// confirmed ones, with those that were before.
base::Result<int> confirm_some(Program& program, base::Id tenant, base::Id version, Dice& dice, int percent);

// Tasks of the superior's plan whose counterpart only a person sees. The number of links made.
base::Result<int> link_to_superior(Program& program, const plan::By& by, base::Id superior, base::Id own);

// Yearly values for the headline share and for some countable targets, dates for two building tasks. The
// number of targets that got milestones.
base::Result<int> set_yearly_values(Program& program, const plan::By& by, base::Id version);

}  // namespace kepu::app::demo
