// 通知: a line for a person about something that happened or is due, kept until read, and sent on by e-mail
// and webhook where that is set up. It is written in the transaction of what it tells, so that nothing is
// told that did not happen, and nothing that happened is left untold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/sql/sql.h"

namespace kepu::notify {

using base::Id;

struct Notice {
  Id person = 0;      // for whom
  std::string key;    // "report.returned:4711:3": the same person never gets two of one key
  std::string title;  // 填报被退回：农-03
  std::string text;   // why, and what to do next
  std::string url;    // where
};

struct Kept {  // a notice as it lies there
  Id id = 0;
  Notice notice;
  base::Millis at = 0, read_at = 0;  // 0: not read yet
};

// Of the columns id, person, key, title, body, url, at, read_at.
Kept kept_of(const sql::Row& row);

// Inside a store's write. Returns whether it is new (false: the key was used already).
bool post(sql::Session& session, Id tenant, const Notice& notice, base::Millis now, base::IdMaker& ids);

// Newest first; a person's own.
std::vector<Kept> of_person(sql::Session& session, Id tenant, Id person, bool unread_only,
                            std::int64_t offset, std::int64_t limit);
std::int64_t count(sql::Session& session, Id tenant, Id person);  // read and unread
std::int64_t unread(sql::Session& session, Id tenant, Id person);
// `notice` 0: all of the person's.
void mark_read(sql::Session& session, Id tenant, Id person, Id notice, base::Millis now);

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::notify
