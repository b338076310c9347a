#include "core/doc/html_entities.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

const std::unordered_map<std::string_view, char32_t>& names() {
  static const std::unordered_map<std::string_view, char32_t> kNames = {
      {"nbsp", 0xA0},     {"lt", '<'},       {"gt", '>'},        {"amp", '&'},       {"quot", '"'},
      {"apos", '\''},     {"ldquo", 0x201C}, {"rdquo", 0x201D},  {"lsquo", 0x2018},  {"rsquo", 0x2019},
      {"mdash", 0x2014},  {"ndash", 0x2013}, {"horbar", 0x2015}, {"hellip", 0x2026}, {"middot", 0xB7},
      {"bull", 0x2022},   {"times", 0xD7},   {"divide", 0xF7},   {"emsp", 0x2003},   {"ensp", 0x2002},
      {"thinsp", 0x2009}, {"copy", 0xA9},    {"reg", 0xAE},      {"trade", 0x2122},  {"laquo", 0xAB},
      {"raquo", 0xBB},    {"lang", 0x2329},  {"rang", 0x232A},   {"deg", 0xB0},      {"permil", 0x2030},
      {"yen", 0xA5},      {"sect", 0xA7},    {"para", 0xB6},     {"plusmn", 0xB1},   {"le", 0x2264},
      {"ge", 0x2265},     {"ne", 0x2260},    {"asymp", 0x2248},  {"rarr", 0x2192},   {"larr", 0x2190},
      {"uarr", 0x2191},   {"darr", 0x2193},  {"shy", 0xAD},      {"zwnj", 0x200C},   {"zwj", 0x200D},
      {"frac12", 0xBD},   {"frac14", 0xBC},  {"frac34", 0xBE},   {"sup2", 0xB2},     {"sup3", 0xB3},
      {"prime", 0x2032},  {"Prime", 0x2033}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A}, {"euro", 0x20AC},
      {"check", 0x2713},  {"star", 0x2606},  {"starf", 0x2605},  {"cir", 0x25CB},    {"squ", 0x25A1},
      {"num", '#'},       {"percnt", '%'},   {"lpar", '('},      {"rpar", ')'},      {"colon", ':'},
      {"comma", ','},     {"period", '.'},   {"nbspace", 0xA0},  {"alpha", 0x3B1},   {"beta", 0x3B2},
      {"gamma", 0x3B3},   {"delta", 0x3B4},  {"mu", 0x3BC},      {"micro", 0xB5},    {"Omega", 0x3A9}};
  return kNames;
}

// References to 128–159 mean characters of Windows-1252, whatever the standard says.
char32_t from_windows(char32_t c) {
  static constexpr char32_t kTable[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                          0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                          0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                          0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return c >= 128 && c < 160 ? kTable[c - 128] : c;
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::size_t numeric(std::string& out, std::string_view text) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  std::size_t at = hex ? 3 : 2;
  const std::size_t first = at;
  char32_t value = 0;
  for (; at < text.size() && at < first + 8; ++at) {
    const char c = text[at];
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0) break;
    value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  if (at == first) return 0;
  const bool bad = value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF);
  base::append_utf8(out, bad ? 0xFFFD : from_windows(value));
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

}  // namespace

std::size_t append_entity(std::string& out, std::string_view text) {
  if (text.size() > 2 && text[1] == '#') return numeric(out, text);
  std::size_t end = 1;
  while (end < text.size() && end < 12 && is_name(text[end])) {
    ++end;
  }
  const bool closed = end < text.size() && text[end] == ';';
  const std::string_view name = text.substr(1, end - 1);
  const auto found = names().find(name);
  if (found == names().end()) return 0;
  // Without its semicolon only the oldest few are taken, as browsers do.
  if (!closed && name != "nbsp" && name != "lt" && name != "gt" && name != "amp" && name != "quot") return 0;
  if (found->second != 0xAD && found->second != 0x200C && found->second != 0x200D)
    base::append_utf8(out, found->second);
  return closed ? end + 1 : end;
}

}  // namespace kepu::doc
