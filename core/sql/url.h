// Which database a URL means.
#pragma once

#include <string>

#include "core/sql/sql.h"

namespace kepu::sql {

struct Target {
  Dialect dialect = Dialect::sqlite;
  bool in_memory = false;
  std::string path;   // SQLite: the file
  std::string shown;  // for people and logs: the URL without its password
};

// Throws Failure that shows the accepted forms.
Target parse_url(const std::string& url);

}  // namespace kepu::sql
