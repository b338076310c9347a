// The yearly appraisal of the demonstration county: last year's, carried through to its proof, and this
// year's, in the middle of being scored.
#pragma once

#include "app/demo_text.h"
#include "app/program.h"

namespace kepu::app::demo {

// After people, plan and confirmations are there. Gives three of the accounts the role of an assessor.
base::Done make_appraisals(Program& program, base::Id tenant, Dice& dice);

}  // namespace kepu::app::demo
