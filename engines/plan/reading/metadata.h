// What stands around the plan: title, notice, 文号, issuer, date, status, area, period, superior documents.
#pragma once

#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

// Fills the corresponding fields of `out`.
void read_metadata(const Source& source, const Outline& outline, Reading& out);

}  // namespace kepu::plan::grammar
