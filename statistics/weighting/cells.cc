#include "statistics/weighting/cells.h"

#include <algorithm>

namespace kepu::statistics {

namespace {

// The key of each row: mixed radix of its categories; -1 = missing.
std::vector<std::int64_t> keys_of(std::span<const Cells* const> parts) {
  const std::size_t rows = parts[0]->of.size();
  std::vector<std::int64_t> keys(parts[0]->of.begin(), parts[0]->of.end());
  std::int64_t radix = parts[0]->count;
  for (std::size_t p = 1; p < parts.size(); ++p) {
    const auto& of = parts[p]->of;
    for (std::size_t i = 0; i < rows; ++i) {
      keys[i] = keys[i] < 0 || of[i] < 0 ? -1 : keys[i] + radix * of[i];
    }
    radix *= std::max(parts[p]->count, 1);
  }
  return keys;
}

std::vector<std::int64_t> distinct(std::vector<std::int64_t> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (!keys.empty() && keys.front() < 0) keys.erase(keys.begin());
  return keys;
}

// Numbers the keys through a table of all combinations; gives back the keys that occur, in order.
std::vector<std::int64_t> number_by_table(const std::vector<std::int64_t>& keys, std::int64_t combinations,
                                          Cells& out) {
  std::vector<std::int32_t> number(static_cast<std::size_t>(combinations), -1);
  for (const auto key : keys) {
    if (key >= 0) number[static_cast<std::size_t>(key)] = 0;
  }
  std::vector<std::int64_t> occurring;
  for (std::size_t k = 0; k < number.size(); ++k) {
    if (number[k] < 0) continue;
    number[k] = static_cast<std::int32_t>(occurring.size());
    occurring.push_back(static_cast<std::int64_t>(k));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out.of[i] = keys[i] < 0 ? -1 : number[static_cast<std::size_t>(keys[i])];
  }
  return occurring;
}

}  // namespace

CrossedCells cross(std::span<const Cells* const> parts) {
  const auto keys = keys_of(parts);
  double combinations = 1;
  for (const auto* part : parts) combinations *= std::max(part->count, 1);
  CrossedCells out;
  out.cells.of.resize(keys.size());
  std::vector<std::int64_t> occurring;
  if (combinations <= 1024.0 + 4.0 * static_cast<double>(keys.size())) {
    occurring = number_by_table(keys, static_cast<std::int64_t>(combinations), out.cells);
  } else {
    occurring = distinct(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto found = std::lower_bound(occurring.begin(), occurring.end(), keys[i]);
      out.cells.of[i] = keys[i] < 0 ? -1 : static_cast<std::int32_t>(found - occurring.begin());
    }
  }
  out.cells.count = static_cast<std::int32_t>(occurring.size());
  out.parts.resize(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::int64_t radix = std::max(parts[p]->count, 1);
    for (auto& key : occurring) {
      out.parts[p].push_back(static_cast<std::int32_t>(p + 1 < parts.size() ? key % radix : key));
      key /= radix;
    }
  }
  return out;
}

}  // namespace kepu::statistics
