// Persons as cells, equal ones once; and the threads.
#include <algorithm>
#include <thread>
#include <unordered_map>

#include "statistics/items/node_kernel.h"

namespace kepu::statistics::items::kernel {

namespace {

std::uint64_t hash_of(std::span<const std::uint8_t> row) {
  std::uint64_t hash = 1469598103934665603u;
  for (const std::uint8_t code : row) hash = (hash ^ code) * 1099511628211u;
  return hash ^ (hash >> 29);
}

// Groups persons of positive weight with equal answers. `first` holds one person of each group.
struct Groups {
  std::vector<int> first;
  std::vector<double> weight;
};

Groups group(const Responses& responses, std::span<const double> weights, int step) {
  Groups groups;
  std::unordered_multimap<std::uint64_t, int> known;
  known.reserve(static_cast<std::size_t>(responses.persons() / step + 1));
  for (int i = 0; i < responses.persons(); i += step) {
    const double weight = weights.empty() ? 1 : weights[static_cast<std::size_t>(i)];
    if (weight == 0) continue;
    const auto row = responses.row(i);
    const std::uint64_t hash = hash_of(row);
    int found = -1;
    for (auto [it, end] = known.equal_range(hash); it != end && found < 0; ++it) {
      const auto other = responses.row(groups.first[static_cast<std::size_t>(it->second)]);
      if (std::equal(row.begin(), row.end(), other.begin())) found = it->second;
    }
    if (found < 0) {
      known.emplace(hash, static_cast<int>(groups.first.size()));
      groups.first.push_back(i);
      groups.weight.push_back(weight);
    } else {
      groups.weight[static_cast<std::size_t>(found)] += weight;
    }
  }
  return groups;
}

// A look at some 500 persons first: where hardly any two are equal, it does not pay to look at all.
bool worth_grouping(const Responses& responses, std::span<const double> weights) {
  const int step = std::max(1, responses.persons() / 500);
  const std::size_t looked_at = static_cast<std::size_t>((responses.persons() + step - 1) / step);
  return step == 1 || group(responses, weights, step).first.size() * 100 < looked_at * 98;
}

void add_person(Cells& cells, std::span<const std::uint8_t> row, double weight) {
  for (std::size_t j = 0; j < row.size(); ++j) {
    cells.cell.push_back(
        static_cast<std::uint16_t>(row[j] == Responses::kMissing ? cells.rows : cells.base[j] + row[j]));
  }
  cells.weight.push_back(weight);
}

}  // namespace

Cells make_cells(const Responses& responses, std::span<const double> weights, bool merge) {
  Cells cells;
  cells.items = responses.items();
  for (const int categories : responses.categories()) {
    cells.base.push_back(cells.rows);
    cells.rows += categories;
  }
  const std::size_t persons = static_cast<std::size_t>(responses.persons());
  Groups groups;
  if (merge && worth_grouping(responses, weights)) groups = group(responses, weights, 1);
  const bool merged = !groups.first.empty() && groups.first.size() * 5 <= persons * 4;
  const std::size_t rows = merged ? groups.first.size() : persons;
  cells.cell.reserve(rows * static_cast<std::size_t>(cells.items));
  cells.weight.reserve(rows);
  if (merged) {
    for (std::size_t g = 0; g < rows; ++g) {
      add_person(cells, responses.row(groups.first[g]), groups.weight[g]);
    }
  } else {
    for (std::size_t i = 0; i < persons; ++i) {
      const double weight = weights.empty() ? 1 : weights[i];
      if (weight != 0 || !merge) add_person(cells, responses.row(static_cast<int>(i)), weight);
    }
  }
  cells.persons = static_cast<int>(cells.weight.size());
  return cells;
}

Cells every(const Cells& cells, int step) {
  Cells out{.items = cells.items, .rows = cells.rows, .base = cells.base};
  for (int i = 0; i < cells.persons; i += step) {
    const auto* cell = cells.cell.data() + static_cast<std::ptrdiff_t>(i) * cells.items;
    out.cell.insert(out.cell.end(), cell, cell + cells.items);
    out.weight.push_back(cells.weight[static_cast<std::size_t>(i)]);
  }
  out.persons = static_cast<int>(out.weight.size());
  return out;
}

int chunks_for(int n, int cost, int threads) {
  constexpr std::int64_t kWorthAThread = 20000;
  const std::int64_t worth = static_cast<std::int64_t>(n) * cost / kWorthAThread;
  return static_cast<int>(std::clamp<std::int64_t>(worth, 1, std::max(1, threads)));
}

void in_chunks(int n, int chunks, const std::function<void(int, int, int)>& run) {
  const auto edge = [&](int chunk) {
    return static_cast<int>(static_cast<std::int64_t>(n) * chunk / chunks);
  };
  std::vector<std::jthread> threads;
  for (int chunk = 1; chunk < chunks; ++chunk) {
    threads.emplace_back([&run, &edge, chunk] { run(chunk, edge(chunk), edge(chunk + 1)); });
  }
  run(0, 0, edge(1));
}

}  // namespace kepu::statistics::items::kernel
