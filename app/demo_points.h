// Points of the demonstration county: rewards, one exchange that waits to be handed out and one that was, a
// correction that waits for a second person. The points themselves come from the orders served.
#pragma once

#include "app/demo.h"

namespace kepu::app::demo {

base::Done make_points(Program& program, const auth::Actor& clerk);

}  // namespace kepu::app::demo
