// Rows of the appraisal tables ↔ values. Included by appraisal_store*.cc only.
#pragma once

#include <string>
#include <vector>

#include "core/sql/sql.h"
#include "engines/appraisal/appraisal_store.h"

namespace kepu::appraisal::rows {

inline constexpr std::string_view kHeadColumns =
    "id, year, title, state, revision, self_due, assess_due, notice_from, notice_until, edited_at, "
    "edited_by, "
    "published_at, frozen_at, finished_at, inputs_hash, scores_hash";
Head head_of(const sql::Row& row);
inline constexpr std::string_view kSheetColumns =
    "unit, name, grp, position, revision, submitted_at, submitted_by, edited_at, edited_by";
UnitSheet sheet_of(const sql::Row& row);

std::vector<Entry> entries(sql::Session& session, Id tenant, Id appraisal, Id unit);
std::vector<Figure> figures(sql::Session& session, Id tenant, Id appraisal, Id unit);
std::vector<Mark> marks(sql::Session& session, Id tenant, Id appraisal, Id unit, bool brief);
std::vector<Appeal> appeals(sql::Session& session, const std::string& where, const sql::Args& args);

void insert_entry(sql::Session& session, Id tenant, Id appraisal, const Entry& entry);
void insert_figure(sql::Session& session, Id tenant, Id appraisal, const Figure& figure);
void insert_mark(sql::Session& session, Id tenant, Id appraisal, const Mark& mark);
void insert_score(sql::Session& session, Id tenant, const Head& head, const UnitScore& score, int position,
                  base::Date finished);
inline constexpr std::string_view kResultColumns =
    "unit, year, name, grp, grade, self, assessed, total, bonus, deduction, missing";
ResultRow result_of(const sql::Row& row);

std::string iso(const std::optional<base::Date>& date);
// Refuses appraisal.changed_meanwhile, naming who and when.
base::Done check_revision(const Head& head, std::int64_t revision);

}  // namespace kepu::appraisal::rows
