#include "core/auth/guesses.h"

#include <fmt/format.h>

#include "core/auth/store.h"
#include "core/auth/throttle.h"

namespace kepu::auth {
namespace {

constexpr base::Millis kMinute = 60'000, kForgotten = 24 * 60 * kMinute;

}  // namespace

std::string Guesses::subject_of(const GuessLimit& limit, base::Id tenant, std::string_view who) const {
  return fmt::format("guess:{}:{}", limit.what, cipher_.blind_index(who, "throttle.guess", tenant));
}

base::Done Guesses::may_try(const GuessLimit& limit, base::Id tenant, std::string_view who) {
  if (who.empty()) return {};
  const std::string subject = subject_of(limit, tenant, who);
  const auto row = db_.read([&](sql::Session& s) { return store::throttle(s, tenant, subject); });
  const base::Millis wait = row.until_at - clock_.now();
  if (wait <= 0) return {};
  return base::refuse(base::Code::too_many, "auth.throttled",
                      fmt::format("{}，请 {} 分钟后再试。", limit.words, (wait + kMinute - 1) / kMinute));
}

void Guesses::missed(const GuessLimit& limit, base::Id tenant, std::string_view who) {
  if (who.empty()) return;
  const std::string subject = subject_of(limit, tenant, who);
  const base::Millis now = clock_.now();
  db_.write([&](sql::Session& s) {
    store::ThrottleRow row = store::lock_throttle(s, tenant, subject);
    if (now - row.last_at >= kForgotten) row = {};
    row.failures += 1;
    row.last_at = now;
    // The wait begins with the miss that reaches the limit: the next guess meets it.
    row.until_at = now + waiting_time(row.failures + 1, limit.free);
    store::put_throttle(s, tenant, subject, row);
  });
}

}  // namespace kepu::auth
