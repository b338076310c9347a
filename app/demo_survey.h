// Citizen surveys in the demonstration county: last year's round, frozen, and this year's in the field.
// Villages, people and answers are invented and drawn from the seed; every step goes through the public
// functions.
#pragma once

#include "app/demo_text.h"
#include "app/program.h"

namespace kepu::app::demo {

base::Done make_surveys(Program& program, base::Id tenant, Dice& dice);

}  // namespace kepu::app::demo
