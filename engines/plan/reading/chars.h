// Text as code points, and the small scanners that the grammar of plan documents is made of. All functions
// are pure; positions and lengths are code points.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kepu::plan::grammar {

using Chars = std::u32string;
using View = std::u32string_view;
using Words = std::vector<View>;  // of literals: vocabularies live as long as the program

Chars from_utf8(std::string_view text);
std::string utf8(View text);

bool is_blank(char32_t c);  // white space in the wide sense
bool is_han(char32_t c);
bool is_digit(char32_t c);  // half or full width
int digit_value(char32_t c);
bool is_year_dash(char32_t c);  // — ― ─ – － - ~ ～ 至 到 and their like
bool is_open(char32_t c);       // （ ( 〔 [ ［ 【 《 〈 “ ‘ 「
bool is_close(char32_t c);
char32_t narrow(char32_t c);  // full-width ASCII to half width

View trimmed(View text);
Chars without_blanks(View text);
// Blanks between two Chinese characters go, other runs of blanks become one.
Chars tidy(View text);

bool one_of(char32_t c, View set);
bool has(View text, View part);
bool has_any(View text, const Words& parts);
bool starts(View text, View part);
bool ends(View text, View part);
bool starts_any(View text, const Words& parts);
bool ends_any(View text, const Words& parts);

// Position just behind the first full stop (。！？; also . after a Chinese character) that stands outside
// 《》, “” and brackets; the text's length where there is none. Looks at most 4000 code points ahead.
std::size_t sentence_end(View text, std::size_t from = 0);
// Sentences in order, each with its stop; `starts_at` are their positions.
struct Span {
  std::size_t from = 0, to = 0;
};
std::vector<Span> sentences(View text);
// Clauses: cut at 。！？；，, and ; outside quotation marks and brackets.
std::vector<Span> clauses(View text);

// A whole number in Arabic digits or Chinese numerals at `pos`; `to` is behind it. None where none stands
// there.
struct Numeral {
  double value = 0;
  std::size_t to = 0;
  bool chinese = false;
};
std::optional<Numeral> numeral_at(View text, std::size_t pos);
bool is_numeral_char(char32_t c);  // 零〇一二…十百千万亿两

// A year 1990–2099 in digits (20 22 年 with blanks too) or Chinese numerals at `pos`.
std::optional<Numeral> year_at(View text, std::size_t pos);

// Likeness of two titles in [0, 1]: Dice coefficient over two-character tokens of their letters and digits.
double likeness(View a, View b);
// Letters and digits only.
Chars wording(View text);

}  // namespace kepu::plan::grammar
