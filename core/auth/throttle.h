// Slows down guessing: failures are counted per login and per address in the database, so that all program
// instances know them. An attempt counts as failed before its password is looked at; attempts made at the
// same time cannot slip through together.
#pragma once

#include <string>
#include <string_view>

#include "core/auth/crypt.h"
#include "core/auth/sign_in.h"
#include "core/sql/sql.h"

namespace kepu::auth {

struct Attempt {
  Id tenant = 0;
  std::string account;  // subject of the login
  std::string address;  // subject of the address; may be empty
};

// Subjects are blind: what was typed as a login may have been a password.
Attempt attempt_of(const Cipher& cipher, Id tenant, std::string_view login, std::string_view remote);

// Milliseconds to wait after that many failures: none up to `free`, then 1, 2, 4, 8, at most 15 minutes.
base::Millis waiting_time(std::int64_t failures, int free);

// Counts the attempt, or refuses (too_many) where one has to wait. In a write transaction of its own.
Done count_attempt(sql::Session& s, const Attempt& attempt, const SignInLimits& limits, base::Millis now);
// After success: the login starts anew; the address loses only this attempt, so that one good account does
// not cover guessing at others.
void forgive_attempt(sql::Session& s, const Attempt& attempt, const SignInLimits& limits, base::Millis now);

}  // namespace kepu::auth
