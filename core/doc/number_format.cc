#include "core/doc/number_format.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

std::string pick(int n, std::u32string_view signs) {
  if (n < 1 || static_cast<std::size_t>(n) > signs.size()) return std::to_string(n);
  return base::to_utf8(signs.substr(static_cast<std::size_t>(n) - 1, 1));
}

// Each digit for itself: 10 → 一〇.
std::string by_digit(int n, std::u32string_view digits) {
  std::string out;
  for (const char c : std::to_string(n)) {
    base::append_utf8(out, c == '-' ? U'-' : digits[static_cast<std::size_t>(c - '0')]);
  }
  return out;
}

std::string chinese(int n) { return n == 0 ? "〇" : base::chinese_numeral(n); }

// 105 → 壹佰零伍
std::string legal(int n) {
  static constexpr std::u32string_view kPlain = U"零一二三四五六七八九十百千万";
  static constexpr std::u32string_view kLegal = U"零壹贰叁肆伍陆柒捌玖拾佰仟万";
  std::string out;
  for (const char32_t c : base::to_code_points(chinese(n))) {
    const std::size_t at = kPlain.find(c);
    base::append_utf8(out, at == std::u32string_view::npos ? c : kLegal[at]);
  }
  return out.rfind("拾", 0) == 0 ? "壹" + out : out;
}

std::string roman(int n, bool upper) {
  if (n < 1 || n > 3999) return std::to_string(n);
  struct Step {
    int value;
    const char* signs;
  };
  static constexpr std::array<Step, 13> kSteps = {{{1000, "m"},
                                                   {900, "cm"},
                                                   {500, "d"},
                                                   {400, "cd"},
                                                   {100, "c"},
                                                   {90, "xc"},
                                                   {50, "l"},
                                                   {40, "xl"},
                                                   {10, "x"},
                                                   {9, "ix"},
                                                   {5, "v"},
                                                   {4, "iv"},
                                                   {1, "i"}}};
  std::string out;
  for (const auto& step : kSteps) {
    for (; n >= step.value; n -= step.value) out += step.signs;
  }
  if (upper)
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return static_cast<char>(c - 32); });
  return out;
}

// a … z, aa, bb: as Word counts.
std::string letters(int n, char first) {
  if (n < 1 || n > 26 * 30) return std::to_string(n);
  return std::string(static_cast<std::size_t>((n - 1) / 26) + 1, static_cast<char>(first + (n - 1) % 26));
}

std::string full_width(int n) {
  std::string out;
  for (const char c : std::to_string(n))
    base::append_utf8(out, c == '-' ? U'－' : U'０' + static_cast<char32_t>(c - '0'));
  return out;
}

// ① … ⑳ ㉑ … ㉟ ㊱ … ㊿
std::string circled(int n) {
  const auto k = static_cast<char32_t>(n);
  std::string out;
  if (n >= 1 && n <= 20) {
    base::append_utf8(out, U'①' + k - 1);
  } else if (n >= 21 && n <= 35) {
    base::append_utf8(out, U'㉑' + k - 21);
  } else if (n >= 36 && n <= 50) {
    base::append_utf8(out, U'㊱' + k - 36);
  } else {
    out = std::to_string(n);
  }
  return out;
}

}  // namespace

std::string format_number(int n, std::string_view format) {
  const auto is = [&](auto... names) { return ((format == names) || ...); };
  if (is("none")) return "";
  if (is("decimalZero")) return (n >= 0 && n < 10 ? "0" : "") + std::to_string(n);
  if (is("decimalFullWidth", "decimalFullWidth2")) return full_width(n);
  // Word's chineseCounting and the Taiwanese and Japanese plain counts read alike up to 99.
  if (is("chineseCounting", "taiwaneseCounting") && n > 99) return by_digit(n, U"○一二三四五六七八九");
  if (is("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand")) {
    return chinese(n);
  }
  if (is("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal")) return legal(n);
  if (is("ideographDigital", "japaneseDigitalTenThousand")) return by_digit(n, U"〇一二三四五六七八九");
  if (is("taiwaneseDigital")) return by_digit(n, U"○一二三四五六七八九");
  if (is("ideographTraditional")) return pick(n, U"甲乙丙丁戊己庚辛壬癸");
  if (is("ideographZodiac")) return pick(n, U"子丑寅卯辰巳午未申酉戌亥");
  if (is("ideographEnclosedCircle")) return pick(n, U"㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉");
  if (is("decimalEnclosedCircle", "decimalEnclosedCircleChinese")) return circled(n);
  if (is("decimalEnclosedParen")) return pick(n, U"⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇");
  if (is("decimalEnclosedFullstop")) return pick(n, U"⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛");
  if (is("upperRoman")) return roman(n, true);
  if (is("lowerRoman")) return roman(n, false);
  if (is("upperLetter")) return letters(n, 'A');
  if (is("lowerLetter")) return letters(n, 'a');
  return std::to_string(n);
}

std::string symbol_text(char32_t code, std::string_view font) {
  struct Sign {
    char32_t code;
    const char* text;
  };
  static constexpr std::array<Sign, 14> kWingdings = {{{0x6C, "●"},
                                                       {0x6E, "■"},
                                                       {0x6F, "□"},
                                                       {0x71, "□"},
                                                       {0x75, "◆"},
                                                       {0x76, "◆"},
                                                       {0xA1, "○"},
                                                       {0xA7, "▪"},
                                                       {0xA8, "□"},
                                                       {0xD8, "➢"},
                                                       {0xE0, "→"},
                                                       {0xFB, "☒"},
                                                       {0xFC, "✓"},
                                                       {0xFE, "☑"}}};
  static constexpr std::array<Sign, 7> kSymbol = {
      {{0xB7, "•"}, {0xB1, "±"}, {0xB4, "×"}, {0xA3, "≤"}, {0xB3, "≥"}, {0xB0, "°"}, {0xAE, "→"}}};
  const bool is_private = code >= 0xF000 && code <= 0xF0FF;
  const char32_t low = is_private ? code - 0xF000 : code;
  const auto find = [&](const auto& table) {
    const auto hit = std::find_if(table.begin(), table.end(), [&](const Sign& s) { return s.code == low; });
    return hit == table.end() ? std::string() : std::string(hit->text);
  };
  if (base::contains(font, "Wingdings")) return find(kWingdings);
  if (font == "Symbol") return find(kSymbol);
  if (is_private) {
    const std::string wingdings = find(kWingdings);
    return wingdings.empty() ? find(kSymbol) : wingdings;
  }
  std::string out;
  if (code >= 0x20 && code != 0xFFFD) base::append_utf8(out, code);
  return out;
}

std::string bullet_text(std::string_view level_text) {
  const std::string text = base::trim(level_text);
  const auto points = base::to_code_points(text);
  if (points.empty()) return "";
  static constexpr std::u32string_view kDashes = U"-‐‑‒–—―−─━－";
  const bool dash = std::all_of(points.begin(), points.end(),
                                [](char32_t c) { return kDashes.find(c) != std::u32string_view::npos; });
  if (dash) return "——";
  std::string out;
  for (const char32_t c : points) {
    if (c < 0xE000 || c > 0xF8FF) {
      base::append_utf8(out, c);
    } else {
      const std::string sign = symbol_text(c, "");
      out += sign.empty() ? "•" : sign;
    }
  }
  return out;
}

}  // namespace kepu::doc
