#include "statistics/sampling/selection.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace kepu::statistics::sampling {

namespace {

// Rows: A B1 B2 C D E1 E2 F. Columns: one to six eligible persons. Numbers from 1, as printed.
constexpr std::array<std::array<int, 6>, 8> kKishTables{{
    {1, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 2, 2},
    {1, 1, 1, 2, 2, 2},
    {1, 1, 2, 2, 3, 3},
    {1, 2, 2, 3, 4, 4},
    {1, 2, 3, 3, 3, 5},
    {1, 2, 3, 4, 5, 5},
    {1, 2, 3, 4, 5, 6},
}};
constexpr std::array<std::size_t, 12> kKishCycle{0, 0, 1, 2, 3, 3, 4, 4, 5, 6, 7, 7};

tl::unexpected<Refusal> too_many(std::size_t count, std::size_t take) {
  return refuse("sampling.too_many", fmt::format("{} units wanted, {} there", take, count));
}

int kish_number(std::size_t turn, std::size_t eligible) {
  return kKishTables[kKishCycle[turn]][eligible - 1];
}

}  // namespace

Outcome<std::vector<std::size_t>> draw_simple(std::size_t count, std::size_t take, Generator& random) {
  if (take > count) return too_many(count, take);
  std::vector<std::size_t> drawn;
  drawn.reserve(take);
  for (std::size_t i = 0; drawn.size() < take; ++i) {
    if (random.below(count - i) < take - drawn.size()) drawn.push_back(i);
  }
  return drawn;
}

Outcome<std::vector<std::size_t>> draw_every_kth(std::size_t count, std::size_t take, Generator& random) {
  if (take > count) return too_many(count, take);
  std::vector<std::size_t> drawn;
  drawn.reserve(take);
  const double start = random.uniform(), step = static_cast<double>(count) / static_cast<double>(take);
  for (std::size_t j = 0; j < take; ++j) {
    const auto at = static_cast<std::size_t>(std::floor((start + static_cast<double>(j)) * step));
    drawn.push_back(std::min(at, count - 1));
  }
  return drawn;
}

Outcome<Person> draw_person(std::size_t eligible, Generator& random) {
  if (eligible == 0) return refuse("sampling.empty", "nobody in the household is eligible");
  return Person{static_cast<std::size_t>(random.below(eligible)), 1 / static_cast<double>(eligible)};
}

Outcome<Person> kish_person(std::size_t eligible, std::size_t serial, std::size_t start) {
  if (eligible == 0) return refuse("sampling.empty", "nobody in the household is eligible");
  if (eligible > 6)
    return refuse("sampling.kish", fmt::format("{} eligible persons; the tables hold six", eligible));
  const int number = kish_number((start % 12 + serial % 12) % 12, eligible);
  int times = 0;
  for (std::size_t turn = 0; turn < 12; ++turn) times += kish_number(turn, eligible) == number ? 1 : 0;
  return Person{static_cast<std::size_t>(number - 1), times / 12.0};
}

}  // namespace kepu::statistics::sampling
