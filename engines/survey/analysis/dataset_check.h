// Whether a dataset can be analysed at all: everything that is wrong with it, at once.
#pragma once

#include "core/base/result.h"
#include "engines/survey/dataset.h"

namespace kepu::survey::analysis {

// Errors name the place in `field` as the JSON has it ("cases[17].age") and say in Chinese what to do. At
// most 100 of them. Rules: survey.dataset.* .
base::Errors check(const Dataset& dataset);

}  // namespace kepu::survey::analysis
