// The inner loops of marginal maximum likelihood, over persons and nodes of θ at once. Internal to this
// folder.
//
// Every answer of an item is a "cell"; a table holds for each cell the values of a function of θ at all
// nodes, padded with zeros to whole lanes of eight. A person's likelihood is the product of his cells' rows;
// products of 16 are brought back to size 1, so that long tests do not underflow.
#pragma once

#include <cstdint>
#include <functional>
#include <new>
#include <span>
#include <vector>

#include "statistics/items/responses.h"

namespace kepu::statistics::items::kernel {

using Lane = double __attribute__((vector_size(64)));
inline constexpr int kWidth = 8;

// std::allocator forgets how a vector type is aligned.
template <class T>
struct LaneAllocator {
  using value_type = T;
  LaneAllocator() = default;
  template <class U>
  LaneAllocator(const LaneAllocator<U>&) {}
  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(sizeof(Lane))));
  }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t(sizeof(Lane))); }
  friend bool operator==(LaneAllocator, LaneAllocator) { return true; }
};

// rows × nodes, row by row, padded.
class NodeTable {
 public:
  NodeTable(int rows, int nodes)
      : lanes_((nodes + kWidth - 1) / kWidth),
        values_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(lanes_ * kWidth), 0) {}
  int lanes() const { return lanes_; }
  double* row(int r) { return values_.data() + static_cast<std::ptrdiff_t>(r) * lanes_ * kWidth; }
  const double* row(int r) const { return values_.data() + static_cast<std::ptrdiff_t>(r) * lanes_ * kWidth; }
  Lane* data() { return reinterpret_cast<Lane*>(values_.data()); }
  const Lane* data() const { return reinterpret_cast<const Lane*>(values_.data()); }
  NodeTable& operator+=(const NodeTable& other) {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += other.values_[i];
    return *this;
  }

 private:
  int lanes_;
  std::vector<double, LaneAllocator<double>> values_;
};

// Persons (or groups of persons with equal answers) as cells; the row after the last cell, all ones, stands
// for a missing answer.
struct Cells {
  int persons = 0, items = 0;
  int rows = 0;                     // cells of all items; the number of the missing row
  std::vector<int> base;            // first cell of each item
  std::vector<std::uint16_t> cell;  // person by person
  std::vector<double> weight;       // one a person
};

// `merge` = equal answers once, their weights added, where at most four fifths would be left. Persons of
// weight 0 are left out when merging.
Cells make_cells(const Responses& responses, std::span<const double> weights, bool merge);
// Every `step`-th person.
Cells every(const Cells& cells, int step);

// What a loop over persons reads: P(answer | node) for each cell (the last row ones), the prior, persons
// begin … end-1.
struct Pass {
  const Cells& cells;
  const NodeTable& probability;
  const NodeTable& prior;
  int begin = 0, end = 0;
};

// Adds to `counts` (a row a cell) the expected number of persons at each node, and to `total` (one row) that
// of all; returns Σ w log marginal probability (-∞ where a person is impossible).
double expected_counts(const Pass& pass, NodeTable& counts, NodeTable& total);
// For each person the posterior means of the `functions`' rows, persons of the pass × rows into
// out. False where a person is
// impossible.
bool posterior_means(const Pass& pass, const NodeTable& functions, int rows, double* out);
// Each person's posterior at the nodes: persons of the pass × lanes() × kWidth into out.
bool posteriors(const Pass& pass, double* out);
// For each person and item the posterior means of `per_item[j]` consecutive rows of `scores` beginning at
// `first[cell]` (missing: 0); persons of the pass × `width` into out.
struct ScoreRows {
  const NodeTable& scores;
  std::span<const int> first;     // by cell
  std::span<const int> per_item;  // number of scores of each item
  int width = 0;                  // their sum
};
void mean_scores(const Pass& pass, const ScoreRows& rows, double* out);
// Adds the expected number of persons with two answers at once: row s * slots + t of `pairs`, the slot s of
// an earlier item, t of a later one. `slot` gives each cell its slot, `missing_slot` each item that of no
// answer; -1 = not counted.
struct Slots {
  std::span<const int> slot, missing_slot;
  int slots = 0;
};
void pair_counts(const Pass& pass, const Slots& slots, NodeTable& pairs);

// Cuts 0 … n-1 into as many chunks as threads pay for (work = n × cost) and runs `run(chunk, begin, end)` on
// each.
int chunks_for(int n, int cost, int threads);
void in_chunks(int n, int chunks, const std::function<void(int, int, int)>& run);

}  // namespace kepu::statistics::items::kernel
