#include "core/auth/store.h"

namespace kepu::auth::store {
namespace {

constexpr std::string_view kSession =
    "select s.session, s.account, s.created_at, s.last_seen, s.expires_at, s.remote, s.agent, a.must_change, "
    "s.digest, s.pending, t.revision, s.tenant from auth_session s "
    "join auth_account a on a.tenant = s.tenant and a.account = s.account and a.disabled = 0 "
    "join auth_tenant t on t.tenant = s.tenant where s.tenant = :tenant ";

SessionRow session_from(const sql::Row& row) {
  SessionRow out;
  out.info.id = row.integer(0);
  out.info.account = row.integer(1);
  out.info.created = row.integer(2);
  out.info.last_seen = row.integer(3);
  out.info.expires = row.integer(4);
  out.info.remote = row.text(5);
  out.info.agent = row.text(6);
  out.info.must_change_password = row.flag(7);
  out.digest = row.text(8);
  out.pending = row.flag(9);
  out.revision = row.integer(10);
  out.info.tenant = row.integer(11);
  return out;
}

}  // namespace

std::optional<SessionRow> session(Session& s, Id tenant, std::string_view digest) {
  return s.one(std::string(kSession) + "and s.digest = :digest", {{"tenant", tenant}, {"digest", digest}},
               session_from);
}

std::vector<SessionRow> sessions(Session& s, Id tenant, Id account) {
  return s.rows(
      std::string(kSession) + "and s.account = :account and s.pending = 0 order by s.last_seen desc",
      {{"tenant", tenant}, {"account", account}}, session_from);
}

void insert_session(Session& s, const SessionRow& row) {
  const SessionInfo& i = row.info;
  s.run(
      "insert into auth_session (tenant, digest, session, account, created_at, last_seen, expires_at, "
      "remote, "
      "agent, pending) values (:tenant, :digest, :session, :account, :created, :seen, :expires, :remote, "
      ":agent, "
      ":pending)",
      {{"tenant", i.tenant},
       {"digest", row.digest},
       {"session", i.id},
       {"account", i.account},
       {"created", i.created},
       {"seen", i.last_seen},
       {"expires", i.expires},
       {"remote", i.remote},
       {"agent", i.agent},
       {"pending", row.pending}});
}

void touch_session(Session& s, Id tenant, std::string_view digest, base::Millis now) {
  s.run(
      "update auth_session set last_seen = :now where tenant = :tenant and digest = :digest and last_seen < "
      ":now",
      {{"tenant", tenant}, {"digest", digest}, {"now", now}});
}

std::int64_t delete_session(Session& s, Id tenant, std::string_view digest) {
  return s.run("delete from auth_session where tenant = :tenant and digest = :digest",
               {{"tenant", tenant}, {"digest", digest}});
}

std::int64_t delete_session_by_id(Session& s, Id tenant, Id account, Id id) {
  return s.run(
      "delete from auth_session where tenant = :tenant and account = :account and session = :session",
      {{"tenant", tenant}, {"account", account}, {"session", id}});
}

void delete_sessions_of(Session& s, Id tenant, Id account, std::string_view except_digest) {
  s.run("delete from auth_session where tenant = :tenant and account = :account and digest <> :kept",
        {{"tenant", tenant}, {"account", account}, {"kept", except_digest}});
}

std::int64_t delete_expired_sessions(Session& s, Id tenant, base::Millis now, base::Millis idle_before) {
  return s.run(
      "delete from auth_session where tenant = :tenant and (expires_at <= :now or last_seen <= :idle)",
      {{"tenant", tenant}, {"now", now}, {"idle", idle_before}});
}

ThrottleRow throttle(Session& s, Id tenant, std::string_view subject) {
  return s
      .one(
          "select failures, last_at, until_at from auth_throttle where tenant = :tenant and subject = "
          ":subject",
          {{"tenant", tenant}, {"subject", subject}},
          [](const sql::Row& row) {
            return ThrottleRow{row.integer(0), row.integer(1), row.integer(2)};
          })
      .value_or(ThrottleRow{});
}

ThrottleRow lock_throttle(Session& s, Id tenant, std::string_view subject) {
  s.run(
      "insert into auth_throttle (tenant, subject, failures, last_at, until_at) values (:tenant, :subject, "
      "0, 0, 0) "
      "on conflict (tenant, subject) do update set failures = auth_throttle.failures",
      {{"tenant", tenant}, {"subject", subject}});
  return s
      .one(
          "select failures, last_at, until_at from auth_throttle where tenant = :tenant and subject = "
          ":subject",
          {{"tenant", tenant}, {"subject", subject}},
          [](const sql::Row& row) {
            return ThrottleRow{row.integer(0), row.integer(1), row.integer(2)};
          })
      .value_or(ThrottleRow{});
}

void put_throttle(Session& s, Id tenant, std::string_view subject, const ThrottleRow& row) {
  s.run(
      "insert into auth_throttle (tenant, subject, failures, last_at, until_at) "
      "values (:tenant, :subject, :failures, :last, :until) on conflict (tenant, subject) do update set "
      "failures = excluded.failures, last_at = excluded.last_at, until_at = excluded.until_at",
      {{"tenant", tenant},
       {"subject", subject},
       {"failures", row.failures},
       {"last", row.last_at},
       {"until", row.until_at}});
}

void delete_throttle(Session& s, Id tenant, std::string_view subject) {
  s.run("delete from auth_throttle where tenant = :tenant and subject = :subject",
        {{"tenant", tenant}, {"subject", subject}});
}

std::int64_t delete_old_throttles(Session& s, Id tenant, base::Millis before) {
  return s.run("delete from auth_throttle where tenant = :tenant and last_at < :before",
               {{"tenant", tenant}, {"before", before}});
}

}  // namespace kepu::auth::store
