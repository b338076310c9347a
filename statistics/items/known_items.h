// Persons before items whose parameters are known: what scoring needs at the nodes. Internal.
#pragma once

#include "statistics/items/item.h"
#include "statistics/items/node_kernel.h"
#include "statistics/items/quadrature.h"

namespace kepu::statistics::items {

// Keeps no reference to its arguments. Answers of probability 0 count as missing.
class KnownItems {
 public:
  KnownItems(const Responses& responses, std::span<const Item> items, const Quadrature& quadrature);

  kernel::Pass pass(int begin, int end) const { return {cells_, probability_, prior_, begin, end}; }
  const kernel::Cells& cells() const { return cells_; }
  const kernel::NodeTable& probability() const { return probability_; }

 private:
  kernel::Cells cells_;
  kernel::NodeTable probability_, prior_;
};

}  // namespace kepu::statistics::items
