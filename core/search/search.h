// 全文检索: which things of a tenant hold these words. Overlapping two-character tokens made here, in FTS5 on
// SQLite and in a text array under GIN on PostgreSQL: every match of two characters or more is found, and
// nothing is ranked: newest (largest id) first. No domain word here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/sql/sql.h"

namespace kepu::search {

using base::Id;

// Tokens of a text, each once: lower case, width folded; two neighbouring characters each ("科普讲座" gives
// 科普, 普讲, 讲座); a word of one character is that character.
std::vector<std::string> tokens(std::string_view text);

// Inside a store's write. `kind` names the collection: [a-z]{1,16}. Texts over 4,000 characters are cut.
void put(sql::Session& session, std::string_view kind, Id tenant, Id id, std::string_view text);
// `text` as it was put; a text that was never put is no error on PostgreSQL, and spoils the index on SQLite.
void remove(sql::Session& session, std::string_view kind, Id tenant, Id id, std::string_view text);

// Ids of those that hold all tokens of the words, newest first, smaller than `before` (0: all); at most
// `limit`. A hit of three or more characters holds every pair of them, not always in this order: the caller
// who must be exact looks at the text. Words without any token find nothing.
std::vector<Id> find(sql::Session& session, std::string_view kind, Id tenant, std::string_view words,
                     std::int64_t limit, Id before = 0);

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::search
