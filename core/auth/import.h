// Units and people from the rows of a worksheet: all rows in one transaction, or the list of what is wrong
// and nothing applied. The header row is found among the first ten by its titles, in any order.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"

namespace kepu::auth {

using SheetRows = std::vector<std::vector<std::string>>;

// What the workbook writer makes a template of.
struct ImportColumn {
  std::string title;  // 单位名称
  bool required = false;
  std::string hint;                  // how to fill it in
  std::vector<std::string> choices;  // empty: free
  std::string example;
};
std::vector<ImportColumn> unit_columns();
std::vector<ImportColumn> person_columns(const Roles& roles);

struct ImportProblem {
  int row = 0;         // as the worksheet counts, from 1; 0: the sheet as a whole
  std::string column;  // title; may be empty
  std::string message;
};
struct IssuedPassword {
  std::string name, login, password;
};
struct ImportReport {
  bool applied = false;
  int added = 0, changed = 0, unchanged = 0;
  std::vector<ImportProblem> problems;    // by row; at most 200
  std::vector<IssuedPassword> passwords;  // of new accounts: to be handed out, shown once
};

// `preview`: counts and problems only, nothing is applied. At most 5,000 rows. A refusal is returned where
// the sheet cannot be taken at all (no header row, too many rows); problems of rows are in the report. Units
// are known by area code and kind, otherwise by name under the same superior. A superior may be defined in
// any row, and is written as 乡镇/村 where its name alone is ambiguous.
Result<ImportReport> import_units(Directory& directory, const Actor& by, const SheetRows& rows, bool preview);
// People are known by login, otherwise by phone, otherwise by name within the unit.
Result<ImportReport> import_people(Directory& directory, const Actor& by, const SheetRows& rows,
                                   bool preview);

}  // namespace kepu::auth
