// Safeguards (保障措施) and the phases of the schedule, which many plans hide among them.
#pragma once

#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

void read_safeguards(const Source& source, const Outline& outline, Reading& out);

}  // namespace kepu::plan::grammar
