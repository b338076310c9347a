// Lists: columns declared once over a row type → page with search, filters, sorting and paging by address;
// Excel, CSV, JSON with the same filters.
//
//   const Table<Task> kTasks = Table<Task>({.id = "tasks", .caption = "任务", .unit = "项"})
//       .column({.key = "title", .title = "任务"}, [](const Task& t) { return link(t.title, t.url); })
//       .column({.key = "due", .title = "期限", .sql = "t.due"}, [](const Task& t) { return date(t.due); })
//       .filter({.key = "light", .title = "状态", .options = …}, [](const Task& t, std::string_view v) { …
//       });
//   const Query query = kTasks.parse(request.query);
//   kTasks.write(h, kTasks.in_memory(tasks), query, {.url = "/tasks"});
//
// A Table is const after it is built and thread-safe. Cells are escaped; CSV cells that a spreadsheet would
// run as a formula are disarmed.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/doc/workbook.h"
#include "core/html/html.h"
#include "core/table/cell.h"
#include "core/table/query.h"
#include "core/table/sheet.h"

namespace kepu::table {

// What a source is asked for. `order_by` is SQL from the schema's own expressions, never from the person.
struct Wanted {
  const Query& query;
  std::string order_by;
  std::int64_t offset = 0;
  std::int64_t limit = 0;
};
template <class Row>
struct Found {
  std::vector<Row> rows;
  std::int64_t total = 0;  // of all that match, not only of these rows
};
template <class Row>
using Source = std::function<Found<Row>(const Wanted&)>;

template <class Row>
class Table {
 public:
  using CellOf = std::function<Cell(const Row&)>;
  using Matches = std::function<bool(const Row&, std::string_view value)>;

  explicit Table(Schema schema) : schema_(std::move(schema)) {}
  Table& column(ColumnInfo info, CellOf cell) {
    schema_.columns.push_back(std::move(info));
    cells_.push_back(std::move(cell));
    return *this;
  }
  // `matches` is used by in_memory() alone; SQL-backed sources read query.filter(key) themselves.
  Table& filter(FilterInfo info, Matches matches = {}) {
    schema_.filters.push_back(std::move(info));
    matches_.push_back(std::move(matches));
    return *this;
  }
  // A copy whose filter has these options (they often come from the database).
  Table with_options(std::string_view key, std::vector<std::pair<std::string, std::string>> options) const {
    Table copy = *this;
    for (auto& f : copy.schema_.filters) {
      if (f.key != key) continue;
      f.options = std::move(options);
      break;
    }
    return copy;
  }

  const Schema& schema() const { return schema_; }
  Query parse(const Pairs& query) const { return table::parse(schema_, query); }

  // A source over rows in memory, which with this table must outlive it: search over all texts, filters,
  // sorting by pinyin, number, date.
  Source<Row> in_memory(const std::vector<Row>& rows) const;

  // Search and filters, table, pager, export links, as one part that is swapped in place. A page past the end
  // shows the last.
  void write(html::Out& h, const Source<Row>& source, Query query, const View& view) const;

  // Everything that matches, in the order asked for, in batches.
  std::string csv(const Source<Row>& source, const Query& query) const;
  std::string json(const Source<Row>& source, const Query& query) const;  // this page only, with total
  void workbook(doc::WorkbookWriter& out, const Source<Row>& source, const Query& query) const;

 private:
  Cells cells_of(const Row& row) const {
    Cells cells;
    cells.reserve(cells_.size());
    for (const auto& cell : cells_) cells.push_back(cell(row));
    return cells;
  }
  Slice slice(const Source<Row>& source, const Query& query) const;
  template <class F>
  void each(const Source<Row>& source, const Query& query, F&& use) const;

  Schema schema_;
  std::vector<CellOf> cells_;
  std::vector<Matches> matches_;
};

template <class Row>
Source<Row> Table<Row>::in_memory(const std::vector<Row>& rows) const {
  return [this, &rows](const Wanted& wanted) {
    std::vector<std::size_t> index;
    std::vector<Cells> keep;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bool fits = true;
      for (std::size_t f = 0; f < matches_.size() && fits; ++f) {
        const std::string_view value = wanted.query.filter(schema_.filters[f].key);
        if (!value.empty() && matches_[f]) fits = matches_[f](rows[i], value);
      }
      if (!fits) continue;
      Cells cells = cells_of(rows[i]);
      if (!contains_text(cells, wanted.query.text)) continue;
      index.push_back(i);
      keep.push_back(std::move(cells));
    }
    Found<Row> found;
    found.total = static_cast<std::int64_t>(index.size());
    const std::vector<std::size_t> order = sorted(schema_, wanted.query, keep);
    const std::int64_t from = std::min(wanted.offset, found.total);
    const std::int64_t to = from + std::min(found.total - from, wanted.limit);
    for (auto i = from; i < to; ++i) found.rows.push_back(rows[index[order[static_cast<std::size_t>(i)]]]);
    return found;
  };
}

template <class Row>
Slice Table<Row>::slice(const Source<Row>& source, const Query& query) const {
  Slice slice;
  const Found<Row> found =
      source({query, order_by(schema_, query), (query.page - 1) * query.size, query.size});
  slice.total = found.total;
  for (const Row& row : found.rows) slice.rows.push_back(cells_of(row));
  return slice;
}

template <class Row>
void Table<Row>::write(html::Out& h, const Source<Row>& source, Query query, const View& view) const {
  Slice shown = slice(source, query);
  const std::int64_t last = std::max<std::int64_t>(1, (shown.total + query.size - 1) / query.size);
  if (query.page > last) {
    query.page = last;
    shown = slice(source, query);
  }
  write_sheet(h, schema_, query, shown, view);
}

template <class Row>
template <class F>
void Table<Row>::each(const Source<Row>& source, const Query& query, F&& use) const {
  constexpr std::int64_t kBatch = 2000;
  const std::string order = order_by(schema_, query);
  for (std::int64_t offset = 0;; offset += kBatch) {
    const Found<Row> found = source({query, order, offset, kBatch});
    for (const Row& row : found.rows) use(cells_of(row));
    if (static_cast<std::int64_t>(found.rows.size()) < kBatch) return;
  }
}

template <class Row>
std::string Table<Row>::csv(const Source<Row>& source, const Query& query) const {
  std::string out = csv_head(schema_);
  each(source, query, [&](const Cells& cells) { append_csv(out, cells); });
  return out;
}

template <class Row>
std::string Table<Row>::json(const Source<Row>& source, const Query& query) const {
  return to_json(schema_, query, slice(source, query));
}

template <class Row>
void Table<Row>::workbook(doc::WorkbookWriter& out, const Source<Row>& source, const Query& query) const {
  begin_workbook(out, schema_);
  each(source, query, [&](const Cells& cells) { out.row(workbook_row(cells)); });
}

}  // namespace kepu::table
