// JSON as a tree that knows its lines and keeps numbers as they were written, so that reading them is exact
// (the parser of the rest of the program rounds the last digit). RFC 8259; bounded in depth.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace kepu::survey::analysis {

struct JsonValue {
  enum class Kind { null, boolean, number, text, array, object } kind = Kind::null;
  bool flag = false;
  std::string text;  // of a text, or the number as written
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;  // in order; a name twice is refused
  int line = 1;

  const JsonValue* find(std::string_view name) const;
};

// Refuses `rule` with the line and what was expected there.
base::Result<JsonValue> parse_json(std::string_view text, const std::string& rule);

}  // namespace kepu::survey::analysis
