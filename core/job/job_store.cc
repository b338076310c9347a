#include "core/job/job_store.h"

#include "core/job/job.h"

namespace kepu::job {

namespace {
// Of the installation, not of a tenant: the work is.
constexpr std::string_view kSchema = R"(
create table job_run (
  name text not null primary key,
  begun bigint not null,
  lease_until bigint not null,
  ended bigint not null,
  failed bigint not null,
  outcome text not null
);
)";
constexpr std::string_view kRuns = R"(
create table program_run (one bigint not null primary key, started bigint not null);
insert into program_run (one, started) values (1, 0);
)";
}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"job", 1, "runs of jobs", kSchema},
                                                     {"job", 2, "runs of the program", kRuns}};
  return kSteps;
}

int next_node(sql::Database& db) {
  return static_cast<int>(db.write([&](sql::Session& session) {
    return session.integer("update program_run set started = started + 1 where one = 1 returning started");
  }) % kSharedNodes);
}

bool claim_run(sql::Session& session, std::string_view name, base::Millis every, base::Millis now) {
  session.run(
      "insert into job_run (name, begun, lease_until, ended, failed, outcome) values (:name, 0, 0, 0, 0, '') "
      "on conflict do nothing",
      {{"name", name}});
  return session.run(
             "update job_run set begun = :now, lease_until = :until "
             "where name = :name and lease_until <= :now and begun + :every <= :now",
             {{"name", name}, {"now", now}, {"until", now + kLease}, {"every", every}}) == 1;
}

void end_run(sql::Session& session, std::string_view name, base::Millis now, bool failed,
             const std::string& outcome) {
  session.run(
      "update job_run set lease_until = 0, ended = :now, failed = :failed, outcome = :outcome where name = "
      ":name",
      {{"name", name}, {"now", now}, {"failed", failed ? 1 : 0}, {"outcome", outcome}});
}

void load_run(sql::Session& session, Run& run) {
  session.each("select begun, ended, failed, outcome from job_run where name = :name", {{"name", run.name}},
               [&](const sql::Row& row) {
                 run.begun = row.integer(0);
                 run.ended = row.integer(1);
                 run.failed = row.flag(2);
                 run.outcome = row.text(3);
               });
}

}  // namespace kepu::job
