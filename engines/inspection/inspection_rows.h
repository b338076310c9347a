// Rows of the database as values. Included by inspection_store*.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.h"
#include "core/sql/text.h"
#include "engines/inspection/inspection_store.h"

namespace kepu::inspection {

using sql::iso_or_empty;
using sql::like_of;
using sql::list_of;

std::string subject_of(std::string_view kind, Id id);  // "problem:4711"

inline constexpr std::string_view kRoundColumns =
    "id, state, title, basis, first_day, last_day, strata, tasks, checklist, seed, words, paper, revision, "
    "created_at, created_by, edited_at, edited_by, drawn_at, circulated_at";
Round round_from(const sql::Row& row);
std::string strata_text(const std::vector<Stratum>& strata);
std::string tasks_text(const std::vector<TaskName>& tasks);

inline constexpr std::string_view kVisitColumns =
    "v.id, v.round, v.unit, v.state, v.drawn, v.reason, v.submission, v.revision, v.answered_at, "
    "v.answered_by";
inline constexpr int kVisitWidth = 10;
Visit visit_from(const sql::Row& row);

inline constexpr std::string_view kSubmissionColumns =
    "id, key, person, person_name, at, base_revision, state, body";
Submission submission_from(const sql::Row& row);

inline constexpr std::string_view kProblemColumns =
    "id, number, state, source, severity, what, place, from_whom, round, visit, finding, unit, owner, task, "
    "task_code, task_title, measure, due, photos, revision, opened_at, opened_by, reported_on, ended_at, "
    "edited_at, edited_by";
Problem problem_from(const sql::Row& row);

}  // namespace kepu::inspection
