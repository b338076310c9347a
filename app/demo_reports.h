// Reports, evidence and lights of a demonstration county: two quarters reported, the current one begun.
#pragma once

#include "app/demo_text.h"
#include "app/program.h"

namespace kepu::app::demo {

struct MadeReports {
  int reports = 0, evidence = 0;
};
// As the county would stand today: of the two quarters before this one nearly all is reported and accepted,
// a few are late, missing or returned; of this quarter some units have reported. Everything goes through the
// public functions of the reports engine, with a clock set back to the days of each quarter.
base::Result<MadeReports> make_reports(Program& program, base::Id tenant, Dice& dice);

}  // namespace kepu::app::demo
