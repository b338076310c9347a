// The only SQL of the plan engine. Thread-safe. Every function takes the tenant through the actor and never
// reads across. Writes check the right (plan.import, plan.edit, plan.adopt, plan.assign), write the audit
// entry in the same transaction, and answer after the commit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/sql/sql.h"
#include "engines/plan/compare.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"
#include "engines/plan/plan_edit.h"

namespace kepu::auth {
class Directory;
}

namespace kepu::plan {

struct PlanHead {  // a plan with its versions, newest first
  Id id = 0;
  PlanKind kind = PlanKind::own;
  std::string title;
  std::vector<Version> versions;
};

struct NewDocument {
  PlanKind kind = PlanKind::own;
  Id plan = 0;  // 0: a new plan; else a new version of this one
  std::string file, file_name;
  Plan plan_content;                  // from_reading
  std::vector<std::string> warnings;  // of the extraction, kept as anomalies
};

// Who acts, from where: for rights and audit.
struct By {
  const auth::Actor& actor;
  std::string remote;
};

class PlanStore {
 public:
  PlanStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, auth::Directory& directory);
  ~PlanStore();

  // ---- reading
  std::vector<PlanHead> plans(Id tenant);
  // None where the version does not exist in this tenant. Cached by revision; share the result.
  base::Result<std::shared_ptr<const Plan>> load(Id tenant, Id version);
  // The adopted version of the own plan; not_found (plan.none_adopted) where there is none yet. Costs one
  // indexed query when unchanged.
  base::Result<std::shared_ptr<const Plan>> current(Id tenant);
  // The same with its assignments, by one look-up.
  struct RunningPlan {
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const std::vector<Assignment>> assignments;
  };
  base::Result<RunningPlan> running(Id tenant);
  Names names(Id tenant);
  // Stored rows of an adopted version.
  std::shared_ptr<const std::vector<Assignment>> assignments(Id tenant, Id version);
  HandLinks hand_links(Id tenant, Id superior_version, Id own_version);

  // ---- writing
  base::Result<Id> import(const By& by, NewDocument document);  // the new version's id
  // conflict (plan.changed_meanwhile, naming who and when) where `revision` is not the current one;
  // conflict (plan.not_in_state) where the version is adopted. The new revision.
  base::Result<std::int64_t> edit(const By& by, Id version, std::int64_t revision, const Edit& edit);
  base::Done decide_names(const By& by, const std::vector<NameMeaning>& meanings);
  base::Done forget_name(const By& by, const std::string& name);
  // Refused while open items block (plan.open_items). Supersedes the version adopted before; contacts and
  // confirmations of assignments that stay (same task by comparison, same unit) are carried over.
  base::Done adopt(const By& by, Id version, std::int64_t revision);
  // Makes a unit of kind department below the root for each name (organisation.manage) and decides the names.
  // The number made.
  base::Result<int> make_units(const By& by, const std::vector<std::string>& names);
  base::Done withdraw(const By& by, Id version, const std::string& reason);  // a version under review
  // A copy of an adopted version for revision under review.
  base::Result<Id> copy_for_revision(const By& by, Id version);
  base::Done link_by_hand(const By& by, Id superior_version, Id own_version, Id superior_task, Id own_task);

  // ---- running
  struct AssignmentChange {
    Id task = 0, unit = 0;
    std::optional<Role> role;  // none: the unit is taken off the task
    std::string reason;        // required
  };
  base::Done change_assignment(const By& by, Id version, const AssignmentChange& change);
  // By the unit itself (plan.assign over that unit): confirms tasks and names who answers for them.
  base::Done confirm(const By& by, Id version, Id unit, const std::vector<Id>& tasks, Id contact);
  base::Done set_dates(const By& by, Id version, Id task, const std::string& start, const std::string& due,
                       const std::string& reason);
  base::Done set_milestones(const By& by, Id version, Id target, const std::map<int, double>& milestones,
                            std::optional<double> baseline, std::optional<int> baseline_year,
                            const std::string& reason);
  base::Done set_duty(const By& by, Id version, Id task, const std::string& duty, DutyState state);

  // The duty catalogue as the tenant has it: empty where the shipped one is used.
  std::string catalog_toml(Id tenant);
  base::Done save_catalog(const By& by, const std::string& toml);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

const std::vector<sql::Migration>& migrations();
std::vector<auth::Right> rights();
// For auth::Directory::add_use_check: why a unit cannot be deleted ("承担 3 项任务"), or none.
std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit);

}  // namespace kepu::plan
