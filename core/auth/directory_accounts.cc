#include <algorithm>

#include "core/auth/change.h"
#include "core/auth/passwords.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

std::string subject_of(Id person) { return fmt::format("person:{}", person); }

Result<store::AccountRow> account_in(Change& c, Id person) {
  auto row = store::account_of_person(c.s, c.tenant(), person);
  if (!row) {
    return base::refuse(base::Code::not_found, "auth.no_account", "这名人员还没有账号，请先为其开通");
  }
  return *row;
}

// Takes a new password into use that another person has set.
void replace_password(Change& c, const store::AccountRow& account, const Person& person,
                      std::string_view stored) {
  store::set_password(c.s, c.tenant(), account.account.id, stored, true);
  store::delete_sessions_of(c.s, c.tenant(), account.account.id);
  c.note("person.manage", person.unit, "account.password", subject_of(person.id),
         fmt::format("重设{}的密码，下次登录须修改", person.name));
}

}  // namespace

namespace steps {

Result<std::string> checked_login(std::string_view typed) {
  std::string login;
  for (char32_t c : base::to_code_points(base::to_narrow(base::trim(typed)))) {
    if (c >= U'A' && c <= U'Z') c += 32;
    const bool good = (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || base::is_han(c) || c == U'.' ||
                      c == U'_' || c == U'-' || c == U'@';
    if (!good) {
      return base::refuse(base::Code::invalid, "auth.login",
                          "登录名只能用汉字、字母、数字和“. _ - @”，请修改", "login");
    }
    base::append_utf8(login, c);
  }
  const std::size_t length = base::length(login);
  if (length < 2 || length > 32) {
    return base::refuse(base::Code::invalid, "auth.login", "登录名应为2至32个字符", "login");
  }
  return login;
}

Result<Id> create_account(Change& c, Id id, const std::string& typed, const std::string& stored) {
  const Person person = TRY(person_to_govern(c, id, "开通账号给"));
  if (!person.active) {
    return base::refuse(base::Code::invalid, "auth.inactive", fmt::format("{}已停用，请先恢复", person.name));
  }
  const std::string login = TRY(checked_login(typed));
  if (store::account_of_person(c.s, c.tenant(), id)) {
    return base::refuse(base::Code::conflict, "auth.account_exists", fmt::format("{}已有账号", person.name));
  }
  if (store::account_by_login(c.s, c.tenant(), login)) {
    return base::refuse(base::Code::conflict, "auth.login_taken",
                        fmt::format("登录名“{}”已被使用，请换一个", login), "login");
  }
  store::AccountRow row;
  row.account.id = c.parts.ids.next();
  row.account.person = id;
  row.account.login = login;
  row.account.must_change_password = true;
  row.password = stored;
  store::insert_account(c.s, c.tenant(), row);
  c.note("person.manage", person.unit, "account.create", subject_of(id),
         fmt::format("为{}开通账号“{}”", person.name, login));
  return row.account.id;
}

}  // namespace steps

std::optional<Account> Directory::account_of(Id tenant, Id person) {
  const auto row =
      parts_.db.read([&](sql::Session& s) { return store::account_of_person(s, tenant, person); });
  return row ? std::optional(row->account) : std::nullopt;
}

Result<Id> Directory::create_account(const Actor& by, Id person, const std::string& login,
                                     const std::string& password) {
  TRY(by.require("person.manage"));  // before the slow hash
  TRY(check_password(password, TRY(steps::checked_login(login))));
  const std::string stored = TRY(store_form(password));
  return in_change(*this, by, [&](Change& c) { return steps::create_account(c, person, login, stored); });
}

Done Directory::set_password(const Actor& by, Id person, const std::string& password) {
  TRY(by.require("person.manage"));
  const auto account = account_of(by.tenant, person);
  TRY(check_password(password, account ? account->login : std::string()));
  const std::string stored = TRY(store_form(password));
  return run_change(by, [&](Change& c) -> Done {
    const Person who = TRY(steps::person_to_govern(c, person, "重设密码给"));
    replace_password(c, TRY(account_in(c, person)), who, stored);
    return {};
  });
}

Result<std::string> Directory::issue_password(const Actor& by, Id person, const std::string& login) {
  const std::string password = one_time_password();
  const std::string stored = store_form_of_one_time(password);
  TRY(run_change(by, [&](Change& c) -> Done {
    if (!login.empty() && !store::account_of_person(c.s, c.tenant(), person)) {
      TRY(steps::create_account(c, person, login, stored));
      return {};
    }
    const Person who = TRY(steps::person_to_govern(c, person, "重设密码给"));
    replace_password(c, TRY(account_in(c, person)), who, stored);
    return {};
  }));
  return password;
}

Done Directory::disable_account(const Actor& by, Id person, const std::string& reason) {
  return run_change(by, [&](Change& c) -> Done {
    const Person who = TRY(steps::person_to_govern(c, person, "停用账号"));
    const auto account = TRY(account_in(c, person));
    const std::string why = TRY(text_field(reason, "停用原因", "reason", 2, 200));
    const bool had = steps::has_administrator(c);
    store::set_disabled(c.s, c.tenant(), account.account.id, true);
    store::delete_sessions_of(c.s, c.tenant(), account.account.id);
    TRY(steps::keep_administrator(c, had));
    c.note("person.manage", who.unit, "account.disable", subject_of(person),
           fmt::format("停用{}的账号，原因：{}", who.name, why));
    return {};
  });
}

Done Directory::enable_account(const Actor& by, Id person) {
  return run_change(by, [&](Change& c) -> Done {
    const Person who = TRY(steps::person_to_govern(c, person, "启用账号"));
    store::set_disabled(c.s, c.tenant(), TRY(account_in(c, person)).account.id, false);
    c.note("person.manage", who.unit, "account.enable", subject_of(person),
           fmt::format("启用{}的账号", who.name));
    return {};
  });
}

Done Directory::reset_second_factor(const Actor& by, Id person) {
  return run_change(by, [&](Change& c) -> Done {
    const Person who = TRY(steps::person_to_govern(c, person, "解除动态口令"));
    const auto account = TRY(account_in(c, person));
    store::set_second_factor(c.s, c.tenant(), account.account.id, "", false);
    store::replace_recovery_codes(c.s, c.tenant(), account.account.id, {});
    store::delete_sessions_of(c.s, c.tenant(), account.account.id);
    c.note("person.manage", who.unit, "account.second_factor_reset", subject_of(person),
           fmt::format("解除{}的动态口令", who.name));
    return {};
  });
}

}  // namespace kepu::auth
