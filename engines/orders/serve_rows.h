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

struct Visit : Presence {
  std::string in_key, out_key;  // of the typing of the codes
};
// Of one person at one order, in the order in which he came.
std::vector<Visit> visits_of(sql::Session& session, Id tenant, Id order, Id person);
// Until the transaction ends nobody else promises this person or signs him in: what he is doing at other
// orders is looked at and added to in one.
void hold_person(sql::Session& session, Id tenant, Id person);

}  // namespace kepu::orders
