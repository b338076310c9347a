#include "engines/orders/matching/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace kepu::orders::matching {
namespace {

struct Case {
  Problem problem;
  std::vector<std::vector<std::int32_t>> costs;
  std::set<std::pair<int, int>> taken;  // team, day
};

void wire(Case& c) {
  c.problem.costs = [&c](int order, std::span<std::int32_t> out) {
    std::copy(c.costs[static_cast<std::size_t>(order)].begin(),
              c.costs[static_cast<std::size_t>(order)].end(), out.begin());
  };
  c.problem.busy = [&c](int team, int day) { return c.taken.count({team, day}) != 0; };
}

void fill(Case& c, std::mt19937& random, int orders, int teams, int days, int range, int percent_forbidden) {
  auto& p = c.problem;
  p.orders = orders;
  p.teams = teams;
  p.days = days;
  p.load_step = static_cast<Cost>(random() % 4);
  for (int i = 0; i < orders; ++i) {
    std::set<int> wished = {static_cast<int>(random() % static_cast<unsigned>(days))};
    if (random() % 2 == 0) wished.insert(static_cast<int>(random() % static_cast<unsigned>(days)));
    p.wished.emplace_back(wished.begin(), wished.end());
    p.unassigned.push_back(range + static_cast<Cost>(random() % 20));
    auto& row = c.costs.emplace_back();
    for (int t = 0; t < teams; ++t)
      row.push_back(static_cast<int>(random() % 100) < percent_forbidden
                        ? kForbidden
                        : static_cast<std::int32_t>(random() % static_cast<unsigned>(range)));
  }
  for (int t = 0; t < teams; ++t) {
    p.capacity.push_back(static_cast<int>(random() % 3));
    if (random() % 5 == 0) c.taken.insert({t, static_cast<int>(random() % static_cast<unsigned>(days))});
  }
  wire(c);
}

// Everything that is possible, by trying it.
Cost best_by_trying(const Case& c, int order, std::vector<int>& load, std::set<std::pair<int, int>>& used) {
  const auto& p = c.problem;
  if (order == p.orders) return 0;
  Cost best = p.unassigned[static_cast<std::size_t>(order)] + best_by_trying(c, order + 1, load, used);
  for (int t = 0; t < p.teams; ++t) {
    const auto cost = c.costs[static_cast<std::size_t>(order)][static_cast<std::size_t>(t)];
    auto& l = load[static_cast<std::size_t>(t)];
    if (cost == kForbidden || l >= p.capacity[static_cast<std::size_t>(t)]) continue;
    for (const int day : p.wished[static_cast<std::size_t>(order)]) {
      if (c.taken.count({t, day}) != 0 || !used.insert({t, day}).second) continue;
      const Cost step = p.load_step * l;
      ++l;
      best = std::min(best, cost + step + best_by_trying(c, order + 1, load, used));
      --l;
      used.erase({t, day});
    }
  }
  return best;
}

// What the pairs cost, after looking at every rule.
Cost checked_cost(const Case& c, const Result& r) {
  const auto& p = c.problem;
  std::map<int, int> load;
  std::set<std::pair<int, int>> used = c.taken;
  std::vector<bool> served(static_cast<std::size_t>(p.orders));
  Cost cost = std::accumulate(p.unassigned.begin(), p.unassigned.end(), Cost{0});
  for (const auto& pair : r.pairs) {
    const auto i = static_cast<std::size_t>(pair.order);
    EXPECT_FALSE(served[i]);
    served[i] = true;
    EXPECT_TRUE(used.insert({pair.team, pair.day}).second) << "a team twice on one day";
    EXPECT_TRUE(std::count(p.wished[i].begin(), p.wished[i].end(), pair.day) != 0);
    EXPECT_NE(c.costs[i][static_cast<std::size_t>(pair.team)], kForbidden);
    cost += c.costs[i][static_cast<std::size_t>(pair.team)] - p.unassigned[i] + p.load_step * load[pair.team];
    EXPECT_LE(++load[pair.team], p.capacity[static_cast<std::size_t>(pair.team)]);
  }
  return cost;
}

TEST(Matching, SmallCases_AreTheOptimumByTrying) {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    Case c;
    fill(c, random, 1 + static_cast<int>(random() % 5), 1 + static_cast<int>(random() % 4),
         1 + static_cast<int>(random() % 3), round % 3 == 0 ? 4 : 50, 20);
    std::vector<int> load(static_cast<std::size_t>(c.problem.teams));
    std::set<std::pair<int, int>> used;
    const Result r = solve(c.problem);
    EXPECT_EQ(r.cost, best_by_trying(c, 0, load, used)) << "round " << round;
    EXPECT_EQ(r.cost, checked_cost(c, r));
    EXPECT_EQ(r.lower_bound, r.cost);
  }
}

TEST(Matching, MiddleCases_ReachTheOptimumOfAllPairs) {
  std::mt19937 random(6);
  for (int round = 0; round < 8; ++round) {
    Case c;
    fill(c, random, 120, 60, 5, 1000, 30);
    const Result r = solve(c.problem);
    EXPECT_EQ(r.cost, checked_cost(c, r));
    EXPECT_EQ(r.lower_bound, r.cost) << "no pair outside would lower it";
    const Result cut = solve(c.problem, 0, 1);
    EXPECT_LE(cut.lower_bound, r.cost);
    EXPECT_GE(cut.cost, r.cost);
    const Result near = solve(c.problem, 0.02);
    EXPECT_LE(static_cast<double>(near.cost), 1.02 * static_cast<double>(r.cost));
  }
}

TEST(Matching, AnAddedTeam_NeverRaisesTheCost_AndOrderOfInputDoesNotMatter) {
  std::mt19937 random(8);
  for (int round = 0; round < 20; ++round) {
    Case c;
    fill(c, random, 40, 15, 4, 300, 25);
    const Cost before = solve(c.problem).cost;
    Case turned = c;
    std::reverse(turned.costs.begin(), turned.costs.end());
    std::reverse(turned.problem.wished.begin(), turned.problem.wished.end());
    std::reverse(turned.problem.unassigned.begin(), turned.problem.unassigned.end());
    wire(turned);
    EXPECT_EQ(solve(turned.problem).cost, before);
    ++c.problem.teams;
    c.problem.capacity.push_back(2);
    for (auto& row : c.costs) row.push_back(static_cast<std::int32_t>(random() % 300));
    EXPECT_LE(solve(c.problem).cost, before);
  }
}

TEST(Matching, NothingToDo_AndNonsense) {
  Case c;
  std::mt19937 random(1);
  fill(c, random, 3, 0, 2, 10, 0);
  EXPECT_TRUE(solve(c.problem).pairs.empty());
  c.problem.unassigned[0] = -1;
  EXPECT_THROW(solve(c.problem), std::invalid_argument);
  Problem none;
  none.days = 1;
  none.costs = [](int, std::span<std::int32_t>) {};
  EXPECT_EQ(solve(none).cost, 0);
}

}  // namespace
}  // namespace kepu::orders::matching
