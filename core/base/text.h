// Text as Chinese documents have it: UTF-8, full and half width, Chinese numerals, Chinese white space.
// All functions are pure and thread-safe. Input that is not valid UTF-8 never throws: bad bytes become
// U+FFFD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kepu::base {

// Code points of a UTF-8 text; a bad byte gives U+FFFD.
std::u32string to_code_points(std::string_view utf8);
std::string to_utf8(std::u32string_view code_points);
void append_utf8(std::string& out, char32_t code_point);
bool is_valid_utf8(std::string_view bytes);
// `bytes` with every ill-formed sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);
// Number of code points.
std::size_t length(std::string_view utf8);
// The first `count` code points, with "…" appended where something was cut.
std::string shorten(std::string_view utf8, std::size_t count);

// White space in the wide sense: ASCII blanks, U+00A0, U+2000–U+200B, U+3000, U+FEFF.
bool is_space(char32_t c);
bool is_han(char32_t c);
std::string trim(std::string_view utf8);
// Trimmed, inner runs of white space as one ASCII blank.
std::string squeeze(std::string_view utf8);
// All white space removed: titles and names are compared so.
std::string without_space(std::string_view utf8);

// Full-width ASCII (Ａ１（）) to half width; U+3000 to a blank; nothing else changes.
std::string to_narrow(std::string_view utf8);
// NFKC, then letters and digits only (as Unicode isalnum): the wording without white space, punctuation,
// width.
std::string wording(std::string_view utf8);

// 十六 → 16, 二〇二五 → 2025, 一百二十 → 120, 两 → 2, 3万 → 30000, 1.5亿 → 150000000, １０ → 10. None where
// it is no number.
std::optional<double> parse_number(std::string_view utf8);
// 1 → 一, 12 → 十二, 105 → 一百零五; 1 ≤ n ≤ 9999, else digits.
std::string chinese_numeral(int n);

std::vector<std::string> split(std::string_view text, std::string_view separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
bool contains(std::string_view text, std::string_view part);
std::optional<std::int64_t> parse_int(std::string_view text);

// Likeness of two texts in [0, 1]: Dice coefficient over overlapping two-character tokens of their wording
// (Dice 1945). 1 for equal wording, 0 for nothing shared.
double likeness(std::string_view a, std::string_view b);

// Order by pinyin, digits by value (ICU collation, locale zh). Thread-safe.
int compare_pinyin(std::string_view a, std::string_view b);

}  // namespace kepu::base
