// What the pages of this engine share.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/file/office.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "engines/evaluation/evaluation_engine.h"
#include "engines/evaluation/snapshot.h"

namespace kepu::evaluation {

using html::Out;
using site::belongs_to_form;
using site::Context;
using site::timeline_of;
using site::Typed;
using site::unit_name;
using site::view_of;
using PageAnswer = site::Answer;

inline constexpr int kHistory = 30;  // entries of the audit log on a page

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string round_url(Id round, std::string_view page = {});
std::string sheet_url(Id round, Id unit);
html::Light light_of(State state);
html::Light light_of(SheetState state);
html::Light light_of(Completion completion);
html::Light light_named(std::string_view name);  // "late" …; idle where empty
// 未填 of a conclusion reads 缺结论.
std::string word_of(Completion completion);

void write_paragraphs(Out& h, const std::string& text);
std::int64_t revision_field(const Context& context);

// The round of {round}; not_found where this person may not see it.
base::Result<Round> round_of(Context& context, EvaluationEngine& engine);
// What it comes to: as it was frozen, or as the records are now. Refuses where it has not been opened.
base::Result<Snapshot> snapshot_of(Context& context, EvaluationEngine& engine, const Round& round);
// The units and tasks that a round would ask, from the running plan.
struct Asked {
  Id version = 0;
  std::vector<Seed> seeds;
};
base::Result<Asked> asked_units(Context& context, EvaluationEngine& engine);

// What the platform knows of one task of one unit.
struct Known {
  std::string standing, light, why;                          // of the whole task
  std::string report, report_url;                            // "2026年第三季度：进行中，完成 40%"
  std::string narrative;                                     // of that report
  Completion proposed = Completion::none;                    // from its status
  std::vector<std::pair<std::string, std::string>> targets;  // text, value and state
  std::vector<Proof> proofs;
};
std::map<Id, Known> known_of(Context& context, EvaluationEngine& engine, const Round& round, Id unit);

void add_round_pages(site::Site& site, EvaluationEngine& engine);   // /evaluations, new, one round
void add_sheet_pages(site::Site& site, EvaluationEngine& engine);   // …/units/{unit}
void add_result_pages(site::Site& site, EvaluationEngine& engine);  // …/tasks, targets, missing, report
void add_next_pages(site::Site& site, EvaluationEngine& engine);    // …/next

}  // namespace kepu::evaluation
