// 10,000 open orders on 2,000 teams, a county of clustered villages: the optimum of all twenty million pairs,
// beside the nearest free team taken order by order. Prints seconds, costs, and the gap to the proven bound.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <set>
#include <span>

#include "engines/orders/matching/matching.h"

namespace {

using namespace kepu::orders::matching;

struct Place {
  float x, y;
};

double seconds_of(auto&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int orders = argc > 1 ? std::atoi(argv[1]) : 10'000, teams = argc > 2 ? std::atoi(argv[2]) : 2'000;
  std::mt19937 random(20261126);
  std::normal_distribution<float> near(0, 0.8F);
  std::uniform_real_distribution<float> anywhere(0, 40);
  std::vector<Place> towns(12);
  for (auto& t : towns) t = {anywhere(random), anywhere(random)};
  const auto place = [&] {
    const auto& t = towns[random() % towns.size()];
    return Place{t.x + 3 * near(random), t.y + 3 * near(random)};
  };
  std::vector<Place> at(static_cast<std::size_t>(orders)), home(static_cast<std::size_t>(teams));
  std::vector<int> kind(at.size()), lately(home.size());
  std::vector<std::uint32_t> skills(home.size());
  for (auto& p : at) p = place();
  for (auto& p : home) p = place();
  for (auto& k : kind) k = static_cast<int>(random() % 10);
  for (auto& s : skills) s = (1U << (random() % 10)) | (1U << (random() % 10)) | (1U << (random() % 10));
  for (auto& l : lately) l = static_cast<int>(random() % 8);
  Problem p;
  p.orders = orders;
  p.teams = teams;
  p.days = 10;
  p.load_step = 60;
  for (int i = 0; i < orders; ++i) {
    std::set<int> days;
    for (int d = 0; d < 2; ++d) days.insert(static_cast<int>(random() % 10));
    p.wished.emplace_back(days.begin(), days.end());
    p.unassigned.push_back(3000 + static_cast<Cost>(random() % 1000));
  }
  for (int t = 0; t < teams; ++t) p.capacity.push_back(2 + static_cast<int>(random() % 6));
  p.costs = [&](int i, std::span<std::int32_t> out) {
    const auto o = static_cast<std::size_t>(i);
    for (std::size_t t = 0; t < out.size(); ++t) {
      const float dx = at[o].x - home[t].x, dy = at[o].y - home[t].y;
      const auto km = std::sqrt(dx * dx + dy * dy);
      out[t] = (skills[t] >> kind[o] & 1U) == 0 ? kForbidden
                                                : static_cast<std::int32_t>(km * 100) + 30 * lately[t];
    }
  };
  Result best, near_best;
  const double near_seconds = seconds_of([&] { near_best = solve(p, 0.01); });
  const double seconds = seconds_of([&] { best = solve(p); });
  // Order by order, the nearest that is free on a wished day.
  Cost greedy = 0;
  int served = 0;
  const double greedy_seconds = seconds_of([&] {
    std::vector<int> load(home.size());
    std::set<std::pair<int, int>> used;
    std::vector<std::int32_t> row(home.size());
    for (int i = 0; i < orders; ++i) {
      p.costs(i, row);
      int chosen = -1, day = -1;
      Cost least = p.unassigned[static_cast<std::size_t>(i)];
      for (int t = 0; t < teams; ++t) {
        const auto n = static_cast<std::size_t>(t);
        const Cost c = row[n] + p.load_step * load[n];
        if (row[n] == kForbidden || load[n] >= p.capacity[n] || c >= least) continue;
        for (const int d : p.wished[static_cast<std::size_t>(i)]) {
          if (used.count({t, d}) != 0) continue;
          chosen = t, day = d, least = c;
          break;
        }
      }
      greedy += least;
      if (chosen < 0) continue;
      ++served;
      ++load[static_cast<std::size_t>(chosen)];
      used.insert({chosen, day});
    }
  });
  fmt::print("proven within 1 %: {:.2f} s, {} rounds, {:.3f} % above the optimum\n", near_seconds,
             near_best.rounds,
             100.0 * (static_cast<double>(near_best.cost) / static_cast<double>(best.cost) - 1));
  fmt::print("{} orders x {} teams: {:.2f} s, {} rounds, {} served, cost {}, gap to the bound {:.4f} %\n",
             orders, teams, seconds, best.rounds, best.pairs.size(), best.cost,
             best.cost == 0 ? 0.0
                            : 100.0 * static_cast<double>(best.cost - best.lower_bound) /
                                  static_cast<double>(best.cost));
  fmt::print("nearest free team, order by order: {:.2f} s, {} served, cost {}: {:.1f} % above\n",
             greedy_seconds, served, greedy,
             100.0 * (static_cast<double>(greedy) / static_cast<double>(best.cost) - 1));
}
