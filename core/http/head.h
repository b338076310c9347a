// What is checked in the head of a request before the parser may see it: whatever two programs on the way
// could read differently is refused (RFC 9112 §2.2, §5, §6.3). Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/http.h"

namespace kepu::http {

// Looks for the empty line that ends a head in what has been received. `scanned` is where the last call came
// to; begin with 0. Refuses a line that does not end in CR LF as soon as it is seen.
struct HeadEnd {
  enum class State { incomplete, complete, malformed } state = State::incomplete;
  std::size_t size = 0;  // of the head with its empty line, when complete
};
HeadEnd find_head_end(std::string_view received, std::size_t& scanned);

// 0, or the status that a complete head is refused with: 400, 501 (a transfer coding other than chunked),
// 505.
int check_head(std::string_view head);

// The request target, split. Origin form, absolute form (of http and https), and "*".
struct Target {
  std::string origin;     // "/plans/1?page=2"
  std::string path;       // decoded
  std::string query;      // still encoded
  std::string authority;  // of the absolute form, else empty
};
// None for a bad escape, an escaped slash, NUL or another control character, ill-formed UTF-8, a segment "."
// or "..", or another form of target.
std::optional<Target> parse_target(std::string_view target);

// A Host value in lower case, with its port; none where malformed.
std::optional<std::string> parse_host(std::string_view value);
std::string_view without_port(std::string_view host);

Method parse_method(std::string_view name);
// The values of all headers of this name, in order: a proxy may add a line of its own after the client's.
std::string all_values(const Pairs& headers, std::string_view lower_case_name, std::string_view separator);
// The pairs of a Cookie header; quotes around a value are taken off.
Pairs parse_cookies(std::string_view value);

// The client's address: the right-most of X-Forwarded-For that is no trusted proxy, as far as the chain of
// trusted proxies reaches from `remote`; `remote` where that is no trusted proxy or an entry is no address.
std::string client_address(const std::string& remote, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted);

}  // namespace kepu::http
