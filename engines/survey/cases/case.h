// Reference cases: a folder with spec.json (inputs and what to compute) and CSV tables. `kepu statistics
// check FOLDER` runs one through statistics/ and prints the results in the shape of the case's expected.json,
// so that they can be compared number by number with those of other programs.
#pragma once

#include <string>

#include "core/base/result.h"

namespace kepu::survey {

// The results as JSON text (one object, 17 significant digits, what cannot be computed as null). Refuses
// (case.folder, case.spec, case.table, case.family) with what is wrong with the case and where. Reads files
// only below `folder`.
base::Result<std::string> run_case(const std::string& folder);

}  // namespace kepu::survey
