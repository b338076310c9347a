// What inspections have come to in the demonstration county: a round of last spring that was circulated, one
// that runs, and problems in every state.
#pragma once

#include "app/program.h"

namespace kepu::app::demo {

base::Done make_inspections(Program& program, base::Id tenant);

}  // namespace kepu::app::demo
