// How many requests a key still has: a number a minute and a number a day (Asia/Shanghai). Counted in memory
// under a lock of the key, so that no two requests get the last one. The day's count lies in the database,
// from where this program takes it in blocks: one write for some hundred requests, and never more than the
// quota however many programs run or end suddenly (an ended one may lose the rest of its block).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace kepu::auth {

struct QuotaLimits {
  std::int64_t per_minute = 60;   // in each whole minute of the clock
  std::int64_t per_day = 10'000;  // from 00:00 to 24:00 in Asia/Shanghai
};

// Where a key stands after a request was counted or refused.
struct Standing {
  bool allowed = true;
  bool by_day = false;  // refused by the day's quota, else by the minute's
  QuotaLimits limits;
  std::int64_t left_minute = 0;  // requests until the minute ends
  std::int64_t left_day = 0;     // at least so many until the day ends, as far as this program knows
  int minute_seconds = 0, day_seconds = 0;  // until they begin anew, rounded up: at least 1
  int retry_after() const { return by_day ? day_seconds : minute_seconds; }
};

// Thread-safe.
class Quota {
 public:
  struct Lease {
    std::int64_t granted = 0;  // 0: the day's quota is used up
    std::int64_t taken = 0;    // of the day's quota by everybody, this lease included
  };
  // Takes up to `wanted` further requests of the day from what all programs share.
  using Take = std::function<Lease(base::Date day, std::int64_t wanted)>;

  // Counts one request, or refuses it; a refused one costs nothing. `take` is called under the lock of the
  // key.
  Standing spend(base::Id tenant, base::Id key, const QuotaLimits& limits, base::Millis now,
                 const Take& take);

  struct Use {  // since the last collect()
    base::Id tenant = 0, key = 0;
    base::Date day;
    std::int64_t used = 0;
    base::Millis last = 0;
    std::int64_t unspent = 0;  // of leases of this day, only where asked to end them
  };
  // What was used since last time. `end`: leases are ended, so that their rest can be given back.
  std::vector<Use> collect(bool end);
  // Of this day, not collected yet.
  std::int64_t uncollected(base::Id key, base::Date day) const;

  // A fiftieth of the day's quota, at least 1 and at most 1,000.
  static std::int64_t block_of(std::int64_t per_day);

 private:
  struct Entry {
    std::mutex mutex;
    base::Id tenant = 0;
    std::int64_t minute = 0, in_minute = 0;
    base::Date day;
    std::int64_t leased = 0, taken = 0;  // what is left of the lease; taken by all when it was taken
    std::int64_t used = 0;               // of `day`, not collected
    base::Millis last = 0;
    std::vector<Use> earlier;  // days that ended before they were collected
  };
  std::shared_ptr<Entry> entry_of(base::Id key) const;

  mutable std::mutex mutex_;
  mutable std::map<base::Id, std::shared_ptr<Entry>> entries_;
};

}  // namespace kepu::auth
