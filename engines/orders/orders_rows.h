// Rows of the database as values, and values as text. Included by the engine's stores only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "engines/orders/orders_store.h"

namespace kepu::orders {

// In the order in which OrderStore::order_from() reads them.
inline constexpr std::string_view kOrderColumns =
    "id, number, code, state, service, kind, title, words, area, township, place, days, time, people, name, "
    "phone, "
    "minor, guardian, channel, phone_proven, placed_by, community, department, team, team_name, day, "
    "from_minute, "
    "to_minute, parent, merged_into, rating, rating_words, reason, since, due, escalated, revision, "
    "created_at, "
    "closed_at";
inline constexpr std::string_view kPhonePurpose = "orders_order.phone";  // of blind indexes

std::string subject_of(Id order);  // order:4711
// What somebody did, for the log: 平台 where a job did it, 群众 where nobody is signed in.
audit::Entry entry_of(const By& by, Millis now, std::string action, std::string subject, std::string summary);
std::string in_list(const std::vector<Id>& ids);  // "(1,2,3)"; of nothing "(-1)"
// The table, with the index that SQLite is to use: it keeps no statistics to choose by. PostgreSQL does.
std::string orders_by(const sql::Session& session, std::string_view index);
// An "in" over any number of ids with one text of the statement: `id_in` is the condition, `:ids` its value.
std::string id_array(const sql::Session& session, const std::vector<Id>& ids);
std::string_view id_in(const sql::Session& session);
std::string days_text(const std::vector<Date>& days);  // "2026-10-21 2026-10-22"
std::vector<Date> days_from(std::string_view text);
std::string iso_or_empty(const std::optional<Date>& date);

// The kept counts of lists, made anew from the orders themselves.
void recount(sql::Session& session);

std::string to_json(const Settings& settings);
// What cannot be read is as shipped.
Settings settings_from(std::string_view json, const Catalog& shipped);
std::string to_json(const Service& service);  // without id, position, active, revision
Service service_from(std::string_view json);

}  // namespace kepu::orders
