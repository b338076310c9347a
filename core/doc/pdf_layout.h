// From words with places on pages to paragraphs and tables: what a PDF has lost. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/doc/shape.h"

namespace kepu::doc {

// A run of text on one visual line; points from the left upper corner of the page.
struct PdfWord {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  std::string text;
};

struct PdfPage {
  double width = 0, height = 0;
  std::vector<PdfWord> words;
};

// One visual line. Words that stand wide apart are its segments.
struct PdfLine {
  std::size_t page = 0;
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  double em = 0;  // width of a Chinese character
  std::vector<PdfWord> segments;

  double pitch_to(const PdfLine& next) const { return next.y1 - y1; }
};

// Visual lines in reading order, without page numbers and repeated headers and footers.
std::vector<PdfLine> visual_lines(const std::vector<PdfPage>& pages);

// Where the pages are set in two columns of prose: the lines of the left one first, those of the right one
// moved below it.
void order_columns(std::vector<std::vector<PdfLine>>& pages);

// The text of a line; blanks where gaps are wide.
std::string text_of(const PdfLine& line);

// What begins at lines[from] with columns: the number of lines it takes (0 where nothing does), and whether
// it is a table; a list with hanging numbers is none.
struct TableExtent {
  std::size_t lines = 0;
  bool is_table = false;
};
TableExtent table_extent(const std::vector<PdfLine>& lines, std::size_t from);
void write_table(const PdfLine* lines, std::size_t count, Shape& shape);

// Lines that belong to one paragraph are joined, tables recognised.
void write_paragraphs(const std::vector<PdfLine>& lines, Shape& shape);

// Joins two halves of a broken line: no blank between Chinese characters, one between Latin words.
void join_wrapped(std::string& text, std::string_view next);

// Whether a line begins with a number or mark that begins a paragraph: 一、 （一） 1. —— 第一章 ①
bool begins_item(std::string_view text);

}  // namespace kepu::doc
