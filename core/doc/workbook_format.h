// How values of cells read as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kepu::doc {

// Whether a number format (its built-in id, and its code where it has one) shows a date or a time.
bool is_date_format(int id, std::string_view code);

// A serial day number as ISO: "2022-04-21", "2022-04-21T08:30", "08:30" for a time alone; nothing for what
// Excel has no date for. `from_1904`: the workbook counts from 1904.
std::optional<std::string> iso_of_serial(double serial, bool from_1904);

// At most 15 digits, integers without a point: 0.30000000000000004 → 0.3.
std::string number_text(double value);

// "BC12" → row 11, column 54 (0-based); nothing for what is no cell name.
struct CellPlace {
  int row = 0, column = 0;
};
std::optional<CellPlace> parse_cell_name(std::string_view name);

}  // namespace kepu::doc
