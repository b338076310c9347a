// The only SQL of the engine. Thread-safe. Every function takes the tenant and never reads across. Writes
// check the right again, write the audit entry in the same transaction, and answer after the commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/metric/metric.h"
#include "core/sql/sql.h"
#include "engines/indicators/headline.h"
#include "engines/indicators/manual.h"
#include "engines/indicators/metric_set.h"
#include "engines/indicators/progress_tree.h"
#include "engines/indicators/subjects.h"
#include "engines/indicators/target_status.h"

namespace kepu::auth {
class Directory;
}

namespace kepu::indicators {

// Where a target's value comes from.
struct Binding {
  std::string metric;
  Span span = Span::total;
  std::vector<Id> units;  // empty: the whole county
  std::string reference;  // of a relative target: the metric that holds the other area's value
  std::string note;       // why the metric fits, where the units differ
  std::int64_t revision = 0;
  std::string edited_by;
  base::Millis edited_at = 0;
};

enum class ChangeState { asked, approved, refused, withdrawn };  // 待审批 已批准 未批准 已撤回
std::string_view to_text(ChangeState state);
std::string_view title_of(ChangeState state);

struct ChangeRequest : Change {
  Id id = 0;
  Id subject = 0;
  ChangeState state = ChangeState::asked;
  Id asked_person = 0, asked_for = 0;  // the person, and the principal whom he stood in for
  base::Millis asked_at = 0, decided_at = 0;
  std::string note;  // of the decision
};

struct WeightRow {  // the latest decision on a task or an initiative
  Id subject = 0;
  int number = 0;
  Weighting weighting;
  base::Millis at = 0;
};

// Everything that hangs on the items of the plan, by one look-up.
struct Attached {
  std::vector<Subject> subjects;
  std::map<Id, Binding> bindings;                    // by subject
  std::map<Id, std::vector<ChangeRequest>> changes;  // by subject, oldest first, all states
};

struct ValueKey {
  Id metric = 0, unit = 0;
  base::Date last;
  int number = 0;
};

struct ValueQuery {
  std::optional<std::vector<Id>> units;  // none: all
  Id metric = 0;                         // 0: all
  std::optional<ValueState> state;
  std::string text;      // in source and note
  std::string order_by;  // SQL of the table's schema
  std::int64_t offset = 0, limit = 0;
};
struct ValuePage {
  std::vector<ManualValue> values;
  std::int64_t total = 0;
};

class IndicatorStore {
 public:
  IndicatorStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory,
                 const metric::Catalog& catalog)
      : db_(db), clock_(clock), ids_(ids), directory_(directory), catalog_(catalog) {}

  // ---- what hangs on targets
  Attached attached(Id tenant);
  // Needs indicators.edit. Refuses indicators.metric (unknown), .quiz_is_not_literacy (a metric of contests
  // for a literacy share), .headline (the headline share comes from its own readings), .counting (人数
  // against 人次), .unit (units differ and no note says why they fit), .units, .reference,
  // .changed_meanwhile.
  base::Done bind(const auth::Actor& by, const plan::Running& running, const plan::TargetItem& target,
                  const Binding& binding);
  base::Done unbind(const auth::Actor& by, const plan::Running& running, const plan::TargetItem& target,
                    std::int64_t revision, const std::string& reason);
  // Needs indicators.edit. Refuses indicators.change_empty (nothing differs), .reason, .basis, .date (before
  // this year: years that are over stay judged as they were), .change_waiting (one is asked for already).
  base::Result<Id> ask_change(const auth::Actor& by, const plan::Running& running,
                              const plan::TargetItem& target, const Change& change);
  // Needs indicators.approve, and another person than who asked, nor his principal or deputy
  // (indicators.same_person). conflict (indicators.decided) where it was decided meanwhile; a refusal needs a
  // note.
  base::Done decide_change(const auth::Actor& by, Id change, bool approve, const std::string& note);
  base::Done withdraw_change(const auth::Actor& by, Id change);  // by who asked
  std::int64_t changes_waiting(Id tenant);

  // ---- weights of the roll-up, by subject
  std::map<Id, WeightRow> weights(Id tenant);
  std::vector<WeightRow> weight_history(Id tenant, Id subject);  // newest first
  // Needs indicators.edit, a reason, and the number of the decision that it follows (0: none yet).
  base::Done set_weight(const auth::Actor& by, const plan::Running& running, SubjectKind kind, Id item,
                        const Weighting& weighting, int number);

  // ---- manual metrics
  std::vector<ManualMetric> metrics(Id tenant, bool with_ended = false);
  std::optional<ManualMetric> find_metric(Id tenant, Id metric);
  base::Result<Id> add_metric(const auth::Actor& by, ManualMetric metric);
  // What gives old values another meaning (unit, nature, counting, frequency) is refused once there are
  // values (indicators.has_values).
  base::Done change_metric(const auth::Actor& by, const ManualMetric& metric);
  // The units that fill it in; {0}: the county's own. Of active units.
  std::vector<Id> fillers_of(Id tenant, const ManualMetric& metric);

  // Newest values of one metric, all periods; `unit` none: of all units.
  std::vector<ManualValue> values_of(Id tenant, Id metric);
  std::vector<ManualValue> values_of_units(Id tenant, const std::vector<Id>& units);
  std::vector<ManualValue> history(Id tenant, Id metric, Id unit, base::Date last);  // newest first
  ValuePage find_values(Id tenant, const ValueQuery& query);
  std::int64_t values_waiting(Id tenant, const std::optional<std::vector<Id>>& units);

  // Needs indicators.fill over the unit (the county's own value: indicators.edit). `value.number`: of the
  // value that it corrects, 0 for the first. Refuses indicators.source, .reason (a correction without),
  // .period (none of this metric, or not over yet), .not_filler, .changed_meanwhile.
  base::Done enter(const auth::Actor& by, const ManualValue& value);
  // Needs indicators.confirm over the unit, and another person than who entered. All or nothing.
  base::Done decide(const auth::Actor& by, const std::vector<ValueKey>& keys, bool confirm,
                    const std::string& note);

  // ---- readings of the literacy share
  std::vector<Reading> readings(Id tenant);         // the newest of each area, group and year; by year
  std::vector<Reading> reading_history(Id tenant);  // all of them, newest first
  // Needs indicators.edit. `reading.number`: of the one that it corrects, 0 for the first.
  base::Result<base::Errors> enter_reading(const auth::Actor& by, const Reading& reading);

  // ---- sets of metrics for other schemes
  std::vector<MetricSet> sets(Id tenant);
  std::optional<MetricSet> find_set(Id tenant, Id set);
  // Needs indicators.edit; id 0: a new one. The revision is that of the set it started from.
  base::Result<Id> save_set(const auth::Actor& by, MetricSet set);
  // Freezes `submission.values`. A further one of the same year needs a note.
  base::Result<Id> submit_set(const auth::Actor& by, Submission submission);
  std::vector<Submission> submissions(Id tenant, Id set);  // newest year first, without values
  std::optional<Submission> find_submission(Id tenant, Id submission);

 private:
  std::optional<MetricSet> load_set(sql::Session& session, Id tenant, Id set);
  // The subject of an item, made or brought up to date.
  base::Result<Id> subject(sql::Session& session, Id tenant, const plan::Plan& plan, SubjectKind kind,
                           Id item);
  std::vector<Subject> subjects(sql::Session& session, Id tenant);
  std::optional<Binding> binding(sql::Session& session, Id tenant, Id subject);
  std::vector<ChangeRequest> changes(sql::Session& session, Id tenant, Id subject);  // 0: of all
  base::Result<ChangeRequest> waiting_change(sql::Session& session, Id tenant, Id change);
  std::optional<ManualMetric> load_metric(sql::Session& session, Id tenant, Id metric);
  void save_units(sql::Session& session, Id tenant, const ManualMetric& metric);
  base::Done decide_one(sql::Session& session, const auth::Actor& by, const auth::UnitTree& tree,
                        const ValueKey& key, bool confirm, const std::string& note);
  void log(sql::Session& session, const auth::Actor& by, std::string_view right, std::string_view action,
           const std::string& subject, const std::string& summary) const;

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  auth::Directory& directory_;
  const metric::Catalog& catalog_;
};

const std::vector<sql::Migration>& migrations();
std::vector<auth::Right> rights();

}  // namespace kepu::indicators
