// Slows down guessing of short secrets that are not passwords: tracking codes of orders, codes of a host.
// Only misses are counted, per address or person and kind of secret, in the same table as failures of signing
// in; who knows his code costs no write. Guesses made at the same moment may each be looked at, a handful
// more than the limit.
#pragma once

#include <string>
#include <string_view>

#include "core/auth/crypt.h"
#include "core/base/time.h"
#include "core/sql/sql.h"

namespace kepu::auth {

struct GuessLimit {
  std::string_view what;   // "order.code": each kind is counted by itself
  int free = 20;           // misses without waiting; then 1, 2, 4 … 15 minutes; forgotten after a day
  std::string_view words;  // of the refusal: 查询码输错次数过多
};

// Thread-safe; not to be called from inside Database::read() or write().
class Guesses {
 public:
  Guesses(sql::Database& db, const base::Clock& clock, const Cipher& cipher)
      : db_(db), clock_(clock), cipher_(cipher) {}
  // Refuses auth.throttled (too_many) where `who` (an address, or "person:4711") has to wait, in words how
  // long; nothing may be told then of whether the guess was right.
  base::Done may_try(const GuessLimit& limit, base::Id tenant, std::string_view who);
  void missed(const GuessLimit& limit, base::Id tenant, std::string_view who);

 private:
  std::string subject_of(const GuessLimit& limit, base::Id tenant, std::string_view who) const;

  sql::Database& db_;
  const base::Clock& clock_;
  const Cipher& cipher_;
};

}  // namespace kepu::auth
