// Inside of PlanStore: caches by revision, the guarded change of one version, the audit line. Included by
// plan_store*.cc only.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engines/plan/plan_rows.h"
#include "engines/plan/plan_store.h"

namespace kepu::plan {

std::string subject_of(std::string_view kind, Id id);  // "task:4711"
Names load_names(sql::Session& session, Id tenant);
// The same content with fresh ids everywhere, references kept right.
Plan with_new_ids(const Plan& plan, const std::function<Id()>& next_id);

struct PlanStore::State {
  State(sql::Database& database, const base::Clock& the_clock, base::IdMaker& id_maker,
        auth::Directory& the_directory)
      : db(database), clock(the_clock), ids(id_maker), directory(the_directory) {}

  sql::Database& db;
  const base::Clock& clock;
  base::IdMaker& ids;
  auth::Directory& directory;

  // What a change of a version demands before it happens.
  struct Guard {
    std::string_view right;
    std::optional<std::int64_t> revision;  // must be the current one
    std::optional<VersionState> in_state;
  };

  Id current_id(sql::Session& session, Id tenant);
  struct Current {
    Id version = 0;
    std::int64_t revision = 0;
  };
  Current current(sql::Session& session, Id tenant);  // version 0 where none is adopted
  base::Result<std::shared_ptr<const Plan>> load(sql::Session& session, Id tenant, Id version);
  std::shared_ptr<const std::vector<Assignment>> assignments(sql::Session& session, Id tenant, Id version);
  // With the revision known: no query where they are at hand.
  std::shared_ptr<const Plan> plan_at(sql::Session& session, Id tenant, const Current& at);
  std::shared_ptr<const std::vector<Assignment>> assignments_at(sql::Session& session, Id tenant,
                                                                const Current& at);
  base::Done check(const Version& version, const Guard& guard) const;
  // Loads, changes by the pure function, saves the difference, counts the revision up, logs. The new
  // revision.
  base::Result<std::int64_t> modify(const By& by, Id version, const Guard& guard, std::string_view action,
                                    const std::function<base::Result<Edited>(Plan)>& change);
  base::Done set_state(const By& by, Id version, VersionState from, VersionState to, std::string_view action,
                       const std::string& summary);
  // Takes the version's row for this transaction, so that of two changes at once the second sees what the
  // first did; counts the revision up. First statement of a change: what is loaded before it may be stale on
  // PostgreSQL.
  void lock(sql::Session& session, Id tenant, Id version);
  // Counts the revision up after a change that touches no item; caches drop out by themselves.
  void touch(sql::Session& session, const By& by, Id version);
  void log(sql::Session& session, const By& by, std::string_view action, const std::string& subject,
           const std::string& summary) const;

 private:
  struct Cached {
    std::int64_t revision = 0;
    std::uint64_t used = 0;
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const std::vector<Assignment>> assignments;
  };
  std::int64_t revision_of(sql::Session& session, Id tenant, Id version);
  Cached& slot(Id tenant, Id version, std::int64_t revision);  // under the lock

  std::mutex mutex_;
  std::map<std::pair<Id, Id>, Cached> cache_;
  std::uint64_t tick_ = 0;
};

}  // namespace kepu::plan
