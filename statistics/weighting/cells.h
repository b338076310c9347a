// Categories of rows as small numbers, and the joint categories of several variables.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kepu::statistics {

// The category of each row, 0 … count-1; -1 = missing. A category that no row has is allowed.
struct Cells {
  std::vector<std::int32_t> of;
  std::int32_t count = 0;
};

// The combinations of categories that occur.
struct CrossedCells {
  Cells cells;                                   // of each row; -1 where one part is missing
  std::vector<std::vector<std::int32_t>> parts;  // [part][joint cell] = category of that part
};

// Joint cells of `parts` (all of the same number of rows, at least one part), numbered in the order of their
// categories with the first part changing fastest. Time linear in rows; memory linear in rows or, where that
// is less, in the number of possible combinations.
CrossedCells cross(std::span<const Cells* const> parts);

}  // namespace kepu::statistics
