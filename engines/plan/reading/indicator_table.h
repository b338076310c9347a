// Quantities of an indicator table (主要指标): one indicator a row, its value in the base year and its
// target.
#pragma once

#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

// Adds to `out.quantities` what the tables hold and the text has not said: kind, value and unit alike count
// as said. Needs the period of the plan; leaves tables without a column of target values alone.
void read_indicator_tables(const Source& source, Reading& out);

}  // namespace kepu::plan::grammar
