// Answers of n persons to J items, one byte an answer; what the persons chose, in file order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::items {

// Immutable once made; any number of threads.
class Responses {
 public:
  static constexpr std::uint8_t kMissing = 255;

  // `columns`: one an item, all of the same length, codes 0 … categories-1 as numbers, NaN = not answered or
  // not administered. Refuses (irt.responses) what is no such code, with item and row; columns of unequal
  // length; no column; more than 1,000 items; categories outside 2 … 21.
  static Outcome<Responses> make(std::span<const std::span<const double>> columns,
                                 std::span<const int> categories);

  int persons() const { return persons_; }
  int items() const { return static_cast<int>(categories_.size()); }
  const std::vector<int>& categories() const { return categories_; }
  std::span<const std::uint8_t> row(int person) const {
    return {codes_.data() + static_cast<std::size_t>(person) * categories_.size(), categories_.size()};
  }

 private:
  int persons_ = 0;
  std::vector<int> categories_;
  std::vector<std::uint8_t> codes_;  // person by person
};

}  // namespace kepu::statistics::items
