// kepu demo: an invented county in full, further counties for load tests, or a county of one's own document.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "app/program.h"

namespace kepu::app::demo {

inline constexpr std::string_view kTenantCode = "lanjiang";

// What stands in a county after it was made; also for the report of the command.
struct Made {
  base::Id tenant = 0;
  base::Id superior = 0, draft = 0, plan = 0;  // versions; superior and draft only in 岚江县
  int units = 0, people = 0, accounts = 0, versions = 0, assignments = 0, confirmed = 0, milestones = 0;
  int reports = 0;
};

// Told before each step: number, of how many, what.
using Step = std::function<void(int, int, std::string_view)>;

// 岚江县: units, people in every role, the city's plan, the county's draft and issued plan, adopted, partly
// confirmed. The content follows from the seed alone (ids and times do not). conflict (tenant exists)
// where it is there already: look before.
base::Result<Made> make_county(Program& program, std::uint64_t seed, const Step& step);

// A further county with five years of plans: four versions of one of 2021—2025, then the one of 2026—2030,
// each adopted and partly confirmed. `index` as in county_name(); code "county-0001" and so on.
base::Result<Made> make_further_county(Program& program, std::uint64_t seed, int index);
std::string further_code(int index);

// ---- a county of one's own document
struct OwnDocument {
  std::string path, name, code = "own";  // name empty: as read from the document, else from the file's name
};
struct OwnMade {
  auth::Tenant tenant;
  base::Id version = 0;
  bool was_there = false;  // this very file was imported before: nothing was done
  int initiatives = 0, tasks = 0, made_units = 0, decided = 0, left = 0;
  // One-time passwords of the administrator and the clerk; empty where the tenant was there before.
  std::string administrator_password, clerk_password;
};
inline constexpr std::string_view kOwnAdministrator = "admin", kOwnClerk = "kexie";
base::Result<OwnMade> make_own(Program& program, const OwnDocument& document, const Step& step);

}  // namespace kepu::app::demo
