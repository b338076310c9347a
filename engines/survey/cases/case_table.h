// A CSV table of a reference case: a header line, commas, an empty cell (or NA among numbers) is missing,
// text may be quoted (""); a byte order mark, CRLF and empty lines do no harm.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::survey {

struct CaseTable {
  std::vector<std::string> names;                 // columns, in file order
  std::vector<std::vector<std::string>> columns;  // one a name, all of `rows` cells; empty = missing
  std::size_t rows = 0;

  // None where there is no such column.
  const std::vector<std::string>* find(std::string_view name) const;
  // The column as numbers; NaN = missing. Refuses (case.table) an unknown column and what is no number, with
  // its line.
  base::Result<std::vector<double>> numbers(std::string_view name) const;
};

// Refuses (case.table) an empty table, a name that two columns have, a quotation mark never closed, a line
// with another number of cells.
base::Result<CaseTable> parse_table(std::string_view csv);
base::Result<CaseTable> read_table(const std::string& path);

}  // namespace kepu::survey
