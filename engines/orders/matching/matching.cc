#include "engines/orders/matching/matching.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#define LEMON_ONLY_TEMPLATES  // the constants of the library are in its headers, so that nothing need be
                              // linked
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

namespace kepu::orders::matching {

namespace {

constexpr int kFirst = 14, kMore = 4;  // pairs of an order to begin with, and added where they would pay

struct Arc {
  int from, to;
  Cost cost;
  int order = -1, team = -1, day = -1;
};

void check(const Problem& p) {
  const auto n = static_cast<std::size_t>(p.orders);
  if (p.orders < 0 || p.teams < 0 || p.days < 1 || p.wished.size() != n || p.unassigned.size() != n ||
      p.capacity.size() != static_cast<std::size_t>(p.teams) || p.load_step < 0 || !p.costs)
    throw std::invalid_argument("matching: sizes do not fit");
  for (const auto& days : p.wished) {
    if (days.empty() || std::any_of(days.begin(), days.end(), [&](int d) { return d < 0 || d >= p.days; }))
      throw std::invalid_argument("matching: a wished day is out of range");
  }
  if (std::any_of(p.unassigned.begin(), p.unassigned.end(),
                  [](Cost c) { return c < 0 || c > 1'000'000'000; }) ||
      std::any_of(p.capacity.begin(), p.capacity.end(), [](int c) { return c < 0; }))
    throw std::invalid_argument("matching: costs and capacities must not be negative");
}

// Nodes: orders, then (team, day), then teams, then the sink.
class Network {
 public:
  explicit Network(const Problem& p)
      : p_(p),
        slots_(p.orders),
        teams_(slots_ + p.teams * p.days),
        sink_(teams_ + p.teams),
        known_(static_cast<std::size_t>(p.orders)) {}

  int slot(int team, int day) const { return slots_ + team * p_.days + day; }
  bool free(int team, int day) const { return !p_.busy || !p_.busy(team, day); }

  void add(int order, int team, Cost cost) {
    auto& own = known_[static_cast<std::size_t>(order)];
    const auto at = std::lower_bound(own.begin(), own.end(), team);
    if (at != own.end() && *at == team) return;
    own.insert(at, team);
    for (const int day : p_.wished[static_cast<std::size_t>(order)]) {
      if (free(team, day)) pairs_.push_back({order, slot(team, day), cost, order, team, day});
    }
  }
  bool knows(int order, int team) const {
    const auto& own = known_[static_cast<std::size_t>(order)];
    return std::binary_search(own.begin(), own.end(), team);
  }

  // Solves on the pairs known so far; fills in the result's pairs and cost.
  void solve(Result& out) {
    std::vector<Arc> arcs = pairs_;
    for (int i = 0; i < p_.orders; ++i)
      arcs.push_back({i, sink_, p_.unassigned[static_cast<std::size_t>(i)]});
    for (int t = 0; t < p_.teams; ++t) {
      const int most = std::min(p_.capacity[static_cast<std::size_t>(t)], p_.days);
      for (int day = 0; day < p_.days; ++day) arcs.push_back({slot(t, day), teams_ + t, 0});
      // One arc an order where each further one costs more.
      for (int k = 0; k < most; ++k) arcs.push_back({teams_ + t, sink_, p_.load_step * k});
    }
    std::stable_sort(arcs.begin(), arcs.end(), [](const Arc& a, const Arc& b) { return a.from < b.from; });
    std::vector<std::pair<int, int>> ends;
    ends.reserve(arcs.size());
    for (const auto& a : arcs) ends.emplace_back(a.from, a.to);
    lemon::StaticDigraph graph;
    graph.build(sink_ + 1, ends.begin(), ends.end());
    lemon::StaticDigraph::ArcMap<Cost> cost(graph);
    lemon::StaticDigraph::ArcMap<Cost> upper(graph, 1);
    lemon::StaticDigraph::NodeMap<Cost> supply(graph, 0);
    for (std::size_t a = 0; a < arcs.size(); ++a) cost[graph.arc(static_cast<int>(a))] = arcs[a].cost;
    for (int i = 0; i < p_.orders; ++i) supply[graph.node(i)] = 1;
    supply[graph.node(sink_)] = -p_.orders;
    lemon::NetworkSimplex<lemon::StaticDigraph, Cost, Cost> simplex(graph);
    simplex.upperMap(upper).costMap(cost).supplyMap(supply);
    using Simplex = decltype(simplex);
    if (simplex.run(Simplex::BLOCK_SEARCH) != Simplex::OPTIMAL) throw std::logic_error("matching: no flow");
    out.pairs.clear();
    out.cost = simplex.totalCost<Cost>();
    for (std::size_t a = 0; a < arcs.size(); ++a) {
      if (arcs[a].order >= 0 && simplex.flow(graph.arc(static_cast<int>(a))) > 0)
        out.pairs.push_back({arcs[a].order, arcs[a].team, arcs[a].day});
    }
    potential_.resize(static_cast<std::size_t>(sink_) + 1);
    for (int v = 0; v <= sink_; ++v)
      potential_[static_cast<std::size_t>(v)] = simplex.potential(graph.node(v));
  }

  // Least reduced cost of the pair over the order's days: c + π(order) - π(slot).
  Cost reduced(int order, int team, Cost cost) const {
    Cost least = INT64_MAX;
    for (const int day : p_.wished[static_cast<std::size_t>(order)]) {
      if (!free(team, day)) continue;
      least = std::min(least, cost + potential_[static_cast<std::size_t>(order)] -
                                  potential_[static_cast<std::size_t>(slot(team, day))]);
    }
    return least;
  }

 private:
  const Problem& p_;
  const int slots_, teams_, sink_;
  std::vector<std::vector<int>> known_;
  std::vector<Arc> pairs_;
  std::vector<Cost> potential_;
};

}  // namespace

Result solve(const Problem& p, double gap, int rounds) {
  check(p);
  Result out;
  if (p.orders == 0) return out;
  Network network(p);
  std::vector<std::int32_t> row(static_cast<std::size_t>(p.teams));
  std::vector<int> by(static_cast<std::size_t>(p.teams));
  for (int i = 0; i < p.orders; ++i) {
    p.costs(i, row);
    std::iota(by.begin(), by.end(), 0);
    const auto cheaper = [&](int a, int b) {
      return std::pair(row[static_cast<std::size_t>(a)], a) < std::pair(row[static_cast<std::size_t>(b)], b);
    };
    const auto end = by.begin() + std::min(kFirst, p.teams);
    std::nth_element(by.begin(), end == by.end() ? by.begin() : end, by.end(), cheaper);
    for (auto at = by.begin(); at != end; ++at) {
      if (row[static_cast<std::size_t>(*at)] != kForbidden)
        network.add(i, *at, row[static_cast<std::size_t>(*at)]);
    }
  }
  for (;;) {
    network.solve(out);
    ++out.rounds;
    Cost gain = 0;
    for (int i = 0; i < p.orders; ++i) {
      p.costs(i, row);
      std::vector<std::pair<Cost, int>> better;
      for (int t = 0; t < p.teams; ++t) {
        const auto c = row[static_cast<std::size_t>(t)];
        if (c == kForbidden || c >= p.unassigned[static_cast<std::size_t>(i)]) continue;
        const Cost r = network.reduced(i, t, c);
        if (r < 0 && !network.knows(i, t)) better.emplace_back(r, t);
      }
      if (better.empty()) continue;
      const auto end =
          better.begin() + std::min<std::ptrdiff_t>(kMore, static_cast<std::ptrdiff_t>(better.size()));
      std::partial_sort(better.begin(), end, better.end());
      gain += better.front().first;
      for (auto at = better.begin(); at != end; ++at)
        network.add(i, at->second, row[static_cast<std::size_t>(at->second)]);
    }
    out.lower_bound = out.cost + gain;
    if (static_cast<double>(-gain) <= gap * static_cast<double>(out.cost) || out.rounds >= rounds) break;
  }
  std::sort(out.pairs.begin(), out.pairs.end(),
            [](const Pair& a, const Pair& b) { return a.order < b.order; });
  return out;
}

}  // namespace kepu::orders::matching
