// The roles of catalog/roles.toml. A role is a name for rights; what data they reach is said by the grant.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"

namespace kepu::auth {

// The rights that this kit itself asks for: organisations, people, roles, stand-ins, the audit log.
std::vector<Right> rights();

// Immutable, thread-safe.
class Roles {
 public:
  // Reads the text of a roles file. `declared`: the rights of all kits and engines together. Refuses, naming
  // the line: unknown keys and rights, double or missing ids and titles, an unknown scope. The right "*"
  // stands for all that are declared.
  static base::Result<std::shared_ptr<const Roles>> parse(std::string_view toml, std::string_view file_name,
                                                          std::vector<Right> declared);
  static base::Result<std::shared_ptr<const Roles>> load(const std::string& path,
                                                         std::vector<Right> declared);

  const std::vector<Role>& all() const { return roles_; }  // in the order of the file
  const std::vector<Right>& declared() const { return rights_; }
  const Role* find(std::string_view id) const;
  const Role* find_by_title(std::string_view title) const;   // by wording
  std::string title_of_right(std::string_view right) const;  // the id itself where it is not declared
  bool has(std::string_view role, std::string_view right) const;

 private:
  std::vector<Right> rights_;
  std::vector<Role> roles_;
};

// For the command line and for tests: every declared right everywhere in one tenant, without a person. The
// audit log shows `name`. Tenant 0: may create tenants.
Actor program_actor(Id tenant, std::string name, std::shared_ptr<const Roles> roles);

}  // namespace kepu::auth
