// Signatures under the installation's key (Ed25519, RFC 8032): what this program once said can be checked by
// anybody who holds the public key, also without the program.
#pragma once

#include <string>
#include <string_view>

#include "core/auth/crypt.h"

namespace kepu::auth {

// Immutable, thread-safe. The key pair is derived from the master key, so a backup of that key is enough.
class Signer {
 public:
  explicit Signer(const MasterKey& key);
  std::string sign(std::string_view message) const;          // 64 bytes as base64url
  const std::string& public_key() const { return public_; }  // 32 bytes as base64url
  // False for a changed message, signature or key, and for what is no signature at all.
  static bool verify(std::string_view message, std::string_view signature, std::string_view public_key);

 private:
  std::string secret_, public_;
};

}  // namespace kepu::auth
