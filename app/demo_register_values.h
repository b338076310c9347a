// What stands in the fields of the demonstration's register entries.
#pragma once

#include <map>
#include <string>

#include "engines/registers/registers.h"

namespace kepu::app::demo {

// Every field of the type: as in `given` (several separated by 、), else something that fits its kind, varied
// by `i`.
form::Values filled(const registers::Type& type, const std::map<std::string, std::string>& given,
                    const std::string& unit, base::Date today, std::size_t i);

}  // namespace kepu::app::demo
