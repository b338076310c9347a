// The only SQL of windows, reports and extensions. Thread-safe. Every function takes the tenant through the
// actor and never reads across. Writes check the right over the unit, write the audit entry in the same
// transaction, and answer after the commit. Reading functions check no rights: pages show what a person may
// see.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/calendar/calendar_store.h"
#include "core/metric/metric.h"
#include "core/sql/sql.h"
#include "engines/reports/report.h"
#include "engines/reports/standing.h"
#include "engines/reports/window.h"

namespace kepu::auth {
class Directory;
}

namespace kepu::reports {

// Who acts, from where: for rights and audit.
struct By {
  const auth::Actor& actor;
  std::string remote;
};

// One step in the life of a report, with what it said then.
struct Event {
  int number = 0;
  base::Millis at = 0;
  std::string name, unit_name, deed, note;  // deed: 保存草稿, 报送, 退回, 接收
  Status status = Status::none;
  std::optional<double> share;
  std::string reason, narrative, figures;
};

struct Extension {
  Id id = 0;
  std::string window;
  Id unit = 0;
  Date old_due, wanted;
  std::string reason;
  enum class State { asked, granted, refused } state = State::asked;
  std::optional<Date> granted;
  std::string decision;
  Id asked_by = 0;
  std::string asked_name, decided_name;
  base::Millis asked_at = 0, decided_at = 0;
  std::int64_t revision = 0;
};
std::string_view title_of(Extension::State state);

class ReportStore final : public Reports {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    plan::RunningPlans& plans;
    calendar::CalendarStore& calendars;
    const metric::Catalog& metrics;
    Bindings bindings;  // may be empty: every figure is typed in
  };
  explicit ReportStore(Parts parts);

  // ---- rules
  std::vector<Rule> rules(Id tenant);
  LightRule light_rule(Id tenant);  // the defaults where none was saved
  // report.rule over the whole tenant. All errors of the form at once.
  base::Errors save_rule(const By& by, const Rule& rule);
  // conflict (light.changed_meanwhile) where `rule.revision` is not the current one.
  base::Errors save_light_rule(const By& by, const LightRule& rule);

  // ---- reading
  std::vector<Window> windows(Id tenant, Date today) override;
  base::Result<Window> window(Id tenant, std::string_view key);  // not_found: window.not_found
  std::optional<Window> next_window(Id tenant, Date today);
  std::map<Id, Date> extended(Id tenant, const std::string& window) override;
  std::vector<Report> of_window(Id tenant, const std::string& window) override;  // without figures
  std::vector<Report> of_window(Id tenant, const std::string& window, Id unit);  // with figures
  std::vector<Report> latest(Id tenant, Date until) override;
  std::optional<Report> report(Id tenant, Id report) override;
  // What the unit said of each task in the window before this one that it reported in.
  std::vector<Report> before(Id tenant, Id unit, Date period_last);
  // For each of these reports what its unit last said of the task before, by id of the report, in one
  // look-up.
  std::map<Id, Report> before_each(Id tenant, const std::vector<Report>& reports);
  // All of one task, newest window first.
  std::vector<Report> of_task(Id tenant, const plan::TaskItem& task);
  std::vector<Report> waiting(Id tenant);  // submitted, oldest first
  std::vector<Report> returned(Id tenant, Id unit);
  // Those of a window without reason, narrative, decision and figures: for counting.
  std::vector<Report> outlines_of_window(Id tenant, const std::string& window);
  // First submitted between two days, both included; `units` empty: by anybody.
  std::map<Id, std::int64_t> submitted_counts(Id tenant, Date from, Date to, const std::vector<Id>& units);
  // The same, newest first, as outlines.
  std::vector<Report> submitted_between(Id tenant, Date from, Date to, const std::vector<Id>& units,
                                        std::int64_t offset, std::int64_t limit);
  std::vector<Event> history(Id tenant, Id report);                                           // newest first
  std::vector<Extension> extensions(Id tenant, const std::string& window = {}, Id unit = 0);  // newest first
  std::vector<Extension> asked(Id tenant);

  // The figures that a report on the task holds: one a target. Those of metrics as they are now; of the
  // others the values of `typed`.
  std::vector<Figure> figures_of(Id tenant, const plan::Running& now, const plan::TaskItem& task, Id unit,
                                 const Window& window, const std::vector<Figure>& typed);

  // ---- writing (report.edit over the unit)
  struct Entry {
    Id task = 0;
    std::int64_t revision = 0;  // 0: nothing was saved yet
    Content content;            // figures of metrics are not read
  };
  struct Written {
    std::vector<Id> reports;  // like the entries
    base::Errors errors;      // then nothing was saved; fields as "TASK-narrative"
  };
  // Saves the entries, and submits them too where wanted: all or none. Besides check_draft, check_complete
  // and check_time: report.not_assigned, conflict report.changed_meanwhile naming who and when.
  Written write(const By& by, const std::string& window, Id unit, const std::vector<Entry>& entries,
                bool submit);
  // report.review over the unit. Nobody accepts what he submitted himself (report.own). Sending back needs a
  // reason. conflict (report.changed_meanwhile) where somebody decided or changed it meanwhile.
  base::Done decide(const By& by, Id report, std::int64_t revision, Deed deed, const std::string& reason);
  struct Choice {
    Id report = 0;
    std::int64_t revision = 0;
  };
  // Accepts all or none; the refusal names the one that cannot be.
  base::Done accept(const By& by, const std::vector<Choice>& reports);

  // report.edit over the unit: longer than the present due date, at most a year; one at a time.
  base::Result<Id> ask_extension(const By& by, const std::string& window, Id unit, Date wanted,
                                 const std::string& reason);
  // report.review over the unit; a reason is needed both ways. `granted` none: refused.
  base::Done decide_extension(const By& by, Id extension, std::int64_t revision, std::optional<Date> granted,
                              const std::string& reason);

 private:
  struct Save {
    const Window& window;
    std::optional<Date> extended;
    Id unit;
    const plan::TaskItem& task;
    std::int64_t revision;
    bool submit;
  };
  // One entry; several `errors` where the content is at fault.
  base::Result<Id> save(sql::Session& session, const By& by, const Save& wanted, const Content& content,
                        base::Errors& errors);
  base::Done decide_one(sql::Session& session, const By& by, const Report& before, std::int64_t revision,
                        Deed deed, const std::string& reason);

  Parts parts_;
};

std::vector<auth::Right> rights();
// For auth::Directory::add_use_check: why a unit cannot be deleted, or none.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

}  // namespace kepu::reports
