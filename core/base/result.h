// Expected refusals as values. A function that can refuse (bad input, no right, a rule, a conflict) returns
// Result<T>; what should not happen (database gone, a bug) is an exception and is caught only at the boundary
// of a request, a job or a command.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace kepu::base {

// Why something was refused. One table (status_of in core/http, exit_status_of in app) maps codes to the
// outside.
enum class Code {
  invalid,          // what was typed or uploaded is wrong: 422
  unauthenticated,  // nobody is signed in: 401
  forbidden,        // signed in, but without the right or outside the data scope: 403
  not_found,        // no such thing in this tenant: 404
  conflict,         // somebody else changed it meanwhile, or it exists already: 409
  too_large,        // over a stated limit: 413
  unsupported,      // a kind of file or request that we do not read: 415
  too_many,         // throttled: 429
  unavailable,      // a helper program is missing or busy: 503
};

// `rule` is a stable name for programs and tests ("plan.adopt.open_items"); `field` the form field it belongs
// to, or empty; `message` plain Chinese for the person: what is wrong, where, and what to do next.
struct Error {
  Code code = Code::invalid;
  std::string rule;
  std::string field;
  std::string message;
};

using Errors = std::vector<Error>;

template <class T>
using Result = tl::expected<T, Error>;
using Done = Result<void>;

inline tl::unexpected<Error> refuse(Code code, std::string rule, std::string message,
                                    std::string field = {}) {
  return tl::unexpected<Error>(Error{code, std::move(rule), std::move(field), std::move(message)});
}

namespace detail {
template <class T>
T take(Result<T>& result) {
  return std::move(*result);
}
inline void take(Done&) {}
}  // namespace detail

}  // namespace kepu::base

// TRY(expression) is the value of a Result, or returns its error from the enclosing function. At most one in
// an aggregate's braces: when a second one returns, g++ 12 does not destroy the members made before it.
#define TRY(...) KEPU_TRY_NAMED(KEPU_TRY_JOIN(try_result_, __COUNTER__), __VA_ARGS__)
#define KEPU_TRY_JOIN(a, b) KEPU_TRY_JOIN_(a, b)
#define KEPU_TRY_JOIN_(a, b) a##b
#define KEPU_TRY_NAMED(name, ...)                                \
  __extension__({                                                \
    auto name = (__VA_ARGS__);                                   \
    if (!name) return ::tl::unexpected(std::move(name).error()); \
    ::kepu::base::detail::take(name);                            \
  })
