#include "core/auth/signature.h"

#include <sodium.h>

#include "core/base/secret.h"

namespace kepu::auth {
namespace {
unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
}  // namespace

Signer::Signer(const MasterKey& key) {
  const std::string_view master(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  const std::string seed = base::hmac_sha256(master, "kepu certificate signature 1");
  static_assert(crypto_sign_SEEDBYTES == 32);
  secret_.resize(crypto_sign_SECRETKEYBYTES);
  std::string open(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(raw(open), raw(secret_), raw(std::string_view(seed)));
  public_ = base::base64url(open);
}

std::string Signer::sign(std::string_view message) const {
  std::string out(crypto_sign_BYTES, '\0');
  crypto_sign_detached(raw(out), nullptr, raw(message), message.size(), raw(std::string_view(secret_)));
  return base::base64url(out);
}

bool Signer::verify(std::string_view message, std::string_view signature, std::string_view public_key) {
  const auto sig = base::from_base64url(signature), key = base::from_base64url(public_key);
  if (!sig || !key || sig->size() != crypto_sign_BYTES || key->size() != crypto_sign_PUBLICKEYBYTES)
    return false;
  return crypto_sign_verify_detached(raw(std::string_view(*sig)), raw(message), message.size(),
                                     raw(std::string_view(*key))) == 0;
}

}  // namespace kepu::auth
