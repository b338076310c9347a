// The program with which anybody repeats a draw: shown on the page of the draw, in a language that is read
// widely. It reads the record of the draw and needs nothing else.
#pragma once

#include <string_view>

namespace kepu::survey::field {

std::string_view replay_script();

}  // namespace kepu::survey::field
