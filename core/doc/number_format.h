// The number formats of Word's automatic lists (ST_NumberFormat), as the reader sees them.
#pragma once

#include <string>
#include <string_view>

namespace kepu::doc {

// 3, "chineseCounting" → 三. Numbers outside of what a format can write, and unknown formats, come as digits.
std::string format_number(int n, std::string_view format);

// The text of a bullet: "——" for any dash; symbols of the Wingdings and Symbol fonts as the Unicode sign they
// show.
std::string bullet_text(std::string_view level_text);

// What a character of a symbol font (code 0x20–0xFF or 0xF020–0xF0FF) shows; "" where there is no like in
// Unicode.
std::string symbol_text(char32_t code, std::string_view font);

}  // namespace kepu::doc
