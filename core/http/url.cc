#include "core/base/text.h"
#include "core/http/http.h"

namespace kepu::http {
namespace {

bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Decodes into `out`; a bad escape stops it when `strict`, and is copied as it is otherwise.
bool decode(std::string_view text, bool plus_is_blank, bool strict, std::string& out) {
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
      if (low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
      } else if (strict) {
        return false;
      } else {
        out += '%';
      }
    }
  }
  return true;
}

std::string decode_loosely(std::string_view text) {
  std::string out;
  decode(text, true, false, out);
  return clean_text(std::move(out));
}

}  // namespace

std::string clean_text(std::string bytes) {
  bool plain = true;
  for (const char c : bytes) plain = plain && c > 0;
  if (plain) return bytes;
  std::string valid = base::valid_utf8(bytes);
  if (valid.find('\0') != std::string::npos) {
    valid = base::replace_all(valid, std::string_view("\0", 1), "\xEF\xBF\xBD");
  }
  return valid;
}

std::string url_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    if (is_unreserved(c)) {
      out += ch;
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

std::optional<std::string> url_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  if (!decode(text, plus_is_blank, true, out)) return std::nullopt;
  return out;
}

Pairs parse_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view item = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    pairs.emplace_back(decode_loosely(item.substr(0, equals)), decode_loosely(value));
  }
  return pairs;
}

std::string build_query(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += url_encode(name);
    out += '=';
    out += url_encode(value);
  }
  return out;
}

}  // namespace kepu::http
