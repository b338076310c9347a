// Rows of shifts as values. Included by the engine's stores only.
#pragma once

#include <vector>

#include "core/sql/sql.h"
#include "engines/orders/shifts.h"

namespace kepu::orders {

// Who does what at these orders; by shift, then as they signed up.
std::vector<Duty> duties_at(sql::Session& session, Id tenant, const std::vector<Id>& orders);
// A person's at orders that a team has promised and not finished, ending after `after`; by begin.
std::vector<Duty> duties_of_person(sql::Session& session, Id tenant, Id person, Millis after);

}  // namespace kepu::orders
