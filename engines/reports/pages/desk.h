// What the pages of the reports engine share: a window with everything around it, who sees what, addresses.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/html/components.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "core/site/site.h"
#include "engines/reports/reports_engine.h"

namespace kepu::reports {

using site::status_of;

// Groups of pages register themselves.
void add_report_list_pages(site::Site& site, ReportsEngine& engine);  // /reports
void add_review_pages(site::Site& site, ReportsEngine& engine);       // /reports/review
void add_report_pages(site::Site& site, ReportsEngine& engine);       // one report, deciding
void add_fill_pages(site::Site& site, ReportsEngine& engine);    // /reports/of/{window}/{unit}…: the forms
void add_window_pages(site::Site& site, ReportsEngine& engine);  // windows, units, extensions
void add_rule_pages(site::Site& site, ReportsEngine& engine);    // rules of windows and lights
void add_calendar_pages(site::Site& site, ReportsEngine& engine);       // /calendar
void add_evidence_list_pages(site::Site& site, ReportsEngine& engine);  // /evidence
void add_evidence_pages(site::Site& site, ReportsEngine& engine);       // /evidence
void add_year_plan_pages(site::Site& site, ReportsEngine& engine);      // /year-plans
void add_report_todos(site::Site& site, ReportsEngine& engine);         // 我的工作
void add_sections(plan::Extensions& extensions, ReportsEngine& engine);

// One window with all that is due in it. Moved, never copied: rows point into the vectors.
struct Desk {
  std::shared_ptr<const plan::Running> now;
  std::vector<Window> windows;  // newest first
  Window window;
  std::map<Id, Date> extended;
  std::vector<Report> of_window, last;
  std::vector<Obligation> rows;
  Desk() = default;
  Desk(Desk&&) = default;
  Desk& operator=(Desk&&) = default;
};
// `key` empty: the current window. Refusals: plan.none_adopted, window.none (nothing was set up),
// window.not_found.
base::Result<Desk> desk_of(site::Context& context, ReportsEngine& engine, std::string_view key);

// Whose reports a person sees: those of the units over which he may read, and all of a task that one of these
// units leads.
class Sight {
 public:
  Sight(const auth::Actor& actor, const plan::Running& now);
  bool sees(Id unit, Id task) const;
  bool everything() const { return !units_; }

 private:
  std::optional<std::vector<Id>> units_;
  std::vector<Id> led_;  // sorted
};
// The units of `right` as a filter: none where it holds everywhere.
bool is_own(const auth::Actor& actor, std::string_view right, Id unit);

By by(const site::Context& context);
std::string report_url(Id report);
std::string fill_url(const std::string& window, Id unit, Id task = 0);
std::string task_url(Id task);
// The query of a list with this window chosen, so that the filter shows which it is.
std::string with_window(http::Pairs query, const std::string& window);
html::Light light_of(const Obligation& row, Date today);
std::string progress_text(const Content& content);  // 进行中 45%
// What is wrong with the field of that name, as the paragraph "e-NAME"; nothing where nothing is.
void write_error(html::Out& h, const base::Errors& errors, const std::string& name);
std::string iso_or_dash(const std::optional<Date>& date);
// Evidence as a list of links with what they are.
html::Content evidence_list(const std::vector<Evidence>& all, Date today);
// 有效, 不在有效期内, 已撤下.
html::Light evidence_light(const Evidence& evidence, Date today);
std::string evidence_word(const Evidence& evidence, Date today);
// The published rule, folded away beside the lights.
html::Content rule_content(const LightRule& rule);

}  // namespace kepu::reports
