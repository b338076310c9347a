// Indicators of the demonstration county: manual figures that units filled in, targets bound to them,
// readings of the literacy share, a target that was changed and one that waits, weights. All invented.
#pragma once

#include "app/demo_text.h"
#include "app/program.h"

namespace kepu::app::demo {

struct IndicatorsMade {
  int metrics = 0, values = 0, bindings = 0, readings = 0;
};
// `clerk` declares, binds and confirms; `head` approves.
base::Result<IndicatorsMade> make_indicators(Program& program, const auth::Actor& clerk,
                                             const auth::Actor& head, Dice& dice);

}  // namespace kepu::app::demo
