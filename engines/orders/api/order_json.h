// Orders as JSON, and the schemas that say so. Internal to engines/orders/api.
#pragma once

#include <string>
#include <vector>

#include "core/api/schema/schema.h"
#include "core/auth/auth.h"
#include "core/http/http.h"
#include "engines/orders/orders_store.h"

namespace kepu::orders {

api::Schema service_schema();
api::Schema area_schema();
api::Schema order_schema();    // of lists
api::Schema detail_schema();   // with contact and steps
api::Schema placing_schema();  // what is sent to place an order
api::Schema placed_schema();
api::Schema event_schema();

// Where an error of check_request() lies in what was sent: "/wished_dates".
std::string pointer_of(const std::string& field);

inline constexpr std::string_view kNumberMark = "单";  // before every number; may be left out in addresses
std::string order_path(const std::string& number);     // /api/v1/orders/2026-000123

// The code of the place's division, else its unit's id.
std::string address_id(const auth::Unit& unit);
std::string full_name(const auth::UnitTree& units, Id unit);  // 柳溪镇 大坪村; empty for none

void write_service(base::Json& json, const Service& service, const Settings& settings);
void write_area(base::Json& json, const auth::UnitTree& units, const auth::Unit& unit);
// The members of an order, inside an object. `words`: with what the resident wrote, which may name people.
void write_order(base::Json& json, const Order& order, const auth::UnitTree& units, bool words);
void write_contact(base::Json& json, const OrderStore::Contact& contact);
void write_steps(base::Json& json, const std::vector<HistoryStep>& steps, bool words);
void write_event(base::Json& json, const Event& event);

}  // namespace kepu::orders
