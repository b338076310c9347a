#include "core/form/values.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace kepu::form {

void Values::set(std::string_view name, std::string value) {
  std::erase_if(pairs_, [&](const auto& p) { return p.first == name; });
  pairs_.emplace_back(std::string(name), std::move(value));
}

void Values::add(std::string_view name, std::string value) {
  pairs_.emplace_back(std::string(name), std::move(value));
}

bool Values::has(std::string_view name) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const auto& p) { return p.first == name; });
}

std::string Values::text(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> Values::texts(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [key, value] : pairs_) {
    if (key == name && !value.empty()) all.push_back(value);
  }
  return all;
}

std::optional<std::int64_t> Values::integer(std::string_view name) const {
  return base::parse_int(text(name));
}

std::optional<double> Values::number(std::string_view name) const {
  const std::string value = text(name);
  double result = 0;
  const auto end = std::from_chars(value.data(), value.data() + value.size(), result);
  if (value.empty() || end.ec != std::errc{} || end.ptr != value.data() + value.size()) return std::nullopt;
  return result;
}

std::optional<base::Date> Values::date(std::string_view name) const { return base::parse_date(text(name)); }

bool Values::flag(std::string_view name) const { return text(name) == "1"; }

}  // namespace kepu::form
