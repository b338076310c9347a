// Rows of the roll-up's tables as values. Included by rollup_store*.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/rollup/rollup_store.h"

namespace kepu::rollup {

inline constexpr std::string_view kCallColumns =
    "c.tenant, c.id, c.state, c.title, c.note, c.first_day, c.last_day, c.due, c.items, c.replaces, "
    "c.replaced_by, c.revision, c.edited_at, c.edited_by, c.issued_at, c.issued_by, c.closed_at, "
    "c.closed_by, "
    "c.closed_reason";
Call call_from(const sql::Row& row);  // superior: the id alone

inline constexpr std::string_view kReturnColumns = "r.id, r.body, r.sha256";
// The digest is that of the row, whatever the bytes give now. Throws sql::Failure on bytes that are no
// return.
Return return_from(const sql::Row& row);

inline constexpr std::string_view kBackColumns =
    "g.returned, g.call, g.county, g.number, g.reason, g.by_name, g.at";
GiveBack back_from(const sql::Row& row);

std::string to_json(const std::vector<Item>& items);
std::vector<Item> items_from_json(std::string_view text);
std::string to_json(const std::vector<Choice>& choices);
std::vector<Choice> choices_from_json(std::string_view text);

std::string subject_of(Id call);  // of audit entries
void log(sql::Session& session, const By& by, std::string_view right, base::Millis at, std::string action,
         std::string subject, std::string summary);
// The right over the whole tenant: a roll-up speaks for all of it.
base::Done require_whole(const By& by, std::string_view right);
// A reason: not empty, at most 500 characters (rollup.reason).
base::Done check_reason(const std::string& reason, std::string_view what);

}  // namespace kepu::rollup
