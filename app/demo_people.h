// Units, people and accounts of a demonstration county, from demo/units.txt. People are named by their post;
// nobody is real. Everything goes through the public functions of auth::Directory and its imports.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/program.h"

namespace kepu::app::demo {

struct CountyUnits {
  struct Body {
    std::string name, short_name, system;
    const std::string& called() const { return short_name.empty() ? name : short_name; }
  };
  struct Township {
    std::string name;
    std::vector<std::string> villages;
  };
  std::vector<Body> departments, others;
  std::vector<Township> townships;
};
// Throws std::runtime_error naming the line that cannot be read.
CountyUnits parse_units(std::string_view text);

// What stands in place of 岚江 in names of units.
struct Place {
  std::string county;  // 岚江县
  std::string area;    // its 12-digit code; townships and villages are numbered below it
};

// All units below the root. Their number.
base::Result<int> add_units(Program& program, const auth::Actor& by, const CountyUnits& units,
                            const Place& place);
// A head and a liaison for each department and township, a worker and a residents' contact for each village,
// and whoever else the roles of the catalogue want. Residents' contacts have no role. Their number.
base::Result<int> add_people(Program& program, const auth::Actor& by, const CountyUnits& units);

struct DemoAccount {
  std::string login, password, person, unit, role;  // role: its Chinese title; unit: as it is called
};
// The accounts that the demonstration names; the password is the same each time: Lanjiang- and the login.
std::vector<DemoAccount> demo_accounts();
// Opens them so that the password need not be changed: each person changes the one-time password himself.
base::Done open_accounts(Program& program, const auth::Actor& by, const std::vector<DemoAccount>& accounts);

// People of a tenant by name.
base::Result<std::map<std::string, auth::Person>> people_by_name(Program& program, const auth::Actor& by);

// The acting person of an account, by his name, as if he had signed in.
base::Result<auth::Actor> actor_of(Program& program, base::Id tenant, const std::string& person);

}  // namespace kepu::app::demo
