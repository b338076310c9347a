// Rows of the database as values, and values as text. Included by registers_store*.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/registers/registers_store.h"

namespace kepu::registers {

inline constexpr std::string_view kEntryColumns =
    "id, type, type_version, number, state, name, unit, place, person, parent, kind, body, secret, "
    "valid_from, "
    "valid_until, reason, consent, consent_at, minor, applicant, revision, created_at, created_by, "
    "edited_at, "
    "edited_by, published_at";
inline constexpr std::string_view kPersonColumns =
    "id, name, phone, account, merged_into, erased_at, minor, guardian, revision, created_at";
inline constexpr std::string_view kProofColumns =
    "id, person, kind, title, on_day, hours, audience, host, note, source, "
    "state, reason, told_at, told_by, told_name, decided_at, decided_by, decided_name, decided_unit, "
    "revision, files";

// Columns with a table's short name in front: "e.id, e.type, …".
std::string prefixed(std::string_view columns, std::string_view table);
std::string subject_of(std::string_view kind, Id id);
std::string iso_or_empty(const std::optional<base::Date>& date);
// "(1,2,3)"; of nothing "(-1)": an empty list is no SQL.
std::string in_list(const std::vector<Id>& ids);
std::string like_of(const std::string& text);  // with escape '!'
Proof proof_from(const sql::Row& row);

// Values by field: {"skills":["农业","卫生"]}; serves apart.
std::string to_json(const form::Values& values);
form::Values values_from_json(std::string_view json);
// Of files that were added; damaged text gives none.
std::string files_text(const std::vector<file::Attachment>& files);
std::vector<file::Attachment> files_from_text(std::string_view text);
std::string ids_text(const std::vector<Id>& ids);
std::vector<Id> ids_from_text(std::string_view text);

}  // namespace kepu::registers
