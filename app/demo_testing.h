// What the tests of the demonstration share.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace kepu::app::demo {

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// The titles of the tasks as the text has them: "! 标题。…".
inline std::vector<std::string> titles_in(const std::string& text) {
  std::vector<std::string> titles;
  for (std::size_t at = text.find("\n! "); at != std::string::npos; at = text.find("\n! ", at + 1)) {
    titles.push_back(text.substr(at + 3, text.find("。", at) - at - 3));
  }
  return titles;
}

}  // namespace kepu::app::demo
