// Rows of reports, figures, events and extensions ↔ values. Used by report_store*.cc alone.
#pragma once

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "engines/reports/report_store.h"

namespace kepu::reports {

extern const std::string kReportColumns;   // with the alias r
extern const std::string kOutlineColumns;  // the same without reason, narrative and decision
Report report_from(const sql::Row& row);
// Of one report, or of all reports of a unit in a window.
void load_figures(sql::Session& session, Id tenant, std::vector<Report>& reports);
void save_figures(sql::Session& session, Id tenant, Id report, const std::vector<Figure>& figures);
void add_event(sql::Session& session, const By& by, const Report& report, Deed deed, const std::string& note,
               base::Millis now);
// Points report_now to what the unit last said of the task.
void renew_latest(sql::Session& session, Id tenant, Id unit, Id task);
Extension extension_from(const sql::Row& row);
extern const std::string kExtensionColumns;
// A line of the audit log about `subject`.
audit::Entry entry_of(const By& by, std::string_view right, Id unit, std::string action, std::string subject,
                      std::string summary, base::Millis now);
inline std::string iso(const std::optional<Date>& date) { return date ? base::to_iso(*date) : std::string(); }

}  // namespace kepu::reports
