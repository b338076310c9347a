// The SQL of webhooks. Internal to this kit; every function reads and writes one tenant only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/webhooks.h"

namespace kepu::api::store {

void insert_hook(sql::Session& s, Id tenant, const Webhook& hook, std::string_view sealed);
bool set_secret(sql::Session& s, Id tenant, Id hook, std::string_view sealed);
bool set_active(sql::Session& s, Id tenant, Id hook, bool active);
void set_standing(sql::Session& s, Id tenant, Id hook, int failures, std::string_view problem,
                  Millis paused_until);
std::vector<Webhook> hooks(sql::Session& s, Id tenant);
std::string sealed_secret(sql::Session& s, Id tenant, Id hook);
std::string tenant_code(sql::Session& s, Id tenant);  // as it is now
std::vector<Id> subscribed(sql::Session& s, Id tenant, std::string_view event);

void insert_delivery(sql::Session& s, Id tenant, Id hook, const Delivery& delivery);
// Oldest first.
std::vector<Delivery> due(sql::Session& s, Id tenant, Id hook, Millis now, std::int64_t limit);
// Takes it until `until`, counting the try; false: another program was quicker.
bool claim(sql::Session& s, Id tenant, const Delivery& delivery, Millis until);
void settle(sql::Session& s, Id tenant, const Delivery& delivery);
bool revive(sql::Session& s, Id tenant, Id hook, Id delivery, Millis now);
std::int64_t count(sql::Session& s, Id tenant, Id hook, std::optional<DeliveryState> state);
std::vector<Delivery> deliveries(sql::Session& s, Id tenant, Id hook, std::optional<DeliveryState> state,
                                 std::int64_t offset, std::int64_t limit);
std::optional<Delivery> delivery(sql::Session& s, Id tenant, Id hook, Id id);
// Waiting ones that could not be tried since `before` are given up.
std::int64_t give_up(sql::Session& s, Id tenant, Millis before, Millis now);
std::int64_t delete_done(sql::Session& s, Id tenant, Millis before);

}  // namespace kepu::api::store
