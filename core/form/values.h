// What was typed or read for a form, as text by field name; typed access for what check() has passed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::form {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Not thread-safe. A field with several values appears several times, in order.
class Values {
 public:
  Values() = default;
  explicit Values(Pairs pairs) : pairs_(std::move(pairs)) {}

  void set(std::string_view name, std::string value);  // replaces all of that name
  void add(std::string_view name, std::string value);
  bool has(std::string_view name) const;

  std::string text(std::string_view name) const;  // the first; "" where absent
  std::vector<std::string> texts(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;  // none where empty
  std::optional<double> number(std::string_view name) const;
  std::optional<base::Date> date(std::string_view name) const;
  bool flag(std::string_view name) const;  // of a checkbox

  const Pairs& pairs() const { return pairs_; }

 private:
  Pairs pairs_;
};

// The result of a check: the values in their kept form (trimmed, narrow digits, ISO dates) and every error at
// once. Where there are errors, `values` holds what was typed, so that the form can be shown again.
struct Checked {
  Values values;
  base::Errors errors;
  bool ok() const { return errors.empty(); }
};

}  // namespace kepu::form
