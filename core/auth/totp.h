// Time-based one-time passwords (RFC 6238: SHA-1, 30 s, 6 digits), as every authenticator app knows them.
// Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace kepu::auth {

// The step an instant lies in.
std::int64_t totp_step(base::Millis now);
// The code of one step; `digits` is 6 in Kepu and 8 in the test vectors of the RFC.
std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);
// The step whose code was typed (blanks are ignored), tried from one step before to one after now and only
// after `last_step`, so that a code is never taken twice. None: wrong or used.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view typed, base::Millis now,
                                       std::int64_t last_step);
// "otpauth://totp/…", what the QR code holds. `secret` are the raw bytes.
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view account);

// A QR code (error correction M) as the `d` of one SVG path in units of a module, with the quiet zone of
// four.
struct QrPath {
  int size = 0;  // the view box is "0 0 size size"
  std::string d;
};
// None where the text is empty or longer than a QR code holds (2,331 bytes).
std::optional<QrPath> qr_path(std::string_view text);

}  // namespace kepu::auth
