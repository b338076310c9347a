// Rows of the database as values. Included by evaluation_store*.cc only.
#pragma once

#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/sql/sql.h"
#include "core/sql/text.h"
#include "engines/evaluation/evaluation_store.h"

namespace kepu::evaluation {

using sql::list_of;

std::string round_subject(Id round);           // "evaluation:4711"
std::string sheet_subject(Id round, Id unit);  // "evaluation.sheet:4711:12"
base::Done check_text(const std::string& text, std::string_view field, bool required, const std::string& what,
                      std::size_t most);
base::Error changed_meanwhile(const std::string& by, base::Millis at, const std::string& what);

// The snapshot, which may be large, stands last: lists read '' in its place.
inline constexpr std::string_view kRoundHead =
    "id, kind, state, title, basis, first_day, last_day, due, version, words, problems, measures, sha256, "
    "revision, created_at, created_by, edited_at, edited_by, opened_at, frozen_at, frozen_by";
Round round_from(const sql::Row& row);

inline constexpr std::string_view kSheetColumns =
    "unit, state, note, revision, submitted_at, submitted_by, decided_at, decided_by, edited_at, edited_by";
Sheet sheet_from(const sql::Row& row);

inline constexpr std::string_view kAnswerColumns = "unit, task, code, title, lead, said, words, evidence";
Answer answer_from(const sql::Row& row);

}  // namespace kepu::evaluation
