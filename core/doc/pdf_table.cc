#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/doc/pdf_layout.h"

namespace kepu::doc {
namespace {

// A PDF keeps no cells, only words. What stays of a table are its gutters: white strips between columns that
// no line of it crosses. Rows are found where no column is in the middle of a cell.
constexpr double kGutter = 0.55;    // em: narrower is no gutter
constexpr double kRowPitch = 1.22;  // lines of one cell stand closer than this times their usual distance
constexpr double kTallGap = 4.5;    // em: further apart, it is something else
constexpr std::size_t kMaxLines = 2000;
constexpr std::size_t kMaxColumns = 40;

struct Interval {
  double from = 0, to = 0;
};

// Union of what lines cover from left to right, kept sorted; strips closer than a gutter are one.
class Cover {
 public:
  explicit Cover(double em) : gutter_(kGutter * em) {}
  void add(const PdfLine& line) {
    for (const auto& segment : line.segments) add(Interval{segment.x0, segment.x1});
  }
  const std::vector<Interval>& strips() const { return strips_; }

 private:
  void add(Interval added) {
    const auto first = std::find_if(strips_.begin(), strips_.end(),
                                    [&](const Interval& strip) { return added.from - strip.to < gutter_; });
    auto last = first;
    for (; last != strips_.end() && last->from - added.to < gutter_; ++last) {
      added = {std::min(last->from, added.from), std::max(last->to, added.to)};
    }
    strips_.insert(strips_.erase(first, last), added);
  }

  double gutter_;
  std::vector<Interval> strips_;
};

struct Piece {
  double y = 0;  // over all pages
  double x1 = 0;
  const std::string* text = nullptr;
  std::size_t line = 0;
};
using Column = std::vector<Piece>;  // by line

// The first piece of a column on lines[line] or below.
Column::const_iterator from_line(const Column& column, std::size_t line) {
  return std::lower_bound(column.begin(), column.end(), line,
                          [](const Piece& piece, std::size_t n) { return piece.line < n; });
}

std::vector<Column> columns_of(const PdfLine* lines, std::size_t count) {
  Cover cover(lines[0].em);
  for (std::size_t i = 0; i < count; ++i) cover.add(lines[i]);
  const auto& strips = cover.strips();
  std::vector<Column> columns(strips.size());
  double y = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) y += lines[i].page == lines[i - 1].page ? lines[i - 1].pitch_to(lines[i]) : lines[i].em * 1.3;
    for (const auto& segment : lines[i].segments) {
      const double middle = (segment.x0 + segment.x1) / 2;
      const auto at =
          std::find_if(strips.begin(), strips.end(), [&](auto& strip) { return middle <= strip.to; });
      const auto column =
          std::min<std::size_t>(static_cast<std::size_t>(at - strips.begin()), strips.size() - 1);
      columns[column].push_back({y, segment.x1, &segment.text, i});
    }
  }
  return columns;
}

double right_edge(const Column& column) {
  double edge = 0;
  for (const auto& piece : column) edge = std::max(edge, piece.x1);
  return edge;
}

// The usual distance of lines within a cell.
double pitch_of(const std::vector<Column>& columns, double em) {
  std::vector<double> gaps;
  for (const auto& column : columns) {
    for (std::size_t i = 1; i < column.size(); ++i) {
      if (column[i].y - column[i - 1].y > 0.5 * em) gaps.push_back(column[i].y - column[i - 1].y);
    }
  }
  if (gaps.empty()) return 1.3 * em;
  const auto low = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 5);
  std::nth_element(gaps.begin(), low, gaps.end());
  return *low;
}

// Whether a row may end before lines[line] as far as this column knows: its cell is finished there.
bool may_break(const Column& column, std::size_t line, double edge, double pitch, double em) {
  const auto below = from_line(column, line);
  if (below == column.begin() || below == column.end()) return true;
  const Piece& above = *(below - 1);
  return below->y - above.y > kRowPitch * pitch || edge - above.x1 > 1.1 * em || begins_item(*below->text);
}

// Two lines that are surely two rows, not one row whose every cell goes on: figures and single words in every
// column, or several columns with more space between them than lines of a cell have.
bool clearly_apart(const PdfLine& above, const PdfLine& line) {
  const auto is_short = [&](const PdfWord& segment) { return segment.x1 - segment.x0 < 3 * line.em; };
  const auto& upper = above.segments;
  const auto& lower = line.segments;
  if (upper.size() < 2 || lower.size() < 2) return false;
  if (above.page == line.page && above.pitch_to(line) > 1.7 * line.em) return true;
  return lower.size() >= 3 && upper.size() == lower.size() &&
         std::all_of(lower.begin(), lower.end(), is_short) &&
         std::all_of(upper.begin(), upper.end(), is_short);
}

// First lines of rows.
std::vector<std::size_t> row_starts(const std::vector<Column>& columns, const PdfLine* lines,
                                    std::size_t count) {
  const double em = lines[0].em;
  const double pitch = pitch_of(columns, em);
  std::vector<double> edges;
  for (const auto& column : columns) edges.push_back(right_edge(column));
  std::vector<std::size_t> starts = {0};
  for (std::size_t line = 1; line < count; ++line) {
    bool all = true;
    const bool clear = clearly_apart(lines[line - 1], lines[line]);
    for (std::size_t c = 0; c < columns.size() && all; ++c) {
      // A column with few words is one of merged cells, which reach over rows.
      const bool merged = columns[c].size() * 5 < count;
      all = merged || may_break(columns[c], line, edges[c], pitch, em);
    }
    if (all || clear) starts.push_back(line);
  }
  return starts;
}

std::size_t filled_columns(const std::vector<Column>& columns, std::size_t from, std::size_t to) {
  return static_cast<std::size_t>(std::count_if(columns.begin(), columns.end(), [&](const Column& column) {
    const auto piece = from_line(column, from);
    return piece != column.end() && piece->line < to;
  }));
}

// A row with words in one column only is part of the row before it (or after it, at the beginning).
std::vector<std::size_t> merge_lone(const std::vector<Column>& columns, std::vector<std::size_t> starts,
                                    std::size_t count) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : count;
    const bool lone = filled_columns(columns, starts[i], end) < 2;
    if (lone && !out.empty()) continue;
    if (lone && i + 1 < starts.size()) {
      starts[i + 1] = starts[i];
      continue;
    }
    out.push_back(starts[i]);
  }
  if (out.empty()) out.push_back(0);
  return out;
}

// "1." and its hanging text look like two columns.
bool is_hanging_list(const std::vector<Column>& columns) {
  if (columns.size() != 2) return false;
  return std::all_of(columns[0].begin(), columns[0].end(), [](const Piece& piece) {
    const auto points = base::to_code_points(*piece.text);
    const bool bullet = points.size() == 1 &&
                        std::u32string_view(U"●■◆•·▪➢✓○—-").find(points[0]) != std::u32string_view::npos;
    return bullet || (points.size() <= 5 && begins_item(*piece.text + "　"));
  });
}

}  // namespace

TableExtent table_extent(const std::vector<PdfLine>& lines, std::size_t from) {
  if (lines[from].segments.size() < 2) return {};
  Cover cover(lines[from].em);
  std::size_t end = from, last_wide = from, wide = 0, most = 0;
  double x0 = lines[from].x0;
  for (; end < lines.size() && end - from < kMaxLines; ++end) {
    const PdfLine& line = lines[end];
    if (end > from) {
      const PdfLine& before = lines[end - 1];
      if (std::abs(line.em - before.em) > 0.15 * before.em) break;
      if (line.page == before.page && before.pitch_to(line) > kTallGap * line.em) break;
      if (line.x0 < x0 - 3 * line.em) break;
    }
    Cover next = cover;
    next.add(line);
    const std::size_t columns = next.strips().size();
    if (columns < 2 || columns > kMaxColumns || columns * 2 < most) break;
    most = std::max(most, columns);
    x0 = std::min(x0, line.x0);
    cover = std::move(next);
    if (line.segments.size() >= 2) {
      last_wide = end;
      ++wide;
    }
  }
  if (wide < 2) return {};
  // Behind the last line with several columns, only what follows closely is still of the table.
  std::size_t stop = last_wide + 1;
  while (stop < end && lines[stop].page == lines[stop - 1].page && !begins_item(text_of(lines[stop])) &&
         lines[stop - 1].pitch_to(lines[stop]) < 1.6 * lines[stop].em) {
    ++stop;
  }
  return {stop - from, !is_hanging_list(columns_of(&lines[from], stop - from))};
}

namespace {

struct Row {
  std::vector<std::string> cells;
  double top = 0, bottom = 0;  // of its words
  double first = 0;            // middle of the words in its first column
};

std::vector<Row> rows_of(const std::vector<Column>& columns, const PdfLine* lines, std::size_t count) {
  const auto starts = merge_lone(columns, row_starts(columns, lines, count), count);
  std::vector<Row> rows;
  for (std::size_t r = 0; r < starts.size(); ++r) {
    const std::size_t end = r + 1 < starts.size() ? starts[r + 1] : count;
    Row row;
    row.top = 1e300;
    for (const auto& column : columns) {
      std::string text;
      double sum = 0, pieces = 0;
      for (auto piece = from_line(column, starts[r]); piece != column.end() && piece->line < end; ++piece) {
        join_wrapped(text, *piece->text);
        row.top = std::min(row.top, piece->y);
        row.bottom = std::max(row.bottom, piece->y);
        sum += piece->y;
        ++pieces;
      }
      if (&column == &columns.front() && pieces > 0) row.first = sum / pieces;
      row.cells.push_back(std::move(text));
    }
    // The header of a table is printed again on each page.
    if (rows.empty() || row.cells != rows.front().cells) rows.push_back(std::move(row));
  }
  return rows;
}

// A cell of the first column that is merged over several rows has its words in their middle; they belong to
// the first of these rows. As the words stand in the middle, where the cell begins says where it ends.
void raise_merged(std::vector<Row>& rows) {
  if (rows.size() < 3 || rows[0].cells[0].empty() || !rows[1].cells[0].empty()) return;
  std::size_t begin = 1;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    std::string& text = rows[r].cells[0];
    if (text.empty()) continue;
    double middle = rows[r].first;
    // Its two lines may stand in two rows.
    if (r + 1 < rows.size() && !rows[r + 1].cells[0].empty() && base::length(text) <= 4) {
      middle = (middle + rows[r + 1].first) / 2;
      text += std::exchange(rows[r + 1].cells[0], {});
    }
    if (begin < r) rows[begin].cells[0] = std::exchange(text, {});
    std::size_t end = std::max(begin, r);
    const auto miss = [&](std::size_t last) {
      return std::abs((rows[begin].top + rows[last].bottom) / 2 - middle);
    };
    while (end + 1 < rows.size() && miss(end + 1) < miss(end)) ++end;
    r = std::max(r, end);
    begin = end + 1;
  }
}

}  // namespace

void write_table(const PdfLine* lines, std::size_t count, Shape& shape) {
  auto rows = rows_of(columns_of(lines, count), lines, count);
  raise_merged(rows);
  shape.open_table();
  for (auto& row : rows) {
    shape.open_row();
    for (auto& text : row.cells) {
      shape.open_cell();
      if (!text.empty()) shape.line(std::move(text));
      shape.close_cell();
    }
    shape.close_row();
  }
  shape.close_table();
}

}  // namespace kepu::doc
