#include "core/auth/totp.h"

#include <qrencode.h>

#include <memory>

#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::int64_t kStepMillis = 30'000;
constexpr int kQuietZone = 4;

// RFC 3986: only unreserved characters stay.
std::string escaped(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~").find(static_cast<char>(c)) != std::string_view::npos;
    if (plain) {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("%{:02X}", c);
    }
  }
  return out;
}

}  // namespace

std::int64_t totp_step(base::Millis now) { return now / kStepMillis; }

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
  std::string counter(8, '\0');
  for (int i = 7; i >= 0; --i, step >>= 8)
    counter[static_cast<std::size_t>(i)] = static_cast<char>(step & 0xff);
  const std::string mac = base::hmac_sha1(secret, counter);
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[i]));
  };
  const std::size_t at = byte(19) & 0x0f;  // RFC 4226, 5.3: dynamic truncation
  const std::uint32_t number =
      (byte(at) & 0x7f) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view typed, base::Millis now,
                                       std::int64_t last_step) {
  const std::string code = base::to_narrow(base::without_space(typed));
  if (code.size() != 6 || secret.empty()) return std::nullopt;
  const std::int64_t here = totp_step(now);
  std::optional<std::int64_t> found;
  // All three are compared, so that the time taken says nothing about which one it was.
  for (std::int64_t step = here - 1; step <= here + 1; ++step) {
    const bool same = base::equal_in_constant_time(totp_code(secret, step), code);
    if (same && step > last_step && !found) found = step;
  }
  return found;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view account) {
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30",
                     escaped(issuer), escaped(account), base::base32(secret), escaped(issuer));
}

std::optional<QrPath> qr_path(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_M),
      &QRcode_free);
  if (!code) return std::nullopt;
  QrPath out;
  out.size = code->width + 2 * kQuietZone;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width;) {
      int run = 0;  // dark modules beside each other become one rectangle
      while (x + run < code->width && (code->data[y * code->width + x + run] & 1) != 0) ++run;
      if (run > 0) out.d += fmt::format("M{} {}h{}v1h-{}z", x + kQuietZone, y + kQuietZone, run, run);
      x += run > 0 ? run : 1;
    }
  }
  return out;
}

}  // namespace kepu::auth
