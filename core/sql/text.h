// Values as they stand in statements: lists of ids, search words, dates that may be missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace kepu::sql {

// "-1,4711,4712", for `in (…)`: an empty list is no SQL, and no row has the id -1. Ids are numbers of our
// own, so nothing of a user's comes into the statement.
std::string list_of(const std::vector<base::Id>& ids);

// The pattern of a text that contains this one, for `like :words escape '!'`.
std::string like_of(std::string_view text);

// "2026-03-02", or "" where there is no day, as columns of days hold it.
std::string iso_or_empty(const std::optional<base::Date>& date);

}  // namespace kepu::sql
