// For tests: the answers of 1,000 candidates to five items of LSAT section 6 (Bock & Lieberman 1970, table
// 1), on which much of the field has published results; and simulated tests.
#pragma once

#include <cmath>
#include <random>
#include <string_view>
#include <vector>

#include "statistics/items/item.h"
#include "statistics/items/responses.h"

namespace kepu::statistics::items {

using TestColumns = std::vector<std::vector<double>>;

inline std::vector<std::span<const double>> spans(const TestColumns& columns) {
  return {columns.begin(), columns.end()};
}

struct Pattern {
  std::string_view answers;
  int persons;
};
inline constexpr Pattern kLsat6[] = {
    {"00000", 3},  {"00001", 6},   {"00010", 2},  {"00011", 11}, {"00100", 1},  {"00101", 1},
    {"00110", 3},  {"00111", 4},   {"01000", 1},  {"01001", 8},  {"01011", 16}, {"01101", 3},
    {"01110", 2},  {"01111", 15},  {"10000", 10}, {"10001", 29}, {"10010", 14}, {"10011", 81},
    {"10100", 3},  {"10101", 28},  {"10110", 15}, {"10111", 80}, {"11000", 16}, {"11001", 56},
    {"11010", 21}, {"11011", 173}, {"11100", 11}, {"11101", 61}, {"11110", 28}, {"11111", 298}};

inline TestColumns lsat6() {
  TestColumns columns(5);
  for (const Pattern& pattern : kLsat6) {
    for (int i = 0; i < pattern.persons; ++i) {
      for (std::size_t j = 0; j < 5; ++j) columns[j].push_back(pattern.answers[j] - '0');
    }
  }
  return columns;
}

inline TestColumns simulate(const std::vector<Item>& items, int persons, double missing = 0,
                            unsigned seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> ability;
  std::uniform_real_distribution<double> uniform;
  TestColumns columns(items.size());
  std::vector<CategoryCurve> curves;
  for (int i = 0; i < persons; ++i) {
    const double theta = ability(random);
    for (std::size_t j = 0; j < items.size(); ++j) {
      category_curves(items[j], theta, curves);
      double left = uniform(random);
      std::size_t k = 0;
      while (k + 1 < curves.size() && left >= curves[k].p) left -= curves[k++].p;
      columns[j].push_back(uniform(random) < missing ? std::nan("") : static_cast<double>(k));
    }
  }
  return columns;
}

inline std::vector<int> categories_of(const std::vector<Item>& items) {
  std::vector<int> out;
  for (const Item& item : items) out.push_back(item.categories());
  return out;
}

// One of each model.
inline std::vector<Item> mixed_items() {
  return {{Model::one_pl, 1.1, {0.4}},
          {Model::one_pl, 1.1, {-0.9}},
          {Model::two_pl, 0.8, {0.2}},
          {Model::two_pl, 1.6, {-0.5}},
          {Model::three_pl, 1.4, {0.3}, -1.4},
          {Model::graded, 1.2, {1.5, 0.1, -1.2}},
          {Model::partial_credit, 0.7, {0.4, 0.1, -0.8}}};
}

}  // namespace kepu::statistics::items
