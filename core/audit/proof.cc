// The proof file. Line 1: {"kepu_audit_proof":1,"tenant":"…","made_at":"…","entries":n,"head":"…"}
// Every other line:       {"entry":{…},"hash":"…"}
// A hash is over the previous hash and the bytes of {…} as they stand there, so that anyone can check the
// file with sha256sum alone.
#include <fmt/format.h>

#include "core/audit/audit.h"
#include "core/audit/chain.h"
#include "core/audit/store.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/sql/sql.h"

namespace kepu::audit {
namespace {

constexpr std::string_view kTitle = "{\"kepu_audit_proof\":1,\"tenant\":\"";
constexpr std::string_view kEntry = "{\"entry\":";
constexpr std::string_view kHash = ",\"hash\":\"";
constexpr std::size_t kHashDigits = 64;

// Takes `part` off the front of `rest`.
bool take(std::string_view& rest, std::string_view part) {
  if (!base::starts_with(rest, part)) return false;
  rest.remove_prefix(part.size());
  return true;
}

// Takes what stands before `end`, and `end`.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view found = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return found;
}

struct Title {
  Id tenant = 0;
  std::int64_t entries = 0;
  std::string_view head;
};

std::optional<Title> read_title(std::string_view line) {
  if (!take(line, kTitle)) return std::nullopt;
  const auto tenant = take_until(line, "\",\"made_at\":\"");
  const auto made_at = take_until(line, "\",\"entries\":");
  const auto entries = take_until(line, ",\"head\":\"");
  const auto head = take_until(line, "\"}");
  if (!tenant || !made_at || !entries || !head || !line.empty()) return std::nullopt;
  const auto tenant_number = base::parse_int(*tenant), count = base::parse_int(*entries);
  if (!tenant_number || !count || *count < 0) return std::nullopt;
  return Title{*tenant_number, *count, *head};
}

void check_line(ChainChecker& checker, Id tenant, std::string_view line) {
  const std::int64_t number = checker.next_number();
  const std::size_t tail = kHash.size() + kHashDigits + 2;
  if (!take(line, kEntry) || line.size() < tail) return checker.add_unreadable(number);
  const std::string_view entry = line.substr(0, line.size() - tail);
  std::string_view end = line.substr(line.size() - tail);
  if (!base::starts_with(entry, canonical_start(tenant, number)) || !take(end, kHash) ||
      end.substr(kHashDigits) != "\"}")
    return checker.add_unreadable(number);
  checker.add(number, entry, end.substr(0, kHashDigits));
}

}  // namespace

void write_proof(sql::Database& db, Id tenant, base::Millis now,
                 const std::function<void(std::string_view)>& write) {
  db.read([&](sql::Session& session) {
    const Head head = head_of(session, tenant);
    write(fmt::format("{}{}\",\"made_at\":\"{}\",\"entries\":{},\"head\":{}}}\n", kTitle, tenant,
                      base::to_rfc3339(now), head.number, base::json_quote(head.hash)));
    each_entry(session, tenant, [&](const Entry& entry) {
      write(fmt::format("{}{}{}{}\"}}\n", kEntry, canonical(tenant, entry), kHash, entry.hash));
    });
  });
}

Verdict verify_proof(std::string_view proof) {
  std::string_view rest = proof;
  const auto first = take_until(rest, "\n");
  const auto title = first ? read_title(*first) : std::nullopt;
  if (!title) {
    Verdict verdict;
    verdict.broken_at = 0;
    verdict.message = "这不是操作记录证明文件，或者它的首行被改动";
    return verdict;
  }
  ChainChecker checker;
  while (!rest.empty() && !checker.broken()) {
    const auto line = take_until(rest, "\n");
    if (!line) checker.add_unreadable(checker.next_number());  // cut in the middle of a line
    if (line) check_line(checker, title->tenant, *line);
  }
  return checker.finish(title->entries, title->head);
}

}  // namespace kepu::audit
