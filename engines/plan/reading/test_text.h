// For tests: texts as lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kepu::plan::testing_text {

inline std::vector<std::string> to_lines(std::string_view text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace kepu::plan::testing_text
