#include "core/auth/api_key_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::string_view kTables = R"sql(
create table auth_api_key (
  tenant bigint not null, id bigint not null, digest text not null, hint text not null, holder text not null,
  rights text not null, everything bigint not null, units text not null, per_minute bigint not null,
  per_day bigint not null, until_day text not null, made_at bigint not null, made_by text not null,
  revoked_at bigint not null, revoked_by text not null, reason text not null, used_at bigint not null,
  primary key (tenant, id));
create unique index auth_api_key_digest on auth_api_key (tenant, digest);
create table auth_api_day (
  tenant bigint not null, key_id bigint not null, day text not null, taken bigint not null, used bigint not null,
  primary key (tenant, key_id, day));
)sql";

constexpr std::string_view kColumns =
    "k.id, k.hint, k.holder, k.rights, k.everything, k.units, k.per_minute, k.per_day, k.until_day, "
    "k.made_at, "
    "k.made_by, k.revoked_at, k.revoked_by, k.reason, k.used_at";

ApiKey key_from(const sql::Row& r) {
  ApiKey k;
  k.id = r.integer(0);
  k.hint = r.text(1);
  k.holder = r.text(2);
  k.rights = base::split(r.view(3), " ");
  k.everything = r.flag(4);
  for (const auto& id : base::split(r.view(5), " ")) {
    if (const auto unit = base::parse_id(id)) k.units.push_back(*unit);
  }
  k.quota = {r.integer(6), r.integer(7)};
  k.until = r.text(8);
  k.made_at = r.integer(9);
  k.made_by = r.text(10);
  k.revoked_at = r.integer(11);
  k.revoked_by = r.text(12);
  k.reason = r.text(13);
  k.used_at = r.integer(14);
  return k;
}

}  // namespace

const std::vector<sql::Migration>& api_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"auth_api", 1, "接口密钥", kTables}};
  return kSteps;
}

namespace store {

void insert_api_key(sql::Session& s, Id tenant, const ApiKey& key, std::string_view digest) {
  std::vector<std::string> units;
  for (const Id unit : key.units) units.push_back(std::to_string(unit));
  s.run(
      "insert into auth_api_key (tenant, id, digest, hint, holder, rights, everything, units, per_minute, "
      "per_day, until_day, made_at, made_by, revoked_at, revoked_by, reason, used_at) values (:tenant, :id, "
      ":digest, :hint, :holder, :rights, :everything, :units, :per_minute, :per_day, :until, :made_at, "
      ":made_by, 0, '', '', 0)",
      {{"tenant", tenant},
       {"id", key.id},
       {"digest", digest},
       {"hint", key.hint},
       {"holder", key.holder},
       {"rights", base::join(key.rights, " ")},
       {"everything", key.everything ? 1 : 0},
       {"units", base::join(units, " ")},
       {"per_minute", key.quota.per_minute},
       {"per_day", key.quota.per_day},
       {"until", key.until},
       {"made_at", key.made_at},
       {"made_by", key.made_by}});
}

bool revoke_api_key(sql::Session& s, Id tenant, Id key, base::Millis now, std::string_view by,
                    std::string_view reason) {
  return s.run(
             "update auth_api_key set revoked_at = :now, revoked_by = :by, reason = :reason where tenant = "
             ":tenant and id = :id and revoked_at = 0",
             {{"now", now}, {"by", by}, {"reason", reason}, {"tenant", tenant}, {"id", key}}) == 1;
}

std::vector<ApiKey> api_keys(sql::Session& s, Id tenant, std::string_view day) {
  return s.rows(
      fmt::format("select {}, coalesce(d.used, 0) from auth_api_key k left join auth_api_day d on "
                  "d.tenant = k.tenant and d.key_id = k.id and d.day = :day where k.tenant = :tenant "
                  "order by k.id desc",
                  kColumns),
      {{"day", day}, {"tenant", tenant}}, [](const sql::Row& r) {
        ApiKey k = key_from(r);
        k.used_today = r.integer(15);
        return k;
      });
}

std::optional<ApiKey> api_key_by_digest(sql::Session& s, Id tenant, std::string_view digest) {
  static const std::string kFind =
      fmt::format("select {} from auth_api_key k where k.tenant = :tenant and k.digest = :digest", kColumns);
  return s.one(kFind, {{"tenant", tenant}, {"digest", digest}}, key_from);
}

Quota::Lease take_api_day(sql::Session& s, Id tenant, Id key, std::string_view day, std::int64_t wanted,
                          std::int64_t limit) {
  // The row is held from here on, so that two programs cannot take the same rest.
  const std::int64_t before =
      s.one(
           "insert into auth_api_day (tenant, key_id, day, taken, used) values (:tenant, :key_id, :day, 0, "
           "0) on "
           "conflict (tenant, key_id, day) do update set taken = auth_api_day.taken returning taken",
           {{"tenant", tenant}, {"key_id", key}, {"day", day}},
           [](const sql::Row& r) { return r.integer(0); })
          .value_or(0);
  const std::int64_t granted = std::clamp<std::int64_t>(limit - before, 0, wanted);
  if (granted != 0) {
    s.run(
        "update auth_api_day set taken = taken + :granted where tenant = :tenant and key_id = :key_id and "
        "day = "
        ":day",
        {{"granted", granted}, {"tenant", tenant}, {"key_id", key}, {"day", day}});
  }
  return {granted, before + granted};
}

void save_api_use(sql::Session& s, const Quota::Use& use) {
  s.run(
      "update auth_api_day set used = used + :used, taken = taken - :unspent where tenant = :tenant and "
      "key_id = "
      ":key_id and day = :day",
      {{"used", use.used},
       {"unspent", use.unspent},
       {"tenant", use.tenant},
       {"key_id", use.key},
       {"day", base::to_iso(use.day)}});
  if (use.last != 0) {
    s.run("update auth_api_key set used_at = :last where tenant = :tenant and id = :id and used_at < :last",
          {{"last", use.last}, {"tenant", use.tenant}, {"id", use.key}});
  }
}

}  // namespace store
}  // namespace kepu::auth
