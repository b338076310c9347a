// Who did, read or exported what: an append-only log per tenant with a hash chain. Entry n's hash is
// SHA-256(hash of n-1 ‖ canonical JSON of entry n); a changed, dropped or inserted row breaks every later
// hash.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::sql {
class Database;
class Session;
struct Migration;
}  // namespace kepu::sql

namespace kepu::audit {

using base::Id;

struct Entry {
  std::int64_t number = 0;  // from 1, without gaps, per tenant
  base::Millis at = 0;
  Id person = 0;            // 0: the program itself, or nobody signed in
  std::string person_name;  // as it was then
  Id on_behalf_of = 0;
  std::string unit_name;
  std::string action;   // "plan.adopt", "person.read", "export.units", "sign_in.failed"
  std::string subject;  // "task:4711" – what it is about; one subject's entries make its timeline
  std::string summary;  // plain Chinese: 将“…”的牵头单位由…改为…
  std::string detail;   // JSON, may be empty
  std::string remote;   // the client's address
  std::string hash;     // hex
};

// Appends within the caller's write transaction, so that a change and its entry stand or fall together.
// number and hash are filled in; at is taken from the entry.
void append(sql::Session& session, Id tenant, Entry entry);

struct Query {
  std::string action_prefix, subject, text;  // empty: any
  Id person = 0;
  base::Millis from = 0, to = 0;  // 0: open; to is exclusive
  int offset = 0, limit = 50;
  bool newest_first = true;
};
struct Page {
  std::vector<Entry> entries;
  std::int64_t total = 0;
};
Page find(sql::Session& session, Id tenant, const Query& query);

struct Verdict {
  std::int64_t entries = 0;
  std::string head;                       // hash of the last entry; empty for an empty log
  std::optional<std::int64_t> broken_at;  // number of the first entry that does not fit
  std::string message;                    // plain Chinese
};
Verdict verify(sql::Database& db, Id tenant);
// Checks an exported proof file by itself.
Verdict verify_proof(std::string_view proof);
// The proof: all entries as JSON lines with their hashes, first a line that names tenant, time, count and
// head hash.
void write_proof(sql::Database& db, Id tenant, base::Millis now,
                 const std::function<void(std::string_view)>& write);

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::audit
