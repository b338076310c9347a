// Bare lists of departments: what the allocations in departments.h are made of.
#pragma once

#include <string>
#include <vector>

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

// Without blanks and signs at its end.
View strip_end(View text);
bool all_departments(const std::vector<std::string>& names);

}  // namespace kepu::plan::grammar
