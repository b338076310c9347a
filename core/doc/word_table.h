// A table as WordprocessingML.
#pragma once

#include <string>
#include <vector>

#include "core/doc/word.h"

namespace kepu::doc {

// `widths` in percent of `total` twips. Columns without a width share what is left; cells that a row lacks
// are empty.
std::string table_xml(const std::vector<double>& widths, const std::vector<std::vector<TableCell>>& rows,
                      int header_rows, int total);

}  // namespace kepu::doc
