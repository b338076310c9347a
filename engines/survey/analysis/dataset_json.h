// A dataset as JSON: what `kepu survey simulate` writes and `kepu survey result` reads. Field names are those
// of dataset.h; ids are decimal texts, dates ISO, enums their English words, an answer 1, 0 or -1.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "engines/survey/dataset.h"

namespace kepu::survey::analysis {

// The same dataset gives the same bytes.
std::string to_json(const Dataset& dataset);
// SHA-256 of to_json, in hex: what a report names as its data.
std::string hash_of(const Dataset& dataset);
// Refuses survey.dataset.json: no JSON (with the line), a field that is missing, unknown or of another type
// (with its path, "cases[17].age", in `field` and message), more than 64 MiB (too_large). What the values
// mean is for check() of dataset_check.h.
base::Result<Dataset> dataset_from_json(std::string_view text);

}  // namespace kepu::survey::analysis
