// Excel in and out. Reading: own, over libzip and pugixml, with limits. Writing: libxlsxwriter in
// constant-memory mode.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

struct SheetLimits {
  std::uint64_t file_bytes = 32ull << 20;
  std::uint64_t unpacked_bytes = 256ull << 20;
  int rows = 100'000;
  int columns = 256;
};

// One sheet as text: numbers as Excel would show them without format (integers without ".0"), dates of
// date-formatted cells as ISO, booleans as TRUE/FALSE, empty cells as "". rows[r][c]; rows may differ in
// length. The row number on screen is index + 1.
struct Sheet {
  std::string name;
  std::vector<std::vector<std::string>> rows;
};

// All sheets of an .xlsx. Refusals: doc.empty, doc.too_large, doc.encrypted, doc.broken, doc.unsupported
// (.xls: 另存为 .xlsx).
base::Result<std::vector<Sheet>> read_workbook(std::string_view bytes, const SheetLimits& limits = {});

using Cell = std::variant<std::monostate, std::string, double, std::int64_t>;

// "B12" for row 11, column 1 (both 0-based).
std::string cell_name(int row, int column);

// Writes one workbook to a file, row after row, in constant memory. A header row is bold, frozen and
// filtered; texts never become formulas. Not thread-safe.
class WorkbookWriter {
 public:
  struct Column {
    std::string title;
    double width = 12;  // in characters
    std::string note;   // shown as a comment at the header; empty for none
    // A list to choose from below the header; empty for none. Longer than 255 bytes in all: in the comment
    // only.
    std::vector<std::string> choices;
  };
  explicit WorkbookWriter(const std::string& path);
  ~WorkbookWriter();
  WorkbookWriter(const WorkbookWriter&) = delete;
  WorkbookWriter& operator=(const WorkbookWriter&) = delete;
  // A sheet name is at most 31 characters, without []:*?/\ (replaced by a blank).
  void sheet(const std::string& name, const std::vector<Column>& columns, const std::string& caption = {});
  void row(const std::vector<Cell>& cells);
  // Ends the file. Throws std::runtime_error where it could not be written.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kepu::doc
