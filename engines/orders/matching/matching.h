// Many open orders and many teams at once: each order gets at most one team on one of its days, each team at
// most `capacity` orders and at most one a day, at the least total cost. It is a minimum-cost flow
//   order → (team, day) → team → sink, and order → sink for an order that stays without a team,
// which has an integral optimum. The whole has orders × teams pairs (10,000 × 2,000: twenty million), so it
// is solved on few of them and the others are priced with the duals until none would lower the cost (column
// generation, Dantzig and Wolfe 1960; Ford and Fulkerson 1958): then the result is the optimum of the whole.
// Otherwise `lower_bound` says how far from it at most: cost + Σ_i min(0, least reduced cost of order i), by
// weak duality. Pure: no SQL, no clock. The same input gives the same result.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace kepu::orders::matching {

using Cost = std::int64_t;
inline constexpr std::int32_t kForbidden = INT32_MAX;  // of a pair

struct Problem {
  int orders = 0, teams = 0, days = 0;   // days: numbers 0 … days - 1 of the calendar in question
  std::vector<std::vector<int>> wished;  // of each order, at least one day, each once
  std::vector<Cost> unassigned;          // cost of leaving the order without a team, ≥ 0
  std::vector<int> capacity;             // of each team, ≥ 0
  Cost load_step = 0;  // the second order of a team costs so much more, the third twice, …; ≥ 0
  std::function<bool(int team, int day)> busy;  // has something on that day already; empty: never
  // Writes the costs of the order with every team (`teams` values, 0 … 10⁶, or kForbidden).
  std::function<void(int order, std::span<std::int32_t> costs)> costs;
};

struct Pair {
  int order = 0, team = 0, day = 0;
};

struct Result {
  std::vector<Pair> pairs;  // by order
  Cost cost = 0;            // of all, unassigned ones included
  Cost lower_bound = 0;     // of the optimum; equal to `cost` where it was reached
  int rounds = 0;           // of solving and pricing
};

// Throws std::invalid_argument where sizes do not fit or a number is out of its range. Ends when the cost is
// proven to be within `gap` (0.01: one percent) of the optimum, at the latest after so many rounds.
Result solve(const Problem& problem, double gap = 0, int rounds = 20);

}  // namespace kepu::orders::matching
