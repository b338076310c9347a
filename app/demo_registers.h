// Registers of the demonstration county: every kind, states mixed, some due for renewal, two people twice,
// one certificate. Nobody is real: people are named by their post.
#pragma once

#include "app/demo.h"

namespace kepu::app::demo {

struct RegistersMade {
  int entries = 0;
};
base::Result<RegistersMade> make_registers(Program& program, base::Id tenant);

}  // namespace kepu::app::demo
