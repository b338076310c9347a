// The extracted text made ready for reading: residues of extraction and page numbers gone, table cells
// gathered into rows, hard line wraps joined again. Every paragraph remembers its lines.
#pragma once

#include <string>
#include <vector>

#include "engines/plan/reading/chars.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct Paragraph {
  Chars text;  // trimmed, never empty; inner blanks kept, for they may be gaps to fill in
  Line line = 0, end_line = 0;
  bool annex = false;  // stands behind the annex heading
};

struct Cell {
  Chars text;  // lines of one cell joined
  Line line = 0;
};

struct Row {
  std::vector<Cell> cells;
  Line line = 0;
  int table = 0;  // rows of one table share it
};

struct Residue {  // what extraction left behind: [bookmark: …]
  std::string text;
  Line line = 0;
};

struct Source {
  std::vector<Paragraph> paragraphs;
  std::vector<Row> rows;
  std::vector<Residue> residues;
};

Source make_source(const std::vector<std::string>& lines);

}  // namespace kepu::plan::grammar
