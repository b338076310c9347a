#include <algorithm>
#include <set>

#include "core/auth/change.h"
#include "core/auth/passwords.h"
#include "core/auth/sheet.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

const std::string kName = "姓名", kUnit = "单位", kPost = "职务", kPhone = "手机", kEmail = "邮箱",
                  kLogin = "登录名", kRole = "角色", kScope = "数据范围", kListed = "指定单位";

std::string column_of(std::string_view field) {
  if (field == "post") return kPost;
  if (field == "phone") return kPhone;
  if (field == "email") return kEmail;
  if (field == "login") return kLogin;
  if (field == "role") return kRole;
  if (field == "units") return kListed;
  return field == "unit" ? kUnit : kName;
}

// "、", "，", "；" and their ASCII kin part several names in one cell.
std::vector<std::string> several(const std::string& cell) {
  std::string text = base::to_narrow(cell);
  for (const char* mark : {"、", ",", ";", "\n"}) text = base::replace_all(text, mark, "|");
  std::vector<std::string> out;
  for (const std::string& part : base::split(text, "|")) {
    if (std::string word = base::trim(part); !word.empty()) out.push_back(std::move(word));
  }
  return out;
}

class PeopleImport {
 public:
  PeopleImport(Change& c, ImportReport& report) : c_(c), report_(report), problems_(report) {
    for (auto& row : store::people(c.s, c.tenant())) stored_.push_back(std::move(row));
  }

  void row(const SheetRow& row) {
    row_ = &row;
    const Unit* unit = one_unit(kUnit, row.at(kUnit));
    if (!unit) return;
    Person person;
    person.name = row.at(kName);
    person.unit = unit->id;
    person.post = row.at(kPost);
    person.phone = row.at(kPhone);
    person.email = row.at(kEmail);
    std::string login;
    if (!row.at(kLogin).empty()) {
      const auto checked = steps::checked_login(row.at(kLogin));
      if (!checked) return wrong(checked.error());
      login = *checked;
    }
    if (!only_once(person, login)) return;
    const store::PersonRow* old = known(person, login);
    if (old && !old->person.active) {
      return problems_.add(row.number, kName, fmt::format("{}已停用，请先恢复再导入", person.name));
    }
    const auto id = old ? change(*old, person) : steps::add_person(c_, person);
    if (!id) return wrong(id.error());
    const bool account = give_account(*id, person, login, old);
    const bool grants = give_roles(*id);
    if (!old) {
      ++report_.added;
    } else if (changed_ || account || grants) {
      ++report_.changed;
    } else {
      ++report_.unchanged;
    }
  }

 private:
  void wrong(const base::Error& error) { problems_.add(row_->number, column_of(error.field), error.message); }

  const Unit* one_unit(const std::string& column, const std::string& cell) {
    const auto meant = units_meant(*c_.tree, cell);
    if (meant.size() == 1) return meant[0];
    problems_.add(row_->number, column,
                  cell.empty() ? "请填写" + column
                  : meant.empty() ? fmt::format("没有找到单位“{}”，请先导入单位或改正名称", cell)
                                  : fmt::format("有多个单位叫“{}”，请写成“上级/{}”的形式", cell, cell));
    return nullptr;
  }

  bool once(const std::string& column, const std::string& key, const char* what) {
    const auto first = seen_.emplace(column + "\n" + key, row_->number);
    if (first.second) return true;
    problems_.add(row_->number, column, fmt::format("{}与第{}行相同，请核对", what, first.first->second));
    return false;
  }

  bool only_once(const Person& person, const std::string& login) {
    if (!login.empty() && !once(kLogin, login, "登录名")) return false;
    const auto phone = normal_phone(person.phone);
    if (phone && phone->size() == 11 && phone->front() == '1' && !once(kPhone, *phone, "手机号"))
      return false;
    // Two people of one name in one unit are told apart by login or phone.
    if (!login.empty() || phone) return true;
    return once(kName, fmt::format("{} {}", person.unit, base::wording(person.name)), "同一单位的姓名");
  }

  const store::PersonRow* known(const Person& person, const std::string& login) const {
    const auto phone = normal_phone(person.phone);
    const std::string index =
        phone ? c_.parts.cipher.blind_index(*phone, "person.phone", c_.tenant()) : std::string();
    const store::PersonRow *by_login = nullptr, *by_phone = nullptr, *by_name = nullptr;
    for (const auto& row : stored_) {
      const bool same_name = base::wording(row.person.name) == base::wording(person.name);
      if (!login.empty() && row.person.login == login) by_login = &row;
      // A shared line is no person: the name has to fit as well.
      if (!index.empty() && row.phone_index == index && same_name) by_phone = &row;
      const bool tells =
          (!login.empty() && !row.person.login.empty()) || (!index.empty() && !row.phone_index.empty());
      if (row.person.unit == person.unit && same_name && !tells) by_name = &row;
    }
    return by_login ? by_login : by_phone ? by_phone : by_name;
  }

  Result<Id> change(const store::PersonRow& stored, const Person& typed) {
    changed_ = false;
    Person person = TRY(steps::find_person(c_, stored.person.id));
    TRY(c_.by.require("person.manage", person.unit));
    if (base::wording(person.name) != base::wording(typed.name)) {
      return base::refuse(base::Code::conflict, "auth.login_taken",
                          "这个登录名已由另一人使用，请换一个，或核对姓名", "login");
    }
    if (person.unit != typed.unit) {
      return base::refuse(
          base::Code::conflict, "auth.import.moved",
          fmt::format("{}在系统中属于“{}”，调动单位请在人员页面办理", person.name, c_.unit_name(person.unit)),
          "unit");
    }
    const std::string old = person.post + "\n" + person.phone + "\n" + person.email;
    if (row_->has(kPost) && !typed.post.empty()) person.post = typed.post;
    if (row_->has(kPhone) && !typed.phone.empty())
      person.phone = normal_phone(typed.phone).value_or(typed.phone);
    if (row_->has(kEmail) && !typed.email.empty()) person.email = typed.email;
    if (old == person.post + "\n" + person.phone + "\n" + person.email) return person.id;
    TRY(steps::change_person(c_, person));
    changed_ = true;
    return person.id;
  }

  bool give_account(Id id, const Person& person, const std::string& login, const store::PersonRow* old) {
    if (login.empty() || (old && old->person.login == login)) return false;
    if (old && !old->person.login.empty()) {
      problems_.add(row_->number, kLogin,
                    fmt::format("{}已有登录名“{}”，导入不能更改", person.name, old->person.login));
      return false;
    }
    const std::string password = one_time_password();
    const auto account = steps::create_account(c_, id, login, store_form_of_one_time(password));
    if (!account) {
      wrong(account.error());
      return false;
    }
    report_.passwords.push_back({person.name, login, password});
    return true;
  }

  bool give_roles(Id id) {
    bool any = false;
    for (const std::string& title : several(row_->at(kRole))) {
      const Role* role = c_.roles().find_by_title(title);
      if (!role) {
        problems_.add(row_->number, kRole, fmt::format("没有名为“{}”的角色，请从下拉列表选择", title));
        continue;
      }
      Grant grant;
      grant.person = id;
      grant.role = role->id;
      grant.scope = role->scope;
      if (const std::string scope = row_->at(kScope); !scope.empty()) {
        const auto kind = parse_scope_kind(scope);
        if (!kind) {
          problems_.add(row_->number, kScope, "数据范围应为：全县、本单位、本单位及下级、指定单位、仅本人");
          continue;
        }
        grant.scope = *kind;
      }
      bool units_found = true;
      if (grant.scope == ScopeKind::listed) {
        for (const std::string& name : several(row_->at(kListed))) {
          const Unit* unit = one_unit(kListed, name);
          units_found = units_found && unit;
          if (unit) grant.units.push_back(unit->id);
        }
      }
      if (!units_found) continue;
      const auto given = steps::give(c_, grant);
      if (given) {
        any = true;
      } else if (given.error().rule != "auth.grant_exists") {
        problems_.add(row_->number, given.error().field == "units" ? kListed : kRole, given.error().message);
      }
    }
    return any;
  }

  Change& c_;
  ImportReport& report_;
  Problems problems_;
  const SheetRow* row_ = nullptr;
  bool changed_ = false;
  std::vector<store::PersonRow> stored_;
  std::map<std::string, int> seen_;
};

}  // namespace

std::vector<ImportColumn> person_columns(const Roles& roles) {
  std::vector<std::string> titles;
  for (const Role& role : roles.all()) titles.push_back(role.title);
  return {{kName, true, "", {}, ""},
          {kUnit, true, "单位全称或简称；有重名时写成“乡镇/村”", {}, "县农业农村局"},
          {kPost, false, "", {}, "办公室主任"},
          {kPhone, false, "11位手机号，或带区号的固定电话；加密保存", {}, ""},
          {kEmail, false, "", {}, ""},
          {kLogin, false, "填写后即开通账号，并给出一次性密码", {}, ""},
          {kRole, false, "多个角色用“、”隔开", titles, ""},
          {kScope,
           false,
           "留空则用该角色的默认范围",
           {"全县", "本单位", "本单位及下级", "指定单位", "仅本人"},
           ""},
          {kListed, false, "数据范围为“指定单位”时填写，用“、”隔开", {}, ""}};
}

Result<ImportReport> import_people(Directory& directory, const Actor& by, const SheetRows& rows,
                                   bool preview) {
  TRY(by.require("person.manage"));
  const auto sheet = TRY(read_sheet(rows, person_columns(*directory.roles())));
  return import_in_one_change(directory, by, preview, [&](Change& c, ImportReport& report) -> Done {
    PeopleImport import(c, report);
    for (const SheetRow& row : sheet) import.row(row);
    return {};
  });
}

}  // namespace kepu::auth
