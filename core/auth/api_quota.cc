#include "core/auth/api_quota.h"

#include <algorithm>

namespace kepu::auth {
namespace {

constexpr base::Millis kMinute = 60'000, kDay = 24 * 60 * kMinute;

int seconds_until(base::Millis end, base::Millis now) {
  return std::max(1, static_cast<int>((end - now + 999) / 1000));
}

}  // namespace

std::int64_t Quota::block_of(std::int64_t per_day) { return std::clamp<std::int64_t>(per_day / 50, 1, 1000); }

std::shared_ptr<Quota::Entry> Quota::entry_of(base::Id key) const {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[key];
  if (!entry) entry = std::make_shared<Entry>();
  return entry;
}

Standing Quota::spend(base::Id tenant, base::Id key, const QuotaLimits& limits, base::Millis now,
                      const Take& take) {
  const auto shared = entry_of(key);
  Entry& e = *shared;
  const std::lock_guard lock(e.mutex);
  e.tenant = tenant;
  const std::int64_t minute = now / kMinute;
  if (minute != e.minute) e.minute = minute, e.in_minute = 0;
  const base::Date day = base::date_of(now);
  if (day != e.day) {
    // The rest of yesterday's lease is worth nothing today.
    if (e.used != 0) e.earlier.push_back({tenant, key, e.day, e.used, e.last, 0});
    e.day = day;
    e.leased = e.taken = e.used = 0;
  }
  Standing out;
  out.limits = limits;
  out.minute_seconds = seconds_until((minute + 1) * kMinute, now);
  out.day_seconds = seconds_until(base::start_of(day) + kDay, now);
  if (e.in_minute >= limits.per_minute) {
    out.allowed = false;
    out.left_day = std::max<std::int64_t>(0, limits.per_day - e.taken + e.leased);
    return out;
  }
  if (e.leased == 0) {
    const Lease lease = take(day, block_of(limits.per_day));
    e.leased = lease.granted;
    e.taken = lease.taken;
  }
  if (e.leased == 0) {
    out.allowed = false;
    out.by_day = true;
    out.left_minute = limits.per_minute - e.in_minute;
    return out;
  }
  --e.leased;
  ++e.in_minute;
  ++e.used;
  e.last = now;
  out.left_minute = limits.per_minute - e.in_minute;
  out.left_day = std::max<std::int64_t>(0, limits.per_day - e.taken + e.leased);
  return out;
}

std::vector<Quota::Use> Quota::collect(bool end) {
  std::vector<std::pair<base::Id, std::shared_ptr<Entry>>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(entries_.begin(), entries_.end());
  }
  std::vector<Use> out;
  for (const auto& [key, shared] : all) {
    Entry& e = *shared;
    const std::lock_guard lock(e.mutex);
    out.insert(out.end(), e.earlier.begin(), e.earlier.end());
    e.earlier.clear();
    if (e.used == 0 && (!end || e.leased == 0)) continue;
    out.push_back({e.tenant, key, e.day, e.used, e.last, end ? e.leased : 0});
    e.used = 0;
    if (end) e.leased = 0;
  }
  return out;
}

std::int64_t Quota::uncollected(base::Id key, base::Date day) const {
  const auto shared = entry_of(key);
  const std::lock_guard lock(shared->mutex);
  return shared->day == day ? shared->used : 0;
}

}  // namespace kepu::auth
