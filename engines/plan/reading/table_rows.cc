#include "engines/plan/reading/table_rows.h"

#include <algorithm>

#include "engines/plan/reading/marks.h"

namespace kepu::plan::grammar {

Chars clean_title(View text) {
  const View t = trimmed(text);
  Chars out = heading_of(behind_mark(t, mark_of(t))).title;
  return out;
}

namespace {

enum class Column { other, category, title, content, lead, responsible };

Column column_of(View head) {
  const Chars t = without_blanks(head);
  if (t.empty() || t.size() > 14) return Column::other;
  switch (role_of(t)) {
    case Role::lead:
      return Column::lead;
    case Role::responsible:
      return Column::responsible;
    case Role::none:
      break;
  }
  if (has_any(t, {U"类别", U"类型", U"分类"})) return Column::category;
  if (has_any(t, {U"内容", U"措施", U"举措", U"具体"})) return Column::content;
  if (has_any(t, {U"任务", U"行动", U"工程", U"项目", U"名称", U"工作"})) return Column::title;
  if (t == U"单位" || t == U"部门") return Column::responsible;
  return Column::other;
}

bool is_header(const Row& row, std::vector<Column>& columns) {
  std::vector<Column> found;
  int departments = 0, titles = 0;
  for (const Cell& c : row.cells) {
    found.push_back(column_of(c.text));
    departments += found.back() == Column::lead || found.back() == Column::responsible ? 1 : 0;
    titles +=
        found.back() == Column::title || found.back() == Column::content || found.back() == Column::category
            ? 1
            : 0;
  }
  if (departments == 0 || titles == 0 || row.cells.size() > 12) return false;
  columns = std::move(found);
  return true;
}

class TableReader {
 public:
  explicit TableReader(const Source& source) : source_(source) {}
  std::vector<Entry> read() {
    int table = -1;
    for (const Row& row : source_.rows) {
      if (row.table != table) {
        table = row.table;
        if (!next_page(row)) columns_.clear();
      }
      if (is_header(row, columns_)) {
        continue;
      }
      if (columns_.empty()) continue;
      for (const Row& one : unmerged(row)) take(one);
    }
    return std::move(entries_);
  }

 private:
  // A table broken over a page goes on with as many columns and no header.
  bool next_page(const Row& row) const { return !columns_.empty() && row.cells.size() == columns_.size(); }

  // Two rows that ran together at a page break: a numbered title behind the names of the row before it.
  std::vector<Row> unmerged(const Row& row) const {
    if (row.cells.size() <= columns_.size()) return {row};
    std::vector<Row> out{Row{{}, row.line, row.table}};
    std::size_t filled = 0;
    for (const Cell& cell : row.cells) {
      const bool numbered = mark_of(cell.text).level != Mark::Level::none;
      if (numbered && filled >= 2) {
        out.push_back(Row{{}, cell.line, row.table});
        filled = 0;
      }
      filled += cell.text.empty() ? 0 : 1;
      out.back().cells.push_back(cell);
    }
    return out;
  }

  void take(const Row& row) {
    Entry e;
    e.line = row.line;
    e.table = row.table;
    e.end_line = row.cells.empty() ? row.line : row.cells.back().line;
    const std::size_t n = row.cells.size(), columns = columns_.size();
    bool any_department = false;
    Chars own_title, own_content;
    for (std::size_t i = 0; i < n; ++i) {
      // Merged cells are left out at the left: rows are aligned at the right.
      const std::size_t at = n <= columns ? i + columns - n : std::min(i, columns - 1);
      const Cell& cell = row.cells[i];
      if (cell.text.empty()) continue;
      switch (columns_[at]) {
        case Column::lead:
          any_department |= names(cell.text, e.departments, Role::lead);
          break;
        case Column::responsible:
          any_department |= names(cell.text, e.departments, Role::responsible);
          break;
        case Column::category:
          category_ = without_blanks(cell.text);
          break;
        case Column::title:
          own_title = clean_title(cell.text);
          e.name = own_title;
          break;
        case Column::content:
          own_content = clean_title(cell.text);
          e.content = cell.text;
          break;
        case Column::other:
          break;
      }
      if (e.line == 0) e.line = cell.line;
    }
    if (!own_title.empty()) title_ = own_title;
    if (!own_content.empty()) e.titles.push_back(own_content);
    if (!own_title.empty() || own_content.empty()) e.titles.push_back(title_);
    if (!any_department && !entries_.empty() && own_title.empty() && own_content.empty()) return;
    if (any_department && own_title.empty() && own_content.empty() && !entries_.empty()) {
      continue_cell(e);
      return;
    }
    e.category = own_content.empty() ? category_ : title_;
    if (any_department || !own_title.empty() || !own_content.empty()) entries_.push_back(std::move(e));
  }
  // A row with departments only: the cells of the row above go on behind a page break.
  void continue_cell(const Entry& e) { entries_.back().departments.add(e.departments); }

  static bool names(View text, Departments& into, Role role) {
    bool mixed = false;
    if (const auto parsed =
            begins_with_role(text) || has(text, U"牵头") ? parse_departments(text, true) : std::nullopt) {
      into.add(*parsed);
      return true;
    }
    auto list = split_departments(text, &mixed);
    auto& to = role == Role::lead ? into.lead : into.responsible;
    to.insert(to.end(), list.begin(), list.end());
    into.mixed_separators |= mixed;
    return !list.empty();
  }

  const Source& source_;
  std::vector<Column> columns_;
  std::vector<Entry> entries_;
  Chars title_, category_;
};

}  // namespace

std::vector<Entry> allocation_rows(const Source& source) { return TableReader(source).read(); }

}  // namespace kepu::plan::grammar
