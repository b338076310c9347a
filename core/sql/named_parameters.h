// From ":name" to what an engine understands: "?1" for SQLite, "$1" for PostgreSQL. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.h"

namespace kepu::sql {

struct Parameters {
  std::string text;                // the statement with numbered parameters
  std::vector<std::string> names;  // names[0] is parameter 1; each name once, by first appearance
};

// Not touched: texts in '…', names in "…", comments, "::" and ":" before anything but a letter or "_".
// Throws std::invalid_argument for a statement that begins, ends or divides a transaction: that is what
// Database::read and write are for.
Parameters number_parameters(std::string_view sql, Dialect dialect);

// The arguments in the order of `names`. Throws std::invalid_argument that names an argument which is
// missing, unused or given twice. The pointers live as long as `args`.
std::vector<const Arg*> order_arguments(const std::vector<std::string>& names, const Args& args,
                                        std::string_view sql);

// What both engines can hold: valid UTF-8 without NUL bytes, and no NaN. Throws Failure that names the
// argument.
void check_argument(const Arg& arg);

// The statement for a message: one line, shortened. Never holds argument values.
std::string for_message(std::string_view sql);

}  // namespace kepu::sql
