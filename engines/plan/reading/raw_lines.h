// The extracted lines as code points, freed of what fonts, typesetting and gateways did to their characters:
// radicals and traditional forms for simplified ones, blanks between all characters, « » for 《 》, a
// half-width full stop. Every line keeps its number; nothing is joined or dropped here.
#pragma once

#include <string>
#include <vector>

#include "engines/plan/reading/lines.h"

namespace kepu::plan::grammar {

struct RawLine {
  Chars text;  // with its outer blanks
  Line line = 0;
};

// Residues of extraction such as [bookmark: _GoBack] are cut out and added to `residues`.
std::vector<RawLine> raw_lines(const std::vector<std::string>& lines, std::vector<Residue>& residues);

}  // namespace kepu::plan::grammar
