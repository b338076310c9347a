// The SQL of API keys. Internal to this kit; every function reads and writes one tenant only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/api_keys.h"
#include "core/sql/sql.h"

namespace kepu::auth::store {

void insert_api_key(sql::Session& s, Id tenant, const ApiKey& key, std::string_view digest);
// False where it was revoked before.
bool revoke_api_key(sql::Session& s, Id tenant, Id key, base::Millis now, std::string_view by,
                    std::string_view reason);
std::vector<ApiKey> api_keys(sql::Session& s, Id tenant, std::string_view day);  // newest first
std::optional<ApiKey> api_key_by_digest(sql::Session& s, Id tenant, std::string_view digest);
// Up to `wanted` of what is left of `limit` on that day.
Quota::Lease take_api_day(sql::Session& s, Id tenant, Id key, std::string_view day, std::int64_t wanted,
                          std::int64_t limit);
void save_api_use(sql::Session& s, const Quota::Use& use);

}  // namespace kepu::auth::store
