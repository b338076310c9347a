// Rows of the database as values. Included by survey_store*.cc only.
#pragma once

#include <string>
#include <string_view>

#include "core/sql/sql.h"
#include "engines/survey/survey_store.h"

namespace kepu::survey {

std::string subject_of(std::string_view kind, Id id);  // "survey:4711"

inline constexpr std::string_view kRoundColumns =
    "id, state, title, year, first_day, last_day, basis, target_percent, target_year, target_words, "
    "proportion, "
    "margin, design_effect, response, take, strata, questionnaire, seed, digest, drawn_by, drawn_name, "
    "drawn_at, "
    "approved_by, approved_name, approved_at, frozen_at, note, margins, margins_source, published, hash, "
    "back_share, "
    "revision, edited_at, edited_by, frozen_names";
Round round_from(const sql::Row& row);

DateChange date_change_from(const sql::Row& row);

inline constexpr std::string_view kAreaColumns =
    "position, code, name, township, place, households, people, stratum, probability, certain, listed, "
    "listed_at, "
    "listed_by, surveyor, surveyor_name";
AreaRow area_from(const sql::Row& row);

inline constexpr std::string_view kCaseColumns =
    "id, round, area, dwelling, probability, replaces, surveyor, surveyor_name, code, persons, interview, "
    "visits, "
    "waiting, replacement, replacement_why, asked_by, last_at";
FieldCase case_from(const sql::Row& row);

inline constexpr std::string_view kInterviewColumns =
    "id, case_id, person, key, person_name, at, state, body";
StoredInterview interview_from(const sql::Row& row);

inline constexpr std::string_view kQuestionnaireColumns =
    "id, title, revision, released_at, edited_at, released_by, edited_by, questions, scored, paths";
StoredQuestionnaire questionnaire_from(const sql::Row& row);

}  // namespace kepu::survey
