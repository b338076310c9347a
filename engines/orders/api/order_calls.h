// What the operations do, one function each. Internal to engines/orders/api.
#pragma once

#include <string_view>

#include "core/api/operation.h"
#include "engines/orders/orders_store.h"

namespace kepu::orders {

inline constexpr std::int64_t kUsualPage = 50, kLongestPage = 200;

base::Result<http::Response> answer_services(const api::Call& call, OrderStore& store);
base::Result<http::Response> answer_areas(const api::Call& call, OrderStore& store);
base::Result<http::Response> answer_place(const api::Call& call, OrderStore& store);
base::Result<http::Response> answer_list(const api::Call& call, OrderStore& store);
base::Result<http::Response> answer_order(const api::Call& call, OrderStore& store);

By by_of(const api::Call& call);
// Placed by this system, which knows then what was written.
bool is_own(const api::Call& call, const Order& order);
// A place by the code of its division, or by its unit's id; null where there is none.
const auth::Unit* place_of(const auth::UnitTree& units, std::string_view given);
http::Response json_of(base::Json& json, int status = 200);

}  // namespace kepu::orders
