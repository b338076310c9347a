// Making, ending and looking up keys. The SQL is in api_key_store.cc.
#include "core/auth/api_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/auth/api_key_store.h"
#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kMostUnits = 50;
constexpr int kMostDays = 731;

std::string new_secret(Id tenant) { return fmt::format("kp_{}_{}", tenant, base::random_token(24)); }

Id tenant_of(std::string_view secret) {
  if (!base::starts_with(secret, "kp_") || secret.size() > 80) return 0;
  secret.remove_prefix(3);
  const auto end = secret.find('_');
  return end == secret.npos ? 0 : base::parse_id(secret.substr(0, end)).value_or(0);
}

audit::Entry entry_of(const Actor& by, base::Millis now, std::string action, Id key, std::string summary) {
  audit::Entry e;
  e.at = now;
  e.person = by.person;
  e.person_name = by.name;
  e.on_behalf_of = by.on_behalf_of(kApiManage, 0);
  e.unit_name = by.unit_name;
  e.action = std::move(action);
  e.subject = fmt::format("api_key:{}", key);
  e.summary = std::move(summary);
  e.remote = by.remote;
  return e;
}

Done require_manager(const Actor& by) {
  TRY(by.require(kApiManage));
  if (by.may_everywhere(kApiManage)) return {};
  return refuse(Code::forbidden, "auth.scope", "接口密钥由全县范围的管理员办理。");
}

}  // namespace

ApiKeys::~ApiKeys() {
  try {
    save(true);
  } catch (const std::exception&) {
    // The database is gone: the counts of the last minute are lost, the quota stays.
  }
}

std::string ApiKeys::title_of_right(std::string_view right) const {
  for (const Right& r : p_.rights) {
    if (r.id == right) return std::string(r.title);
  }
  return std::string(right);
}

base::Errors ApiKeys::check(const Actor& by, const ApiKey& key) const {
  base::Errors out;
  const auto wrong = [&](std::string field, std::string message) {
    std::string rule = "api_key." + field;
    out.push_back({Code::invalid, std::move(rule), std::move(field), std::move(message)});
  };
  const auto length = base::length(base::trim(key.holder));
  if (length < 2 || length > 40)
    wrong("holder", "请写使用这个密钥的系统，2 到 40 个字，如“县政务服务平台”。");
  if (key.rights.empty()) wrong("rights", "请至少选一项权限。");
  for (const auto& right : key.rights) {
    const bool known =
        std::any_of(p_.rights.begin(), p_.rights.end(), [&](const Right& r) { return r.id == right; });
    bool own = known && (key.everything ? by.may_everywhere(right) : true);
    for (const Id unit : key.units) own = own && (key.everything || by.may(right, unit));
    if (!known) {
      wrong("rights", "选中的权限不能给接口密钥。请刷新页面重新选择。");
    } else if (!own) {
      wrong("rights", fmt::format("您自己在这个范围没有“{}”的权限，不能给密钥。", title_of_right(right)));
    }
  }
  if (!key.everything) {
    const auto tree = p_.directory.units(by.tenant);
    if (key.units.empty()) wrong("units", "请选全县，或选一个以上单位。");
    if (key.units.size() > kMostUnits) wrong("units", "最多选 50 个单位；更多请选它们的上级单位。");
    if (std::any_of(key.units.begin(), key.units.end(), [&](Id id) {
          const Unit* unit = tree->find(id);
          return unit == nullptr || !unit->active;
        })) {
      wrong("units", "选中的单位不存在或已停用。");
    }
  }
  if (key.quota.per_minute < 1 || key.quota.per_minute > 600'000)
    wrong("per_minute", "每分钟请求数要在 1 到 600,000 之间。");
  if (key.quota.per_day < 1 || key.quota.per_day > 10'000'000)
    wrong("per_day", "每天请求数要在 1 到 10,000,000 之间。");
  const auto today = p_.clock.today();
  const auto until = base::parse_date(key.until);
  if (!until || *until < today) {
    wrong("until", "请写有效期的最后一天，不能早于今天。");
  } else if (base::to_days(*until) - base::to_days(today) > kMostDays) {
    wrong("until", "有效期最长两年，到期前可以换新密钥。");
  }
  return out;
}

Result<NewApiKey> ApiKeys::make(const Actor& by, const ApiKey& wanted) {
  TRY(require_manager(by));
  if (const auto errors = check(by, wanted); !errors.empty()) return tl::unexpected(errors.front());
  NewApiKey out;
  out.id = p_.ids.next();
  out.secret = new_secret(by.tenant);
  ApiKey key = wanted;
  key.id = out.id;
  key.holder = base::trim(key.holder);
  key.hint = out.secret.substr(out.secret.size() - 4);
  key.made_at = p_.clock.now();
  key.made_by = by.name;
  if (key.everything) key.units.clear();
  std::vector<std::string> titles;
  for (const auto& right : key.rights) titles.push_back(title_of_right(right));
  const std::string digest = base::sha256_hex(out.secret);
  p_.db.write([&](sql::Session& s) {
    store::insert_api_key(s, by.tenant, key, digest);
    audit::append(
        s, by.tenant,
        entry_of(by, key.made_at, "api_key.make", key.id,
                 fmt::format(
                     "给“{}”开通接口密钥（尾号 {}）：{}，{}，每分钟 {} 次、每天 {} 次，到 {}", key.holder,
                     key.hint, base::join(titles, "、"),
                     key.everything ? std::string("全县") : fmt::format("{} 个单位及下级", key.units.size()),
                     key.quota.per_minute, key.quota.per_day, key.until)));
  });
  return out;
}

Done ApiKeys::revoke(const Actor& by, Id id, const std::string& typed) {
  TRY(require_manager(by));
  const std::string reason = base::trim(typed);
  if (base::length(reason) < 2 || base::length(reason) > 200)
    return refuse(Code::invalid, "api_key.reason", "请写停用的原因，2 到 200 个字。", "reason");
  const ApiKey seen = TRY(key(by.tenant, id));
  const base::Millis now = p_.clock.now();
  return p_.db.write([&](sql::Session& s) -> Done {
    if (!store::revoke_api_key(s, by.tenant, id, now, by.name, reason))
      return refuse(Code::conflict, "api_key.revoked", "这个密钥已经停用了。请刷新页面。");
    audit::append(s, by.tenant,
                  entry_of(by, now, "api_key.revoke", id,
                           fmt::format("停用“{}”的接口密钥（尾号 {}）：{}", seen.holder, seen.hint, reason)));
    return {};
  });
}

std::vector<ApiKey> ApiKeys::keys(Id tenant) {
  const base::Date today = p_.clock.today();
  auto all = p_.db.read([&](sql::Session& s) { return store::api_keys(s, tenant, base::to_iso(today)); });
  for (auto& key : all) key.used_today += quota_.uncollected(key.id, today);
  return all;
}

Result<ApiKey> ApiKeys::key(Id tenant, Id id) {
  for (auto& key : keys(tenant)) {
    if (key.id == id) return std::move(key);
  }
  return refuse(Code::not_found, "api_key.not_found", "没有这个接口密钥。");
}

std::vector<ApiKey> ApiKeys::ending(Id tenant, int days) {
  const base::Date today = p_.clock.today();
  const std::string last = base::to_iso(base::from_days(base::to_days(today) + days));
  auto all = keys(tenant);
  std::erase_if(all, [&](const ApiKey& k) { return !k.is_good(today) || k.until > last; });
  return all;
}

Result<ApiVisit> ApiKeys::visit(std::string_view secret, std::string_view remote) {
  const auto unknown = [] {
    return refuse(
        Code::unauthenticated, "api.key",
        "接口密钥不对、已停用或已过期。请核对请求头 Authorization: Bearer kp_…，或联系发给密钥的县科协。");
  };
  const Id tenant = tenant_of(secret);
  if (tenant == 0) return unknown();
  const std::string digest = base::sha256_hex(secret);
  return p_.db.read([&](sql::Session& s) -> Result<ApiVisit> {
    auto key = store::api_key_by_digest(s, tenant, digest);
    if (!key || !key->is_good(p_.clock.today())) return unknown();
    auto county = p_.directory.tenant(tenant);
    if (!county) return unknown();
    const auto tree = p_.directory.units(tenant);
    ApiVisit out;
    out.tenant = std::move(*county);
    out.actor.tenant = tenant;
    out.actor.person = key->id;
    out.actor.unit = tree->root();
    out.actor.name = "接口：" + key->holder;
    out.actor.remote = std::string(remote);
    out.actor.roles = p_.directory.roles();
    std::vector<Id> units;
    for (const Id root : key->units) {
      const auto below = tree->below(root);
      units.insert(units.end(), below.begin(), below.end());
    }
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    for (const auto& right : key->rights) {
      Actor::Reach reach;
      reach.right = right;
      reach.everything = key->everything;
      if (!key->everything) reach.units = units;
      out.actor.reaches.push_back(std::move(reach));
    }
    out.key = std::move(*key);
    return out;
  });
}

Standing ApiKeys::spend(const ApiVisit& visit) {
  const Id tenant = visit.tenant.id, key = visit.key.id;
  const auto limits = visit.key.quota;
  return quota_.spend(tenant, key, limits, p_.clock.now(), [&](base::Date day, std::int64_t wanted) {
    return p_.db.write([&](sql::Session& s) {
      return store::take_api_day(s, tenant, key, base::to_iso(day), wanted, limits.per_day);
    });
  });
}

std::string ApiKeys::save_usage() { return fmt::format("记下 {} 个密钥的用量", save(false)); }

std::int64_t ApiKeys::save(bool end) {
  const auto uses = quota_.collect(end);
  if (uses.empty()) return 0;
  p_.db.write([&](sql::Session& s) {
    for (const auto& use : uses) store::save_api_use(s, use);
  });
  return static_cast<std::int64_t>(uses.size());
}

}  // namespace kepu::auth
