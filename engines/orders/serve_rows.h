// Rows of presence as values. Included by the serve stores only.
#pragma once

#include <string_view>

#include "engines/orders/serve_store.h"

namespace kepu::orders {

// In the order in which presence_from() reads them.
inline constexpr std::string_view kPresenceColumns =
    "order_id, person, visit, team, name, kind, state, in_at, out_at, filled_by, decided_by, reason, "
    "recorded_at, leader, shift";
Presence presence_from(const sql::Row& row);

}  // namespace kepu::orders
