// kepu tenant add | list, kepu user add
#include <CLI/CLI.hpp>

#include "app/cli.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/base/text.h"

namespace kepu::app {
namespace {

struct NewUser {
  std::string tenant, name, login, role, unit, scope, password;
};

std::optional<auth::ScopeKind> scope_of(std::string_view text) {
  for (const auto kind :
       {auth::ScopeKind::tenant, auth::ScopeKind::unit, auth::ScopeKind::subtree, auth::ScopeKind::own}) {
    if (auth::to_text(kind) == text || auth::title_of(kind) == text) return kind;
  }
  return std::nullopt;
}

base::Result<std::string> add_user(Program& program, const NewUser& user) {
  const auto tenant = TRY(program.tenant(user.tenant));
  const auto actor = program.command_actor(tenant.id);
  auto& directory = program.directory();
  const auto tree = directory.units(tenant.id);
  const auto* unit = user.unit.empty() ? tree->find(tree->root()) : tree->find_by_name(user.unit);
  if (unit == nullptr) {
    return base::refuse(base::Code::not_found, "user.unit", fmt::format("没有名为“{}”的单位。", user.unit));
  }
  const auto* role = directory.roles()->find(user.role);
  if (role == nullptr) role = directory.roles()->find_by_title(user.role);
  if (role == nullptr) {
    std::vector<std::string> known;
    for (const auto& r : directory.roles()->all()) known.push_back(r.id + "（" + r.title + "）");
    return base::refuse(base::Code::not_found, "user.role",
                        "没有这个角色。可用的角色：" + base::join(known, "、"));
  }
  auth::Grant grant;
  grant.role = role->id;
  grant.scope = user.scope.empty() ? role->scope : scope_of(user.scope).value_or(role->scope);
  auth::Person person;
  person.unit = unit->id;
  person.name = user.name;
  const auto id = TRY(directory.add_person(actor, person));
  grant.person = id;
  TRY(directory.give(actor, grant));
  return directory.issue_password(actor, id, user.login);
}

int user_add(const Config& config, const NewUser& user) {
  Program program(config);
  const auto password = add_user(program, user);
  if (!password) return refused(password.error());
  fmt::print("登录名 {}　一次性密码 {}\n", user.login, *password);
  fmt::print(stderr, "请把一次性密码交给本人，首次登录后须立即修改。\n");
  return 0;
}

int tenant_add(const Config& config, const std::string& code, const std::string& name,
               const std::string& area) {
  Program program(config);
  auth::Tenant tenant;
  tenant.code = code;
  tenant.name = name;
  tenant.area_code = area;
  const auto made = program.directory().create_tenant(program.command_actor(0), tenant);
  if (!made) return refused(made.error());
  fmt::print(
      "已建立地区 {}（{}）。下一步：kepu user add --tenant {} --name … --login … --role administrator\n",
      name, code, code);
  return 0;
}

int tenant_list(const Config& config) {
  Program program(config);
  for (const auto& t : program.directory().tenants()) fmt::print("{}\t{}\t{}\n", t.code, t.name, t.area_code);
  return 0;
}

}  // namespace

void add_accounts(CLI::App& app, Command& command) {
  auto* user_command = app.add_subcommand("user", "账号");
  user_command->require_subcommand(1);
  auto user = std::make_shared<NewUser>();
  auto* add = user_command->add_subcommand("add", "增加人员和账号，显示一次性密码");
  add->add_option("--tenant", user->tenant, "地区代码（只有一个地区时可省略）");
  add->add_option("--name", user->name, "姓名或称谓")->required();
  add->add_option("--login", user->login, "登录名")->required();
  add->add_option("--role", user->role, "角色代号或名称，如 administrator、office_clerk")->required();
  add->add_option("--unit", user->unit, "单位名称（默认：本级）");
  add->add_option("--scope", user->scope, "数据范围：tenant unit subtree own（默认按角色）");
  add->callback(
      [&command, user] { command.action = [&command, user] { return user_add(command.config, *user); }; });

  auto* tenant_command = app.add_subcommand("tenant", "地区");
  tenant_command->require_subcommand(1);
  auto fields = std::make_shared<std::array<std::string, 3>>();
  auto* tenant_add_command = tenant_command->add_subcommand("add", "建立一个地区（县、区、市）");
  tenant_add_command->add_option("CODE", (*fields)[0], "代码：小写字母、数字、连字符")->required();
  tenant_add_command->add_option("NAME", (*fields)[1], "名称，如 某某县")->required();
  tenant_add_command->add_option("--area-code", (*fields)[2], "12 位统计用区划代码");
  tenant_add_command->callback([&command, fields] {
    command.action = [&command, fields] {
      return tenant_add(command.config, (*fields)[0], (*fields)[1], (*fields)[2]);
    };
  });
  auto* list = tenant_command->add_subcommand("list", "列出地区");
  list->callback([&command] { command.action = [&command] { return tenant_list(command.config); }; });
}

}  // namespace kepu::app
