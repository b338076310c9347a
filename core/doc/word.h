// Word out: an official paper by GB/T 9704-2012 (A4; margins top 37 mm, bottom 35 mm, left 28 mm, right 26
// mm; text block 156 × 225 mm; title 2号小标宋; body 3号仿宋, 22 lines × 28 characters; 一级标题 黑体, 二级
// 楷体; page number — 1 — in 4号 宋体).
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

enum class Style { title, recipient, body, heading1, heading2, heading3, signature, caption, note };

struct TableCell {
  std::string text;
  int span = 1;      // columns
  int row_span = 1;  // rows; a cell of row_span n is given once, the rows below leave it out
  bool header = false;
  bool centred = false;
};

struct Interval {  // an estimate and its interval, in one unit
  std::string name;
  double value = 0, lower = 0, upper = 0;  // lower ≤ value ≤ upper
};
inline constexpr std::size_t kMostIntervals = 24;  // what a page holds

// A paper is a list of blocks in order. Texts may be any bytes: what is no text is left out; a line break
// begins a new paragraph. Not thread-safe; docx() of a finished paper is.
class Paper {
 public:
  // red head with issuer, number; empty: none
  void head(std::string issuer, std::string doc_number);
  void paragraph(Style style, std::string text);
  // A paragraph whose first `bold_characters` code points are bold (a task title that runs into its text).
  void lead_in(std::string text, std::size_t bold_characters);
  // `widths` in percent of the text block; header rows repeat on each page. `landscape` puts it on pages of
  // their own.
  void table(std::vector<double> widths, std::vector<std::vector<TableCell>> rows, int header_rows,
             bool landscape = false);
  // A bar an estimate with its interval, in the given order, over the width of the text block; `axis` names
  // what is measured and its unit, `words` say what is to be seen to whoever cannot see it. Of more than
  // kMostIntervals the first are shown; nothing of none.
  void intervals(std::vector<Interval> rows, std::string axis, std::string words);
  void page_break();
  // The bytes of the .docx; valid against the strict reader of an office suite; same input, same bytes.
  std::string docx() const;

 private:
  struct Block {
    enum class Kind { head, paragraph, table, intervals, page_break } kind;
    Style style = Style::body;
    std::string text, more;
    std::size_t bold = 0;
    std::vector<double> widths;
    std::vector<std::vector<TableCell>> rows;
    int header_rows = 0;
    bool landscape = false;
    std::vector<Interval> chart;
  };
  std::vector<Block> blocks_;
};

}  // namespace kepu::doc
