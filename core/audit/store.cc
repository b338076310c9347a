#include "core/audit/store.h"

#include <fmt/format.h>

#include <limits>
#include <optional>

namespace kepu::audit {

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {
      {"audit", 1, "操作记录与校验链",
       "create table audit_head (tenant bigint not null primary key, number bigint not null, hash text not "
       "null);"
       "create table audit_entry ("
       "  tenant bigint not null, number bigint not null, at bigint not null,"
       "  person bigint not null, person_name text not null, on_behalf_of bigint not null,"
       "  unit_name text not null, action text not null, subject text not null, summary text not null,"
       "  detail text not null, remote text not null, hash text not null,"
       "  primary key (tenant, number));"
       "create index audit_entry_subject on audit_entry (tenant, subject, number);"
       "create index audit_entry_person on audit_entry (tenant, person, number);"
       "create index audit_entry_at on audit_entry (tenant, at);"},
  };
  return kSteps;
}

Head head_of(sql::Session& session, Id tenant) {
  return session
      .one("select number, hash from audit_head where tenant = :tenant", {{"tenant", tenant}},
           [](const sql::Row& row) {
             return Head{row.integer(0), row.text(1)};
           })
      .value_or(Head{});
}

Entry entry_from(const sql::Row& row) {
  return {.number = row.integer(0),
          .at = row.integer(1),
          .person = row.integer(2),
          .person_name = row.text(3),
          .on_behalf_of = row.integer(4),
          .unit_name = row.text(5),
          .action = row.text(6),
          .subject = row.text(7),
          .summary = row.text(8),
          .detail = row.text(9),
          .remote = row.text(10),
          .hash = row.text(11)};
}

void each_entry(sql::Session& session, Id tenant, const std::function<void(const Entry&)>& each) {
  constexpr int kChunk = 500;
  static const std::string kNext = fmt::format(
      "select {} from audit_entry where tenant = :tenant and number >= :from order by number limit :chunk",
      kEntryColumns);
  // From the smallest number that there could be: a row inserted before the first must show.
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  for (bool more = true; more;) {
    const std::vector<Entry> chunk =
        session.rows(kNext, {{"tenant", tenant}, {"from", from}, {"chunk", kChunk}}, entry_from);
    for (const Entry& entry : chunk) each(entry);
    more = chunk.size() == kChunk;
    if (more) from = chunk.back().number + 1;
  }
}

}  // namespace kepu::audit
