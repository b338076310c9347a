#include "core/sql/postgres_database.h"
#include "core/sql/sqlite_database.h"
#include "core/sql/url.h"

namespace kepu::sql {

std::unique_ptr<Database> Database::open(const std::string& url, const Options& options) {
  Target target = parse_url(url);
  if (target.dialect == Dialect::postgresql)
    return std::make_unique<PostgresDatabase>(url, std::move(target), options);
  return std::make_unique<SqliteDatabase>(std::move(target), options);
}

}  // namespace kepu::sql
