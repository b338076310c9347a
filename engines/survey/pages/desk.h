// What the pages of this engine share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "engines/survey/survey_engine.h"

namespace kepu::survey::field {

using html::Out;
using site::Context;
using site::Typed;
using site::view_of;
using PageAnswer = site::Answer;

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string round_url(Id id);
std::string case_url(Id id);
std::string questionnaire_url(Id id);
html::Light light_of(RoundState state);
html::Light light_of(const FieldCase& c);
std::string word_of(const FieldCase& c);
std::string percent_text(const std::optional<double>& share);  // "63.2%", "—"

// The rows of an uploaded Excel file's first sheet, or the refusal for its field "file".
base::Result<std::vector<doc::Sheet>> read_upload(Context& context, std::string_view field);
// Answers with a workbook that `write` fills.
http::Response workbook_answer(Context& context, const std::string& name,
                               const std::function<void(const std::string& path)>& write);
// People who may go from door to door, by name.
std::vector<form::Option> surveyors(Context& context);

http::Response round_page(Context& context, SurveyEngine& engine, const RoundWhole& whole,
                          const Typed& typed);

// What the dates were before; nothing where they never changed.
void write_date_changes(Out& h, const RoundWhole& whole);

void add_round_pages(site::Site& site, SurveyEngine& engine);
void add_step_pages(site::Site& site, SurveyEngine& engine);
void add_date_pages(site::Site& site, SurveyEngine& engine);
void add_frame_pages(site::Site& site, SurveyEngine& engine);
void add_draw_pages(site::Site& site, SurveyEngine& engine);
void add_questionnaire_pages(site::Site& site, SurveyEngine& engine);
void add_question_pages(site::Site& site, SurveyEngine& engine);
void add_block_pages(site::Site& site, SurveyEngine& engine);
void add_item_pages(site::Site& site, SurveyEngine& engine);
void add_field_pages(site::Site& site, SurveyEngine& engine);
void add_check_pages(site::Site& site, SurveyEngine& engine);
void add_record_pages(site::Site& site, SurveyEngine& engine);
void add_case_pages(site::Site& site, SurveyEngine& engine);

}  // namespace kepu::survey::field
