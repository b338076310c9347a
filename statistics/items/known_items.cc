#include "statistics/items/known_items.h"

#include <algorithm>

namespace kepu::statistics::items {

KnownItems::KnownItems(const Responses& responses, std::span<const Item> items, const Quadrature& quadrature)
    : cells_(kernel::make_cells(responses, {}, false)),
      probability_(cells_.rows + 1, static_cast<int>(quadrature.node.size())),
      prior_(1, static_cast<int>(quadrature.node.size())) {
  const std::size_t nodes = quadrature.node.size();
  std::copy(quadrature.weight.begin(), quadrature.weight.end(), prior_.row(0));
  std::vector<CategoryCurve> curves;
  for (std::size_t j = 0; j < items.size(); ++j) {
    for (std::size_t q = 0; q < nodes; ++q) {
      category_curves(items[j], quadrature.node[q], curves);
      for (std::size_t k = 0; k < curves.size(); ++k) {
        probability_.row(cells_.base[j] + static_cast<int>(k))[q] = curves[k].p;
      }
    }
  }
  std::fill_n(probability_.row(cells_.rows), nodes, 1.0);
  for (int cell = 0; cell < cells_.rows; ++cell) {
    double* row = probability_.row(cell);
    if (std::all_of(row, row + nodes, [](double p) { return p == 0; })) std::fill_n(row, nodes, 1.0);
  }
}

}  // namespace kepu::statistics::items
