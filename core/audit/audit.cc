#include "core/audit/audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/chain.h"
#include "core/audit/store.h"
#include "core/base/text.h"

namespace kepu::audit {
namespace {

// What a database can hold. A client's odd bytes must not keep a change from being recorded.
std::string clean(std::string_view text) {
  return base::replace_all(base::valid_utf8(text), std::string_view("\0", 1), "\uFFFD");
}

std::string like_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// The where clause of a query with its arguments; holds the texts that the arguments point to.
struct Filter {
  Filter(Id tenant, const Query& query)
      : prefix(like_escaped(clean(query.action_prefix)) + "%"),
        subject(clean(query.subject)),
        part("%" + like_escaped(clean(query.text)) + "%") {
    args.emplace_back("tenant", tenant);
    add(!query.action_prefix.empty(), "action like :prefix escape '\\'", "prefix", prefix);
    add(!query.subject.empty(), "subject = :subject", "subject", subject);
    add(!query.text.empty(),
        "(summary like :part escape '\\' or person_name like :part escape '\\' or unit_name like :part "
        "escape "
        "'\\' or subject like :part escape '\\')",
        "part", part);
    add(query.person != 0, "person = :person", "person", query.person);
    add(query.from != 0, "at >= :from", "from", query.from);
    add(query.to != 0, "at < :to", "to", query.to);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  template <class T>
  void add(bool wanted, std::string_view condition, std::string_view name, const T& value) {
    if (!wanted) return;
    where += " and ";
    where += condition;
    args.emplace_back(name, value);
  }

  const std::string prefix, subject, part;
  std::string where = "tenant = :tenant";
  sql::Args args;
};

}  // namespace

void append(sql::Session& session, Id tenant, Entry entry) {
  for (std::string* text : {&entry.person_name, &entry.unit_name, &entry.action, &entry.subject,
                            &entry.summary, &entry.detail, &entry.remote})
    *text = clean(*text);
  // Takes the next number and holds the tenant's head until the transaction ends, so that entries cannot
  // interleave; the hash is still that of the entry before.
  const auto before = session.one(
      "insert into audit_head (tenant, number, hash) values (:tenant, 1, '') on conflict (tenant) do update "
      "set number = audit_head.number + 1 returning number, hash",
      {{"tenant", tenant}}, [](const sql::Row& row) {
        return Head{row.integer(0), row.text(1)};
      });
  entry.number = before.value().number;
  entry.hash = chain_hash(before->hash, canonical(tenant, entry));
  session.run("update audit_head set hash = :hash where tenant = :tenant",
              {{"hash", entry.hash}, {"tenant", tenant}});
  session.run(
      "insert into audit_entry (tenant, number, at, person, person_name, on_behalf_of, unit_name, action, "
      "subject, "
      "summary, detail, remote, hash) values (:tenant, :number, :at, :person, :person_name, :on_behalf_of, "
      ":unit_name, :action, :subject, :summary, :detail, :remote, :hash)",
      {{"tenant", tenant},
       {"number", entry.number},
       {"at", entry.at},
       {"person", entry.person},
       {"person_name", entry.person_name},
       {"on_behalf_of", entry.on_behalf_of},
       {"unit_name", entry.unit_name},
       {"action", entry.action},
       {"subject", entry.subject},
       {"summary", entry.summary},
       {"detail", entry.detail},
       {"remote", entry.remote},
       {"hash", entry.hash}});
}

Page find(sql::Session& session, Id tenant, const Query& query) {
  Filter filter(tenant, query);
  Page page;
  page.total = session.integer("select count(*) from audit_entry where " + filter.where, filter.args);
  filter.args.emplace_back("limit", std::clamp(query.limit, 1, 1000));
  filter.args.emplace_back("offset", std::max(query.offset, 0));
  page.entries = session.rows(
      fmt::format("select {} from audit_entry where {} order by number {} limit :limit offset :offset",
                  kEntryColumns, filter.where, query.newest_first ? "desc" : "asc"),
      filter.args, entry_from);
  return page;
}

Verdict verify(sql::Database& db, Id tenant) {
  return db.read([&](sql::Session& session) {
    ChainChecker checker;
    const Head head = head_of(session, tenant);
    each_entry(session, tenant,
               [&](const Entry& entry) { checker.add(entry.number, canonical(tenant, entry), entry.hash); });
    return checker.finish(head.number, head.hash);
  });
}

}  // namespace kepu::audit
