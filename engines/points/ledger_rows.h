// Rows of the database as values, and rules as text. Included by the engine's stores only.
#pragma once

#include <string>
#include <string_view>

#include "core/sql/sql.h"
#include "engines/points/ledger_store.h"

namespace kepu::points {

inline constexpr std::string_view kBookingColumns =
    "number, at, entry, person, name, points, day, source, words, by_name, rules, hash";
Booking booking_from(const sql::Row& row);
std::string to_text(const Rules& rules);  // without version, first day and name
void read_into(Rules& rules, std::string_view text);
std::string iso_or_empty(const std::optional<Date>& date);

}  // namespace kepu::points
