// Orders for other systems: the menu, the places, placing, lists and single orders, as operations of the open
// interface; and what happens to orders, as events. Names follow Open311 GeoReport v2 where it has one
// (service_code, service_request_id, status, status_notes, agency_responsible, requested_datetime,
// expected_datetime, address_id, address_string, first_name, phone, description); bodies are JSON.
#pragma once

#include <string>
#include <vector>

#include "core/api/gate.h"
#include "core/api/webhooks.h"
#include "engines/orders/orders_store.h"

namespace kepu::orders {

// GET /api/v1/services, /areas, /orders, /orders/{number}; POST /api/v1/orders. `store` outlives the gate.
void add_operations(api::Gate& gate, OrderStore& store);
// What a key can have: order.read, order.place, order.contact.
std::vector<auth::Right> api_rights();

// order.placed, order.state_changed.
std::vector<api::EventKind> event_kinds();
void add_events(api::Gate& gate);  // to the document
// From now on each step is told in its transaction, without any personal data.
void tell_events(OrderStore& store, api::Webhooks& hooks);

}  // namespace kepu::orders
