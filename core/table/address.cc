#include "core/table/address.h"

#include <cctype>

namespace kepu::table {

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    const auto c = static_cast<unsigned char>(byte);
    const bool plain = c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~');
    if (plain) {
      out += byte;
    } else {
      out += '%';
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    }
  }
  return out;
}

std::string with_query(std::string_view url, std::string_view query) {
  std::string out(url);
  if (!query.empty()) out.append(out.find('?') == out.npos ? "?" : "&").append(query);
  return out;
}

}  // namespace kepu::table
