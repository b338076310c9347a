#include "core/html/format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace kepu::html {

namespace {

// U+2009 would let a line break between the groups; U+202F does not.
constexpr const char* kThinSpace = "\u202F";

std::string with_groups(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += kThinSpace;
    out += digits[i];
  }
  return out;
}

}  // namespace

std::string grouped(std::int64_t value) {
  // Through unsigned, since the smallest number has no positive counterpart.
  const std::uint64_t size =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return (value < 0 ? "−" : "") + with_groups(std::to_string(size));
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value) || std::fabs(value) > 1e15)
    return std::isfinite(value) ? std::to_string(value) : "—";
  // Half away from zero, in decimal: 0.25 and 2.675 as people expect them, so the binary error is lifted
  // first.
  const double scale = std::pow(10.0, decimals);
  const double rounded = std::floor(std::fabs(value) * scale * (1 + 1e-15) + 0.5);
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%.*f", decimals, rounded / scale);
  const std::string text(digits.data());
  const std::size_t point = text.find('.');
  std::string out = with_groups(text.substr(0, point));
  if (point != text.npos) out += text.substr(point);
  return (value < 0 && rounded > 0 ? "−" : "") + out;
}

std::string with_sign(double value, int decimals) {
  const std::string text = fixed(value, decimals);
  const bool zero = text.find_first_of("123456789") == text.npos;
  return value > 0 && !zero && std::isfinite(value) ? "+" + text : text;
}

std::string file_size(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  const double kilobytes = static_cast<double>(bytes) / 1024;
  if (kilobytes < 1024) return fixed(kilobytes, kilobytes < 10 ? 1 : 0) + " KB";
  return kilobytes < 1024 * 1024 ? fixed(kilobytes / 1024, 1) + " MB"
                                 : fixed(kilobytes / 1024 / 1024, 1) + " GB";
}

}  // namespace kepu::html
