// Rows of the database as values. Included by meetings_store*.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/sql/sql.h"
#include "core/sql/text.h"
#include "engines/meetings/meetings_store.h"

namespace kepu::meetings {

using sql::iso_or_empty;
using sql::like_of;
using sql::list_of;

std::string subject_of(std::string_view kind, Id id);  // "decision:4711"
// Refuses meetings.FIELD where it is empty and required, or longer than `most` characters.
base::Done check_text(const std::string& text, std::string_view field, bool required, const std::string& what,
                      std::size_t most);
base::Error changed_meanwhile(const std::string& by, base::Millis at, const std::string& what);

inline constexpr std::string_view kMemberColumns =
    "id, unit, role, person_name, deputy_name, basis, first_day, last_day, revision";
Member member_from(const sql::Row& row);

inline constexpr std::string_view kMeetingColumns =
    "id, state, kind, title, place, chair, day, time_of_day, agenda, minutes, paper, paper_name, paper_type, "
    "reason, revision, created_at, created_by, edited_at, edited_by, called_at, held_at, filed_at";
Meeting meeting_from(const sql::Row& row);

inline constexpr std::string_view kInvitationColumns = "unit, member, answer, who, attendance, came, meeting";
Invitation invitation_from(const sql::Row& row);

inline constexpr std::string_view kDecisionColumns =
    "id, number, state, meeting, what, unit, partners, task, task_code, task_title, due, reported_on, "
    "revision, made_at, made_by, ended_at, edited_at, edited_by";
Decision decision_from(const sql::Row& row);

inline constexpr std::string_view kBriefingColumns =
    "id, state, year, issue, title, day, meeting, words, questions, issuer, sha256, revision, created_at, "
    "created_by, edited_at, edited_by, issued_at, issued_by, figures, metrics";
Briefing briefing_from(const sql::Row& row);

inline constexpr std::string_view kRecurringColumns =
    "id, title, basis, every, times, proof, kind, unit, since, ended, revision";
Recurring recurring_from(const sql::Row& row);

}  // namespace kepu::meetings
