#include "core/doc/shape.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kMaxTables = 32;  // in one another
constexpr std::size_t kMaxColumns = 256;
constexpr int kMaxSpan = 64;
constexpr int kMaxRowSpan = 1000;
constexpr std::size_t kLineCost = 16;  // so that millions of empty lines meet the limit too

std::size_t leading_tabs(const std::string& text) {
  return std::min(text.find_first_not_of('\t'), text.size());
}

}  // namespace

bool Shape::charge(std::size_t bytes) {
  used_ += bytes + kLineCost;
  if (used_ > limit_ + (limit_ >> 1)) overflow_ = true;
  return !overflow_;
}

Shape::Lines* Shape::target() {
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    if (!table->cell_open) continue;
    Cell& cell = table->rows.back().back();
    return cell.covered ? nullptr : &cell.lines;
  }
  return &body_;
}

void Shape::line(std::string text) {
  Lines* lines = target();
  if (lines && charge(text.size())) lines->push_back({Line::Role::plain, std::move(text)});
}

void Shape::open_table() {
  if (tables_.size() >= kMaxTables) {
    ++ignored_tables_;
  } else {
    tables_.emplace_back();
  }
}

void Shape::open_row() {
  if (ignored_tables_ > 0 || tables_.empty()) return;
  close_row();
  Table& table = tables_.back();
  table.rows.emplace_back();
  table.row_open = true;
}

void Shape::add_cell(Table& table, bool covered) {
  if (table.rows.back().size() >= kMaxColumns || !charge(0)) return;
  table.rows.back().push_back({{}, covered});
  ++table.cells;
}

// Empty cells where merged cells of rows above reach down.
void Shape::fill_covered(Table& table) {
  auto& covered = table.covered_rows;
  for (std::size_t column = table.rows.back().size(); column < covered.size() && covered[column] > 0;
       ++column) {
    --covered[column];
    add_cell(table, true);
  }
}

void Shape::open_cell(int span, int row_span, bool covered) {
  if (ignored_tables_ > 0 || tables_.empty()) return;
  if (!tables_.back().row_open) open_row();
  close_cell();
  Table& table = tables_.back();
  fill_covered(table);
  const std::size_t column = table.rows.back().size();
  const auto width = static_cast<std::size_t>(std::clamp(span, 1, kMaxSpan));
  if (column + width > kMaxColumns) return;
  if (row_span > 1) {
    table.covered_rows.resize(std::max(table.covered_rows.size(), column + width), 0);
    std::fill_n(table.covered_rows.begin() + static_cast<std::ptrdiff_t>(column), width,
                std::min(row_span, kMaxRowSpan) - 1);
  }
  add_cell(table, covered);
  if (table.rows.back().size() == column) return;
  table.cell_open = true;
  // The columns beside it that it covers are added when it closes, so that it stays the last one until then.
  table.span = width;
}

void Shape::change_cell(int span, bool covered) {
  if (ignored_tables_ > 0 || tables_.empty() || !tables_.back().cell_open) return;
  tables_.back().span = static_cast<std::size_t>(std::clamp(span, 1, kMaxSpan));
  tables_.back().rows.back().back().covered = covered;
}

void Shape::close_cell() {
  if (ignored_tables_ > 0 || tables_.empty() || !tables_.back().cell_open) return;
  Table& table = tables_.back();
  table.cell_open = false;
  for (std::size_t i = 1; i < table.span; ++i) add_cell(table, true);
}

void Shape::close_row() {
  if (ignored_tables_ > 0 || tables_.empty() || !tables_.back().row_open) return;
  close_cell();
  fill_covered(tables_.back());
  tables_.back().row_open = false;
}

void Shape::drop_row() {
  if (ignored_tables_ > 0 || tables_.empty() || !tables_.back().row_open) return;
  Table& table = tables_.back();
  table.cells -= table.rows.back().size();
  table.rows.pop_back();
  table.row_open = table.cell_open = false;
}

// A table of one column, or one that only arranges a larger table, is a frame: its content stands without it.
void Shape::append_frame(Table table, Lines& out) {
  for (auto& row : table.rows) {
    for (auto& cell : row) std::move(cell.lines.begin(), cell.lines.end(), std::back_inserter(out));
  }
}

void Shape::append_grid(Table table, Lines& out) {
  for (auto& row : table.rows) {
    if (row.empty()) continue;
    for (auto& cell : row) {
      // Blank paragraphs around the text of a cell say nothing; a smaller table inside is read as paragraphs.
      std::erase_if(cell.lines, [](const Line& line) { return base::trim(line.text).empty(); });
      if (cell.lines.empty()) cell.lines.emplace_back();
      for (auto& line : cell.lines) line.role = Line::Role::plain;
      cell.lines.front().role = Line::Role::cell;
      std::move(cell.lines.begin(), cell.lines.end(), std::back_inserter(out));
    }
    out.push_back({Line::Role::row_end, {}});
  }
}

void Shape::close_table() {
  if (ignored_tables_ > 0) {
    --ignored_tables_;
    return;
  }
  if (tables_.empty()) return;
  close_row();
  Table table = std::move(tables_.back());
  tables_.pop_back();
  std::size_t columns = 0;
  for (const auto& row : table.rows) columns = std::max(columns, row.size());
  const bool frame = columns <= 1 || table.inner_cells >= table.cells;
  const std::size_t kept = frame ? table.inner_cells : table.cells;
  if (Lines* out = target()) {
    if (frame) {
      append_frame(std::move(table), *out);
    } else {
      append_grid(std::move(table), *out);
    }
  }
  if (!tables_.empty()) tables_.back().inner_cells = std::max(tables_.back().inner_cells, kept);
}

std::vector<std::string> Shape::finish() {
  ignored_tables_ = 0;
  while (!tables_.empty()) close_table();
  // A document whose tables were flattened before (cells as short tab-led paragraphs) keeps those tabs; in
  // any other, a tab at the start of a paragraph is an indent and must not look like a cell.
  bool has_cells = false;
  std::vector<std::size_t> tab_led;
  for (const auto& line : body_) {
    has_cells = has_cells || line.role == Line::Role::cell;
    if (leading_tabs(line.text) > 0) tab_led.push_back(base::length(line.text));
  }
  bool keep_tabs = !has_cells && tab_led.size() >= 4;
  if (keep_tabs) {
    const auto middle = tab_led.begin() + static_cast<std::ptrdiff_t>(tab_led.size() / 2);
    std::nth_element(tab_led.begin(), middle, tab_led.end());
    keep_tabs = *middle <= 20;
  }
  std::vector<std::string> out;
  out.reserve(body_.size());
  for (auto& line : body_) {
    const std::size_t tabs = leading_tabs(line.text);
    if (line.role == Line::Role::cell) {
      line.text.replace(0, tabs, "\t");
    } else if (tabs > 0 && !(keep_tabs && line.role == Line::Role::plain)) {
      std::string indent;
      for (std::size_t i = 0; i < std::min<std::size_t>(tabs, 8); ++i) indent += "　　";
      line.text.replace(0, tabs, indent);
    }
    out.push_back(std::move(line.text));
  }
  body_.clear();
  return out;
}

}  // namespace kepu::doc
