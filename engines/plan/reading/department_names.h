// Names of departments held against each other: one unit written in two ways, a name without its 县 in front.
#pragma once

#include <vector>

#include "engines/plan/reading/chars.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct NamedDepartment {
  Chars name;
  Line line = 0;
  int list = 0;  // names of one list are different units
};

struct NameRemark {
  Chars name, usual;  // the rarer writing and the more frequent one
  Line line = 0;      // where the rarer one first stands
  bool prefix_missing = false;
};

std::vector<NameRemark> remarks_on_names(const std::vector<NamedDepartment>& all);

}  // namespace kepu::plan::grammar
