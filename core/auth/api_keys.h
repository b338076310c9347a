// 接口密钥: what another system shows instead of a password. A key belongs to one tenant and has a holder, a
// subset of rights over some units, a quota, and a last day. It is shown once; only its SHA-256 is kept (192
// random bits need no slow hash). A request with it acts through the same Actor as a person's. Thread-safe;
// no function may be called from inside Database::read() or write().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/auth/api_quota.h"
#include "core/auth/directory.h"

namespace kepu::auth {

inline constexpr std::string_view kApiManage = "api.manage";

const std::vector<sql::Migration>& api_migrations();  // part "auth_api"

struct ApiKey {
  Id id = 0;
  std::string holder;               // whose system: 县政务服务平台, 2 … 40 characters
  std::vector<std::string> rights;  // order.read …, at least one
  bool everything = false;          // the whole county
  std::vector<Id> units;            // else these with everything below them, 1 … 50
  QuotaLimits quota;                // 1 … 600,000 a minute, 1 … 10,000,000 a day
  std::string until;                // ISO date, inclusive; at most two years ahead
  std::string hint;                 // the last four characters, to tell keys apart
  base::Millis made_at = 0, used_at = 0, revoked_at = 0;  // 0: never
  std::string made_by, revoked_by, reason;
  std::int64_t used_today = 0;
  bool is_good(base::Date today) const { return revoked_at == 0 && base::to_iso(today) <= until; }
};

struct NewApiKey {
  Id id = 0;
  std::string secret;  // "kp_" tenant "_" 32 characters; told once
};

struct ApiVisit {
  ApiKey key;
  Tenant tenant;
  Actor actor;  // `person` is the key's id: what it did stands in log and records under the holder's name
};

class ApiKeys {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    Directory& directory;
    std::vector<Right> rights;  // that a key can have
  };
  explicit ApiKeys(Parts parts) : p_(std::move(parts)) {}
  ~ApiKeys();  // save_usage() for the last time; what was not used of the day's quota is given back
  const std::vector<Right>& rights() const { return p_.rights; }
  std::string title_of_right(std::string_view right) const;

  // Everything that is wrong with a wanted key, by field: holder, rights, units, per_minute, per_day, until.
  // Nobody gives a key what he may not do himself.
  base::Errors check(const Actor& by, const ApiKey& wanted) const;
  // Both need api.manage over the whole county.
  base::Result<NewApiKey> make(const Actor& by, const ApiKey& wanted);
  // At once; with a reason of 2 … 200 characters. api_key.revoked where it is already.
  base::Done revoke(const Actor& by, Id key, const std::string& reason);
  std::vector<ApiKey> keys(Id tenant);  // newest first
  base::Result<ApiKey> key(Id tenant, Id id);
  // Good ones whose last day is within `days`.
  std::vector<ApiKey> ending(Id tenant, int days);

  // Who shows this secret. One message (api.key, unauthenticated) for one that is unknown, revoked or past
  // its last day; nothing of the county is told.
  base::Result<ApiVisit> visit(std::string_view secret, std::string_view remote);
  Standing spend(const ApiVisit& visit);
  // For the job: last use and counts, in Chinese how many.
  std::string save_usage();

 private:
  std::int64_t save(bool end);

  Parts p_;
  Quota quota_;
};

}  // namespace kepu::auth
