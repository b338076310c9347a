// A chart of estimates as DrawingML (ECMA-376 part 1, 21.2): one bar an estimate, its interval as an error
// bar. The values stand in the chart itself; no workbook is behind it.
#pragma once

#include <string>
#include <vector>

#include "core/doc/word.h"

namespace kepu::doc {

// word/charts/chartN.xml
std::string chart_part(const std::vector<Interval>& rows, const std::string& axis);
// The paragraph that shows chart `number` (from 1) by the relation `relation`; `width` of the text block in
// twips, `words` for who cannot see it.
std::string chart_paragraph(std::size_t number, const std::string& relation, std::size_t rows, int width,
                            const std::string& words);

}  // namespace kepu::doc
