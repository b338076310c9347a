// The evidence as it is read: one piece with its versions and uses, and the search.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/reports/evidence_rows.h"
#include "engines/reports/evidence_store.h"
#include "engines/reports/tokens.h"

namespace kepu::reports {

namespace {

struct Where {
  std::string sql;
  std::vector<std::pair<std::string, std::string>> texts;  // parameters; outlive the statement
  sql::Args args(Id tenant) const {
    sql::Args out = {{"tenant", tenant}};
    for (const auto& [name, value] : texts) out.push_back({name, value});
    return out;
  }
  void add(const std::string& name, std::string value) { texts.emplace_back(name, std::move(value)); }
};

void add_words(Where& where, const std::string& text) {
  const Wanted wanted = wanted_of(text);
  if (!wanted.pairs.empty()) {
    std::string list;
    for (std::size_t i = 0; i < wanted.pairs.size(); ++i) {
      const std::string name = fmt::format("pair{}", i);
      list += (list.empty() ? ":" : ", :") + name;
      where.add(name, wanted.pairs[i]);
    }
    // "+ 0": so that the tokens are looked up one by one, and not walked through in the order of the
    // evidence.
    where.sql += fmt::format(
        " and e.id in (select t.evidence + 0 from evidence_token t where t.tenant = :tenant and t.token "
        "in ({}) group by t.evidence + 0 having count(*) = {})",
        list, wanted.pairs.size());
  }
  for (std::size_t i = 0; i < wanted.prefixes.size(); ++i) {
    where.sql += fmt::format(
        " and e.id in (select t.evidence from evidence_token t where t.tenant = :tenant and t.token "
        ">= :low{} and t.token <= :high{})",
        i, i);
    where.add(fmt::format("low{}", i), wanted.prefixes[i]);
    where.add(fmt::format("high{}", i), wanted.prefixes[i] + "\xF4\x8F\xBF\xBF");
  }
  for (std::size_t i = 0; i < wanted.words.size(); ++i) {
    where.sql += fmt::format(" and e.folded like :word{}", i);
    where.add(fmt::format("word{}", i), "%" + wanted.words[i] + "%");
  }
  if (wanted.empty() && !base::trim(text).empty()) where.sql += " and 1 = 0";  // nothing but punctuation
}

Where where_of(const EvidenceStore::Filter& filter, Date today) {
  Where where{" where e.tenant = :tenant", {}};
  if (filter.units) {
    std::string list = "0";
    for (const Id unit : *filter.units) list += ", " + std::to_string(unit);
    where.sql += " and e.unit in (" + list + ")";
  }
  if (filter.unit != 0) where.sql += fmt::format(" and e.unit = {}", filter.unit);
  if (!filter.kind.empty()) {
    where.sql += " and e.kind = :kind";
    where.add("kind", filter.kind);
  }
  if (filter.state == "withdrawn") where.sql += " and e.withdrawn <> ''";
  if (filter.state == "valid") {
    where.sql +=
        " and e.withdrawn = '' and (e.valid_until = '' or e.valid_until >= :today) and e.valid_from <= "
        ":today";
    where.add("today", base::to_iso(today));
  }
  if (filter.state == "ended") {
    where.sql += " and e.withdrawn = '' and e.valid_until <> '' and e.valid_until < :today";
    where.add("today", base::to_iso(today));
  }
  if (filter.state == "unused") {
    where.sql +=
        " and not exists (select 1 from evidence_link l where l.tenant = e.tenant and l.evidence = e.id)";
  }
  if (filter.made_from)
    where.sql +=
        fmt::format(" and e.withdrawn = '' and e.created_at >= {}", base::start_of(*filter.made_from));
  if (filter.made_to) {
    const auto end = base::start_of(base::from_days(base::to_days(*filter.made_to) + 1));
    where.sql += fmt::format(" and e.created_at < {}", end);
  }
  add_words(where, filter.text);
  return where;
}

}  // namespace

std::optional<Evidence> EvidenceStore::find(Id tenant, Id evidence) {
  return db_.read([&](sql::Session& session) { return read_evidence(session, tenant, evidence); });
}

std::vector<EvidenceVersion> EvidenceStore::versions(Id tenant, Id evidence) {
  return db_.read([&](sql::Session& session) {
    return session.rows(
        "select number, sha256, file_name, type, size, url, at, added_by, note from evidence_version "
        "where tenant = :tenant and evidence = :id order by number desc",
        {{"tenant", tenant}, {"id", evidence}}, [](const sql::Row& r) {
          return EvidenceVersion{static_cast<int>(r.integer(0)),
                                 r.text(1),
                                 r.text(2),
                                 r.text(3),
                                 static_cast<std::uint64_t>(r.integer(4)),
                                 r.text(5),
                                 r.integer(6),
                                 r.text(7),
                                 r.text(8)};
        });
  });
}

std::vector<EvidenceStore::Use> EvidenceStore::uses(Id tenant, Id evidence) {
  return db_.read([&](sql::Session& session) {
    return session.rows(
        "select subject_kind, subject, at, linked_by from evidence_link where tenant = :tenant and "
        "evidence = :id order by at desc, subject desc limit 500",
        {{"tenant", tenant}, {"id", evidence}}, [](const sql::Row& r) {
          return Use{{r.text(0), r.integer(1)}, r.integer(2), r.text(3)};
        });
  });
}

EvidenceStore::Found EvidenceStore::search(Id tenant, const Filter& filter, Date today,
                                           const std::string& order_by, std::int64_t offset,
                                           std::int64_t limit) {
  const Where where = where_of(filter, today);
  return db_.read([&](sql::Session& session) {
    Found found;
    found.total = session.integer("select count(*) from evidence e" + where.sql, where.args(tenant));
    sql::Args args = where.args(tenant);
    args.push_back({"offset", offset});
    args.push_back({"limit", limit});
    found.rows = session.rows(kEvidenceSelect + where.sql + " order by " +
                                  (order_by.empty() ? "e.created_at desc, e.id desc" : order_by) +
                                  " limit :limit offset :offset",
                              args, evidence_from);
    return found;
  });
}

std::vector<Evidence> EvidenceStore::of(Id tenant, const Subject& subject) {
  return db_.read([&](sql::Session& session) { return evidence_of(session, tenant, subject); });
}

std::map<Id, int> EvidenceStore::counts(Id tenant, std::string_view kind, const std::vector<Id>& subjects) {
  return db_.read([&](sql::Session& session) { return evidence_counts(session, tenant, kind, subjects); });
}

std::map<Id, std::int64_t> EvidenceStore::made(Id tenant, Date from, Date to, const std::vector<Id>& units) {
  Filter filter;
  if (!units.empty()) filter.units = units;
  filter.made_from = from;
  filter.made_to = to;
  const Where where = where_of(filter, to);
  std::map<Id, std::int64_t> out;
  db_.read([&](sql::Session& session) {
    session.each("select e.unit, count(*) from evidence e" + where.sql + " group by e.unit",
                 where.args(tenant), [&](const sql::Row& r) { out[r.integer(0)] = r.integer(1); });
  });
  return out;
}

}  // namespace kepu::reports
