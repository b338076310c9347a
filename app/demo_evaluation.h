// A mid-term evaluation of 岚江县 that is half collected: sheets in every state, first judgements.
#pragma once

#include "app/program.h"

namespace kepu::app::demo {

base::Done make_evaluation(Program& program, base::Id tenant);

}  // namespace kepu::app::demo
