#include "core/sql/sqlite_database.h"
#include "core/sql/url.h"

namespace kepu::sql {

std::unique_ptr<Database> Database::open(const std::string& url, const Options& options) {
  Target target = parse_url(url);
  return std::make_unique<SqliteDatabase>(std::move(target), options);
}

}  // namespace kepu::sql
