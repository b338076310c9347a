#include "statistics/items/responses.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace kepu::statistics::items {

Outcome<Responses> Responses::make(std::span<const std::span<const double>> columns,
                                   std::span<const int> categories) {
  if (columns.empty() || columns.size() > 1000 || columns.size() != categories.size()) {
    return refuse("irt.responses",
                  fmt::format("{} items with {} numbers of categories", columns.size(), categories.size()));
  }
  const std::size_t persons = columns[0].size();
  if (persons == 0 || persons > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return refuse("irt.responses", fmt::format("{} persons", persons));
  }
  Responses out;
  out.persons_ = static_cast<int>(persons);
  out.categories_.assign(categories.begin(), categories.end());
  out.codes_.resize(persons * columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (categories[j] < 2 || categories[j] > 21) {
      return refuse("irt.responses", fmt::format("item {} has {} categories", j + 1, categories[j]));
    }
    if (columns[j].size() != persons) {
      return refuse("irt.responses",
                    fmt::format("item {} has {} rows, the first has {}", j + 1, columns[j].size(), persons));
    }
    for (std::size_t i = 0; i < persons; ++i) {
      const double value = columns[j][i];
      auto& code = out.codes_[i * columns.size() + j];
      if (std::isnan(value)) {
        code = kMissing;
      } else if (value >= 0 && value < categories[j] && value == std::floor(value)) {
        code = static_cast<std::uint8_t>(value);
      } else {
        return refuse("irt.responses", fmt::format("item {}, row {}: {} is not one of the codes 0 to {}",
                                                   j + 1, i + 1, value, categories[j] - 1));
      }
    }
  }
  return out;
}

}  // namespace kepu::statistics::items
