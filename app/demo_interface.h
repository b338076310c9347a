// The open interface of the demonstration county: keys of other systems, one that ends soon and one that was
// revoked, and a stopped subscription to events (nothing is sent from a demonstration).
#pragma once

#include "app/demo.h"

namespace kepu::app::demo {

base::Done make_interface(Program& program, const auth::Actor& head);

}  // namespace kepu::app::demo
