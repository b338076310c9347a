// What an estimator answers: a value, or why there is none. Statistics stands on nothing else of the program,
// so this is its own small vocabulary; an engine turns a Refusal into a message for people.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace kepu::statistics {

// `rule` is a stable name for programs and tests ("survey.lonely_psu"); `detail` says in English, with the
// names and numbers concerned, what cannot be computed and why ("stratum 3 has one sampled unit").
struct Refusal {
  std::string rule;
  std::string detail;
};

// A number that cannot be computed honestly is a Refusal, never NaN and never zero.
template <class T>
using Outcome = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(std::string rule, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{std::move(rule), std::move(detail)});
}

}  // namespace kepu::statistics
