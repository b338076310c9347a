#include "core/auth/throttle.h"

#include <algorithm>

#include "core/auth/store.h"

namespace kepu::auth {
namespace {

constexpr base::Millis kMinute = 60'000;
constexpr base::Millis kLongest = 15 * kMinute;
constexpr base::Millis kForgotten = 24 * 60 * kMinute;

std::string in_words(base::Millis wait) {
  if (wait <= kMinute) return fmt::format("{}秒", (wait + 999) / 1000);
  return fmt::format("{}分钟", (wait + kMinute - 1) / kMinute);
}

store::ThrottleRow current(sql::Session& s, Id tenant, std::string_view subject, base::Millis now) {
  store::ThrottleRow row = store::lock_throttle(s, tenant, subject);
  if (now - row.last_at >= kForgotten) row = {};
  return row;
}

}  // namespace

Attempt attempt_of(const Cipher& cipher, Id tenant, std::string_view login, std::string_view remote) {
  Attempt out{
      tenant, "account:" + cipher.blind_index(login.empty() ? "-" : login, "throttle.account", tenant), {}};
  if (!remote.empty()) out.address = "address:" + cipher.blind_index(remote, "throttle.address", tenant);
  return out;
}

base::Millis waiting_time(std::int64_t failures, int free) {
  if (failures <= free) return 0;
  const std::int64_t doublings = std::min<std::int64_t>(failures - free - 1, 10);
  return std::min(kMinute << doublings, kLongest);
}

Done count_attempt(sql::Session& s, const Attempt& attempt, const SignInLimits& limits, base::Millis now) {
  struct Counted {
    const std::string& subject;
    int free;
    store::ThrottleRow row;
  };
  std::vector<Counted> all;
  all.push_back({attempt.account, limits.account_failures, current(s, attempt.tenant, attempt.account, now)});
  if (!attempt.address.empty()) {
    all.push_back(
        {attempt.address, limits.address_failures, current(s, attempt.tenant, attempt.address, now)});
  }
  base::Millis wait = 0;
  for (const Counted& one : all) wait = std::max(wait, one.row.until_at - now);
  if (wait > 0) {
    return base::refuse(
        base::Code::too_many, "auth.throttled",
        fmt::format("登录失败次数过多，请{}后再试。如忘记密码，请联系本单位管理员重设", in_words(wait)));
  }
  for (Counted& one : all) {
    one.row.failures += 1;
    one.row.last_at = now;
    // The wait begins with the failure that reaches the limit: the next attempt meets it.
    one.row.until_at = now + waiting_time(one.row.failures + 1, one.free);
    store::put_throttle(s, attempt.tenant, one.subject, one.row);
  }
  return {};
}

void forgive_attempt(sql::Session& s, const Attempt& attempt, const SignInLimits& limits, base::Millis now) {
  store::delete_throttle(s, attempt.tenant, attempt.account);
  if (attempt.address.empty()) return;
  store::ThrottleRow row = current(s, attempt.tenant, attempt.address, now);
  row.failures = std::max<std::int64_t>(0, row.failures - 1);
  row.last_at = now;
  row.until_at = now + waiting_time(row.failures, limits.address_failures);
  store::put_throttle(s, attempt.tenant, attempt.address, row);
}

}  // namespace kepu::auth
