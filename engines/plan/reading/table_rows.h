// Tables that allocate work: a header names the columns, every other row is one initiative or task with its
// departments.
#pragma once

#include <vector>

#include "engines/plan/reading/departments.h"
#include "engines/plan/reading/lines.h"

namespace kepu::plan::grammar {

struct Entry {
  std::vector<Chars> titles;  // candidates: the row's own cells first, then what it inherits
  Chars category;
  Departments departments;
  Chars name, content;  // the row's own title and contents, whole; empty where merged or left out
  int table = 0;
  Line line = 0, end_line = 0;
};

// The title that a cell or a line begins with, without its number.
Chars clean_title(View text);
// Rows of tables that have a column of titles and one of departments, in order.
std::vector<Entry> allocation_rows(const Source& source);

}  // namespace kepu::plan::grammar
