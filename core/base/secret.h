// Digests and random secrets, over libsodium and its constant-time comparison. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kepu::base {

// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
// Incremental SHA-256 for streams.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // ends the digest; call once

 private:
  void* state_;
};
// HMAC-SHA-256 (RFC 2104), raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);
// HMAC-SHA-1 (RFC 2104), raw 20 bytes: for TOTP (RFC 6238) only.
std::string hmac_sha1(std::string_view key, std::string_view message);

std::string random_bytes(std::size_t count);
// `bytes` random bytes as unpadded base64url.
std::string random_token(std::size_t bytes = 32);
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string hex(std::string_view bytes);
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
// RFC 4648 base32 without padding, for authenticator apps.
std::string base32(std::string_view bytes);

// argon2id, 19 MiB and 2 passes (OWASP Password Storage Cheat Sheet, 2023), as the usual encoded string.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view encoded, std::string_view password);

}  // namespace kepu::base
