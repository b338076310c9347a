// For tests of kits and engines: a county with units, people and their roles on an empty database.
//
//   auth::testing::World world(db());  // migrates audit and auth
//   auth::testing::County county(world, "lan", "岚江县");
//   const Id bureau = county.unit("县农业农村局");
//   const auth::Actor clerk = county.actor("office_clerk", bureau, auth::ScopeKind::tenant);
#pragma once

#include <algorithm>
#include <deque>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/sql/sql.h"

namespace kepu::auth::testing {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().rule + ": " + result.error().message);
  return std::move(*result);
}
inline void must(const Done& done) {
  if (!done) throw std::runtime_error(done.error().rule + ": " + done.error().message);
}

// Every "area.deed" between quotation marks.
inline std::vector<std::string> rights_named_in(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) {
    for (std::size_t at = line.find('"'); at != std::string::npos; at = line.find('"', at + 1)) {
      const std::size_t end = line.find('"', at + 1);
      if (end == std::string::npos) break;
      const std::string word = line.substr(at + 1, end - at - 1);
      if (word.find('.') != std::string::npos) out.push_back(word);
      at = end;
    }
  }
  return out;
}

// The rights of this kit and every other that roles.toml names, which other kits and engines declare. That
// those do declare them is the program's own check (app/program.cc).
inline std::vector<Right> rights_of_the_catalogue() {
  std::vector<Right> out = rights();
  for (const std::string& id : rights_named_in("catalog/roles.toml")) {
    if (std::none_of(out.begin(), out.end(), [&](const Right& r) { return r.id == id; })) {
      static std::deque<std::string> kept;  // Right holds a view
      out.push_back({kept.emplace_back(id), kept.back()});
    }
  }
  return out;
}

class World {  // what all tenants of one database share
 public:
  // `roles`: text of a roles file; empty: a small one with "administrator", "clerk", "head" and "reader".
  explicit World(sql::Database& database, std::string_view roles_text = {})
      : db(database),
        cipher(MasterKey{}),
        roles(must(
            Roles::parse(roles_text.empty() ? kRoles : roles_text, "roles.toml", rights_of_the_catalogue()))),
        directory(Directory::Parts{db, clock, ids, cipher, roles}),
        sign_in(SignIn::Parts{db, clock, ids, cipher, directory}) {
    std::vector<sql::Migration> steps = audit::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(db, steps);
  }

  static constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "clerk"
title = "经办"
purpose = "办理"
scope = "unit"
rights = ["organisation.read", "organisation.manage", "person.read", "person.contact", "person.manage", "person.export", "plan.read", "plan.edit"]
[[role]]
id = "head"
title = "负责人"
purpose = "负责"
scope = "unit"
rights = ["organisation.read", "person.read", "person.manage", "role.grant", "standin.manage", "plan.read"]
[[role]]
id = "reader"
title = "观察员"
purpose = "查看"
scope = "own"
rights = ["organisation.read", "plan.read"]
)";

  sql::Database& db;
  base::FixedClock clock{base::start_of({2026, 3, 2}) + 9 * 3'600'000};
  base::IdMaker ids{clock};
  Cipher cipher;
  std::shared_ptr<const Roles> roles;
  Directory directory;
  SignIn sign_in;
};

class County {
 public:
  County(World& shared, std::string code, std::string name) : world(shared) {
    Tenant wanted;
    wanted.code = std::move(code);
    wanted.name = std::move(name);
    tenant = must(world.directory.create_tenant(program_actor(0, "测试", world.roles), wanted)).id;
    program = program_actor(tenant, "测试", world.roles);
    root = world.directory.units(tenant)->root();
  }

  Id unit(const std::string& name, Id parent = 0, UnitKind kind = UnitKind::department) {
    Unit fresh;
    fresh.name = name;
    fresh.parent = parent == 0 ? root : parent;
    fresh.kind = kind;
    return must(world.directory.add_unit(program, fresh));
  }
  Id person(const std::string& name, Id unit, const std::string& phone = {}) {
    Person fresh;
    fresh.name = name;
    fresh.unit = unit;
    fresh.phone = phone;
    return must(world.directory.add_person(program, fresh));
  }
  // Returns the one-time password.
  std::string account(Id person, const std::string& login) {
    return must(world.directory.issue_password(program, person, login));
  }
  Id grant(Id person, const std::string& role, ScopeKind scope, std::vector<Id> units = {}) {
    return must(world.directory.give(program, {0, person, role, scope, std::move(units), ""}));
  }
  Actor actor_of(Id person) {
    return must(world.directory.actor_of(tenant, world.directory.account_of(tenant, person).value().id));
  }
  // A new person with an account and one role.
  Actor actor(const std::string& role, Id unit, ScopeKind scope, std::vector<Id> units = {}) {
    const std::string mark = std::to_string(++count_);
    const Id who = person("人员" + mark, unit);
    account(who, "login" + mark);
    grant(who, role, scope, std::move(units));
    return actor_of(who);
  }

  World& world;
  Id tenant = 0, root = 0;
  Actor program;

 private:
  int count_ = 0;
};

}  // namespace kepu::auth::testing
