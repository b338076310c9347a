#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/doc/pdf_layout.h"

namespace kepu::doc {
namespace {

constexpr std::u32string_view kClosing = U"，。、；：？！）》】〕」』”’％…,.;:?!)]}%·";
constexpr std::u32string_view kOpening = U"（《【〔「『“‘([{";
constexpr std::u32string_view kEnding = U"。；：！？”）〕】).;:!?";
constexpr std::u32string_view kNumerals = U"一二三四五六七八九十百零〇0123456789０１２３４５６７８９";

bool in(char32_t c, std::u32string_view list) { return list.find(c) != std::u32string_view::npos; }
bool is_wide(char32_t c) { return c >= 0x2E80; }

// Width of what cannot be broken at the beginning of a line, with the punctuation that must stay with it.
double first_unit(const std::u32string& text, double em) {
  std::size_t i = 0;
  double width = 0;
  while (i < text.size() && in(text[i], kOpening)) ++i, width += em;
  if (i < text.size() && !is_wide(text[i])) {
    for (; i < text.size() && !is_wide(text[i]) && text[i] != U' '; ++i) width += em * 0.55;
  } else if (i < text.size()) {
    ++i, width += em;
  }
  while (i < text.size() && in(text[i], kClosing)) ++i, width += em;
  return width;
}

// The text block of the pages: where lines begin and end.
struct Block {
  double left = 0, right = 0, pitch = 0;
  bool indented = false;  // paragraphs begin with an indent
};

double commonest(const std::map<long, int>& counts, double step) {
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == counts.end() ? 0 : static_cast<double>(most->first) * step;
}

Block block_of(const std::vector<PdfLine>& lines) {
  Block block;
  std::map<long, int> lefts, rights, pitches;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ++lefts[std::lround(lines[i].x0 / 2)];
    ++rights[std::lround(lines[i].x1 / 4)];
    const bool follows = i > 0 && lines[i].page == lines[i - 1].page;
    if (follows && lines[i - 1].pitch_to(lines[i]) > 0)
      ++pitches[std::lround(lines[i - 1].pitch_to(lines[i]) * 2)];
  }
  block.left = commonest(lefts, 2);
  block.right = commonest(rights, 4);
  block.pitch = commonest(pitches, 0.5);
  // Justified lines end at one place, ragged ones near it: the commonest place, or what a tenth of the lines
  // pass.
  std::vector<double> ends;
  for (const auto& line : lines) ends.push_back(line.x1);
  std::sort(ends.begin(), ends.end());
  block.right = std::max(block.right, ends[ends.size() * 9 / 10]);
  std::size_t indents = 0, flush = 0;
  for (const auto& line : lines) {
    const double offset = (line.x0 - block.left) / line.em;
    indents += offset > 1.4 && offset < 2.6;
    flush += std::abs(offset) < 0.6;
  }
  // With only short paragraphs most lines are first lines: then the indent is what is common.
  const std::size_t outdents =
      static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const PdfLine& line) {
        const double offset = (block.left - line.x0) / line.em;
        return offset > 1.4 && offset < 2.6;
      }));
  if (outdents > lines.size() / 8) block.left -= 2 * lines.front().em, indents = flush;
  block.indented = indents * 12 > lines.size();
  return block;
}

bool centred(const PdfLine& line, const Block& block) {
  const double before = line.x0 - block.left, after = block.right - line.x1;
  return before > 2.6 * line.em && std::abs(before - after) < 2 * line.em;
}

// "责任单位：…", "牵头部门：…": a short name and a colon.
bool begins_label(const std::u32string& text) {
  std::size_t i = 0;
  while (i < text.size() && base::is_han(text[i])) ++i;
  const bool names_units = i >= 2 && (text[i - 1] == U'位' || text[i - 1] == U'门' || text[i - 1] == U'工');
  return names_units && i <= 8 && i < text.size() && (text[i] == U'：' || text[i] == U':');
}

// Whether `next` begins a paragraph, after `line`.
bool begins_paragraph(const PdfLine& line, const PdfLine& next, const Block& block) {
  const auto next_text = base::to_code_points(text_of(next));
  const std::string next_utf8 = base::to_utf8(next_text);
  const auto text = base::to_code_points(text_of(line));
  const char32_t last = text.empty() ? U' ' : text.back();
  if (std::abs(line.em - next.em) > 0.15 * line.em) return true;
  if (line.page == next.page && line.pitch_to(next) > 1.6 * std::max(block.pitch, line.em)) return true;
  // The former line had room for the first word of this one.
  if (block.right - line.x1 > first_unit(next_text, next.em) + 0.6 * next.em) return true;
  if (next.x0 - block.left > 1.2 * next.em) return true;
  if (next.x0 < line.x0 - 2.6 * line.em && centred(line, block)) return true;
  return in(last, kEnding) && (begins_item(next_utf8) || begins_label(next_text));
}

// How far a first line stands in, as white space: a tab stop shows as a tab, an indent not at all.
std::string indent_of(const PdfLine& line, const PdfLine* next, const Block& block) {
  const double offset = (line.x0 - block.left) / line.em;
  const bool wraps = next && block.right - line.x1 < 2 * line.em;
  const bool to_the_right = block.right - line.x1 < line.em && !wraps;
  if (offset < 2.6 || offset > 6 || centred(line, block) || to_the_right) return "";
  return "\t";
}

}  // namespace

bool begins_item(std::string_view utf8) {
  const auto text = base::to_code_points(utf8);
  std::size_t i = 0;
  while (i < text.size() && base::is_space(text[i])) ++i;
  if (i >= text.size()) return false;
  if (text[i] >= U'①' && text[i] <= U'⑳') return true;
  if (text[i] == U'—' && i + 1 < text.size() && text[i + 1] == U'—') return true;
  const bool bracket = text[i] == U'（' || text[i] == U'(';
  const bool ordinal = text[i] == U'第';
  if (bracket || ordinal) ++i;
  const std::size_t first = i;
  while (i < text.size() && i < first + 4 && in(text[i], kNumerals)) ++i;
  if (i == first || i >= text.size()) return false;
  if (bracket) return text[i] == U'）' || text[i] == U')';
  if (ordinal) return in(text[i], U"章节条部篇");
  // 3.5 is a number, 3.五 is none.
  const bool decimal = text[i] == U'.' && i + 1 < text.size() && text[i + 1] >= U'0' && text[i + 1] <= U'9';
  return in(text[i], U"、．.") && !decimal;
}

void join_wrapped(std::string& text, std::string_view next) {
  if (text.empty() || next.empty()) {
    text += next;
    return;
  }
  const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != ' '; };
  const bool hyphen = text.back() == '-' && text.size() > 1 && plain(text[text.size() - 2]) &&
                      !(next[0] >= '0' && next[0] <= '9');
  if (hyphen && next[0] >= 'a' && next[0] <= 'z') {
    text.pop_back();  // a word divided at the end of the line
  } else if (plain(text.back()) && plain(next.front()) && text.back() != '-') {
    text += ' ';
  }
  text += next;
}

namespace {

// By line: how many lines the table takes that begins there; 0 where none does.
std::vector<std::size_t> tables_of(const std::vector<PdfLine>& lines) {
  std::vector<std::size_t> out(lines.size(), 0);
  for (std::size_t i = 0; i < lines.size();) {
    const TableExtent extent = table_extent(lines, i);
    if (extent.is_table) out[i] = extent.lines;
    i += std::max<std::size_t>(extent.lines, 1);
  }
  return out;
}

// The block of the running text: what stands in tables has its own pitch and edges.
Block block_outside(const std::vector<PdfLine>& lines, const std::vector<std::size_t>& tables) {
  std::vector<PdfLine> running;
  for (std::size_t i = 0; i < lines.size();) {
    if (tables[i] == 0) running.push_back(lines[i]);
    i += std::max<std::size_t>(tables[i], 1);
  }
  return block_of(running.empty() ? lines : running);
}

}  // namespace

void write_paragraphs(const std::vector<PdfLine>& lines, Shape& shape) {
  if (lines.empty()) return;
  const std::vector<std::size_t> tables = tables_of(lines);
  const Block block = block_outside(lines, tables);
  std::string paragraph;
  bool open = false;
  const auto flush = [&] {
    if (open) shape.line(std::exchange(paragraph, {}));
    open = false;
  };
  for (std::size_t i = 0; i < lines.size() && !shape.overflow();) {
    if (tables[i] > 0) {
      flush();
      write_table(&lines[i], tables[i], shape);
      i += tables[i];
      continue;
    }
    const PdfLine& line = lines[i];
    const PdfLine* next = i + 1 < lines.size() ? &lines[i + 1] : nullptr;
    const bool starts = !open || i == 0 || begins_paragraph(lines[i - 1], line, block);
    if (starts) {
      flush();
      if (i > 0 && line.page == lines[i - 1].page && block.pitch > 0) {
        // White space of whole lines is empty paragraphs.
        const double gap = lines[i - 1].pitch_to(line) / block.pitch;
        for (int n = 0; n < std::min(3L, std::lround(gap - 1.1)); ++n) shape.line("");
      }
      paragraph = indent_of(line, next, block) + text_of(line);
      open = true;
    } else {
      join_wrapped(paragraph, text_of(line));
    }
    ++i;
  }
  flush();
}

}  // namespace kepu::doc
