#include "engines/plan/reading/raw_lines.h"

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/reading/marks.h"

namespace kepu::plan::grammar {
namespace {

// [bookmark: _GoBack] and its like, as text extraction of Word files leaves them.
void strip_residues(Chars& text, Line line, std::vector<Residue>& residues) {
  static constexpr View kOpen = U"[bookmark:";
  for (std::size_t at = text.find(kOpen); at != Chars::npos; at = text.find(kOpen, at)) {
    const std::size_t to = text.find(U']', at);
    if (to == Chars::npos || to - at > 80) {
      ++at;
      continue;
    }
    residues.push_back({utf8(View(text).substr(at, to + 1 - at)), line});
    text.erase(at, to + 1 - at);
  }
}

// ⼈ (a radical) and 﨑 (a compatibility form) are 人 and 崎 to the reader; some fonts of PDF files have only
// these.
char32_t usual_form(char32_t c) {
  const bool unusual = (c >= 0x2E80 && c <= 0x2FDF) || (c >= 0xF900 && c <= 0xFAFF);
  if (!unusual) return c == U'«' ? U'《' : c == U'»' ? U'》' : c;
  const Chars usual = from_utf8(base::wording(utf8(View(&c, 1))));
  return usual.size() == 1 ? usual.front() : c;
}

bool is_mark(char32_t c) { return one_of(c, U"，。、；：！？（）《》〔〕“”【】"); }

// 全 民 科 学: three or more characters that stand alone, a single blank between them.
void join_single_characters(Chars& text) {
  const auto alone = [&](std::size_t i) {
    return is_han(text[i]) && (i == 0 || !is_han(text[i - 1])) &&
           (i + 1 == text.size() || !is_han(text[i + 1]));
  };
  Chars out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t to = i, count = 0;
    while (to < text.size() && alone(to)) {
      ++count;
      if (to + 2 >= text.size() || !is_blank(text[to + 1]) || !alone(to + 2)) {
        ++to;
        break;
      }
      to += 2;
    }
    if (count < 3) {
      out.push_back(text[i++]);
      continue;
    }
    for (; i < to; ++i)
      if (!is_blank(text[i])) out.push_back(text[i]);
  }
  text = std::move(out);
}

// A blank beside every mark of the text, as some PDF files have it.
bool is_spaced_out(const std::vector<RawLine>& lines) {
  std::size_t marks = 0, spaced = 0;
  for (const RawLine& l : lines)
    for (std::size_t i = 1; i < l.text.size(); ++i)
      if (one_of(l.text[i], U"，。、；：")) {
        ++marks;
        spaced += is_blank(l.text[i - 1]) && l.text[i - 1] != U'\t' ? 1 : 0;
      }
  return marks >= 20 && spaced * 10 > marks * 3;
}

void close_up(Chars& text) {
  const auto wide = [](char32_t c) { return is_han(c) || is_mark(c) || is_digit(c) || c == U'%'; };
  Chars out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = i > 0 && i + 1 < text.size() && wide(text[i - 1]) && wide(text[i + 1]) &&
                         !(is_digit(text[i - 1]) && is_digit(text[i + 1]));
    if (!(text[i] == U' ' && between)) out.push_back(text[i]);
  }
  text = std::move(out);
}

// Whether a full stop at `i` ends a sentence though it is typed in half width.
bool is_stop_typed_small(View text, std::size_t i) {
  if (!one_of(text[i], U".．") || i < mark_of(text).size) return false;
  std::size_t before = i;
  while (before > 0 && is_blank(text[before - 1])) --before;
  if (before == 0 || !(is_han(text[before - 1]) || is_close(text[before - 1]))) return false;
  return i + 1 == text.size() || is_han(text[i + 1]) || is_blank(text[i + 1]) || is_close(text[i + 1]);
}

void widen_stops(std::vector<RawLine>& lines) {
  constexpr std::size_t kMany = 10;
  std::size_t wide = 0, small = 0;
  for (const RawLine& l : lines)
    for (std::size_t i = 0; i < l.text.size(); ++i) {
      wide += l.text[i] == U'。' ? 1 : 0;
      small += is_stop_typed_small(l.text, i) ? 1 : 0;
    }
  if (small < kMany || wide * 4 > small) return;
  for (RawLine& l : lines)
    for (std::size_t i = 0; i < l.text.size(); ++i)
      if (is_stop_typed_small(l.text, i)) l.text[i] = U'。';
}

}  // namespace

std::vector<RawLine> raw_lines(const std::vector<std::string>& lines, std::vector<Residue>& residues) {
  std::vector<RawLine> out;
  out.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    RawLine line{from_utf8(lines[i]), static_cast<Line>(i + 1)};
    Chars& text = line.text;
    while (!text.empty() && one_of(text.back(), U"\r\n\f")) text.pop_back();
    if (!text.empty() && (text.front() == U'\f' || text.front() == 0xFEFF)) text.erase(0, 1);
    std::transform(text.begin(), text.end(), text.begin(), usual_form);
    strip_residues(text, line.line, residues);
    join_single_characters(text);
    out.push_back(std::move(line));
  }
  widen_stops(out);
  if (is_spaced_out(out))
    for (RawLine& line : out) close_up(line.text);
  return out;
}

}  // namespace kepu::plan::grammar
