#include "core/doc/word_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/doc/word_xml.h"

namespace kepu::doc {
namespace {

// What reaches down into a column from the rows above.
struct Hanging {
  int rows = 0;
  int span = 1;
};

std::vector<int> column_widths(const std::vector<double>& percents, std::size_t columns, int total) {
  double given = 0;
  for (const double p : percents) given += std::max(p, 1.0);
  const std::size_t missing = columns - std::min(columns, percents.size());
  const double share =
      missing > 0 ? std::max(100 - given, 5.0 * static_cast<double>(missing)) / static_cast<double>(missing)
                  : 0;
  const double sum = given + share * static_cast<double>(missing);
  std::vector<int> out;
  for (std::size_t i = 0; i < columns; ++i) {
    const double p = i < percents.size() ? std::max(percents[i], 1.0) : share;
    out.push_back(static_cast<int>(std::lround(p / sum * total)));
  }
  return out;
}

std::string cell_xml(const TableCell* cell, int width, int span, const char* merge) {
  std::string out = fmt::format("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>", width);
  if (span > 1) out += fmt::format("<w:gridSpan w:val=\"{}\"/>", span);
  out += merge;
  out += "<w:vAlign w:val=\"center\"/></w:tcPr>";
  const std::string style = cell && cell->header ? "KepuCellHead" : "KepuCell";
  const std::string begin = "<w:p><w:pPr><w:pStyle w:val=\"" + style + "\"/>" +
                            (cell && cell->centred ? "<w:jc w:val=\"center\"/>" : "") + "</w:pPr>";
  for (const auto& line : base::split(cell ? cell->text : "", "\n")) out += begin + runs(line, 0) + "</w:p>";
  return out + "</w:tc>";
}

std::string row_xml(const std::vector<TableCell>& cells, const std::vector<int>& widths,
                    std::vector<Hanging>& hanging, bool header, std::size_t rows_below) {
  std::string out =
      std::string("<w:tr><w:trPr><w:cantSplit/>") + (header ? "<w:tblHeader/>" : "") + "</w:trPr>";
  auto next = cells.begin();
  const auto width_of = [&](std::size_t from, int span) {
    int width = 0;
    for (int i = 0; i < span; ++i) width += widths[from + static_cast<std::size_t>(i)];
    return width;
  };
  for (std::size_t column = 0; column < widths.size();) {
    if (Hanging& above = hanging[column]; above.rows > 0) {
      --above.rows;
      out += cell_xml(nullptr, width_of(column, above.span), above.span, "<w:vMerge/>");
      column += static_cast<std::size_t>(above.span);
      continue;
    }
    const TableCell* cell = next == cells.end() ? nullptr : &*next++;
    // A wide cell ends where one from above reaches down.
    std::size_t end = column + 1;
    const auto wanted = static_cast<std::size_t>(cell ? std::max(cell->span, 1) : 1);
    while (end < widths.size() && end - column < wanted && hanging[end].rows == 0) ++end;
    const int span = static_cast<int>(end - column);
    const int below = cell ? std::min(std::max(cell->row_span, 1) - 1, static_cast<int>(rows_below)) : 0;
    out += cell_xml(cell, width_of(column, span), span, below > 0 ? "<w:vMerge w:val=\"restart\"/>" : "");
    hanging[column] = {below, span};
    column = end;
  }
  return out + "</w:tr>";
}

}  // namespace

std::string table_xml(const std::vector<double>& widths, const std::vector<std::vector<TableCell>>& rows,
                      int header_rows, int total) {
  std::size_t columns = std::max<std::size_t>(widths.size(), 1);
  for (const auto& row : rows) {
    std::size_t wide = 0;
    for (const auto& cell : row) wide += static_cast<std::size_t>(std::max(cell.span, 1));
    columns = std::max(columns, wide);
  }
  const auto columns_wide = column_widths(widths, columns, total);
  std::string out = "<w:tbl><w:tblPr><w:tblW w:w=\"" + std::to_string(total) +
                    "\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>";
  for (const auto* side : {"top", "left", "bottom", "right", "insideH", "insideV"}) {
    out += fmt::format("<w:{} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", side);
  }
  out += "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>";
  for (const int width : columns_wide) out += fmt::format("<w:gridCol w:w=\"{}\"/>", width);
  out += "</w:tblGrid>";
  std::vector<Hanging> hanging(columns);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += row_xml(rows[r], columns_wide, hanging, static_cast<int>(r) < header_rows, rows.size() - r - 1);
  }
  if (rows.empty()) out += row_xml({}, columns_wide, hanging, false, 0);
  return out + "</w:tbl>";
}

}  // namespace kepu::doc
