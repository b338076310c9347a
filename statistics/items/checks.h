// What every estimator of this folder asks of its inputs. Internal.
#pragma once

#include <cmath>
#include <span>

#include "statistics/items/item.h"
#include "statistics/items/quadrature.h"
#include "statistics/items/responses.h"

namespace kepu::statistics::items {

// One weight a row (or none at all), finite, not negative, not all 0 (items.weights).
Outcome<void> check_weights(std::span<const double> weights, std::size_t rows);
// 2 to 1,000 ascending nodes with positive weights that sum to 1 (irt.options).
Outcome<void> check_quadrature(const Quadrature& quadrature);
// As many items as the responses have, each valid and with as many categories (irt.items).
Outcome<void> check_items(std::span<const Item> items, const Responses& responses);

}  // namespace kepu::statistics::items
