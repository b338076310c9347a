// What the pages of this engine share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/attachment.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "engines/inspection/inspection_engine.h"

namespace kepu::inspection {

using html::Out;
using site::as_filter;
using site::Context;
using site::options_of;
using site::Typed;
using site::unit_name;
using site::view_of;
using PageAnswer = site::Answer;

inline constexpr std::uint64_t kProblemUpload = 64ull << 20;  // bytes of a form with photos and papers

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string round_url(Id id);
std::string visit_url(Id id);
std::string problem_url(Id id);

html::Light light_of(const Problem& problem, base::Date today);
std::string word_of(const Problem& problem, base::Date today);  // 整改中, 逾期未报
html::Light light_of(RoundState state);
html::Light light_of(VisitState state);
html::Tone tone_of(Severity severity);

// Living tasks of the adopted plan, in its order; none where no plan is adopted.
std::vector<TaskName> task_names(Context& context, InspectionEngine& engine);
std::vector<form::Option> task_options(const std::vector<TaskName>& tasks);
std::vector<form::Option> unit_options(const auth::UnitTree& units);

// Takes photos and papers in: photos lose what the phone wrote into them; PDF, Word, Excel and text are kept
// as they are. Refusals name the field.
base::Result<Photo> take_file(Context& context, const http::Upload& upload, bool photos_only);
// Small pictures that open large, other files by name. `base`: address of the folder.
void write_photos(Out& h, const std::vector<Photo>& photos, const std::string& base);
PageAnswer photo_answer(Context& context, const Photo& photo);

void write_problems(Out& h, Context& context, const std::vector<Problem>& problems, std::string_view caption);

void add_round_pages(site::Site& site, InspectionEngine& engine);
void add_round_steps(site::Site& site, InspectionEngine& engine);
void add_visit_pages(site::Site& site, InspectionEngine& engine);
void add_problem_list_pages(site::Site& site, InspectionEngine& engine);
void add_problem_pages(site::Site& site, InspectionEngine& engine);
void add_circular_pages(site::Site& site, InspectionEngine& engine);
void add_offline_routes(site::Site& site, InspectionEngine& engine);

}  // namespace kepu::inspection
