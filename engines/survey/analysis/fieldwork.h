// What became of everybody who was drawn, and AAPOR's rates of it (Standard Definitions, 10th ed., 2023, pp.
// 77–87). e is the share of eligible ones among the cases whose eligibility is known (proportional
// allocation).
#pragma once

#include "engines/survey/analysis/result.h"
#include "engines/survey/dataset.h"

namespace kepu::survey::analysis {

// Rates without denominator are absent.
Fieldwork fieldwork_of(const std::vector<Case>& cases);

}  // namespace kepu::survey::analysis
