#include "core/html/html.h"

#include <array>
#include <cmath>

namespace kepu::html {

namespace {

// Which bytes need an escape; looked up once a byte, so that plain Chinese text is copied in one piece.
constexpr auto kSpecial = [] {
  std::array<bool, 256> table{};
  for (const unsigned char c : {'&', '<', '>', '"', '\''}) table[c] = true;
  table[0] = true;  // NUL is not allowed in HTML at all
  return table;
}();

std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "\xEF\xBF\xBD";
  }
}

bool starts_with_nocase(std::string_view text, std::string_view lower_case_prefix) {
  if (text.size() < lower_case_prefix.size()) return false;
  for (std::size_t i = 0; i < lower_case_prefix.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower_case_prefix[i]) return false;
  }
  return true;
}

}  // namespace

void escape_to(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!kSpecial[static_cast<unsigned char>(text[i])]) continue;
    out.append(text, from, i - from);
    out += escape_of(text[i]);
    from = i + 1;
  }
  out.append(text, from);
}

bool is_safe_url(std::string_view url) {
  if (url.empty()) return false;
  // Browsers drop tabs and line breaks inside an address, so "java\nscript:" would pass a naive check.
  for (const unsigned char c : url) {
    if (c < 0x20 || c == 0x7F || c == '\\') return false;
  }
  if (url[0] == '#' || url[0] == '?') return true;
  if (url[0] == '/') return url.size() == 1 || url[1] != '/';  // "//host" leaves the site
  for (const std::string_view scheme : {"https:", "http:", "mailto:", "tel:"}) {
    if (starts_with_nocase(url, scheme)) return true;
  }
  return false;
}

void put(std::string& o, Url url) { escape_to(o, is_safe_url(url.url) ? url.url : std::string_view("#")); }

void put(std::string& o, double value) {
  if (!std::isfinite(value)) {
    o += "—";
    return;
  }
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  o.append(digits, end.ptr);
}

}  // namespace kepu::html
