// Conditional requests and byte ranges (RFC 9110 §13, §14). Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace kepu::http {

// The fields of a request that decide; empty where absent.
struct Conditions {
  std::string if_none_match, if_modified_since, range, if_range;
};

// What the response says about the version it carries; empty where absent.
struct Validators {
  std::string_view etag, last_modified;
};

// Whether a GET or HEAD is answered 304: If-None-Match (weak comparison) first, If-Modified-Since only
// without.
bool not_modified(const Conditions& conditions, const Validators& validators);

struct RangeChoice {
  enum class Kind { whole, part, unsatisfiable } kind = Kind::whole;
  std::uint64_t first = 0, length = 0;  // of the part
};
// One range is honoured; several, another unit or a malformed value give the whole, as does an If-Range that
// does not match strongly.
RangeChoice choose_range(const Conditions& conditions, const Validators& validators, std::uint64_t size);

// "Sun, 22 Nov 2026 15:56:15 GMT"; the two obsolete forms are not read.
std::optional<base::Millis> parse_http_date(std::string_view text);

}  // namespace kepu::http
