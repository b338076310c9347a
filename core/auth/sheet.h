// Rows of a worksheet by the titles of their columns. Internal to this kit.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/import.h"

namespace kepu::auth {

struct SheetRow {
  int number = 0;                            // as the worksheet counts
  std::map<std::string, std::string> cells;  // by title; absent columns are not in it
  std::string at(const std::string& title) const {
    const auto found = cells.find(title);
    return found == cells.end() ? std::string() : found->second;
  }
  bool has(const std::string& title) const { return cells.count(title) != 0; }
};

// Finds the header among the first ten rows and returns the rows below it that are not empty. Refuses a sheet
// without the required titles (names those that miss), with a title twice, and with more than 5,000 rows.
Result<std::vector<SheetRow>> read_sheet(const SheetRows& rows, const std::vector<ImportColumn>& columns);

// Collects problems up to the limit, in the order of rows.
class Problems {
 public:
  explicit Problems(ImportReport& report) : report_(report) {}
  void add(int row, std::string column, std::string message);
  bool none() const { return report_.problems.empty(); }

 private:
  ImportReport& report_;
};

// Units that a cell may mean: by path "甲镇/红旗村" (full or short names, by wording), by name alone, by
// short name alone.
std::vector<const Unit*> units_meant(const UnitTree& tree, std::string_view cell);

// Runs `work` as one change and rolls it back where it is only a preview or the report holds problems.
// `work` fills the report, which is empty at its beginning.
Result<ImportReport> import_in_one_change(Directory& directory, const Actor& by, bool preview,
                                          const std::function<Done(Change&, ImportReport&)>& work);

}  // namespace kepu::auth
