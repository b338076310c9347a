#include "core/auth/sign_in.h"

#include <algorithm>

#include "core/audit/audit.h"
#include "core/auth/change.h"
#include "core/auth/passwords.h"
#include "core/auth/throttle.h"
#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr base::Millis kSeenEvery = 60'000;

// "<tenant>.<43 characters>": the tenant is part of the token, so that the look-up stays within it.
std::string new_token(Id tenant) { return fmt::format("{}.{}", tenant, base::random_token(32)); }

Id tenant_of(std::string_view token) {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos || token.size() > 100) return 0;
  return base::parse_id(token.substr(0, dot)).value_or(0);
}

tl::unexpected<base::Error> wrong_password() {
  return base::refuse(base::Code::unauthenticated, "auth.sign_in", "登录名或密码不正确，请检查后重新输入");
}

tl::unexpected<base::Error> session_over() {
  return base::refuse(base::Code::unauthenticated, "auth.session", "登录已过期，请重新登录");
}

bool is_over(const store::SessionRow& row, const SignInLimits& limits, base::Millis now) {
  return now >= row.info.expires || (!row.pending && now - row.info.last_seen >= limits.idle);
}

audit::Entry entry_of(base::Millis now, std::string action, std::string summary, std::string remote) {
  audit::Entry entry;
  entry.at = now;
  entry.action = std::move(action);
  entry.summary = std::move(summary);
  entry.remote = std::move(remote);
  return entry;
}

}  // namespace

SignIn::SignIn(Parts parts, SignInLimits limits)
    : parts_(parts), limits_(limits), csrf_key_(parts.cipher.blind_index("key", "csrf", 0)) {}
SignIn::~SignIn() = default;

std::string SignIn::csrf_of(std::string_view token) const {
  return base::base64url(base::hmac_sha256(csrf_key_, token));
}

bool SignIn::csrf_fits(std::string_view token, std::string_view csrf) const {
  return !token.empty() && base::equal_in_constant_time(csrf_of(token), csrf);
}

void SignIn::note(sql::Session& s, const Actor& actor, std::string action, std::string summary) {
  auto entry = entry_of(parts_.clock.now(), std::move(action), std::move(summary), actor.remote);
  entry.person = actor.person;
  entry.person_name = actor.name;
  entry.unit_name = actor.unit_name;
  entry.subject = fmt::format("person:{}", actor.person);
  audit::append(s, actor.tenant, std::move(entry));
}

NewSession SignIn::open_session(sql::Session& s, const Account& account, Id tenant, const std::string& remote,
                                const std::string& agent, bool pending, const std::string& replaces) {
  const base::Millis now = parts_.clock.now();
  NewSession out;
  out.token = new_token(tenant);
  out.csrf = csrf_of(out.token);
  out.must_change_password = account.must_change_password;
  out.needs_second_factor = pending;
  store::SessionRow row;
  row.digest = base::sha256_hex(out.token);
  row.pending = pending;
  row.info.id = parts_.ids.next();
  row.info.tenant = tenant;
  row.info.account = account.id;
  row.info.created = now;
  row.info.last_seen = now;
  row.info.expires = now + (pending ? limits_.second_factor : limits_.absolute);
  row.info.remote = remote;
  row.info.agent = base::shorten(base::valid_utf8(agent), 120);
  if (!replaces.empty()) store::delete_session(s, tenant, replaces);
  store::insert_session(s, row);
  if (pending) return out;
  store::set_last_sign_in(s, tenant, account.id, now);
  const auto person = store::person(s, tenant, account.person);
  auto entry = entry_of(now, "sign_in.done", "登录", remote);
  entry.person = account.person;
  if (person) entry.person_name = person->person.name;
  entry.subject = fmt::format("person:{}", account.person);
  audit::append(s, tenant, std::move(entry));
  return out;
}

Result<NewSession> SignIn::sign_in(const Credentials& given) {
  const auto login = steps::checked_login(given.login);  // an impossible login is counted like any other
  const std::string name = login ? *login : std::string();
  const Attempt attempt = attempt_of(parts_.cipher, given.tenant, login ? *login : given.login, given.remote);
  const auto found = TRY(parts_.db.write([&](sql::Session& s) -> Result<std::optional<store::AccountRow>> {
    if (!store::tenant(s, given.tenant)) return wrong_password();
    TRY(count_attempt(s, attempt, limits_, parts_.clock.now()));
    return store::account_by_login(s, given.tenant, name);
  }));
  const bool fits = TRY(auth::fits(found ? found->password : std::string(), given.password));
  if (!fits || !found || found->account.disabled || !found->person_active) {
    parts_.db.write([&](sql::Session& s) {
      auto entry = entry_of(parts_.clock.now(), "sign_in.failed", "登录失败", given.remote);
      if (found) entry.subject = fmt::format("person:{}", found->account.person);
      audit::append(s, given.tenant, std::move(entry));
    });
    return wrong_password();
  }
  return finish(given, found->account);
}

Result<NewSession> SignIn::finish(const Credentials& given, const Account& account) {
  const bool pending = account.second_factor && base::trim(given.code).empty();
  const bool replaces = tenant_of(given.previous_token) == given.tenant;
  const Attempt attempt = attempt_of(parts_.cipher, given.tenant, account.login, given.remote);
  return parts_.db.write([&](sql::Session& s) -> Result<NewSession> {
    if (account.second_factor && !pending) TRY(use_code(s, given.tenant, account.id, given.code));
    // With the code still to come the count stands: it covers guessing at codes as well.
    if (!pending) forgive_attempt(s, attempt, limits_, parts_.clock.now());
    return open_session(s, account, given.tenant, given.remote, given.agent, pending,
                        replaces ? base::sha256_hex(given.previous_token) : std::string());
  });
}

Result<NewSession> SignIn::second_factor(const std::string& token, const std::string& code,
                                         const std::string& remote) {
  const Id tenant = tenant_of(token);
  const std::string digest = base::sha256_hex(token);
  const base::Millis now = parts_.clock.now();
  const auto account = TRY(parts_.db.write([&](sql::Session& s) -> Result<store::AccountRow> {
    const auto row = store::session(s, tenant, digest);
    if (!row || !row->pending || is_over(*row, limits_, now)) return session_over();
    const auto found = store::account(s, tenant, row->info.account);
    if (!found || !found->person_active) return session_over();
    TRY(count_attempt(s, attempt_of(parts_.cipher, tenant, found->account.login, remote), limits_, now));
    return *found;
  }));
  return parts_.db.write([&](sql::Session& s) -> Result<NewSession> {
    const auto row = store::session(s, tenant, digest);
    if (!row || !row->pending) return session_over();
    TRY(use_code(s, tenant, account.account.id, code));
    forgive_attempt(s, attempt_of(parts_.cipher, tenant, account.account.login, remote), limits_, now);
    return open_session(s, account.account, tenant, remote, row->info.agent, false, digest);
  });
}

std::optional<Visit> SignIn::visit(std::string_view token, std::string_view remote, Id tenant) {
  const Id own = tenant_of(token);
  if (own == 0 || (tenant != 0 && tenant != own)) return std::nullopt;
  const base::Millis now = parts_.clock.now();
  std::string digest = base::sha256_hex(token);
  auto row = parts_.db.read([&](sql::Session& s) { return store::session(s, own, digest); });
  if (!row || row->pending || is_over(*row, limits_, now)) return std::nullopt;
  auto actor = parts_.directory.actor_of(own, row->info.account, row->revision);
  if (!actor) return std::nullopt;
  if (now - row->info.last_seen >= kSeenEvery) {
    // Nobody waits for it; where it fails the session merely looks idle a little longer.
    parts_.db.submit(
        [own, now, digest = std::move(digest)](sql::Session& s) {
          store::touch_session(s, own, digest, now);
          return true;
        },
        [](const std::exception_ptr&) {});
    row->info.last_seen = now;
  }
  Visit out{std::move(row->info), std::move(*actor), csrf_of(token)};
  // The next touch, or the end of the day with which grants and stand-ins end.
  const base::Millis tomorrow = base::start_of(base::from_days(base::to_days(base::date_of(now)) + 1));
  out.good_until =
      std::min({out.session.expires, out.session.last_seen + std::min(kSeenEvery, limits_.idle), tomorrow});
  out.actor.remote = std::string(remote);
  if (out.session.must_change_password) out.actor.reaches.clear();
  return out;
}

Done SignIn::sign_out(std::string_view token) {
  const Id tenant = tenant_of(token);
  if (tenant == 0) return {};
  const std::string digest = base::sha256_hex(token);
  parts_.db.write([&](sql::Session& s) { store::delete_session(s, tenant, digest); });
  return {};
}

std::vector<SessionInfo> SignIn::sessions(const Actor& actor) {
  const base::Millis now = parts_.clock.now();
  std::vector<SessionInfo> out;
  for (auto& row :
       parts_.db.read([&](sql::Session& s) { return store::sessions(s, actor.tenant, actor.account); })) {
    if (!is_over(row, limits_, now)) out.push_back(std::move(row.info));
  }
  return out;
}

Done SignIn::end_session(const Actor& actor, Id session) {
  return parts_.db.write([&](sql::Session& s) -> Done {
    if (store::delete_session_by_id(s, actor.tenant, actor.account, session) == 0) return no_such("会话");
    return {};
  });
}

Result<NewSession> SignIn::change_password(std::string_view token, const std::string& old_password,
                                           const std::string& new_password, const std::string& remote) {
  const auto current = visit(token, remote);
  if (!current) return session_over();
  const Actor& actor = current->actor;
  TRY(check_password(new_password, actor.login));
  const Attempt attempt = attempt_of(parts_.cipher, actor.tenant, actor.login, remote);
  const auto account = TRY(parts_.db.write([&](sql::Session& s) -> Result<store::AccountRow> {
    TRY(count_attempt(s, attempt, limits_, parts_.clock.now()));
    const auto row = store::account(s, actor.tenant, actor.account);
    if (!row) return session_over();
    return *row;
  }));
  if (!TRY(fits(account.password, old_password))) {
    return base::refuse(base::Code::invalid, "auth.old_password", "原密码不正确，请重新输入", "old_password");
  }
  if (TRY(fits(account.password, new_password))) {
    return base::refuse(base::Code::invalid, "auth.password", "新密码不能与原密码相同", "password");
  }
  const std::string stored = TRY(store_form(new_password));
  return parts_.db.write([&](sql::Session& s) -> Result<NewSession> {
    const auto row = store::account(s, actor.tenant, actor.account);
    if (!row || row->password != account.password)
      return session_over();  // changed meanwhile by somebody else
    store::set_password(s, actor.tenant, actor.account, stored, false);
    store::delete_sessions_of(s, actor.tenant, actor.account);
    forgive_attempt(s, attempt, limits_, parts_.clock.now());
    note(s, actor, "account.password", "修改自己的密码，其他会话已全部结束");
    Account fresh = row->account;
    fresh.must_change_password = false;
    return open_session(s, fresh, actor.tenant, remote, current->session.agent, false, "");
  });
}

std::int64_t SignIn::sweep(Id tenant) {
  const base::Millis now = parts_.clock.now();
  return parts_.db.write([&](sql::Session& s) {
    return store::delete_expired_sessions(s, tenant, now, now - limits_.idle) +
           store::delete_old_throttles(s, tenant, now - 24LL * 3600 * 1000);
  });
}

}  // namespace kepu::auth
