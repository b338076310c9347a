// Reading the log row by row, for verification and export.
#pragma once

#include <functional>
#include <string>

#include "core/audit/audit.h"
#include "core/sql/sql.h"

namespace kepu::audit {

struct Head {
  std::int64_t number = 0;
  std::string hash;
};
Head head_of(sql::Session& session, Id tenant);

// The columns of entry_from, in order.
inline constexpr std::string_view kEntryColumns =
    "number, at, person, person_name, on_behalf_of, unit_name, action, subject, summary, detail, remote, "
    "hash";
Entry entry_from(const sql::Row& row);

// All entries by rising number, fetched in chunks: constant memory however long the log is.
void each_entry(sql::Session& session, Id tenant, const std::function<void(const Entry&)>& each);

}  // namespace kepu::audit
