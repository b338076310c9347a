// A year of the joint conference of 岚江县: members, meetings, decisions in every state, briefings, and the
// duties that come round.
#pragma once

#include "app/program.h"

namespace kepu::app::demo {

base::Done make_meetings(Program& program, base::Id tenant);

}  // namespace kepu::app::demo
