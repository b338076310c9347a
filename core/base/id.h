// Identifiers: 63-bit, ordered by time, made by the program (no sequences). 42 bits milliseconds since
// 2020-01-01, 7 bits node, 14 bits counter. In JSON and in addresses they are decimal strings: JavaScript
// numbers end at 2^53.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace kepu::base {

using Id = std::int64_t;  // > 0; 0 means none

// Makes ids that rise strictly within one maker, also when the clock stands still or goes back. Thread-safe.
class IdMaker {
 public:
  // `node` in [0, 127] tells program instances that share a database apart.
  explicit IdMaker(const Clock& clock, int node = 0);
  Id next();

 private:
  const Clock& clock_;
  std::int64_t node_;
  std::atomic<std::int64_t> last_{0};
};

std::optional<Id> parse_id(std::string_view text);

}  // namespace kepu::base
