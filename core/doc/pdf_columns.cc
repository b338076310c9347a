#include <algorithm>

#include "core/doc/pdf_layout.h"

namespace kepu::doc {
namespace {

// A gazette is set in two columns. They are told from a table by their prose: most lines have words on both
// sides of one gutter in the middle, and nearly all of them are full up to it.
constexpr std::size_t kFewest = 12;  // lines with both sides

struct Sides {
  PdfLine left, right;
  bool crosses = false;  // a title over both columns
};

PdfLine part_of(const PdfLine& line, std::vector<PdfWord> segments) {
  PdfLine part;
  part.page = line.page;
  part.em = line.em;
  part.segments = std::move(segments);
  if (part.segments.empty()) return part;
  part.x0 = part.segments.front().x0;
  part.y0 = part.segments.front().y0;
  part.y1 = part.segments.front().y1;
  for (const PdfWord& s : part.segments) {
    part.x1 = std::max(part.x1, s.x1);
    part.y0 = std::min(part.y0, s.y0);
    part.y1 = std::max(part.y1, s.y1);
  }
  return part;
}

Sides split(const PdfLine& line, double middle) {
  Sides out;
  std::vector<PdfWord> left, right;
  for (const PdfWord& s : line.segments) {
    out.crosses |= s.x0 < middle - line.em / 2 && s.x1 > middle + line.em / 2;
    (s.x0 < middle ? left : right).push_back(s);
  }
  out.left = part_of(line, std::move(left));
  out.right = part_of(line, std::move(right));
  return out;
}

bool is_prose(const std::vector<std::vector<Sides>>& pages) {
  std::size_t lines = 0, both = 0, full = 0, crossing = 0;
  double left_end = 0, right_end = 0;
  for (const auto& page : pages)
    for (const Sides& s : page) {
      left_end = std::max(left_end, s.crosses ? 0 : s.left.x1);
      right_end = std::max(right_end, s.crosses ? 0 : s.right.x1);
    }
  for (const auto& page : pages)
    for (const Sides& s : page) {
      ++lines;
      crossing += s.crosses ? 1 : 0;
      if (s.crosses || s.left.segments.empty() || s.right.segments.empty()) continue;
      ++both;
      const double slack = 1.6 * s.left.em;
      full += s.left.x1 > left_end - slack ? 1 : 0;
      full += s.right.x1 > right_end - slack ? 1 : 0;
    }
  return both >= kFewest && both * 10 >= lines * 6 && crossing * 5 <= lines && full * 2 >= both;
}

void shift(PdfLine& line, double by) {
  line.x0 -= by;
  line.x1 -= by;
  for (PdfWord& s : line.segments) {
    s.x0 -= by;
    s.x1 -= by;
  }
}

void append(std::vector<PdfLine>& out, std::vector<PdfLine>& lines) {
  for (PdfLine& line : lines)
    if (!line.segments.empty()) out.push_back(std::move(line));
  lines.clear();
}

void order(std::vector<PdfLine>& page, std::vector<Sides>& sides) {
  std::vector<PdfLine> out, left, right;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!sides[i].crosses) {
      left.push_back(std::move(sides[i].left));
      right.push_back(std::move(sides[i].right));
      continue;
    }
    append(out, left);
    append(out, right);
    out.push_back(std::move(page[i]));
  }
  append(out, left);
  append(out, right);
  page = std::move(out);
}

}  // namespace

void order_columns(std::vector<std::vector<PdfLine>>& pages) {
  double x0 = 1e9, x1 = 0;
  for (const auto& page : pages)
    for (const PdfLine& line : page) {
      x0 = std::min(x0, line.x0);
      x1 = std::max(x1, line.x1);
    }
  std::vector<std::vector<Sides>> all(pages.size());
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (const PdfLine& line : pages[p]) all[p].push_back(split(line, (x0 + x1) / 2));
  if (!is_prose(all)) return;
  double right_begin = x1;
  for (const auto& page : all)
    for (const Sides& s : page)
      if (!s.crosses && !s.right.segments.empty()) right_begin = std::min(right_begin, s.right.x0);
  // Both columns get the same edges, as if one stood below the other.
  for (std::size_t p = 0; p < pages.size(); ++p) {
    for (Sides& s : all[p]) shift(s.right, right_begin - x0);
    order(pages[p], all[p]);
  }
}

}  // namespace kepu::doc
