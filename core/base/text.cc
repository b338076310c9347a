#include "core/base/text.h"

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>

namespace kepu::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Decodes one code point at `i` and moves `i` behind it; an ill-formed sequence gives U+FFFD and moves one
// byte.
char32_t decode(std::string_view s, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char first = byte(i);
  if (first < 0x80) return static_cast<char32_t>(s[i++]);
  const int more = first >= 0xF0 && first < 0xF5   ? 3
                   : first >= 0xE0 && first < 0xF0 ? 2
                   : first >= 0xC2 && first < 0xE0 ? 1
                                                   : 0;
  if (more == 0 || i + static_cast<std::size_t>(more) >= s.size()) {
    ++i;
    return kReplacement;
  }
  char32_t c = first & (0x3F >> more);
  for (int k = 1; k <= more; ++k) {
    if ((byte(i + static_cast<std::size_t>(k)) & 0xC0) != 0x80) {
      ++i;
      return kReplacement;
    }
    c = (c << 6) | (byte(i + static_cast<std::size_t>(k)) & 0x3F);
  }
  const bool overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    ++i;
    return kReplacement;
  }
  i += static_cast<std::size_t>(more) + 1;
  return c;
}

// The value of one digit of a Chinese numeral; -1 where it is none.
int digit_of(char32_t c) {
  static constexpr std::u32string_view kPlain = U"零一二三四五六七八九";
  static constexpr std::u32string_view kFormal = U"〇壹贰叁肆伍陆柒捌玖";
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
  if (c == U'两') return 2;
  if (auto p = kPlain.find(c); p != std::u32string_view::npos) return static_cast<int>(p);
  if (auto p = kFormal.find(c); p != std::u32string_view::npos) return static_cast<int>(p);
  return -1;
}

double unit_of(char32_t c) {
  switch (c) {
    case U'十':
    case U'拾':
      return 10;
    case U'百':
    case U'佰':
      return 100;
    case U'千':
    case U'仟':
      return 1000;
    case U'万':
      return 1e4;
    case U'亿':
      return 1e8;
    default:
      return 0;
  }
}

std::optional<double> parse_decimal(std::string_view digits) {
  std::string plain;
  for (char c : digits) {
    if (c != ',') plain += c;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc{} || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

// A numeral without western digits: 一百二十, 二〇二五 (a run of digits only), 三万五千.
std::optional<double> parse_han_number(std::u32string_view s) {
  double total = 0, section = 0, digit = 0;
  bool any_unit = false, any = false;
  std::u32string_view::size_type digits = 0;
  for (char32_t c : s) {
    if (int d = digit_of(c); d >= 0) {
      digit = any_unit ? d : digit * 10 + d;
      ++digits;
      any = true;
    } else if (double u = unit_of(c); u > 0) {
      any = any_unit = true;
      if (u >= 1e4) {
        section = (section + digit) == 0 ? 1 : section + digit;
        total = (u == 1e8 ? (total + section) : section) * u + (u == 1e8 ? 0 : total);
        section = 0;
      } else {
        section += (digit == 0 ? 1 : digit) * u;
      }
      digit = 0;
    } else {
      return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  return total + section + digit;
}

}  // namespace

std::u32string to_code_points(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) out += decode(utf8, i);
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string to_utf8(std::u32string_view code_points) {
  std::string out;
  out.reserve(code_points.size() * 3);
  for (char32_t c : code_points) append_utf8(out, c);
  return out;
}

bool is_valid_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t before = i;
    // A literal U+FFFD takes three bytes; a replacement moves by one.
    if (decode(bytes, i) == kReplacement && i - before != 3) return false;
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : to_utf8(to_code_points(bytes));
}

std::size_t length(std::string_view utf8) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < utf8.size(); ++n) decode(utf8, i);
  return n;
}

std::string shorten(std::string_view utf8, std::size_t count) {
  std::size_t i = 0;
  for (std::size_t n = 0; n < count && i < utf8.size(); ++n) decode(utf8, i);
  std::string out(utf8.substr(0, i));
  if (i < utf8.size()) out += "…";
  return out;
}

bool is_space(char32_t c) {
  return c == U' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000 || c == 0xFEFF;
}

bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x323AF) ||
         c == U'〇';
}

std::string trim(std::string_view s) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < s.size();) {
    begin = i;
    if (!is_space(decode(s, i))) break;
    begin = i;
  }
  std::size_t end = begin;
  for (std::size_t i = begin; i < s.size();) {
    if (!is_space(decode(s, i))) end = i;
  }
  return std::string(s.substr(begin, end - begin));
}

std::string squeeze(std::string_view s) {
  std::string out;
  bool pending = false;
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t from = i;
    if (is_space(decode(s, i))) {
      pending = !out.empty();
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out.append(s.substr(from, i - from));
  }
  return out;
}

std::string without_space(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t from = i;
    if (!is_space(decode(s, i))) out.append(s.substr(from, i - from));
  }
  return out;
}

std::string to_narrow(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    const char32_t c = decode(s, i);
    append_utf8(out, c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3000 ? U' ' : c);
  }
  return out;
}

std::string wording(std::string_view s) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  const auto text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), static_cast<std::int32_t>(s.size())));
  const icu::UnicodeString normal = nfkc->normalize(text, status);
  std::string out;
  out.reserve(s.size());
  for (std::int32_t i = 0; i < normal.length();) {
    const UChar32 c = normal.char32At(i);
    i += U16_LENGTH(c);
    const bool numeric = u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NONE;
    if (u_isalpha(c) || u_isalnum(c) || numeric) append_utf8(out, static_cast<char32_t>(c));
  }
  return out;
}

std::optional<double> parse_number(std::string_view text) {
  const std::u32string s = to_code_points(without_space(to_narrow(text)));
  std::string digits;
  std::size_t i = 0;
  while (i < s.size() && ((s[i] >= U'0' && s[i] <= U'9') || s[i] == U'.' || s[i] == U','))
    digits += static_cast<char>(s[i++]);
  if (digits.empty()) return parse_han_number(s);
  auto value = parse_decimal(digits);
  for (; value && i < s.size(); ++i) {
    const double unit = unit_of(s[i]);
    if (unit == 0) return std::nullopt;
    *value *= unit;
  }
  return value;
}

std::string chinese_numeral(int n) {
  if (n < 1 || n > 9999) return std::to_string(n);
  static constexpr const char* kDigits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  static constexpr const char* kUnits[] = {"", "十", "百", "千"};
  std::string out;
  bool gap = false;
  int divisor = 1000;
  for (int place = 3; place >= 0; --place, divisor /= 10) {
    const int d = n / divisor % 10;
    if (d == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += kDigits[0];
    gap = false;
    if (!(place == 1 && d == 1 && out.empty())) out += kDigits[d];
    out += kUnits[place];
  }
  return out;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t at = separator.empty() ? std::string_view::npos : text.find(separator, from);
    out.emplace_back(text.substr(from, at == std::string_view::npos ? at : at - from));
    if (at == std::string_view::npos) return out;
    from = at + separator.size();
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(text);
  return join(split(text, from), to);
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

double likeness(std::string_view a, std::string_view b) {
  const std::u32string x = to_code_points(wording(a)), y = to_code_points(wording(b));
  if (x == y) return x.empty() ? 0 : 1;
  if (x.size() < 2 || y.size() < 2) return 0;
  std::vector<std::uint64_t> left, right;
  const auto tokens = [](const std::u32string& s, std::vector<std::uint64_t>& out) {
    for (std::size_t i = 0; i + 1 < s.size(); ++i) out.push_back((std::uint64_t{s[i]} << 32) | s[i + 1]);
    std::sort(out.begin(), out.end());
  };
  tokens(x, left);
  tokens(y, right);
  std::vector<std::uint64_t> shared;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(shared));
  return 2.0 * static_cast<double>(shared.size()) / static_cast<double>(left.size() + right.size());
}

int compare_pinyin(std::string_view a, std::string_view b) {
  static std::unique_ptr<icu::Collator> collator = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> made(icu::Collator::createInstance(icu::Locale("zh", "CN"), status));
    if (made) made->setAttribute(UCOL_NUMERIC_COLLATION, UCOL_ON, status);
    return made;
  }();
  UErrorCode status = U_ZERO_ERROR;
  return collator->compareUTF8(icu::StringPiece(a.data(), static_cast<std::int32_t>(a.size())),
                               icu::StringPiece(b.data(), static_cast<std::int32_t>(b.size())), status);
}

}  // namespace kepu::base
