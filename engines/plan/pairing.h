// Pairing the items of two plans by likeness: what comparison and alignment share. Private to this folder.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "engines/plan/plan.h"

namespace kepu::plan {

// Overlapping two-character tokens of a text's wording, sorted: the likeness of base::likeness(), prepared
// once.
class TokenBag {
 public:
  explicit TokenBag(std::string_view text);
  double likeness(const TokenBag& other) const;  // Dice, symmetric
  bool empty() const { return tokens_.empty(); }

 private:
  std::vector<std::uint64_t> tokens_;
};

// Indices into both lists with what speaks for the pair.
struct Pair {
  int a = 0, b = 0;
  double likeness = 0;
};
// Best pairs first, each index once; ties go to those that stand alike in their lists. Exchanging the lists
// exchanges the pairs and nothing else.
std::vector<Pair> best_pairs(std::vector<Pair> candidates);

struct ItemPairing {
  std::vector<const InitiativeItem*> initiatives_a, initiatives_b;
  std::vector<const TaskItem*> tasks_a, tasks_b;  // living ones, in plan order
  std::vector<Pair> initiatives, tasks;
};
// `fixed`: tasks of a that are not for pairing, and of b (given by hand).
struct FixedTasks {
  std::vector<Id> a, b;
};
ItemPairing pair_items(const Plan& a, const Plan& b, double task_threshold, const FixedTasks& fixed = {});

}  // namespace kepu::plan
