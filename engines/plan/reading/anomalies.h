// What a careful clerk would want to look at again. Each rule is one function in the .cc; a rule says what is
// wrong, where, and what to do.
#pragma once

#include <vector>

#include "engines/plan/reading/annex.h"
#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/quantities.h"
#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/tasks.h"

namespace kepu::plan::grammar {

struct Evidence {
  const Source& source;
  const Outline& outline;
  const AnnexResult& annex;
  const std::vector<Announced>& announced;
  const std::vector<Note>& mixed_separators;
};

std::vector<Anomaly> find_anomalies(const Reading& reading, const Evidence& evidence);

}  // namespace kepu::plan::grammar
