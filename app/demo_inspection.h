// What inspections have come to in the demonstration county: a round that ended and waits for its circular,
// one that runs, and problems in every state.
#pragma once

#include "app/program.h"

namespace kepu::app::demo {

base::Done make_inspections(Program& program, base::Id tenant);

}  // namespace kepu::app::demo
