#include "core/auth/store.h"

namespace kepu::auth::store {
namespace {

constexpr std::string_view kAccount =
    "select a.account, a.person, a.login, a.disabled, a.must_change, a.second_factor_on, a.last_sign_in, "
    "a.password, a.second_factor, a.last_step, p.active from auth_account a "
    "join auth_person p on p.tenant = a.tenant and p.person = a.person where a.tenant = :tenant ";

AccountRow account_from(const sql::Row& row) {
  AccountRow out;
  out.account = {row.integer(0), row.integer(1), row.text(2),   row.flag(3),
                 row.flag(4),    row.flag(5),    row.integer(6)};
  out.password = row.text(7);
  out.second_factor = row.text(8);
  out.last_step = row.integer(9);
  out.person_active = row.flag(10);
  return out;
}

sql::Args of(Id tenant, Id account) { return {{"tenant", tenant}, {"account", account}}; }

sql::Args with(sql::Args args, std::initializer_list<sql::Arg> more) {
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

}  // namespace

std::optional<AccountRow> account(Session& s, Id tenant, Id id) {
  return s.one(std::string(kAccount) + "and a.account = :account", of(tenant, id), account_from);
}

std::optional<AccountRow> account_of_person(Session& s, Id tenant, Id person) {
  return s.one(std::string(kAccount) + "and a.person = :person", {{"tenant", tenant}, {"person", person}},
               account_from);
}

std::optional<AccountRow> account_by_login(Session& s, Id tenant, std::string_view login) {
  return s.one(std::string(kAccount) + "and a.login = :login", {{"tenant", tenant}, {"login", login}},
               account_from);
}

void insert_account(Session& s, Id tenant, const AccountRow& row) {
  s.run(
      "insert into auth_account (tenant, account, person, login, password, must_change, disabled, "
      "second_factor, "
      "second_factor_on, last_step, last_sign_in) values (:tenant, :account, :person, :login, :password, "
      ":must_change, 0, '', 0, 0, 0)",
      {{"tenant", tenant},
       {"account", row.account.id},
       {"person", row.account.person},
       {"login", row.account.login},
       {"password", row.password},
       {"must_change", row.account.must_change_password}});
}

void set_password(Session& s, Id tenant, Id account, std::string_view password, bool must_change) {
  s.run(
      "update auth_account set password = :password, must_change = :must_change "
      "where tenant = :tenant and account = :account",
      with(of(tenant, account), {{"password", password}, {"must_change", must_change}}));
}

void set_disabled(Session& s, Id tenant, Id account, bool disabled) {
  s.run("update auth_account set disabled = :disabled where tenant = :tenant and account = :account",
        with(of(tenant, account), {{"disabled", disabled}}));
}

void set_second_factor(Session& s, Id tenant, Id account, std::string_view sealed, bool on) {
  s.run(
      "update auth_account set last_step = case when second_factor = :sealed then last_step else 0 end, "
      "second_factor = :sealed, second_factor_on = :turned_on "
      "where tenant = :tenant and account = :account",
      with(of(tenant, account), {{"sealed", sealed}, {"turned_on", on}}));
}

bool use_step(Session& s, Id tenant, Id account, std::int64_t step) {
  return s.run(
             "update auth_account set last_step = :step "
             "where tenant = :tenant and account = :account and last_step < :step",
             with(of(tenant, account), {{"step", step}})) == 1;
}

void set_last_sign_in(Session& s, Id tenant, Id account, base::Millis at) {
  s.run("update auth_account set last_sign_in = :at where tenant = :tenant and account = :account",
        with(of(tenant, account), {{"at", at}}));
}

void replace_recovery_codes(Session& s, Id tenant, Id account, const std::vector<std::string>& digests) {
  s.run("delete from auth_recovery_code where tenant = :tenant and account = :account", of(tenant, account));
  for (const std::string& digest : digests) {
    s.run("insert into auth_recovery_code (tenant, account, digest) values (:tenant, :account, :digest)",
          with(of(tenant, account), {{"digest", digest}}));
  }
}

bool use_recovery_code(Session& s, Id tenant, Id account, std::string_view digest) {
  return s.run(
             "delete from auth_recovery_code where tenant = :tenant and account = :account and digest = "
             ":digest",
             with(of(tenant, account), {{"digest", digest}})) == 1;
}

std::int64_t recovery_codes(Session& s, Id tenant, Id account) {
  return s.integer("select count(*) from auth_recovery_code where tenant = :tenant and account = :account",
                   of(tenant, account));
}

Place second_factor_place(Id tenant, Id account) {
  return {"auth_account", "second_factor", tenant, account};
}

}  // namespace kepu::auth::store
