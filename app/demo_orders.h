// Orders of the demonstration county: some 200 of the last weeks, asked for, dispatched, served and rated by
// its people; the newest still on their way, some late, one split, some merged, refused, cancelled or under
// review.
#pragma once

#include "app/demo.h"
#include "app/demo_text.h"

namespace kepu::app::demo {

struct OrdersMade {
  int placed = 0, closed = 0;
};
base::Result<OrdersMade> make_orders(Program& program, base::Id tenant, Dice& dice);

}  // namespace kepu::app::demo
