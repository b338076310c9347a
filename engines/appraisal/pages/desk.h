// What the pages of the appraisal engine share: addresses, who sees what, small parts.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/html/components.h"
#include "core/site/list.h"
#include "core/site/site.h"
#include "engines/appraisal/appraisal_engine.h"

namespace kepu::appraisal {

// Groups of page files register themselves; each is one function in pages/*.cc.
void add_year_list_pages(site::Site& site, AppraisalEngine& engine);       // all years, a new one
void add_year_pages(site::Site& site, AppraisalEngine& engine);            // a year, its steps
void add_table_pages(site::Site& site, AppraisalEngine& engine);           // the indicator table
void add_table_settings_pages(site::Site& site, AppraisalEngine& engine);  // its settings and groups
void add_item_pages(site::Site& site, AppraisalEngine& engine);            // one item
void add_sheet_pages(site::Site& site,
                     AppraisalEngine& engine);  // a unit's scores, the forms of all who score
void add_appeal_pages(site::Site& site, AppraisalEngine& engine);
void add_result_pages(site::Site& site, AppraisalEngine& engine);  // public notice, Word, proof
void add_todos(site::Site& site, AppraisalEngine& engine);

By by(const site::Context& context);
std::string year_url(Id appraisal, std::string_view page = {});  // /appraisals/ID/table
std::string sheet_url(Id appraisal, Id unit);
std::string item_url(Id appraisal, std::string_view code);
std::string points_or_dash(std::optional<Points> points);
html::Light light_of(State state);
html::Tone tone_of_grade(const Table& table, std::string_view grade);

// The appraisal of the path variable {appraisal}.
base::Result<Loaded> appraisal_of(site::Context& context, AppraisalEngine& engine);
// Scores beyond one's own marks: everybody from the notice on, before that who reviews or organises.
bool sees_scores(const site::Context& context, const Head& head);
// The steps from draft to final with their dates.
html::Steps steps_of(const Head& head);
// What happened, from the audit log, newest first. `for_the_unit`: without what assessors and reviewers gave.
html::Timeline timeline_of(site::Context& context, const std::string& subject, int limit = 20,
                           bool for_the_unit = false);

}  // namespace kepu::appraisal
