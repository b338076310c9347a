// What the pages of this engine share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/file/office.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "engines/meetings/meetings_engine.h"

namespace kepu::meetings {

using html::Out;
using site::as_filter;
using site::belongs_to_form;
using site::Context;
using site::options_of;
using site::timeline_of;
using site::Typed;
using site::unit_name;
using site::view_of;
using PageAnswer = site::Answer;

inline constexpr std::uint64_t kUploadLimit = 32ull << 20;
inline constexpr int kHistory = 30;  // entries of the audit log on a page

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string meeting_url(Id id, std::string_view page = {});
std::string member_url(Id id);
std::string decision_url(Id id);
std::string briefing_url(Id id);
std::string recurring_url(Id id);
std::string issuer_of(const Context& context);  // 岚江县全民科学素质工作办公室

html::Light light_of(State state);
html::Light light_of(const Decision& decision, Date today);
std::string word_of(const Decision& decision, Date today);  // 办理中, 逾期未报
html::Light light_of(PeriodState state);

// Departments and townships in the order of the tree.
std::vector<form::Option> unit_options(const auth::UnitTree& units);

// PDF, Word, Excel, slides without macros and plain text; refusals name the field. None uploaded: an empty
// file.
base::Result<File> take_file(Context& context, std::string_view field);
PageAnswer file_answer(Context& context, const File& file);

void write_units(Out& h, const auth::UnitTree& units, const Meeting& meeting);
void write_attendance_form(Out& h, const Context& context, const auth::UnitTree& units,
                           const Meeting& meeting);
// The invitations with what that form says.
std::vector<Invitation> read_attendance(const Context& context, const Meeting& meeting);

void write_decisions(Out& h, Context& context, const std::vector<Decision>& decisions, std::string caption);

std::vector<TaskName> task_names(Context& context, MeetingsEngine& engine);
// Figures of a briefing as they are now, for this person's county.
std::vector<Figure> live_figures(Context& context, MeetingsEngine& engine, const Briefing& briefing);
std::vector<std::string> usual_metrics(Context& context, MeetingsEngine& engine);

void add_meeting_pages(site::Site& site, MeetingsEngine& engine);    // /meetings, new, edit
void add_meeting_view(site::Site& site, MeetingsEngine& engine);     // /meetings/{meeting} and its steps
void add_member_pages(site::Site& site, MeetingsEngine& engine);     // /meetings/members
void add_decision_pages(site::Site& site, MeetingsEngine& engine);   // /decisions
void add_briefing_pages(site::Site& site, MeetingsEngine& engine);   // /briefings
void add_recurring_pages(site::Site& site, MeetingsEngine& engine);  // /recurring-duties
std::vector<site::Todo> todos_of(const Context& context, MeetingsEngine& engine);

}  // namespace kepu::meetings
