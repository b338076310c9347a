// Encryption of single columns (phone numbers, secrets of the second factor) under the installation's key.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/result.h"

namespace kepu::auth {

// 32 random bytes, from which separate keys are derived for each purpose.
struct MasterKey {
  std::array<unsigned char, 32> bytes{};
};

// Reads the key file (64 hexadecimal digits), or makes it with mode 0600 at the first start (its folder too).
// Refuses a file that group or others can read, and one that holds no key: a new key would make every stored
// phone number unreadable, so it is never replaced silently.
base::Result<MasterKey> load_or_make_key(const std::string& path);

// Where a sealed value belongs. It is bound into the cipher text, so that a value moved to another row,
// column or tenant does not open.
struct Place {
  std::string_view table, column;
  base::Id tenant = 0;
  base::Id row = 0;
};

// XChaCha20-Poly1305 with a random nonce; immutable, thread-safe.
class Cipher {
 public:
  explicit Cipher(const MasterKey& key);
  // Base64url text; an empty text stays empty.
  std::string seal(std::string_view plain, const Place& place) const;
  // None where the text was changed, belongs elsewhere or was sealed under another key.
  std::optional<std::string> open(std::string_view sealed, const Place& place) const;
  // HMAC of a normalised value, to find equal values without opening them. "" for "".
  std::string blind_index(std::string_view value, std::string_view purpose, base::Id tenant) const;

 private:
  std::string seal_key_, index_key_;
};

// "138****5678": the first three and last four digits; shorter numbers show their last two at most.
std::string mask_phone(std::string_view phone);
// Mainland mobile numbers and land lines as typed ("138 0013 8000", "０７３１－８８８８８８８８", "+86 …")
// to digits with at most one "-"; none where it is no phone number.
std::optional<std::string> normal_phone(std::string_view typed);

}  // namespace kepu::auth
