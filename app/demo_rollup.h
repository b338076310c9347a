// The city above the demonstration county, and two small counties beside it: links, a closed roll-up and one
// that is going on.
#pragma once

#include <string>
#include <vector>

#include "app/demo_people.h"
#include "app/program.h"

namespace kepu::app::demo {

inline constexpr std::string_view kCityCode = "chengzhou";

// An area that was made for the roll-up, with the accounts that the demonstration names.
struct DemoArea {
  std::string code, name;
  std::vector<DemoAccount> accounts;
};
std::vector<DemoArea> rollup_areas();  // the city first

// Everything goes through the public functions of the engines, with a clock set back to the days of each
// step. The county must have its plan, metrics and reports already.
base::Done make_rollup(Program& program, base::Id county);

}  // namespace kepu::app::demo
