// Signing in, sessions, throttling and the second factor. Thread-safe; no function may be called from inside
// Database::read() or write().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/auth/totp.h"

namespace kepu::auth {

struct SignInLimits {
  base::Millis idle = 2LL * 3600 * 1000;          // without a request
  base::Millis absolute = 12LL * 3600 * 1000;     // since signing in
  base::Millis second_factor = 10LL * 60 * 1000;  // to type the code
  int account_failures = 5;   // free failures of one login; each further one waits longer:
  int address_failures = 50;  // 1, 2, 4, … at most 15 minutes; forgotten after a day without a failure
};

struct Credentials {
  Id tenant = 0;
  std::string login, password;
  std::string code;            // of the second factor, or a recovery code; may follow by second_factor()
  std::string remote;          // the client's address
  std::string agent;           // User-Agent, shown in the list of one's sessions; cut at 120 characters
  std::string previous_token;  // a session that this one replaces; may be empty
};

struct NewSession {
  std::string token;  // for the cookie (Secure, HttpOnly, SameSite=Lax); never stored
  std::string csrf;   // for forms
  bool must_change_password = false;
  bool needs_second_factor = false;  // the token is good for SignIn::second_factor() only
};

struct SessionInfo {
  Id id = 0;
  Id tenant = 0, account = 0;
  base::Millis created = 0, last_seen = 0, expires = 0;
  std::string remote, agent;
  bool must_change_password = false;
};

// What a request knows after its cookie was looked up.
struct Visit {
  SessionInfo session;
  Actor actor;       // without any reach while the password must be changed first
  std::string csrf;  // what its forms carry
  // Before that, and while nothing is committed to the database, looking again finds the same.
  base::Millis good_until = 0;
};

class SignIn {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    const Cipher& cipher;
    Directory& directory;
  };
  explicit SignIn(Parts parts, SignInLimits limits = {});
  ~SignIn();

  // One message for unknown login, wrong password and disabled account, after the same work. At most two
  // password checks run at once (19 MiB each); who waits longer than ten seconds gets `unavailable`.
  // Throttled: too_many, the message says how long.
  Result<NewSession> sign_in(const Credentials& credentials);
  // The second step; replaces the token.
  Result<NewSession> second_factor(const std::string& token, const std::string& code,
                                   const std::string& remote);

  // One indexed read. none: no such session, run out, or the person was shut out. The token names its
  // tenant; where the address names one too, pass it as `tenant` and a token of another is not taken.
  std::optional<Visit> visit(std::string_view token, std::string_view remote, Id tenant = 0);
  // Bound to the session by HMAC; compared in constant time.
  bool csrf_fits(std::string_view token, std::string_view csrf) const;

  Done sign_out(std::string_view token);
  std::vector<SessionInfo> sessions(const Actor& actor);  // one's own, latest first
  Done end_session(const Actor& actor, Id session);       // one's own
  // Ends all other sessions and returns a fresh token for this one.
  Result<NewSession> change_password(std::string_view token, const std::string& old_password,
                                     const std::string& new_password, const std::string& remote);

  // ---- one's own second factor. begin: a secret that does not count until a code confirms it.
  struct Enrolment {
    std::string secret;  // base32 in groups of four, for typing
    std::string uri;
    QrPath qr;
  };
  Result<Enrolment> begin_enrolment(const Actor& actor, const std::string& issuer);
  // Ten recovery codes, shown once.
  Result<std::vector<std::string>> confirm_enrolment(const Actor& actor, const std::string& code);
  Result<std::vector<std::string>> renew_recovery_codes(const Actor& actor, const std::string& code);
  Done remove_second_factor(const Actor& actor, const std::string& code);
  int recovery_codes_left(const Actor& actor);

  // Deletes what has run out (a job calls it daily). Returns the number of rows.
  std::int64_t sweep(Id tenant);

 private:
  // Writes the new session and its entry; `replaces`: digest of the session that ends with it.
  NewSession open_session(sql::Session& s, const Account& account, Id tenant, const std::string& remote,
                          const std::string& agent, bool pending, const std::string& replaces);
  Result<NewSession> finish(const Credentials& credentials, const Account& account);
  // Checks a code, or a recovery code, and uses it up.
  Done use_code(sql::Session& s, Id tenant, Id account, const std::string& code);
  Done with_code(const Actor& actor, const std::string& code, const std::function<Done(sql::Session&)>& work);
  std::string csrf_of(std::string_view token) const;
  void note(sql::Session& s, const Actor& actor, std::string action, std::string summary);

  Parts parts_;
  SignInLimits limits_;
  std::string csrf_key_;
};

}  // namespace kepu::auth
